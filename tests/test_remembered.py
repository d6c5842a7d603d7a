"""What functions remember of texts, by its number and its length."""

from __future__ import annotations

import pytest

from metermock.remembered import LONGEST, remembered, short


def test_what_was_given_is_given_again() -> None:
    """A function is asked once for each of a few texts."""
    asked: list[str] = []

    @remembered(4)
    def twice(text: str) -> str:
        asked.append(text)
        return text * 2

    assert [twice(text) for text in "abcabc"] == [text * 2 for text in "abcabc"]
    assert asked == ["a", "b", "c"]


def test_the_older_half_is_forgotten_where_there_is_no_more_room() -> None:
    """What came last is still known."""
    asked: list[int] = []

    @remembered(4)
    def same(number: int) -> int:
        asked.append(number)
        return number

    for number in (*range(6), 5, 4, 0):
        same(number)

    assert asked == [0, 1, 2, 3, 4, 5, 0]


@pytest.mark.parametrize("asked", ["x" * (LONGEST + 1), ("zone", "x" * (LONGEST + 1))])
def test_long_texts_are_not_kept(asked: str | tuple[str, str]) -> None:
    """A client cannot fill the memory with a few of them."""
    calls: list[object] = []

    @remembered(4)
    def length(each: str | tuple[str, str]) -> int:
        calls.append(each)
        return len(each)

    assert length(asked) == length(asked) == len(asked)
    assert len(calls) == 2


def test_a_failure_is_no_answer() -> None:
    """A function that raises is asked again."""
    read = remembered(4)(int)

    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            read("a")
    assert read("1") == 1


def test_a_long_text_is_stood_for_by_its_digest() -> None:
    """Short ones stand for themselves, any character may be in them, and long ones differ by any."""
    assert short("a") == "a"
    one, other = (short("x" * LONGEST + end) for end in ("\udc80", "y"))
    assert one != other
    assert len(one) == len(other) < LONGEST
