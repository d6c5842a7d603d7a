"""What is kept, and what is forgotten."""

from __future__ import annotations

from metermock.ledger.cache import Cache


def test_what_was_used_last_is_kept() -> None:
    """Past its limit, a cache forgets the entry whose last use is longest ago."""
    cache = Cache(100)
    for name in ("a", "b", "c"):
        cache.put(name, name.upper(), 30)
    assert cache.get("a") == "A"
    cache.put("d", "D", 30)
    assert [cache.get(name) for name in ("a", "b", "c", "d")] == ["A", None, "C", "D"]
    assert cache.used == 90


def test_what_is_too_large_is_handed_back() -> None:
    """A value of more than half the limit is returned, not kept, and pushes nothing out."""
    cache = Cache(100)
    cache.put("small", 1, 10)
    assert cache.put("large", 2, 60) == 2
    assert cache.get("large") is None
    assert cache.get("small") == 1


def test_what_is_put_again_counts_once() -> None:
    """A name put twice has the second value and the second size."""
    cache = Cache(100)
    cache.put("a", 1, 30)
    cache.put("a", 2, 20)
    assert (cache.get("a"), cache.used, len(cache)) == (2, 20, 1)


def test_making_happens_once() -> None:
    """`recall` makes a value the first time only."""
    cache, made = Cache(100), []
    for _ in range(3):
        cache.recall("a", lambda: made.append(1) or "A", lambda _: 1)  # type: ignore[func-returns-value]
    assert made == [1]


def test_what_is_used_again_and_again_stays() -> None:
    """An entry that is used between two others that are new is never forgotten, however many come."""
    cache = Cache(100)
    cache.put("used", "U", 30)
    for number in range(50):
        assert cache.get("used") == "U"
        cache.put(number, number, 30)
        assert cache.used <= 100
    assert cache.get(49) == 49


def test_what_is_new_is_kept_where_all_else_was_used() -> None:
    """Room is made before a value is kept: entries that were all used do not push it out at once."""
    cache = Cache(100)
    for name in ("a", "b", "c"):
        cache.put(name, name.upper(), 30)
        cache.get(name)
    cache.put("d", "D", 30)
    assert [cache.get(name) for name in ("a", "b", "c", "d")] == [None, "B", "C", "D"]
