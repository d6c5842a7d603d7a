"""Functions of an object's fields, beside making the same fields one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.objects import OFTEN, Object
from metermock.server.generation.makers.unrolled import unrolled
from metermock.server.generation.values.scene import DEEPEST, Scene, changed
from tests.server.generation.made import COUNT, INSTANT, TEXT, filled, object_of, rows_of

KEYS = [dice.key("test", number) for number in range(7)]
FIELDS: dict[str, Any] = {
    "kind": {"const": "usage"},
    "state": {"enum": ["open", "paid", {"other": []}]},
    "currency": TEXT,
    "plan": TEXT,
    "units": {"type": "string", "pattern": "^[0-9]{1,4}$"},
    "amount": {"type": "number"},
    "monthly_limit": COUNT,
    "created_at": INSTANT,
    "note": {"type": ["string", "null"]},
    "labels": {"type": "array", "items": TEXT, "maxItems": 3},
    "by_model": {"type": "object", "additionalProperties": {"enum": ["a", "b", "c"]}},
    "metadata": {"type": "object", "additionalProperties": TEXT},
    "tags": {"type": "object", "maxProperties": 1},
    "extra": {"type": "object", "minProperties": 3},
    "owner": object_of(email=TEXT, metadata={"type": "object"}),
    "data": rows_of(name=TEXT, count=COUNT),
    "loop": {"$ref": "#/components/schemas/Loop"},
}
SCENES = [
    Scene(now=1_773_848_527, **given)
    for given in (
        {},
        {"sparse": True},
        {"account": "empty"},
        {"asked": KEYS[0]},
        {"home": KEYS[1], "asked": KEYS[2]},
        {"rows": (4, 2)},
        {"deep": 1},
    )
]


def built(required: list[str], **fields: Any) -> Object:
    """The node of an object with these fields."""
    loop = {
        "type": "object",
        "required": ["loop"],
        "properties": {"loop": {"$ref": "#/components/schemas/Loop"}},
    }
    schema = {"type": "object", "properties": fields, "required": required}
    node = Builder(Schemas({"components": {"schemas": {"Loop": loop, "T": schema}}})).node(schema).node
    assert isinstance(node, Object)
    return node


@pytest.mark.parametrize("required", [[], list(FIELDS), [*FIELDS][:-1], [*FIELDS][::2]])
def test_a_function_makes_the_fields_that_are_made_one_by_one(required: list[str]) -> None:
    """Each kind of field has the same value, or is left out, whatever the scene and the depth."""
    node = built(required, **FIELDS)
    function = unrolled(node.drawn)
    seen = set()
    for scene, key, depth, main in product(SCENES, KEYS, (0, 3, DEEPEST), (False, True)):
        of_reply = replace(scene, deep=2)
        given = scene, of_reply, key, key ^ scene.home, depth, main
        expected = filled(node.fill, *given)
        made = filled(function, *given)
        assert made == expected
        assert list(made) == list(expected)
        seen.add(str(expected))
    assert len(seen) > 1, "nothing was compared"


def test_objects_of_a_type_are_the_same_before_and_behind_its_function() -> None:
    """The first objects are made without a function, and the later ones do not differ."""
    node = built(["data"], **{name: FIELDS[name] for name in FIELDS if name != "loop"})
    first = [node.make(SCENES[0], key, 0, main=True) for key in KEYS]
    assert len(KEYS) < OFTEN
    for number in range(OFTEN):
        node.make(SCENES[0], number, 0)
    assert [node.make(SCENES[0], key, 0, main=True) for key in KEYS] == first


@pytest.mark.parametrize("identity", [{}, {"id": TEXT}, {"id": COUNT}])
def test_rows_that_are_made_at_once_are_those_that_are_made_one_by_one(identity: dict[str, Any]) -> None:
    """What they share is decided once, whatever the scene, the depth, and what tells them apart."""
    node = built(["data"], **identity, **{name: FIELDS[name] for name in FIELDS if name != "loop"})
    scenes = [*SCENES, replace(SCENES[0], said={"plan": "pro"}), replace(SCENES[0], event="made")]
    seen = set()
    for scene, depth, main in product(scenes, (0, 3), (False, True)):
        expected = [node.make(scene, key, depth, main=main) for key in KEYS]
        made = node.make_all(scene, KEYS, depth, main=main)
        assert made == expected
        assert [[*each] for each in made] == [[*each] for each in expected]
        seen.add(str(expected))
    assert len(seen) > 1, "nothing was compared"


def test_a_document_names_fields_as_it_likes() -> None:
    """Names of fields are values of the function, and no part of its text."""
    odd = ["made", "key", "", "__class__", "a'b\"\n", "KEY", "VALUES"]
    node = built(odd, **dict.fromkeys(odd, TEXT))
    given = SCENES[0], SCENES[0], KEYS[0], KEYS[0], 0, False
    made = filled(unrolled(node.drawn), *given)
    assert list(made) == odd


def test_a_changed_scene_is_what_replace_makes_of_it() -> None:
    """`changed` copies all fields but those that are given, into a scene that cannot be changed."""
    other = changed(SCENES[4], home=0, said={"limit": 3})
    assert other == replace(SCENES[4], home=0, said={"limit": 3})
    with pytest.raises(AttributeError):
        other.home = 1  # type: ignore[misc]  # it is frozen
