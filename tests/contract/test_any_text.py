"""Parameters that take any text are read without their validator, and mean what they meant with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Operation
from metermock.contract.any_text import takes_any_text
from tests.contract.wire import TEXT, operation_of

OTHER = {"type": "string", "minLength": 0}
"""The same schema, in words that have to be asked."""
QUERIES = [
    *(
        "name=",
        "name=a",
        "name=null",
        "name=true",
        "name=7",
        "name=a%2Cb",
        "name=a,b",
        "name=%00",
        "name=%ff",
    ),
    *("name=a+b", "name", "name=a&name=b", "", "name=%E2%98%83", "name=%ED%A0%80"),
]


def operations(folder: Path, **more: Any) -> list[Operation]:
    """Two operations with a parameter of each schema."""
    found = []
    for number, schema in enumerate((TEXT, OTHER)):
        (folder / str(number)).mkdir()
        parameter = {"name": "name", "in": "query", "schema": schema, **more}
        found.append(operation_of(folder / str(number), parameter))
    return found


@pytest.mark.parametrize("more", [{}, {"required": True}, {"allowEmptyValue": True}])
def test_any_text_is_read_as_a_schema_of_more_words_reads_it(tmp_path: Path, more: dict[str, Any]) -> None:
    """Values and faults are the same for odd texts, at the first and at the second time."""
    one, other = operations(tmp_path, **more)
    faulty = 0
    for query in QUERIES * 2:
        read, expected = (each.read_text(query, {}, path={}, strict=True) for each in (one, other))
        assert read == expected, query
        assert all(type(value) is str for value in read[0].values())
        faulty += bool(expected[1])
    # What is no Unicode, or has a NUL, is refused in both.
    assert faulty >= 2 * 3


def test_a_path_and_a_header_are_read_alike(tmp_path: Path) -> None:
    """So are the texts of paths and headers."""
    found = []
    for number, schema in enumerate((TEXT, OTHER)):
        (tmp_path / str(number)).mkdir()
        place = {"name": "id", "in": "path", "required": True, "schema": schema}
        header = {"name": "X-Name", "in": "header", "schema": schema}
        operation = operation_of(tmp_path / str(number), place, header, path="/usage/{id}")
        found.append(
            [
                operation.read_text("", {"x-name": text}, path={"id": text}, strict=True)
                for text in ("a", "a,b", " a ", "", "\0", "\udcff")
            ]
        )
    assert found[0] == found[1]
    assert found[0][0][0] == {"id": "a", "X-Name": "a"}


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["a"]},
        {"type": "string", "format": "date"},
        {"type": "string", "not": {}},
        {"$ref": "#/components/schemas/T", "type": "string"},
    ],
)
def test_what_may_forbid_a_text_is_asked(schema: Any) -> None:
    """Only words that say nothing of values are passed over."""
    assert not takes_any_text(schema)


def test_notes_forbid_no_text() -> None:
    """A description, examples and extensions leave every text right."""
    assert takes_any_text({"type": "string", "description": "An id.", "examples": ["a"], "x-kept": 1})
