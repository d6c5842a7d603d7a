"""Patterns are read as sets of texts, of which those that several have in common are found."""

from __future__ import annotations

import re

import pytest

from metermock.contract.languages import Common, Language, UnreadableError, languages_of

KEYS = range(8)


@pytest.mark.parametrize(
    "pattern",
    [
        "^a{2,4}$",
        "b",
        "^(ab|c+)*$",
        "[^a-z]\\d$",
        "^\\w+@\\w+\\.[a-z]{2}$",
        "^x?.y",
        "(?:a|^b)c",
        "^a*?$",
        "[-+]\\S{3}",
    ],
)
def test_each_text_of_a_language_has_its_pattern(pattern: str) -> None:
    """Whatever is drawn, Python finds the pattern in it."""
    texts = [Common([Language(pattern)]).draw(key) for key in KEYS]
    assert all(re.search(pattern, text) for text in texts), texts
    assert len(set(texts)) > 1


def test_texts_of_two_patterns_have_both_and_the_length() -> None:
    """They are searched for in both at once, however seldom they meet."""
    common = Common([Language("^[0-9]+$"), Language("^(7|x)*$")], low=5, high=6)
    assert {common.draw(key) for key in range(40)} == {"77777", "777777"}


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("^a", "^b", 0, None),
        ("^[0-9]{4}$", "-", 0, None),
        ("^(ab)+$", "^(ab)*$", 3, 3),
        ("^a{3,}$", "", 0, 2),
        ("a^b", "", 0, None),
    ],
)
def test_patterns_without_a_text_in_common_are_known(
    one: str, other: str, low: int, high: int | None
) -> None:
    """Where there is none, none has to be looked for."""
    assert Common([Language(one), Language(other)], low, high).is_empty


@pytest.mark.parametrize(
    ("one", "other"), [("a", "b"), ("^$", ""), ("^a|b$", "^xb"), ("(^|-)a", "-a$"), ("^.{3}$", "b")]
)
def test_patterns_with_a_text_in_common_are_not_called_empty(one: str, other: str) -> None:
    """Begin and end hold for the alternative that they stand in."""
    text = Common([Language(one), Language(other)]).draw(1)
    assert re.search(one, text)
    assert re.search(other, text)


@pytest.mark.parametrize("pattern", ["^(?!a)b", "(a)\\1", "\\bword\\b", "(?i)abc", "^(a{900}){900}$", "(["])
def test_what_is_no_set_of_texts_is_told(pattern: str) -> None:
    """What looks around, remembers or is too large is not taken for something else."""
    with pytest.raises(UnreadableError):
        Language(pattern)


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [
        ("^(?=.*[0-9])(?=.*[A-Z])[A-Za-z0-9]{8}$", 0, None),
        ("^(?!.*--)[a-z-]+$", 30, 30),
        ("^(?=.{20,22}$)[a-z]+$", 0, None),
        ("^(?!ab$)(a|b)b$", 0, 2),
        ("^(?!a)[ab]", 1, 1),
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_what_stands_ahead_is_kept(pattern: str, low: int, high: int | None, *, plain: bool) -> None:
    """What a pattern looks for ahead at its beginning is a language of its own."""
    texts = [Common(languages_of(pattern), low, high).draw(key, plain=plain) for key in range(20)]
    assert all(re.search(pattern, text) for text in texts)
    assert all(low <= len(text) <= (high or 99) for text in texts)


def test_what_no_text_has_ahead_is_empty() -> None:
    """Where a look ahead forbids all that the rest takes, it is known that there is no text."""
    assert Common(languages_of("^(?!a)a+$")).is_empty
    assert not Common(languages_of("^(?!a)a*$")).is_empty


def test_long_texts_come_to_an_end() -> None:
    """A pattern that may go on takes the shortest way behind some characters."""
    assert len(Common([Language("^([a-z]+ )+end$")]).draw(5)) < 200
