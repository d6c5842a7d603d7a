"""What is kept, and what is forgotten."""

from __future__ import annotations

from metermock.ledger.cache import Memory


def test_what_was_used_last_is_kept() -> None:
    """Past its limit, a memory forgets what was longest not asked for."""
    memory = Memory(100)
    for name in ("a", "b", "c"):
        memory.put(name, name.upper(), 30)
    assert memory.get("a") == "A"
    memory.put("d", "D", 30)
    assert [memory.get(name) for name in ("a", "b", "c", "d")] == ["A", None, "C", "D"]
    assert memory.used == 90


def test_what_is_too_large_is_handed_back() -> None:
    """A value of more than half the limit is returned, not kept, and pushes nothing out."""
    memory = Memory(100)
    memory.put("small", 1, 10)
    assert memory.put("large", 2, 60) == 2
    assert memory.get("large") is None
    assert memory.get("small") == 1


def test_what_is_put_again_counts_once() -> None:
    """A name put twice has the second value and the second size."""
    memory = Memory(100)
    memory.put("a", 1, 30)
    memory.put("a", 2, 20)
    assert (memory.get("a"), memory.used, len(memory)) == (2, 20, 1)


def test_making_happens_once() -> None:
    """What is recalled is made the first time only."""
    memory, made = Memory(100), []
    for _ in range(3):
        memory.recall("a", lambda: made.append(1) or "A", lambda _: 1)  # type: ignore[func-returns-value]
    assert made == [1]
