"""Texts are made from the templates of a world."""

from __future__ import annotations

import re

from metermock.ledger.calendar import Window
from metermock.ledger.texts import TextPool, texts_of
from metermock.ledger.world import World

POOL = TextPool(
    "order",
    200,
    templates=("{good} from {port} to {port}", "how much {good} is in {port}?"),
    vocabulary={"good": tuple("abcdefgh"), "port": tuple(f"P{number}" for number in range(12))},
)


def test_texts_are_templates_with_words() -> None:
    """Each blank has a word of its list, and the text begins with a capital letter."""
    for text in texts_of("a world", POOL):
        assert re.fullmatch(r"[A-H] from P\d+ to P\d+|How much [a-h] is in P\d+\?", text)


def test_no_text_comes_twice() -> None:
    """All texts of a pool differ, and there are as many as asked for if the words give so many."""
    texts = texts_of("a world", POOL)
    assert len(set(texts)) == len(texts) > 170


def test_blanks_of_one_name_have_different_words() -> None:
    """Nothing goes from a port to the same port."""
    ways = [re.findall(r"P\d+", text) for text in texts_of("a world", POOL)]
    assert all(len(set(way)) == len(way) for way in ways)


def test_few_words_give_few_texts() -> None:
    """A pool has no more texts than its templates and words can make."""
    pool = TextPool("order", 50, templates=("{good}!",), vocabulary={"good": ("tea", "tar")})
    assert sorted(texts_of("a world", pool)) == ["Tar!", "Tea!"]


def test_a_call_keeps_its_text(harbour: World) -> None:
    """A call has a text of each pool of its world, the same at every look and with every seed's pool."""
    calls = harbour.usage("tug", harbour.clock).calls(Window(0, harbour.clock), limit=20)
    texts = [call.texts["order"] for call in calls]
    assert texts == [call.texts["order"] for call in calls]
    assert len(set(texts)) > 10
    assert all(call.texts["question"] for call in calls)
