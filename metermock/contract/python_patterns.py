"""Patterns of ECMA-262 as Python reads them, to find texts that they match."""

from __future__ import annotations

import functools
import re

from metermock.contract.patterns import usable

_PIECE = re.compile(
    r"\\[pP]\{(?P<property>[^}]*)\}"
    r"|\(\?<(?P<group>[A-Za-z_]\w*)>"
    r"|\\k<(?P<back>\w+)>"
    r"|\\u\{(?P<code>[0-9a-fA-F]+)\}"
    r"|(?P<any>\[\^\])|(?P<open>\[\^?)|(?P<close>\])|\\.|.",
    re.DOTALL,
)
_ASCII = {
    **dict.fromkeys(("l", "letter", "alphabetic", "latin", "latn"), "A-Za-z"),
    **dict.fromkeys(("lu", "uppercase_letter", "uppercase"), "A-Z"),
    **dict.fromkeys(("ll", "lowercase_letter", "lowercase"), "a-z"),
    **dict.fromkeys(("n", "number", "nd", "decimal_number"), "0-9"),
    **dict.fromkeys(("p", "punctuation", "po", "other_punctuation"), "!#%&*,./:;?@"),
    **dict.fromkeys(("pd", "dash_punctuation"), "\\-"),
    **dict.fromkeys(("pc", "connector_punctuation"), "_"),
    **dict.fromkeys(("s", "symbol", "sm", "math_symbol"), "+<=>|~"),
    **dict.fromkeys(("sc", "currency_symbol"), "$"),
    **dict.fromkeys(("z", "separator", "zs", "space_separator", "white_space"), " "),
}
"""Characters of ASCII with a property of Unicode, as a class has them."""


@functools.lru_cache(maxsize=4096)
def for_python(pattern: str) -> str:
    """The pattern with what only ECMA-262 has in the words of Python.

    It may match less: of a property of Unicode there are some characters of ASCII. What has no such form
    stays, and Python refuses it.
    """
    pieces, within = [], False
    for piece in _PIECE.finditer(usable(pattern) or pattern):
        pieces.append(_in_class(piece) if within else _outside(piece))
        within = (within or piece["open"] is not None) and piece["close"] is None
    return "".join(pieces)


def _in_class(piece: re.Match[str]) -> str:
    if piece["property"] is not None and piece[0].startswith("\\p"):
        return _characters(piece) or piece[0]
    if piece["open"] is not None or piece["any"] is not None:
        return "\\" + piece[0]
    return _character(piece)


def _outside(piece: re.Match[str]) -> str:
    if piece["property"] is not None:
        listed, others = _characters(piece), "^" if piece[0].startswith("\\P") else ""
        return f"[{others}{listed}]" if listed else piece[0]
    if piece["any"] is not None:
        return "[\\s\\S]"
    if piece["group"] is not None:
        return f"(?P<{piece['group']}>"
    if piece[0] == "$":
        # Python's own `$` takes the end of a line too, where nothing but a line break follows.
        return "\\Z"
    return f"(?P={piece['back']})" if piece["back"] is not None else _character(piece)


def _characters(piece: re.Match[str]) -> str:
    return _ASCII.get(piece["property"].rpartition("=")[2].lower(), "")


def _character(piece: re.Match[str]) -> str:
    return re.escape(chr(int(piece["code"], 16))) if piece["code"] is not None else piece[0]
