"""What a POST leaves out is created as its document says: with the documented defaults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, TEXT, object_of
from tests.server.generation.many_words import asker

ZONE: dict[str, Any] = {"type": "string", "enum": ["north", "south", "west"]}
SIZES = {"cores": COUNT, "disk_gb": COUNT}


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Any]:
    """What asks an API of virtual machines."""
    size = {
        "type": "object",
        "properties": {"cores": {**COUNT, "default": 3}, "disk_gb": {**COUNT, "default": 77}},
    }
    asked = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": TEXT,
            "zone": {"allOf": [ZONE], "default": "west"},
            "swap_gb": {"type": ["integer", "null"], "default": None},
            "replicas": {**COUNT, "default": 11},
            "id": {**TEXT, "readOnly": True, "default": "never"},
            "size": size,
        },
    }
    whole = object_of(
        id=TEXT,
        name=TEXT,
        zone=ZONE,
        swap_gb={"type": ["integer", "null"]},
        replicas={**COUNT, "maximum": 5},
        size=object_of(**SIZES),
    )
    content = {"application/json": {"schema": whole}}
    body = {"content": {"application/json": {"schema": asked}}}
    paths: dict[str, Any] = {
        "/machines": {"post": {"responses": {"201": {"description": "made", "content": content}}}},
        "/machines/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "patch": {"responses": {"200": {"description": "changed", "content": content}}},
        },
    }
    paths["/machines"]["post"] |= {"operationId": "make", "requestBody": body}
    paths["/machines/{id}"]["patch"] |= {"operationId": "change", "requestBody": body}
    return asker(tmp_path, {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths})


@pytest.mark.parametrize("number", range(6))
def test_what_a_post_leaves_out_has_its_default(ask: Callable[..., Any], number: int) -> None:
    """Also null, also where another name makes another thing; what it says counts more."""
    name = f"m{number}"
    assert (made := ask("make", body={"name": name}))["zone"] == "west"
    assert (made["swap_gb"], made["name"]) == (None, name)
    assert ask("make", body={"name": name, "zone": "north"})["zone"] == "north"


def test_objects_that_are_given_in_part_are_completed(ask: Callable[..., Any]) -> None:
    """The defaults of an object's properties hold where the request has the object."""
    assert ask("make", body={"name": "a", "size": {"cores": 9}})["size"] == {"cores": 9, "disk_gb": 77}
    assert ask("make", body={"name": "a", "size": {}})["size"] == {"cores": 3, "disk_gb": 77}


def test_defaults_that_nothing_can_be_made_of_stay_out(ask: Callable[..., Any]) -> None:
    """A reply that takes no eleven replicas has fewer; what the server alone gives has no default."""
    made = ask("make", body={"name": "a"})
    assert made["replicas"] <= 5
    assert made["id"] != "never"


def test_a_patch_leaves_what_it_does_not_name(ask: Callable[..., Any]) -> None:
    """Whoever changes a name does not move the machine: defaults are for what is made."""
    zones = {ask("change", id=f"m-{number}", body={"name": "b"})["zone"] for number in range(20)}
    assert zones == set(ZONE["enum"])
