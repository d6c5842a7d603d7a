"""Schemas of fields are compiled when something asks whether a value fits."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.schemas import Compiled, Schemas
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.scene import Scene

NOW = 1_773_848_527


class Counted(Schemas):
    """The schemas of a document without any, which count what is compiled."""

    def __init__(self) -> None:
        super().__init__({})
        self.compiled = 0

    def validator(self, schema: Any, *, closed: bool, is_request: bool = False) -> Compiled:
        """A compiled schema."""
        self.compiled += 1
        return super().validator(schema, closed=closed, is_request=is_request)


def test_making_an_object_compiles_no_schema_of_fields_that_nothing_asks_about() -> None:
    """The first reply of a large document does not wait for the validators of all of its fields."""
    schemas = Counted()
    fields = {name: {"type": "string"} for name in ("colour", "city", "country")}

    made = Builder(schemas).node({"type": "object", "properties": fields}).make(Scene(NOW), 7, 0)

    assert (list(made), schemas.compiled) == (list(fields), 0)


def test_what_a_request_says_is_held_against_the_schema_of_its_field() -> None:
    """Only the fields that the request names are compiled."""
    schemas = Counted()
    fields = {"colour": {"enum": ["red", "blue"]}, "city": {"type": "string"}}
    node = Builder(schemas).node({"type": "object", "properties": fields})

    made = node.make(Scene(NOW, said={"colour": "a colour that is not there"}), 7, 0, main=True)

    assert (made["colour"] in ("red", "blue"), schemas.compiled) == (True, 1)


@pytest.mark.parametrize("closed", [True, False])
def test_a_schema_is_compiled_once_however_often_it_is_asked(closed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Acceptance keeps what it compiled, with undocumented fields forbidden where that is asked."""
    schemas = Counted()
    accepts = Acceptance(schemas, {"type": "object", "properties": {"a": True}}, closed=closed)

    assert [accepts({}), accepts({"more": 1}), accepts(1)] == [True, not closed, False]
    assert schemas.compiled == 1


@pytest.mark.parametrize(
    ("schema", "is_known"),
    [
        ({"type": "integer"}, True),
        ({"type": "number", "minimum": -1, "description": "A sum.", "example": 3}, True),
        ({"type": "integer", "minimum": 0.5}, True),
        ({"type": "integer", "minimum": 0, "maximum": 3}, False),
        ({"type": "integer", "exclusiveMinimum": 0}, False),
        ({"type": "integer", "multipleOf": 2}, False),
        ({"type": ["integer", "null"]}, False),
        ({"type": "string"}, False),
        ({"minimum": 1}, False),
        (True, False),
    ],
)
def test_integers_that_a_schema_takes_all_need_no_validator(schema: Any, is_known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Of a type with no more than a least value these are known; a validator says the same of all else."""
    schemas = Counted()
    accepts, judged = Acceptance(schemas, schema, closed=False), Schemas({}).validator(schema, closed=False)

    assert accepts(7) == judged.is_valid(7)
    assert schemas.compiled == (0 if is_known else 1)
    for value in (-2, -1, 0, 1, 4, 1 << 70, -(1 << 70), 2.0, 0.25, True, None, "7", [7]):
        assert accepts(value) == judged.is_valid(value), value
