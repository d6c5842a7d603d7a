"""Texts drawn from patterns are of a length that a person would give them."""

from __future__ import annotations

import re
from functools import partial

import pytest

from metermock.ledger import dice
from metermock.server.generation.values.letters import variant, variants_of
from metermock.server.generation.values.patterns import _Short, drawn, matches, patterned
from tests.work import steps_of


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        r"^/projects/(me|[a-z0-9]+(-[a-z0-9]+)*)$",
        r"^([a-z]+\.)*[a-z]+(/[a-z]+)*$",
    ],
)
def test_repeats_inside_of_repeats_make_no_thousands_of_letters(pattern: str) -> None:
    """A slug has short words: repeats without bound do not multiply."""
    texts = drawn(pattern, 0, None)

    assert len(texts) > 3
    assert all(re.fullmatch(pattern, text) for text in texts)
    assert max(map(len, texts)) <= 150


def test_a_text_may_be_as_long_as_it_must() -> None:
    """The least length is reached by the later repeats too."""
    texts = drawn(r"^[a-z]{2}-[a-z]+-[a-z]+$", 150, None)

    assert texts
    assert all(len(text) >= 150 for text in texts)


def test_a_repeat_inside_of_a_repeat_takes_no_time() -> None:
    """The pattern that many documents have for URLs: Python's own engine takes years for this text."""
    pattern = r"^([\da-z\.-]+)\.([a-z\.]{2,6})([\/\w \.-]*)*\/?$"

    assert not matches(pattern, "a.example" + "/path" * 12 + "?")
    assert matches(pattern, "a.example" + "/path" * 12)


def test_what_the_engine_cannot_read_is_found_everywhere() -> None:
    """A pattern that nobody is held to refuses no text."""
    assert matches("(", "a")


def test_texts_of_a_pattern_without_a_bound_are_ids_of_their_own_and_soon_made() -> None:
    """Of a hundred things none has the id of another, and none is drawn a hundred letters long first."""
    make = patterned(r"^[UW][A-Z0-9]{8,}$", 0, None, ())
    make(0)
    texts: list[str] = []

    steps = steps_of(lambda: texts.extend(make(dice.key("thing", number)) for number in range(100)))

    assert len({*texts}) == 100
    assert max(map(len, texts)) <= 25
    assert steps < 400_000


def test_repeats_of_repeats_are_drawn_ever_shorter() -> None:
    """What repeats lists of words in brackets makes thousands of letters where each may be long."""
    dealer = _Short(7)
    dealer.begin(16)
    assert sum(dealer.randint(0, 100) for _ in range(50)) <= 16 + 8 + 4 + 2 + 1
    assert {dealer.randint(1, 3) for _ in range(50)} == {1, 2, 3}


def test_ids_like_an_example_are_ids_of_their_own() -> None:
    """An alphabet without some letters, as ULIDs have, refuses most variants of the example."""
    make = patterned(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$", 0, None, ["01G65Z755AFWAKHE12NY0CQ9FH"])
    texts = {make(dice.key("thing", number)) for number in range(200)}

    assert len(texts) == 200
    assert {len(text) for text in texts} == {26}


@pytest.mark.parametrize(
    ("shown", "pattern", "count"),
    [
        ("1.0", r"^[0-9]+.?[0-9]*$", 9),
        ("v-ab", r"^v-[a-m]{2}$", 676),
        ("4711", r"^[0-9]{4}$", 0),
        ("6f1d2c3b-0a9e-4d8c-b7a6-5e4f3d2c1b0a", r"^[0-9a-f-]+$", 0),
    ],
)
def test_a_text_that_was_varied_before_is_known_and_the_same(shown: str, pattern: str, count: int) -> None:
    """Of a shape with few texts each is made and tried once; each key has its own text all the same."""
    keys = [dice.key("thing", number) for number in range(2_000)]
    make, other = (patterned(pattern, 0, None, [shown]) for _ in range(2))
    texts = [make(key) for key in keys]

    assert variants_of(shown) == count
    assert not count or 1 < len({*texts}) <= count
    assert [other(key) for key in reversed(keys)][::-1] == texts, "the first key of a text decides"
    assert [make(key) for key in keys] == texts
    assert all(matches(pattern, text) for text in texts)


def test_each_number_has_a_variant_of_its_own() -> None:
    """Numbers below their count name all texts of a shape, each once."""
    assert {variant("1.0", number) for number in range(9)} == {f"1.{digit}" for digit in range(1, 10)}
    assert len({variant("v-ab", number) for number in range(variants_of("v-ab"))}) == 26 * 26


@pytest.mark.parametrize(
    "pattern",
    [
        r"^arn:.+:stream/\S+$",
        r"^https://[^/]+/.*$",
        "^[\\u0020-\\uD7FF]{1,40}$",
        r"^(s3://)?[^:]+$",
        r"^\D{3,9}$",
    ],
)
def test_what_may_be_any_text_is_small_letters_and_digits(pattern: str) -> None:
    """A name may have tabs and quotation marks by its pattern, and no name has them."""
    texts = drawn(pattern, 0, None)

    assert len(texts) > 3
    assert all(re.fullmatch(r"[a-z0-9:/]+", text) for text in texts)


def test_characters_of_a_notation_are_all_drawn() -> None:
    """A class of a few dozen characters, and one without small letters, is no text that may be anything."""
    texts = drawn(r"^[A-Za-z0-9+/]{400}$", 0, None) + drawn(r"^[^a-z0-9]{400}$", 0, None)

    assert {*"AZaz09+/"} <= {*texts[0]}
    assert {*"AZ .-"} <= {*texts[-1]}


def test_a_pattern_is_soon_drawn_from() -> None:
    """What the parts of a pattern may be is found once for all of its texts, and few of them are long."""
    slowest = (r"^(https|s3)://([^/]+)/?(.*)$", r"^.{1,1020}\.jpg$|^.{1,1019}\.jpeg$", r"^\S[\w\s-]+\S$")
    for pattern in slowest:
        assert steps_of(partial(drawn, pattern, 1, 1024)) < 150_000
