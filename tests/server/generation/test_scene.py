"""The keys of parts: equal everywhere, and without a pattern."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from metermock.ledger import dice
from metermock.server.generation.asking import begins_of, text_of, text_of_parts
from metermock.server.generation.values.scene import below, between, child, mixed, pick, salt

WHOLE = dice.key("whole")


def test_the_key_of_a_part_is_the_same_everywhere() -> None:
    """The bytes of a reply depend on no machine, process or version of a library."""
    assert (WHOLE, child(WHOLE, "amount"), child(WHOLE, 3)) == (
        0xB8E99FABFBC7389C,
        0x8C4829A9578FFF41,
        0x63F592B91FEDDAD6,
    )


def test_a_part_is_told_by_its_salt_alone() -> None:
    """What is made of a field at load gives the key that its name gives."""
    assert mixed(WHOLE ^ salt("amount")) == child(WHOLE, "amount")


def test_parts_of_parts_have_keys_of_their_own() -> None:
    """No two fields of any rows share a key."""
    names = [f"field_{number}" for number in range(50)]
    keys = {child(child(WHOLE, row), name) for row in range(400) for name in names}
    assert len(keys) == 400 * 50


def test_rows_and_fields_show_each_of_a_few_values_alike_often() -> None:
    """In a column of many rows, and in a row of many columns, each of eight values is about an eighth."""
    column = Counter(below(child(child(WHOLE, row), "status"), 8) for row in range(4_000))
    listed = Counter(below(child(WHOLE, row), 8) for row in range(4_000))
    row = Counter(below(child(WHOLE, f"field_{number}"), 8) for number in range(4_000))

    for found in (column, listed, row):
        assert len(found) == 8
        assert all(400 < times < 600 for times in found.values())


def test_neighbouring_fields_do_not_go_together() -> None:
    """What one field shows says nothing about the next: all 64 pairs of values are about as frequent."""
    rows = [child(WHOLE, row) for row in range(12_800)]
    pairs = Counter((below(child(row, "first"), 8), below(child(row, "second"), 8)) for row in rows)
    assert len(pairs) == 64
    assert all(140 < times < 260 for times in pairs.values())


def test_a_number_can_be_either_end_of_its_span() -> None:
    """Both bounds are drawn, and nothing outside."""
    keys = [child(WHOLE, row) for row in range(200)]
    assert {between(key, 2, 4) for key in keys} == {2, 3, 4}
    assert {pick(key, "abc") for key in keys} == set("abc")


@pytest.mark.parametrize(
    "said", [{"zone": 'a"é', "page": 2, "all": True, "b": None}, {"x": 1.5, "a": [1]}, {}]
)
def test_a_choice_of_what_is_said_has_the_text_of_that_alone(said: dict[str, Any]) -> None:
    """The key of a reply is that of what its request says, whatever else stands beside it."""
    values = {"other": "one", **said, "last": 0}
    assert text_of_parts(begins_of(said), values) == text_of(said)
