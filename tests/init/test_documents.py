"""Every document of the suite and of the vendors becomes a project that is as sound as the document is."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.cli import main
from metermock.contract.lint.documents import examination
from metermock.project import Project

TESTS = Path(__file__).parents[1]
DOCUMENTS = sorted([*(TESTS / "suite" / "documents").glob("*.yaml"), *(TESTS / "vendors").glob("*.yaml")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_a_project_says_no_more_than_its_document(document: Path, tmp_path: Path) -> None:
    """The bytes are the same, rules compile and reach their operations, and the project loads."""
    assert main(["init", str(document), "-o", str(tmp_path / "new"), "--name", "one"]) == 0
    (copy,) = (tmp_path / "new" / "openapi").glob("*.openapi.*")
    assert copy.read_bytes() == document.read_bytes()
    before, after = examination(document), examination(copy)
    assert [each.problem for each in after.errors] == [each.problem for each in before.errors]
    assert [each.problem for each in after.notes] == [each.problem for each in before.notes]
    contract = Project(tmp_path / "new").load("one").contract
    overlays = [path.read_text() for path in (tmp_path / "new").rglob("*.overlay.yaml")]
    reached = sum(len(operation.rules) for operation in contract.operations)
    assert reached >= sum(text.count("- id: one-") for text in overlays)
