"""The bundled documents by themselves, with neither handlers nor worlds, keep their rules by repair."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MEASURED = """
import json, sys
from pathlib import Path
from bench.repair import copies, measure
folder, name, repairs = sys.argv[1:]
(document,) = (path for path in copies(Path(folder)) if path.name.startswith(name))
found = measure(document, repairs=repairs == "yes", seeds=(0,))
musts = {rule: held.broken for rule, held in found.rules.items() if held.level == "must" and held.applied}
print(json.dumps({"musts": musts, "failed": found.failed, "invalid": found.invalid}))
"""


def measured(folder: Path, name: str, *, repairs: bool) -> dict[str, Any]:
    """How often each must rule that applied was broken, in a process of its own."""
    words = [sys.executable, "-W", "ignore", "-c", MEASURED, str(folder), name, "yes" if repairs else "no"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ["onceonly", "glyphnet"])
def test_a_bundled_document_keeps_its_rules_by_repair(tmp_path: Path, name: str) -> None:
    """Every must rule that applies holds for all accounts and parameters, and every reply is valid."""
    found = measured(tmp_path, name, repairs=True)

    assert [rule for rule, broken in found["musts"].items() if broken] == []
    assert len(found["musts"]) > 10
    assert (found["failed"], found["invalid"]) == (0, {})


def test_without_repair_rules_break(tmp_path: Path) -> None:
    """It is repair that keeps them: without it a third of the rules break."""
    broken = measured(tmp_path, "onceonly", repairs=False)["musts"].values()

    assert sum(count > 0 for count in broken) > len(broken) / 3
