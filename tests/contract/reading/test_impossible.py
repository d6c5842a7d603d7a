"""A schema that no value fits is read as it is meant; where some value fits, as written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
OF_TEXT = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
ALSO = {**OF_TEXT, "description": "The same in other words."}
WIDER = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": WHOLE}}
STRICT = {**WIDER, "required": ["name", "size"]}
KIND = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}}}


@pytest.mark.parametrize(
    ("kinds", "value"),
    [
        ([OF_TEXT, ALSO], {"name": "a"}),
        ([OF_TEXT, ALSO, STRICT], {"name": "a", "size": 1}),
        ([STRICT, WIDER, WIDER], {"name": "a", "size": 1}),
    ],
)
def test_kinds_that_nothing_tells_apart_are_any_of_them(tmp_path: Path, kinds: Any, value: Any) -> None:
    """By the letter each of their values fits two kinds, and no reply would be right."""
    contract = read(tmp_path, document(schema={"oneOf": kinds}))
    assert accepts(contract, value)
    assert not accepts(contract, {"name": 1})
    assert ["it is read as anyOf" in note.problem for note in contract.notes] == [True]


@pytest.mark.parametrize("kinds", [[OF_TEXT, WIDER], [OF_TEXT, STRICT], [OF_TEXT, KIND], [TEXT, WHOLE]])
def test_kinds_of_which_one_has_values_of_its_own_stay_as_written(tmp_path: Path, kinds: Any) -> None:
    """A value of two kinds is wrong, as the document says."""
    contract = read(tmp_path, document(schema={"oneOf": kinds}))
    assert not accepts(contract, {"name": "a", "size": 1, "kind": "a"}, closed=False)
    assert contract.notes == ()


@pytest.mark.parametrize("choice", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("null", [None, "a", 1], [True]),
        (["null"], [None, "a", 1], [True]),
        ("object", ["a", 1], [None, {}]),
        ("string", ["a"], [1, None]),
        (["string", "null"], ["a"], [1, None]),
    ],
)
def test_a_type_that_no_kind_has_is_passed_over(
    tmp_path: Path, choice: str, kind: Any, good: list[Any], bad: list[Any]
) -> None:
    """`type: null` beside kinds means that they may be null too; a type that one of them has stays."""
    contract = read(tmp_path, document(schema={"type": kind, choice: [TEXT, WHOLE]}))
    assert [accepts(contract, each) for each in [*good, *bad]] == [True] * len(good) + [False] * len(bad)
    assert [f"no kind of its {choice}" in note.problem for note in contract.notes] == [True] * (
        "string" not in kind
    )


def test_kinds_that_a_reference_leads_into_stay_as_written(tmp_path: Path) -> None:
    """A reference by the place would lead nowhere."""
    schemas = {"Both": {"oneOf": [OF_TEXT, ALSO]}, "One": {"$ref": "#/components/schemas/Both/oneOf/0"}}
    written = document(schema={"$ref": "#/components/schemas/One"}, components={"schemas": schemas})
    contract = read(tmp_path, written)
    assert accepts(contract, {"name": "a"})
    assert contract.notes == ()


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "enum": [10, 2.5, True]}, ["10", "2.5", "true"], [10, "11"]),
        ({"type": ["integer", "null"], "enum": ["1", "2", None]}, [1, 2, None], ["1", 3]),
        ({"type": "number", "enum": ["0.5"]}, [0.5], ["0.5"]),
        ({"type": "boolean", "enum": ["true"]}, [True], [False, "true"]),
        ({"type": "integer", "enum": ["1 (slow)", "2 (fast)"]}, ["1 (slow)"], [1, "slow"]),
        ({"type": "array", "items": TEXT, "enum": ["a", "b"]}, [["a", "b"], []], ["a", ["c"]]),
        ({"type": "array", "enum": ["a"]}, [["a"]], ["a", ["b"]]),
    ],
)
def test_an_enum_without_a_value_of_its_type(
    tmp_path: Path, schema: Any, good: list[Any], bad: list[Any]
) -> None:
    """Its values are read as of the type where they can be, as of the items of a list, or as written."""
    contract = read(tmp_path, document(schema=schema))
    assert [accepts(contract, each) for each in (*good, *bad)] == [True] * len(good) + [False] * len(bad)
    assert ["no value of the enum is of the type" in note.problem for note in contract.notes] == [True]


@pytest.mark.parametrize("schema", [{"type": "string", "enum": ["a", 1]}, {"type": "number", "enum": [1]}])
def test_an_enum_with_a_value_of_its_type_stays_as_written(tmp_path: Path, schema: Any) -> None:
    """The others are passed over as before: no value can be one of them."""
    contract = read(tmp_path, document(schema=schema))
    assert accepts(contract, next(each for each in schema["enum"] if each != 1 or schema["type"] == "number"))
    assert contract.notes == ()


@pytest.mark.parametrize(
    ("pattern", "good", "bad", "told"),
    [
        ("/^[a-z]{2}$/", "ab", "abc", "it is read without them"),
        (r"/^a\/b$/g", "a/b", "ab", "it is read without them"),
        ("/^[a-z]{2}$/i", "ABC", None, "nothing is held to it"),
        ("/^a$|^b$/", "b", "/b", "it is read without them"),
        ("/^a|x|b$/", "x", "a", ""),
        ("/usage/", "/usage/", "usage", ""),
    ],
)
def test_a_pattern_with_the_slashes_of_a_program(
    tmp_path: Path, pattern: str, good: str, bad: str | None, told: str
) -> None:
    """No text has a slash before its beginning; where a text can match, the slashes are characters."""
    contract = read(tmp_path, document(schema={"type": "string", "pattern": pattern}))
    assert bad is None or not accepts(contract, bad)
    assert accepts(contract, good)
    assert [told in note.problem for note in contract.notes] == [True] * bool(told)


def test_a_reference_into_what_is_not_read_takes_its_operation_out(tmp_path: Path) -> None:
    """OpenAPI 3.0 ignores what stands beside a `$ref`: the others of the document are read."""
    beside = {"$ref": "#/components/schemas/Name", "allOf": [{"properties": {"size": WHOLE}}]}
    schemas = {
        "Name": TEXT,
        "Beside": beside,
        "Lost": {"properties": {"size": {"$ref": "#/components/schemas/Beside/allOf/0/properties/size"}}},
    }
    written = document(
        version="3.0.3", schema={"$ref": "#/components/schemas/Lost"}, components={"schemas": schemas}
    )
    good = {"get": {"operationId": "good", "responses": {"200": {"description": "ok"}}}}
    contract = read(tmp_path, {**written, "paths": {**written["paths"], "/good": good}})
    assert [each.id for each in contract.operations] == ["good"]
    assert "which is not read, as beside a $ref" in contract.left_out[0].problem.problem


INSTANT = {"type": "string", "format": "date-time"}
OF_ID = {"type": "string", "pattern": "^se(-[a-z0-9]+)+$", "maxLength": 25}


@pytest.mark.parametrize(
    "schema",
    [
        {**INSTANT, "pattern": "^se-[0-9]+$"},
        {**INSTANT, "allOf": [OF_ID]},
        {**INSTANT, "allOf": [{"$ref": "#/components/schemas/Id"}]},
    ],
)
def test_a_pattern_that_no_text_of_the_format_fits_is_passed_over(tmp_path: Path, schema: Any) -> None:
    """An instant like `se-1` there is not; elsewhere the same pattern stays."""
    both = {"type": "object", "properties": {"at": schema, "id": OF_ID}}
    contract = read(tmp_path, document(schema=both, components={"schemas": {"Id": OF_ID}}))
    assert accepts(contract, {"at": "2026-03-18T12:00:00Z", "id": "se-1"})
    assert not accepts(contract, {"at": "se-1", "id": "se-1"})
    assert not accepts(contract, {"at": "2026-03-18T12:00:00Z", "id": "2026-03-18T12:00:00Z"})
    assert ["no date-time fits the pattern" in note.problem for note in contract.notes] == [True]


@pytest.mark.parametrize(
    ("schema", "good", "told"),
    [
        ({"format": "time", "pattern": "^\\d\\d:\\d\\d$"}, "12:30", "the format is passed over"),
        ({"format": "date", "pattern": "^\\d{8}$"}, "20260318", "the format is passed over"),
        ({"format": "uuid", "pattern": "^[0-9a-f]{32}$"}, "0" * 32, "the format is passed over"),
        ({"format": "date", "pattern": "^X", "example": "X1"}, "X1", "the format is passed over"),
        (
            {"format": "date", "pattern": "^\\d{8}$", "example": "2026-03-18"},
            "2026-03-18",
            "the pattern is passed over",
        ),
        ({"format": "email", "pattern": "^[a-z]+$"}, "a@b.example", "the pattern is passed over"),
        ({"format": "date", "maxLength": 8}, "2026-03-18", "maxLength is passed over"),
        ({"format": "date", "maxLength": 8, "example": "20260318"}, "20260318", "the format is passed over"),
        ({"format": "ipv4", "minLength": 20}, "192.0.2.1", "minLength is passed over"),
    ],
)
def test_of_a_format_and_what_excludes_it_the_one_that_is_meant_stays(
    tmp_path: Path, schema: Any, good: str, told: str
) -> None:
    """An example tells; else a pattern of the format's characters is meant, and no other."""
    contract = read(tmp_path, document(schema={"type": "string", **schema}))
    assert accepts(contract, good)
    assert not accepts(contract, "-" * 40)
    assert [told in note.problem for note in contract.notes] == [True]


@pytest.mark.parametrize(
    "pattern", ["^2026", "T12", "^a?2026", "^a*2026", "^a|^2026", "^[a-z2][a-z0]26", "^(a)?2"]
)
def test_a_pattern_that_some_text_of_the_format_fits_stays(tmp_path: Path, pattern: str) -> None:
    """Nobody can say that it excludes the format."""
    contract = read(tmp_path, document(schema={**INSTANT, "pattern": pattern}))
    assert accepts(contract, "2026-03-18T12:00:00Z")
    assert not accepts(contract, "0000-03-18T13:00:00Z")
    assert contract.notes == ()
