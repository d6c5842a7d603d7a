"""What is proven to be within another schema is within it, for whatever value."""

from __future__ import annotations

import itertools
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # a validator that the product does not use
import pytest

from metermock.contract.containment import Containment
from metermock.contract.samples import Samples
from metermock.contract.schemas import Schemas

TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "required": [*required], "properties": properties}


SCHEMAS: dict[str, Any] = {
    "anything": {},
    "nothing": {"not": {}},
    "text": TEXT,
    "long": {**TEXT, "minLength": 3},
    "longer": {**TEXT, "minLength": 5, "maxLength": 6},
    "date": {**TEXT, "format": "date"},
    "bytes": {**TEXT, "format": "byte"},
    "named": {"enum": ["ada", "bob"]},
    "one": {"const": "ada"},
    "zero or false": {"enum": [0, False]},
    "false": {"const": False},
    "null or text": {"type": ["null", "string"]},
    "number": NUMBER,
    "whole": WHOLE,
    "few": {**WHOLE, "minimum": 0, "maximum": 5},
    "above": {"type": "number", "exclusiveMinimum": 0},
    "open": fields(id=TEXT),
    "more": fields("id", id=TEXT, size=WHOLE),
    "part of": {"allOf": [{"$ref": "#/components/schemas/more"}, fields("size")]},
    "closed": {**fields("id", id=TEXT), "additionalProperties": False},
    "closed beside": {"allOf": [{**fields("id", id=TEXT), "additionalProperties": False}, fields(size=TEXT)]},
    "closed over all": {**fields(id=TEXT, size=WHOLE), "unevaluatedProperties": False},
    "closed over one": {**fields(id=TEXT), "unevaluatedProperties": False},
    "map": {"type": "object", "additionalProperties": WHOLE},
    "map of named": {**fields(id=WHOLE), "additionalProperties": TEXT},
    "map of texts": {"type": "object", "additionalProperties": TEXT},
    "by pattern": {"type": "object", "patternProperties": {"^i": TEXT}, "additionalProperties": False},
    "untyped": {"properties": {"id": TEXT}},
    "list": {"type": "array", "items": TEXT},
    "list of named": {"type": "array", "items": {"$ref": "#/components/schemas/named"}, "maxItems": 2},
    "pair": {"type": "array", "prefixItems": [WHOLE], "items": TEXT},
    "tree": fields(next={"$ref": "#/components/schemas/tree"}, id=TEXT),
    "tree of whole": fields(next={"$ref": "#/components/schemas/tree of whole"}, id=TEXT, size=WHOLE),
    "choice": {"anyOf": [TEXT, WHOLE]},
    "one choice": {"oneOf": [TEXT, WHOLE]},
    "one or nothing": {"const": "ada", "enum": ["bob"]},
    "number in a list": {"const": [1]},
    "true in a list": {"enum": [[True]]},
    "text that is not": {"allOf": [False], **TEXT},
}
VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        4,
        5.5,
        -1,
        "",
        "ada",
        "bob",
        "abcdef",
        "2026-01-01",
        [],
        [1],
        ["ada"],
        [1, "a"],
        [True],
    ),
    *(
        {},
        {"id": "a"},
        {"id": 1},
        {"id": "a", "size": 1},
        {"size": "a"},
        {"size": 1},
        {"id": "a", "size": "b"},
    ),
    *({"next": {"id": 1}}, {"next": {"id": "a", "size": "b"}}, {"other": 1}, {"other": "a"}),
]
PROVEN = {
    *(("whole", "number"), ("few", "whole"), ("longer", "long"), ("named", "text"), ("one", "named")),
    *(("text", "bytes"), ("date", "text"), ("more", "open"), ("part of", "more"), ("part of", "open")),
    *(("closed", "open"), ("closed", "map of texts"), ("more", "untyped"), ("list of named", "list")),
    *(("tree of whole", "tree"), ("text", "null or text"), ("false", "zero or false"), ("tree", "open")),
}


def compared() -> tuple[Schemas, Containment]:
    """What compares the schemas."""
    schemas = Schemas({"components": {"schemas": SCHEMAS}})
    return schemas, Containment(schemas)


@pytest.mark.parametrize(("inner", "outer"), sorted(PROVEN))
def test_what_the_keywords_tell_is_proven(inner: str, outer: str) -> None:
    """Narrower types, bounds, lists and formats, more fields, and types that hold themselves."""
    _, containment = compared()
    assert containment.within(SCHEMAS[inner], SCHEMAS[outer])


def test_what_is_proven_holds_for_every_value() -> None:
    """Of each two schemas, in any order of asking, by another validator."""
    schemas, containment = compared()
    samples = Samples(schemas)
    values = [
        *VALUES,
        *(value for each in SCHEMAS.values() for value in itertools.islice(samples.proposed(each), 20)),
    ]
    valid = {
        name: [
            jsonschema.Draft202012Validator(
                {**schema, "components": {"schemas": SCHEMAS}}, format_checker=jsonschema.FormatChecker()
            ).is_valid(value)
            for value in values
        ]
        for name, schema in SCHEMAS.items()
    }
    proven = [
        pair for pair in itertools.permutations(SCHEMAS, 2) if containment.within(*map(SCHEMAS.get, pair))
    ]
    wrong = [
        (inner, outer, value)
        for inner, outer in proven
        for value, fits, also in zip(values, valid[inner], valid[outer], strict=True)
        if fits and not also
    ]
    assert set(proven) >= PROVEN
    assert wrong == []


def test_a_proof_that_rests_on_a_failed_one_is_forgotten() -> None:
    """What holds only as long as the whole would hold does not stay, whichever is asked first."""
    one = fields(size=WHOLE, next={"$ref": "#/components/schemas/one"})
    other = fields(next={"$ref": "#/components/schemas/other"}, size=TEXT)
    containment = Containment(Schemas({"components": {"schemas": {"one": one, "other": other}}}))
    assert not containment.within(one, other)
    assert not containment.within(one["properties"]["next"], other["properties"]["next"])
