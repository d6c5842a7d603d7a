"""Copied and compiled, a schema says what it says as written: an independent validator agrees."""

from __future__ import annotations

import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from metermock.contract.schemas import Schemas

_NAMES = ("a", "b", "c")
_TYPES = ("string", "integer", "number", "object", "array", "null", "boolean", ["string", "null"])
_PLAIN: dict[str, list[Any]] = {
    "type": list(_TYPES),
    "enum": [["a", 1, None], [{"a": 1}, []], [True, 1.5]],
    "const": [1, "a", {"b": None}, [1]],
    "minimum": [1],
    "multipleOf": [2],
    "maxLength": [1],
    "pattern": ["^a", "1$"],
    "required": [["a"], ["b", "c"], []],
    "dependentRequired": [{"a": ["b"]}],
    "uniqueItems": [True],
    "minProperties": [1],
    "minContains": [0, 2],
    "propertyNames": [{"pattern": "a|b"}, {"enum": ["a", "c"]}, {"maxLength": 1}],
}
_ONE = ("items", "not", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_DEEPEST = 3


def made_schema(dice: random.Random, depth: int = 0) -> Any:
    """A schema of a few keywords; `S` stands in the document."""
    if dice.random() < 0.06:
        return dice.choice([True, False, {}])
    schema: dict[str, Any] = {"$ref": "#/components/schemas/S"} if depth > 0 and dice.random() < 0.1 else {}
    for _ in range(dice.randint(1, 3)):
        kind = dice.choice(("plain", "one", "list", "map", "if")) if depth < _DEEPEST else "plain"
        if kind == "plain":
            name = dice.choice(sorted(_PLAIN))
            schema[name] = dice.choice(_PLAIN[name])
        elif kind == "one":
            schema[dice.choice(_ONE)] = made_schema(dice, depth + 1)
        elif kind == "list":
            schema[dice.choice(_LISTS)] = [made_schema(dice, depth + 1) for _ in range(dice.randint(1, 2))]
        elif kind == "map":
            name = dice.choice(("properties", "dependentSchemas", "patternProperties"))
            schema[name] = {each: made_schema(dice, depth + 1) for each in _NAMES if dice.random() < 0.6}
        else:
            schema |= {each: made_schema(dice, depth + 1) for each in ("if", "then", "else")}
    return schema


def made_value(dice: random.Random, depth: int = 0) -> Any:
    """A value of any type."""
    kind = dice.choice(("plain", "object", "list")) if depth < _DEEPEST else "plain"
    if kind == "object":
        return {name: made_value(dice, depth + 1) for name in _NAMES if dice.random() < 0.5}
    if kind == "list":
        return [made_value(dice, depth + 1) for _ in range(dice.randint(0, 3))]
    return dice.choice([0, 1, 2, 5, -1, 1.0, 1.5, "", "a", "abc", "x1", True, False, None])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("is_shared", [False, True])
def test_an_independent_validator_agrees(
    seed: int,
    is_shared: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a thousand values, for schemas that are compiled alone and for those compiled together."""
    monkeypatch.setattr("metermock.contract.compiling.MANY", -1 if is_shared else 60)
    dice = random.Random(seed)  # noqa: S311 - the same schemas in every run
    for _ in range(100):
        named = {"S": {"type": dice.choice(_TYPES), "properties": {"a": {"const": 1}}, "maximum": 2}}
        schema, document = made_schema(dice), {"components": {"schemas": named}}
        compiled = Schemas(document).validator(schema, closed=False)
        witness = Draft202012Validator({"allOf": [schema], **document})
        for value in (made_value(dice) for _ in range(10)):
            assert compiled.is_valid(value) is witness.is_valid(value), (schema, named, value)
