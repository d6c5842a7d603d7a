"""Parameters in cookies are read by their style."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.wire import LIST, NUMBER, NUMBERS, TEXT, operation_of, read


@pytest.mark.parametrize(
    ("more", "schema", "cookie", "value"),
    [
        ({}, NUMBERS, "c=1; c=2", [1, 2]),
        ({}, NUMBERS, "c=1&c=2", [1, 2]),
        ({"explode": False}, NUMBERS, "x=y; c=1,2", [1, 2]),
        ({"style": "cookie"}, NUMBERS, "c=1; c=2", [1, 2]),
        ({}, {"type": "object", "properties": {"a": NUMBER, "b": TEXT}}, "a=1; b=x", {"a": 1, "b": "x"}),
        ({}, {"type": "object", "properties": {"a": NUMBER, "b": TEXT}}, "a=1&b=x", {"a": 1, "b": "x"}),
        ({}, TEXT, "c=a%20b", "a b"),
        ({"style": "cookie"}, TEXT, "c=a%20b", "a%20b"),
        ({}, {"enum": ["a%20b"]}, "c=a%20b", "a%20b"),
        ({}, TEXT, "c=first; c=second", "first"),
    ],
)
def test_cookies_are_read_by_their_style(
    tmp_path: Path, more: dict[str, Any], schema: Any, cookie: str, value: Any
) -> None:
    """Exploded parts are joined by `&` or stand as cookies; `form` is percent-encoded, `cookie` is not."""
    operation = operation_of(tmp_path, {"name": "c", "in": "cookie", "schema": schema, **more})
    assert read(operation, cookie=cookie) == {"c": value}


@pytest.mark.parametrize("style", ["form", "cookie"])
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (LIST, ["a", "b c"]),
        ({"type": "object", "additionalProperties": TEXT}, {"a": "x", "b": "y"}),
        (TEXT, "a b"),
    ],
)
def test_cookies_are_read_as_they_were_written(tmp_path: Path, style: str, schema: Any, value: Any) -> None:
    """Lists, objects and texts, by either style."""
    operation = operation_of(tmp_path, {"name": "c", "in": "cookie", "schema": schema, "style": style})
    (parameter,) = operation.parameters
    assert read(operation, cookie=parameter.cookie(value)) == {"c": value}
