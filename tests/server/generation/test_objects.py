"""The fields of made objects stand as they are documented."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.ledger.calendar import DAY
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.values import figures, texts
from metermock.server.generation.values.scene import Scene

KEYS = [dice.key("test", number) for number in range(40)]


@pytest.mark.parametrize("names", [["id", "city", "count"], ["city", "id", "count"], ["city", "count"]])
def test_fields_stand_in_the_order_of_the_document(names: list[str]) -> None:
    """The identity is made first, and stands where the document has it."""
    node = Builder(Schemas({})).node({"type": "object", "properties": {each: {} for each in names}})
    assert list(node.make(Scene(0), KEYS[0], 0)) == names


def test_a_schema_in_a_circle_is_made_again_and_again() -> None:
    """A node that is built while it is used makes the same values afterwards."""
    fields: dict[str, Any] = {"name": {"type": "string"}, "child": {"$ref": "#/components/schemas/Part"}}
    document = {"components": {"schemas": {"Part": {"type": "object", "properties": fields}}}}
    node = Builder(Schemas(document)).node({"$ref": "#/components/schemas/Part"})

    first, second = (node.make(Scene(0), KEYS[0], 0) for _ in range(2))

    assert first == second
    assert first["child"]["child"]["name"] != first["name"]


def test_numbers_have_no_more_digits_than_people_write() -> None:
    """A price is a whole number of cents, as close to it as a float can be."""
    make = figures.maker("price", {"type": "number"}, integer=False)
    made = [make(Scene(0), key) for key in KEYS]
    assert all(number == round(number, 2) for number in made)
    assert any(number != int(number) for number in made)


def test_an_id_like_an_example_keeps_its_shape() -> None:
    """What stands before the last separator stays; digits and letters are drawn, each for its own kind."""
    make = texts.maker("id", "order", {"example": "ord_A7x-2041"})
    made = {make(key) for key in KEYS}
    assert len(made) > len(KEYS) // 2
    assert all(each.startswith("ord_A7x-") and each[8:].isdecimal() and len(each) == 12 for each in made)
    assert not any(each[8] == "0" for each in made)


def test_days_share_what_is_used_of_a_limit() -> None:
    """`used` of the rows adds up to `used` beside them, which is what the limit does not have left."""
    count = {"type": "integer", "minimum": 0}
    row = {"type": "object", "required": ["used"], "properties": {"used": count}}
    fields = {"used": count, "limit": count, "remaining": count, "days": {"type": "array", "items": row}}
    node = Builder(Schemas({})).node({"type": "object", "required": [*fields], "properties": fields})
    made = node.make(Scene(20 * DAY), KEYS[0], 0, main=True)
    assert sum(each["used"] for each in made["days"]) == made["used"] == made["limit"] - made["remaining"] > 0


def test_a_list_of_what_would_go_on_for_ever_is_empty() -> None:
    """A list that may have no rows has none of those that cannot be made; what stands beside it is made."""
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/parts/Endless"}}}
    rows = {"type": "array", "items": {"$ref": "#/parts/Endless"}}
    node = Builder(Schemas({"parts": {"Endless": endless}})).node(
        {
            "type": "object",
            "required": ["rows", "colour"],
            "properties": {"rows": rows, "colour": {"const": "red"}},
        }
    )

    assert node.make(Scene(0), KEYS[0], 0, main=True) == {"rows": [], "colour": "red"}
