"""What a description says of a text: which values it has, that it is an id, or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST = 600
"""Characters of a description that are read: its values stand at its beginning."""
_VALUE = r"[A-Za-z][\w.:-]{0,40}"
_QUOTED = rf"(?:`{_VALUE}`|\"{_VALUE}\"|'{_VALUE}'|\u201c{_VALUE}\u201d)"
_SEVERAL = re.compile(rf"{_QUOTED}(?:(?:\s*,\s*|\s+)(?:(?:or|and)\s+)?{_QUOTED})+")
"""Values in a row: `a`, `b` or `c`."""
_BULLETS = re.compile(
    rf"(?m)^\s*[-*]\s+[`\"'*]*({_VALUE})[`\"'*]*(?:[ \t]*:|[ \t]+[\u2013-]|[ \t]*(?:\n|\Z))"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+(?:\s*,\s*[A-Z][A-Z0-9_]+)+\.?")
"""A description that is nothing but the values."""
_ONE = re.compile(
    r"(?i:\b(?:always|should be|must be|is currently|can be|could be|may be|such as|e\.g\.|for example)),?\s+"
    rf"({_QUOTED})"
)
_OTHER = re.compile(
    r"(?i)\b(?:fields?|attributes?|parameters?|propert(?:y|ies)|keys?|columns?|same as|instead|together"
    r"|along with|only one of|if both|set if|required|supports?|types of|unless|when|combination"
    r"|made (?:from|of)|ratio|sum|difference|derived|computed|start(?:s|ing)? with|begins? with)\b"
)
"""Words of sentences whose names in quotes are those of something else."""
_NO_VALUES = frozenset({"null", "none", "nil", "undefined", "empty", "string", "http", "https"})
_LABELS = frozenset(
    {"max", "min", "maximum", "minimum", "note", "required", "optional", "default", "example"}
)
"""What bullets say about a text, without being its values."""
_TEMPLATE = re.compile(r"(?i)[hmsydz:.t-]{4,}")
"""How a time is written, such as `HH:MM`."""
_ENDS = re.compile(r"[.;](?:\s|\Z)|\n")
_ID = re.compile(
    r"(?i)\s*(?:the |an? )?(?:unique )?(?:id|identifier|uuid|guid)\b(?! (?:type|format|document|card|number))"
)
_NUMBER = re.compile(
    r"(?i)(?:.*\bin (?:(?:milli)?seconds|minutes|hours|bytes|cents)\b"
    r"|(?:the )?(?:total )?(?:number|count|percentage|percent) of\b|.*\b(?:price|cost) (?:in [a-z]+ )?per\b)"
)
_EACH_TOKEN = re.compile(
    r"(?i)[^.:;,]*\b(?:price|cost)\b[^.:;]*\bper (?!million|thousand|[0-9])(?:[\w-]+ )*token\b"
)
_SHORT = 3
"""Characters of the code of a place, at most."""
_CODE = re.compile(r"(?i)\b(?:two|2|three|3)[ -](?:letter|char)|\babbreviat(?:ed|ion)\b")
_DEGREES = re.compile(r"(?i)\b(fahrenheit|kelvin|celsius|degrees?)\b(?! of)|°\s?([fck]\b)?")
_NO_NUMBER = re.compile(r"(?i)\b(?:iso|unit|identifier|serial|phone|name|code|format|human|timestamp|url)\b")


def values_of(whole: Mapping[str, Any]) -> Sequence[str]:
    """The values that a description lists in quotes, or in capitals and nothing else; none for no list."""
    text = str(whole.get("description", ""))[:_LONGEST]
    if _CAPITALS.fullmatch(text.strip()):
        return re.findall(r"[A-Z0-9_]+", text)
    for found in _SEVERAL.finditer(text):
        if not _OTHER.search(_sentence(text, found)):
            return _values(re.findall(_VALUE, re.sub(r"\b(?:or|and)\b(?=\s)", "", found[0])))
    bullets = _values(_BULLETS.findall(text))
    if len(bullets) > 1:
        return bullets
    one = _ONE.search(text)
    return _values([one[1][1:-1]]) if one is not None and not _OTHER.search(_sentence(text, one)) else ()


def _values(found: Sequence[str]) -> Sequence[str]:
    """What was found, each once, without what is no value of a text; nothing for labels of its limits."""
    several = tuple(dict.fromkeys(found))
    if any(each.lower() in _LABELS for each in several):
        return ()
    return tuple(each for each in several if each.lower() not in _NO_VALUES and not _TEMPLATE.fullmatch(each))


def _sentence(text: str, found: re.Match[str]) -> str:
    """The sentence around a match, without what was matched."""
    before = _ENDS.split(text[: found.start()])[-1]
    behind = _ENDS.split(text[found.end() :])[0]
    return f"{before} {behind}"


def is_id(whole: Mapping[str, Any]) -> bool:
    """Whether a description begins with saying that a text is an id: "ID of the invoice that"."""
    return _ID.match(str(whole.get("description", ""))) is not None


def is_code(whole: Mapping[str, Any]) -> bool:
    """Whether a place is told by its code: by its length, or by its description."""
    most = whole.get("maxLength", _SHORT + 1)
    return most <= _SHORT or _CODE.search(str(whole.get("description", ""))[:_LONGEST]) is not None


def is_number(whole: Mapping[str, Any]) -> bool:
    """Whether a description says that a text is a number, by its unit."""
    text = str(whole.get("description", "")).partition(". ")[0]
    return _NUMBER.match(text) is not None and not _NO_NUMBER.search(text)


def is_of_each_token(whole: Mapping[str, Any]) -> bool:
    """Whether a description says what one token costs: some millionths."""
    return _EACH_TOKEN.match(str(whole.get("description", ""))[:_LONGEST]) is not None


def degrees(whole: Mapping[str, Any]) -> tuple[str, ...]:
    """The scale of a temperature, as a description tells it; nothing where it speaks of no degrees."""
    text = str(whole.get("description", ""))[:_LONGEST].lower()
    told = [one or two or "degrees" for one, two in _DEGREES.findall(text)]
    return tuple(sorted(told, key=("degrees", "degree").__contains__))[:1]
