"""Integers that a JSON text has as doubles."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.whole_doubles import whole_doubles, with_halves


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (25.0, {(): 25.0}),
        ({"rows": [{"n": 1}, {"n": 2.0, "share": 0.5}]}, {("rows", 1, "n"): 2.0}),
        ([1, 2.5, "3.0", None, True, 2.0**52], {}),
    ],
)
def test_only_what_is_whole_and_written_as_a_double_is_found(value: Any, places: dict[Any, float]) -> None:
    """Integers, halves, texts, and doubles that have no halves are not among them."""
    assert whole_doubles(value) == places


def test_a_half_is_added_at_the_places_and_nowhere_else() -> None:
    """The value stays as it is; a part without such a place is the same object in the copy."""
    value: Any = {"rows": [{"n": 2.0}, {"n": 3}], "total": 5.0}
    altered: Any = with_halves(value, whole_doubles(value))
    assert altered == {"rows": [{"n": 2.5}, {"n": 3}], "total": 5.5}
    assert altered["rows"][1] is value["rows"][1]
    assert value == {"rows": [{"n": 2.0}, {"n": 3}], "total": 5.0}
