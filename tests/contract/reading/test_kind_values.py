"""Types that say in an extension which value of a discriminator selects them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import accepts, document, read
from tests.server.generation.made import asking_all

TEXT = {"type": "string"}
KIND = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["Fixed", "Rolling"]}}}
TO_RULE = {"$ref": "#/components/schemas/Rule"}
RULE = {**KIND, "discriminator": {"propertyName": "kind"}}


def types(extension: str, **rule: Any) -> dict[str, Any]:
    """A type, and two that extend it, which are called otherwise than their values."""

    def extending(value: str, field: str) -> dict[str, Any]:
        more = {"type": "object", "required": [field], "properties": {field: TEXT}}
        return {"allOf": [TO_RULE, more], extension: value}

    return {
        "Rule": {**RULE, **rule},
        "FixedRule": extending("Fixed", "day"),
        "RollingRule": extending("Rolling", "span"),
    }


EXTENSIONS = ("x-ms-discriminator-value", "x-discriminator-value")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_value_selects_its_type(tmp_path: Path, extension: str) -> None:
    """A reply has the fields of the type that its value selects, and no other's."""
    shared = types(extension)
    kinds = set()
    for seed in range(8):
        ask = asking_all(tmp_path, {"/rule": (TO_RULE, ())}, "/rule", seed=seed, shared=shared)
        made = ask()
        kinds.add(made["kind"])
        assert set(made) == {"kind", {"Fixed": "day", "Rolling": "span"}[made["kind"]]}

    assert kinds == {"Fixed", "Rolling"}


def test_the_value_decides_in_a_list_of_choices(tmp_path: Path) -> None:
    """The choices of a `oneOf` say it, too."""
    parts = types(EXTENSIONS[0])
    listed = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("FixedRule", "RollingRule")],
        "discriminator": {"propertyName": "kind"},
    }
    contract = read(tmp_path, document(schema=listed, components={"schemas": parts}))
    schema = next(iter(contract.operations[0].responses.all[0].content.values()))

    assert schema["discriminator"]["mapping"] == {
        "Fixed": "#/components/schemas/FixedRule",
        "Rolling": "#/components/schemas/RollingRule",
    }


def test_a_mapping_stands_before_an_extension(tmp_path: Path) -> None:
    """What the document says with OpenAPI's own words of a value is what counts."""
    swapped = {
        "Fixed": "#/components/schemas/RollingRule",
        "Rolling": "#/components/schemas/FixedRule",
    }
    rule = {"discriminator": {"propertyName": "kind", "mapping": swapped}}
    contract = read(tmp_path, document(schema=TO_RULE, components={"schemas": types(EXTENSIONS[0], **rule)}))

    assert accepts(contract, {"kind": "Fixed", "span": "x"})
    assert contract.schemas.follow(TO_RULE)["discriminator"]["mapping"] == swapped
