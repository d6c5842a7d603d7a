"""What handlers get."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from metermock.project import open_project
from metermock.server.handling import Request, request_of


def test_a_request_of_all_fields_is_the_request_that_its_class_makes() -> None:
    """Each field has its place, none can be left out, and none can be set afterwards."""
    world: Any = open_project().load_world("onepin")
    values: tuple[Any, ...] = (
        "usage",
        {"days": 7},
        None,
        None,
        None,
        1,
        {},
        world,
        {"a": "b"},
        ("id",),
        None,
        [1],
        60,
        str,
        "GET",
        "/a",
    )
    made = request_of(*values)

    assert made == Request(*values)
    assert type(made) is Request
    assert len(values) == len(fields(Request))
    with pytest.raises(FrozenInstanceError):
        made.now = 2  # type: ignore[misc]  # what is tried
    with pytest.raises(ValueError, match="not enough values"):
        request_of(*values[:-1])
