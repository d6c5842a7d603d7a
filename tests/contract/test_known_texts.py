"""Pairs of a query that were read before, beside the same ones read anew."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import Operation, load_contract
from metermock.contract.known_texts import HELD, LONGEST, PER_CHARACTER, KnownPairs, Room
from metermock.contract.wire_text import pairs_of

PAIRS = (
    "span=week",
    "span=year",
    "limit=5",
    "limit=7",
    "limit=0",
    "zone=Asia%2FTokyo",
    "zone=Asia/Tokyo",
    "s%70an=week",
    "detail=false",
    "detail",
    "zone=",
    "unheard=of",
    "span=we+k",
    "",
)


IN_QUERY = "name: zone\n      in: query\n"
SHAPES = {
    "plain": ("", ""),
    "required": (IN_QUERY, f"{IN_QUERY}      required: true\n"),
    "required and empty": (IN_QUERY, f"{IN_QUERY}      required: true\n      allowEmptyValue: true\n"),
    "an object": ("type: string\n        format: iana-timezone\n", "type: object\n"),
    "a list": ("type: boolean\n        default: true", "type: array\n        items: {type: boolean}"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("strict", [False, True])
def test_a_query_means_the_same_whatever_was_read_before(
    altered: Callable[[str, str], Path], shape: str, *, strict: bool
) -> None:
    """Every query of up to two pairs, good and bad, twice, gives what its pairs give when they are read."""
    usage = load_contract(altered(*SHAPES[shape])).operation("getUsage")
    queries = ["&".join(pairs) for count in range(3) for pairs in itertools.product(PAIRS, repeat=count)]

    for query in queries * 2:
        read = usage.read(pairs_of(query), {}, strict=strict)

        assert usage.read_text(query, {}, path={}, strict=strict) == read, query


def test_good_pairs_are_known_after_they_were_read(usage: Operation) -> None:
    """Bad ones and those of no parameter are read again each time."""
    usage.read_text("span=week&limit=0&unheard=of&zone=Asia%2FTokyo", {}, path={}, strict=False)

    known = usage._reader._pairs
    values: dict[str, object] = {}
    assert known.take("zone=Asia%2FTokyo&span=week", values)
    assert values == {"zone": "Asia/Tokyo", "span": "week"}
    assert not any(known.take(pair, {}) for pair in ("limit=0", "unheard=of", "zone=Asia/Tokyo", ""))


def test_the_room_of_known_texts_is_bounded() -> None:
    """Clients that send other texts each time make them no more than their room, nor keep long ones."""
    room = Room(10 * (HELD + 2 * PER_CHARACTER))
    pairs = KnownPairs(room)

    for number in range(10, 40):
        pairs.keep(f"{number}", "n", number)
    pairs.keep("x" * (LONGEST + 1), "n", 0)

    assert sum(pairs.take(f"{number}", {}) for number in range(10, 40)) == 10
    assert room.left == 0
    assert not Room().takes("x" * (LONGEST + 1))
