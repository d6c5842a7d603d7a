"""Calls exported in two processes by Dask are those of a single export."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from metermock.cli import main

SCRIPT = Path(__file__).parents[2] / "examples" / "side_by_side" / "export.py"
ACCOUNTS = ("--accounts", "steady", "quiet")


def days(folder: Path) -> dict[str, bytes]:
    """The bytes of each account's day, wherever below the folder it stands."""
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in folder.rglob("*.csv")}


def test_all_files_together_are_those_of_one_export(tmp_path: Path) -> None:
    """Months of two accounts, made in two processes, have the bytes that one export writes."""
    words = ("glyphnet", "--as", "csv", *ACCOUNTS)
    main(["export", *words, "--from", "2026-01-01", "--to", "2026-03-31", "-o", str(tmp_path / "one")])

    command = [sys.executable, str(SCRIPT), *words, "--from", "2026-01", "--to", "2026-03"]
    ran = subprocess.run([*command, "-o", str(tmp_path / "lake")], capture_output=True, text=True, check=True)

    assert len(ran.stdout.splitlines()) == 6
    assert len(days(tmp_path / "one")) > 90
    assert days(tmp_path / "lake") == days(tmp_path / "one")
