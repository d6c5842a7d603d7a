from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import load_contract
from metermock.errors import ContractError

ABSENT = 'x-absent: ["", "null"]'
INVALID = "x-invalid-examples:\n        unknownSpan:\n          value: year"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (ABSENT, "x-absent: none", "x-absent of X-Workspace-Id is not a list of texts"),
        (ABSENT, "x-absent: ['', null]", "x-absent of X-Workspace-Id is not a list of texts"),
        ("description: Most days.", "x-absent: ['']", "x-absent of limit is not in a header"),
        (INVALID, "x-invalid-examples: [year]", "x-invalid-examples of span is not a map"),
        (INVALID, "x-invalid-examples: {year: year}", "the invalid example 'year' of span has no value"),
        (INVALID, "x-invalid-examples: {year: {value: day}}", "'day', is valid"),
        (INVALID, "x-invalid-examples: {week: {value: year}}", "'week' of span is among its examples too"),
    ],
)
def test_a_faulty_extension_is_refused_at_load(
    altered: Callable[[str, str], Path], old: str, new: str, problem: str
) -> None:
    """What could never be sent, or never be read, is an error with its line."""
    path = altered(old, new)
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert problem in str(caught.value)
    assert "x-" in path.read_text().splitlines()[caught.value.line - 1]


def test_other_texts_may_leave_a_header_out(altered: Callable[[str, str], Path]) -> None:
    """Only the texts that the contract lists do; without a list, every text is a value."""
    for absent, left_out in (("x-absent: [none]", True), ("x-other: 1", False)):
        operation = load_contract(altered(ABSENT, absent)).operation("getUsage")
        for text in ("null", "none"):
            values, _ = operation.read([], {"x-workspace-id": text})
            assert ("X-Workspace-Id" not in values) is (left_out and text == "none")


def test_a_schema_with_null_leaves_a_header_out(altered: Callable[[str, str], Path]) -> None:
    """Documents of others say it so: empty and `null` stand for null."""
    plain = f"{ABSENT}\n      schema:\n        type: string"
    path = altered(plain, "schema:\n        type: [string, 'null']")
    operation = load_contract(path).operation("getUsage")
    read = [operation.read([], {"x-workspace-id": text})[0] for text in ("", "null", "a")]
    assert [values.get("X-Workspace-Id") for values in read] == [None, None, "a"]
