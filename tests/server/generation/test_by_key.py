"""Values inside of objects that are written into the objects' functions, beside asking their nodes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest

from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.objects import Object
from metermock.server.generation.makers.unrolled import unrolled
from metermock.server.generation.values.scene import DEEP, DEEPEST, Page, Scene
from tests.server.generation.made import COUNT, INSTANT, TEXT, filled, object_of, rows_of
from tests.work import calls_of

KEYS = [dice.key("test", number) for number in range(4)]
LOOP: dict[str, Any] = {"$ref": "#/components/schemas/Loop"}
CODE: dict[str, Any] = {"enum": ["a", "b", "c"]}
OBJECT_OR_NULL = {"type": ["object", "null"]}


def list_of(items: Any, **rest: Any) -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": items, **rest}


def map_of(values: Any, **rest: Any) -> dict[str, Any]:
    """The schema of an object whose fields have names of their own."""
    return {"type": "object", "additionalProperties": values, **rest}


def some_of(**fields: Any) -> dict[str, Any]:
    """The schema of an object that may lack each of its fields."""
    return {"type": "object", "properties": fields}


ROW: dict[str, Any] = {
    "id": TEXT,
    "state": {"type": ["string", "null"], "enum": ["open", "paid", None]},
    "deleted_reason": {"type": ["string", "null"]},
    "units": {"type": "string", "pattern": "^[0-9]+.?[0-9]*$", "example": "1.0"},
    "count": {"type": ["integer", "null"]},
    "monthly_limit": {"type": ["integer", "null"]},
    "last_used_at": {"type": ["string", "null"], "format": "date-time"},
    "created_at": INSTANT,
    "updated_at": INSTANT,
    "is_test": {"type": "boolean"},
    "is_unlimited": {"type": "boolean"},
    "plan": TEXT,
}
VALUES: dict[str, Any] = {
    "rows": rows_of(**ROW),
    "row": some_of(**ROW),
    "unnamed": list_of(some_of(note=TEXT, labels=list_of(CODE))),
    "few": list_of(COUNT, maxItems=2, minItems=1),
    "many": list_of(COUNT, minItems=9),
    "only_one": list_of({"type": "array", "items": CODE, "maxItems": 1}),
    "distinct": list_of(CODE, uniqueItems=True),
    "pair": {"type": "array", "prefixItems": [COUNT, TEXT]},
    "maps": list_of({"type": "object"}),
    "by_model": map_of(rows_of(kind=CODE, cost=COUNT)),
    "by_day": map_of(COUNT, propertyNames={"format": "date"}),
    "named": map_of(COUNT, propertyNames={"pattern": "^k[0-9]{2}$"}),
    "one_name": map_of({"type": ["integer", "null"]}, maxProperties=1),
    "nullable": list_of(some_of(value=COUNT) | OBJECT_OR_NULL) | {"type": ["array", "null"]},
    "deep": rows_of(a=rows_of(b=rows_of(c=rows_of(d=CODE)))),
    "optional": list_of(some_of(a=rows_of(b=rows_of(c=CODE)), z=CODE)),
    "loop": list_of(LOOP),
    "either": {"type": "array", "items": {"oneOf": [{"type": "integer"}, object_of(value=CODE)]}},
    "series": rows_of(date={"type": "string", "format": "date"}, used=COUNT),
    "shares": object_of(parts=rows_of(name=TEXT, used=COUNT), used=COUNT, limit=COUNT, remaining=COUNT),
}  # fmt: skip
FULL = Scene(now=1_773_848_527)
GIVEN: list[dict[str, Any]] = [
    *({"deep": deep} for deep in (0, 2, 3, DEEP)),
    {"sparse": True},
    {"account": "empty"},
    {"account": "unlimited", "seed": 3},
    {"account": "huge", "event": "made"},
    {"asked": KEYS[0]},
    {"home": KEYS[1], "asked": KEYS[2]},
    {"rows": (4, 2)},
    {"page": Page(range(3), 7, 3)},
]
SCENES = [replace(FULL, **given) for given in GIVEN]


def built(required: list[str], **fields: Any) -> Object:
    """The node of an object with these fields, which are no main ones."""
    loop = some_of(next=LOOP, all=list_of(LOOP), x=COUNT)
    schema = {"type": "object", "properties": fields, "required": required}
    node = Builder(Schemas({"components": {"schemas": {"Loop": loop, "T": schema}}})).node(schema).node
    assert isinstance(node, Object)
    return node


@pytest.mark.parametrize("is_required", [True, False])
@pytest.mark.parametrize("name", VALUES)
def test_what_is_written_makes_what_the_nodes_make(name: str, *, is_required: bool) -> None:
    """Each value is the same, its order too, whatever the scene and the depth."""
    node = built([name] if is_required else [], **{name: VALUES[name], "beside": rows_of(id=TEXT)})
    node.drawn = [replace(each, is_main=False) for each in node.drawn]
    function = unrolled(node.drawn)
    seen = set()
    for scene, key, depth in product(SCENES, KEYS, (0, 1, 3, DEEPEST)):
        given = scene, scene, key, key ^ scene.home, depth, False
        expected = filled(node.fill, *given)
        assert repr(filled(function, *given)) == repr(expected)
        seen.add(repr(expected))
    assert len(seen) > len(KEYS), "nothing was compared"


def test_nothing_is_called_for_lists_rows_and_maps() -> None:
    """All of them are made in the one function of the object that they are in."""
    inner = rows_of(code=CODE, tags=list_of(CODE), by_model=map_of(CODE))
    node = built(["used", "left"], used=inner, left=inner)
    function = unrolled(node.drawn)
    for key in KEYS:
        made: dict[str, Any] = {}
        given = made, FULL, FULL, key, key, 0, False
        assert calls_of(partial(function, *given)) == 0
        assert made["used"][0]["tags"]
