"""The hook for pre-commit: its form, which files it takes, and what its command says of them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.conftest import ROOT, USAGE

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
(HOOK,) = HOOKS


def run(*files: str) -> subprocess.CompletedProcess[str]:
    """Run the hook's command on files, as pre-commit does."""
    command = [sys.executable, "-m", *shlex.split(HOOK["entry"]), *files]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_form_is_that_of_a_hook() -> None:
    """It has what pre-commit demands, and installs as a Python package."""
    assert {"id", "name", "entry", "language"} <= HOOK.keys()
    assert (HOOK["id"], HOOK["language"]) == ("metermock-lint", "python")


@pytest.mark.parametrize(
    ("path", "is_taken"),
    [
        ("openapi.yaml", True),
        ("api/openapi-v2.yml", True),
        ("openapi/acme.openapi.yaml", True),
        ("docs/swagger.json", True),
        ("openapi/README.md", False),
        ("my-openapi.yaml.bak", False),
        ("config.yaml", False),
    ],
)
def test_it_takes_documents(path: str, is_taken: bool) -> None:  # noqa: FBT001 - a table
    """Documents have `openapi` in their names; other YAML is nobody's business."""
    assert bool(re.search(HOOK["files"], path)) == is_taken


def test_it_passes_sound_documents_and_stops_others(tmp_path: Path) -> None:
    """Several files are one call, and each that is broken is named with its line."""
    good, bad = tmp_path / "openapi.yaml", tmp_path / "openapi-v2.yaml"
    good.write_text(USAGE)
    bad.write_text(USAGE.replace("body.total", "body.totl"))
    assert run(str(good)).returncode == 0
    done = run(str(good), str(bad))
    assert done.returncode != 0
    assert f"{bad}:15:" in done.stdout + done.stderr
