"""Each document of the suite is read right, and tells a right server from a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.suite.document import Document, Line, told

FEATURES = Path(__file__).with_name("documents")
VENDORS = Path(__file__).parent.with_name("vendors")
DOCUMENTS = [Document.of(path) for folder in (FEATURES, VENDORS) for path in sorted(folder.glob("*.yaml"))]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.path.stem)


@each_document
def test_it_is_read_with_the_expected_notes(document: Document) -> None:
    """Every operation can be used, and nothing is noted but what is odd."""
    contract = document.contract()
    notes, expected = [str(note) for note in contract.notes], document.suite.get("notes", [])
    left_out = [each.title for each in contract.left_out]
    assert [re.search(wanted, note) is not None for wanted, note in zip(expected, notes, strict=False)] == [
        True for _ in expected
    ], notes
    assert len(notes) == len(expected), notes
    assert left_out == document.suite.get("left-out", [])


@each_document
def test_its_parameters_are_read_and_written(document: Document) -> None:
    """Each request says the values that are written beside it, and a client that has them sends it."""
    contract = document.contract()
    for text, values in document.suite.get("reads", {}).items():
        line = Line.of(contract, text)
        assert line.read() == (values, set()), text
        assert line.written(values) == (line.query, line.path, line.headers), text


@each_document
def test_other_spellings_are_read_too(document: Document) -> None:
    """A request that no client of ours would write has values too: defaults, other orders, spaces."""
    contract = document.contract()
    for text, values in document.suite.get("takes", {}).items():
        assert Line.of(contract, text).read() == (values, set()), text


@each_document
def test_what_its_parameters_refuse_is_named(document: Document) -> None:
    """The violation names the parameter."""
    contract = document.contract()
    for text, name in document.suite.get("refuses", {}).items():
        assert Line.of(contract, text).read()[1] == {name}, text


@each_document
def test_a_right_server_keeps_it(document: Document) -> None:
    """No finding but expected warnings; what has to be asked was asked, and answered well."""
    verdict, server = document.check(document.right())
    assert [verdict.verdict, verdict.reason, *document.surprises(verdict)] == ["kept", ""]
    answered = {f"{asked.method} {asked.target}" for asked, status in server.asked if status < 400}
    for wanted in document.suite.get("asked", []):
        assert any(re.fullmatch(wanted, each) for each in answered), (wanted, sorted(answered))


@each_document
def test_a_wrong_server_is_found_out(document: Document) -> None:
    """The verdict is broken, and a finding names the fault that was planted."""
    verdict, _ = document.check(document.wrong())
    assert verdict.verdict == "broken", verdict.reason
    assert document.names_fault(verdict), told(verdict)
