"""What is said of a parameter's value that its schema refuses."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from metermock.contract.parameter_faults import kind_of, plain

DAY = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("schema", "value", "kind", "said"),
    [
        ({"minimum": 1}, 0, "minimum", "0 is less than the minimum of 1"),
        ({"anyOf": [DAY, {"type": "null"}]}, "0", "format", '"0" is not a "date"'),
        (
            {"anyOf": [DAY, {"type": "string", "minLength": 4}]},
            "0",
            "format",
            '"0" is not a "date", and "0" is shorter than 4 characters',
        ),
        ({"anyOf": [{"anyOf": [DAY]}, {"type": "null"}]}, "0", "format", '"0" is not a "date"'),
        ({"anyOf": [{"type": "null"}, {"type": "null"}]}, 1, "anyOf", '1 is not of type "null"'),
        ({"oneOf": [True, True]}, 1, "oneOf", "the value fits several of the forms under oneOf"),
    ],
)
def test_what_alternatives_miss_is_said(schema: Any, value: Any, kind: str, said: str) -> None:
    """Whoever asks learns what is wrong, not how the schema is put together."""
    (error,) = jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(value)
    assert (kind_of(error), plain(error)) == (kind, said)
