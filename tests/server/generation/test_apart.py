"""Of kinds that overlap a value is made that one of them alone takes, as another validator says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # a validator that the mock does not use
import pytest

from tests.server.generation.made import COUNT, TEXT, WHOLE, object_of
from tests.server.generation.test_values import asked, contract_of, replies_of


def kind(*required: str, **fields: Any) -> dict[str, Any]:
    """The schema of an object with an id, some fields, and some of them required."""
    return {"type": "object", "required": ["id", *required], "properties": {"id": TEXT, **fields}}


KINDS: dict[str, Sequence[Any]] = {
    "one with a field that may be null": [kind(), kind(capacity={"type": ["integer", "null"]})],
    "three with a field each": [kind(**{name: TEXT}) for name in ("place", "place_id", "place_url")],
    "one within two others": [kind(), kind(role={"enum": ["root", "leaf"]}), kind(macs={"items": TEXT})],
    "one that another demands more of": [kind("note", note=TEXT), kind(note=TEXT)],
    "a number and a whole one": [object_of(count={"type": "number"}), object_of(count=WHOLE)],
    "a text and one of a list": [object_of(name=TEXT), object_of(name={"enum": ["ada", "bob"]})],
    "bounds that cross": [
        object_of(size={**COUNT, "maximum": 100_000}),
        object_of(size={**WHOLE, "minimum": 5}),
    ],
    "whole numbers alone": [{"type": "number"}, {"type": "integer"}],
    "lists of rows that overlap": [
        {"type": "array", "minItems": 1, "items": each} for each in (kind(), kind("note", note=TEXT))
    ],
    "a text and anything": [TEXT, {"description": "Whatever it is."}],
    "two flags": [object_of(on={"type": "boolean"}), object_of(on={"const": True})],
}


@pytest.mark.parametrize("name", KINDS)
def test_a_value_is_of_one_kind_alone(tmp_path: Path, name: str) -> None:
    """Whatever the seed, exactly one kind takes it: what tells it from the others is changed."""
    contract = contract_of(tmp_path, {"oneOf": KINDS[name]})
    for seed in range(4):
        reply = replies_of(contract, seed)["getIt"](asked("getIt"))
        value = json.loads(reply.body) if isinstance(reply.body, bytes) else reply.body
        fitting = [each for each in KINDS[name] if jsonschema.Draft202012Validator(each).is_valid(value)]

        assert (reply.status, len(fitting)) == (200, 1), value


def test_a_field_less_is_better_than_one_of_a_wrong_type(tmp_path: Path) -> None:
    """Where a kind may leave out what the other demands, it does."""
    contract = contract_of(tmp_path, {"oneOf": [kind("note", note=TEXT), kind(note=TEXT)]})
    assert replies_of(contract, 0)["getIt"](asked("getIt")).body.keys() == {"id"}
