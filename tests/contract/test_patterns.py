"""Patterns of ECMA-262, of annex B too."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from metermock.contract.pattern_texts import matching
from metermock.contract.patterns import usable
from metermock.contract.schema_breaches import breaches_of
from metermock.contract.schemas import Schemas
from tests.contract.reading.documents import accepts, document, read


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\d+$", "12", "٣"),
        (r"^\p{L}+$", "é", "1"),
        (r"^(?=a)[ab]+$", "ab", "ba"),
        (r"^\/a\-b$", "/a-b", "a-b"),
        (r"^[\w-.]+$", "a-.", "a,"),
        (r"^[\w-\.]+$", "a-.", "a/"),
        (r"^[a-\d]+$", "a-1", "b"),
        (r"^[-\w]+$", "-a", "."),
        (r"^[^]$", "x", ""),
        (r"^a[]|b$", "b", "a"),
        (r"^{a}$", "{a}", "a"),
        (r"^{a{2}}$", "{aa}", "{a}"),
        (r"^\0$", "\0", "0"),
        (r"^[\b]$", "\b", "b"),
        (r"^[[a]$", "[", "b"),
        (r"^[\w-.[]$", "[", ","),
        (r"^[\w-.\]]{1,2}$", "].", ","),
        (r"^\u{1F600}{a$", "\U0001f600{a", "a"),
        (r"^\ud83d\ude00$", "\U0001f600", "x"),
    ],
)
def test_what_ecma_has_is_read_as_ecma_has_it(tmp_path: Path, pattern: str, good: str, bad: str) -> None:
    """In `pattern`, and in the names of `patternProperties`."""
    contract = read(tmp_path, document(schema={"type": "string", "pattern": pattern}))
    assert contract.notes == ()
    assert accepts(contract, good)
    assert not accepts(contract, bad)
    schema = {"patternProperties": {pattern: {}}, "additionalProperties": False}
    contract = read(tmp_path, document(schema=schema))
    assert accepts(contract, {good: 1})
    assert not accepts(contract, {bad: 1})


@pytest.mark.parametrize("pattern", [r"^a\Z", r"^a{,3}$", r"\Qa", "(", r"(?>a)", "a|*"])
def test_nobody_is_held_to_another_language(tmp_path: Path, pattern: str) -> None:
    """A note says so, with the line, and every text is accepted."""
    assert usable(pattern) is None
    contract = read(tmp_path, document(schema={"type": "string", "pattern": pattern}))
    (note,) = contract.notes
    assert "cannot be compiled, so nothing is held to it" in str(note)
    assert note.line == 1
    assert accepts(contract, "anything")


def test_a_text_that_takes_too_long_to_match_is_no_breach() -> None:
    """The engine gives up: nobody knows whether the text matches."""
    validator = Schemas({}).validator({"pattern": r"^(?=a)(a+a+)+b?$(?<!c)"}, closed=True)
    assert breaches_of(validator, "a" * 40 + "!") == []
    assert breaches_of(validator, "b") != []


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\p{Lu}[a-z]+$",
        r"^[\p{L}\p{N}_-]{3,8}$",
        r"^\P{L}{3}$",
        r"^[^\p{L}]{2}$",
        r"^\p{Script=Latin}+$",
        r"^(?<year>\d{4})-\d\d$",
        r"^\u{41}b$",
        r"^[^]{2}$",
        r"^[a[]+$",
        r"^[\]a]+$",
        r"^[\w-.]+$",
        r"^[a-z]+(?<!y)$",
        r"^a(?=.*\d)\w+$",
        r"^(a|b)-\1$",
        r"^(?i:abc)+$",
        r"\bword\b",
        "^[\u0430-\u044f]{2}$",
    ],
)
def test_a_text_is_found_for_what_python_writes_in_another_way(pattern: str) -> None:
    """The validator takes it, so that a parameter with this pattern can be sent."""
    text = matching(pattern, 2)
    assert text is not None
    assert jsonschema_rs.Draft202012Validator({"pattern": usable(pattern)}).is_valid(text)
