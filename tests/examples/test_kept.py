"""The examples keep their own contracts, and these notice nearly every wrong value."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.examples.conftest import EXAMPLES

NAMES = sorted(path.parent.parent.name for path in EXAMPLES.glob("*/handlers/*.py"))


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run metermock to its end."""
    return subprocess.run(
        [sys.executable, "-m", "metermock", *words], capture_output=True, text=True, check=False
    )


def checked(folder: Path, name: str, *options: str) -> Any:
    """The verdict of a check that all must rules have to run in."""
    report = folder / "check.json"
    words = ["check", str(EXAMPLES / name), "--require-all", "--report", f"json={report}", *options]
    done = command(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(report.read_text("utf-8"))


@pytest.mark.whole
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_keeps_its_contract(tmp_path: Path, name: str) -> None:
    """Every must rule of the document ran against the example's own mock, and there is no finding at all."""
    verdict = checked(tmp_path, name, "--no-fuzz")
    assert (verdict["verdict"], verdict["findings"]) == ("kept", [])


@pytest.mark.whole
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_keeps_its_contract_while_its_clock_runs(tmp_path: Path, name: str) -> None:
    """So it is under a clock that runs, random requests included."""
    verdict = checked(tmp_path, name, "--live")
    assert (verdict["verdict"], verdict["findings"]) == ("kept", [])


@pytest.mark.whole
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_the_contract_of_an_example_notices_wrong_values(name: str) -> None:
    """An audit finds that the document notices every lie that its notes do not give up."""
    done = command("audit", name, "--project", str(EXAMPLES / name), "--survivors", "--at-least", "100")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_imports_only_the_top_of_metermock(name: str) -> None:
    """A handler of an example needs nothing but metermock and Python."""
    tree = ast.parse((EXAMPLES / name / "handlers" / f"{name}.py").read_text("utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    assert {module for module in modules if module.partition(".")[0] not in sys.stdlib_module_names} == {
        "metermock"
    }
