"""Regular expressions of ECMA-262, as the validator's engine takes them.

The engine is strict where browsers, and so authors, are not: what it refuses and ECMA-262 has (annex B) is
written in the strict form, which means the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import jsonschema_rs

_PIECE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # two halves of one character
    r"|\\u\{[0-9a-fA-F]+\}|\\[pP]\{[^}]*\}|\\."
    r"|\[\^?\]"  # a class of everything or of nothing
    r"|\{[0-9]+(?:,[0-9]*)?\}"
    r"|.",
    re.DOTALL,
)
_CLASS_ESCAPES = ("\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\p", "\\P")
_LITERAL = re.compile(r"/(\^.*(?<!\\)\$)/([a-z]*)", re.DOTALL)
_INNER = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\((?:\\.|[^()])*\)", re.DOTALL)
_LIKE_QUANTIFIER = re.compile(r"\{,[0-9]+\}")


@functools.lru_cache(maxsize=4096)
def usable(pattern: str) -> str | None:
    """The pattern as the engine takes it; None where it takes no form of it, so that it is not judged."""
    if _compiles(pattern):
        return pattern
    # Many mean {0,3} by {,3}, where ECMA-262 has these four characters: nobody is held to either.
    if _LIKE_QUANTIFIER.search(pattern):
        return None
    strict = "".join(_strict(pattern))
    return strict if _compiles(strict) else None


def of_literal(pattern: str) -> tuple[str, str] | None:
    """The pattern and the flags of what is written as in JavaScript, `/^…$/i`; None where a text may match.

    The slashes are characters of a pattern: none stands before the beginning of a text, or behind its end.
    Of several alternatives only the first and the last have one.
    """
    found = _LITERAL.fullmatch(pattern)
    if found is None or _INNER.sub("", found[1]).count("|") > 1:
        return None
    return found[1], found[2]


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def _strict(pattern: str) -> Iterator[str]:
    """The pieces of a pattern, those of annex B in their strict form."""
    pieces = _PIECE.findall(pattern)
    within = False
    for before, piece, after in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
        if within:
            within = piece not in ("]", "[]", "[^]")
            yield _in_class(before, piece, after)
        else:
            within = piece == "["
            yield _OUTSIDE.get(piece) or _escape(piece)


_OUTSIDE = {"[]": "(?!)", "[^]": "[\\s\\S]", "{": "\\{", "}": "\\}"}


def _in_class(before: str, piece: str, after: str) -> str:
    # A range has a character on each side; between anything else it is the hyphen itself.
    is_edge = before == "[" or after == "]"
    is_range = not (before.startswith(_CLASS_ESCAPES) or after.startswith(_CLASS_ESCAPES))
    if piece == "-" and not is_edge and not is_range:
        return "\\-"
    if piece.startswith("["):
        return "\\" + piece
    return "\\x08" if piece == "\\b" else _escape(piece)


def _escape(piece: str) -> str:
    if piece == "\\0":
        return "\\x00"
    if len(piece) == len("\\ud83d\\ude00") and piece.startswith("\\u"):
        high, low = int(piece[2:6], 16), int(piece[8:12], 16)
        return f"\\u{{{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):X}}}"
    return piece
