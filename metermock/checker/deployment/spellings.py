"""Texts as they read once every escape in them is undone: one secret in all its spellings reads alike."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

_SIGN = re.compile(r"\\+|[%&~]")
_ESCAPE = re.compile(
    r"""
      (?P<broken> \\+ (?: u(?:[0-9a-f]{0,3}|d[89ab]..) | x[0-9a-f]? | ) (?=…|\Z)
                | (?: %[0-9a-f]? | &(?:amp;)*\#?\w{0,8} ) (?=…|\Z) )
    | (?P<bytes> (?: %(?:25)*[0-9a-f]{2} | \\+x[0-9a-f]{2} )+ )
    | \\+u(?P<unit> [0-9a-f]{4} )
    | &(?:amp;)*(?P<named> \#\d{1,7} | \#x[0-9a-f]{1,6} | quot | apos | amp | lt | gt );
    | ~(?P<tilde> [01] )
    | \\+(?P<letter> (?-i:[bfnrt]) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The escapes of JSON, Python, URLs, HTML, XML and JSON pointers, each of them escaped again or not; half of
one where a text was cut."""
_BYTE = re.compile(r"%(?:25)*([0-9a-f]{2})|\\+x([0-9a-f]{2})", re.IGNORECASE)
_PAIR = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_QUOTES = dict.fromkeys(map(ord, "\\\"'"))
_PASSES = 4
"""How often a text may be escaped."""
_LONG_ENOUGH = 7
"""Letters of base64 that are no other text by chance."""

_Unit = tuple[str, int, int]
"""A letter, and where its spelling begins and ends."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and where the spelling of each letter begins and ends in it."""

    text: str
    starts: list[int]
    ends: list[int]


def readings(text: str) -> set[str]:
    r"""What a text may say: as it is, and without escapes. `\n` is a line break, or a letter n."""
    return {_plain(each) for each in (text, _decoded(text, letters=True), _decoded(text, letters=False))}


def placed(text: str) -> Iterator[Reading]:
    """The same readings with the places."""
    whole = Reading(text, list(range(len(text))), list(range(1, len(text) + 1)))
    yield _placed_plain(whole)
    if _SIGN.search(text):
        yield _placed_plain(_placed(whole, letters=True))
        yield _placed_plain(_placed(whole, letters=False))


def spelled(value: str) -> set[str]:
    """What to look for in readings to find a value: itself, as other codings give it, and within base64."""
    raw = value.encode("utf-8", "surrogateescape")
    found = readings(value) | readings(value.strip()) | readings(raw.decode("latin-1"))
    found.add(_plain(base64.b64encode(raw).decode()))
    for data in _in_base64(value, raw):
        for core in _within_base64(data):
            found |= {_plain(core), _plain(core.translate(str.maketrans("+/", "-_")))}
    if len(raw) >= _LONG_ENOUGH:
        found.add(raw.hex())
    return found - {""}


def _in_base64(value: str, raw: bytes) -> set[bytes]:
    """The bytes of a value, in UTF-8 (`raw`) or Latin-1, escaped for JSON or a URL or not."""
    escaped = json.dumps(value, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape")
    found = {raw, json.dumps(value)[1:-1].encode(), escaped, quote(raw, safe="").encode()}
    return found if raw.isascii() else found | {value.encode("latin-1", "ignore")}


def _within_base64(data: bytes) -> Iterator[str]:
    """The letters that base64 has for some bytes, whatever stands before and behind them."""
    for before, unsure in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        core = encoded[unsure : (before + len(data)) * 8 // 6]
        if len(core) >= _LONG_ENOUGH:
            yield core


def _plain(text: str) -> str:
    """A text without quotes, backslashes and capitals; a plus is a space, as forms write it."""
    return text.translate(_QUOTES).replace("+", " ").casefold()


def _placed_plain(reading: Reading) -> Reading:
    kept = [(_plain(letter), at) for at, letter in enumerate(reading.text)]
    places = [at for letters, at in kept for _ in letters]
    return Reading(
        "".join(letters for letters, _ in kept),
        [reading.starts[at] for at in places],
        [reading.ends[at] for at in places],
    )


def _decoded(text: str, *, letters: bool) -> str:
    for _ in range(_PASSES):
        done: list[str] = []
        at = 0
        for start, end, units in _escapes(text, letters=letters):
            done += (text[at:start], *(unit[0] for unit in units))
            at = end
        if not at:
            break
        text = _PAIR.sub(lambda pair: _joined(pair[0]), "".join((*done, text[at:])))
    return text


def _placed(reading: Reading, *, letters: bool) -> Reading:
    for _ in range(_PASSES):
        text, starts, ends = reading.text, reading.starts, reading.ends
        done = Reading("", [], [])
        said: list[str] = []
        at = 0
        for start, end, units in _escapes(text, letters=letters):
            said += (text[at:start], *(unit[0] for unit in units))
            done.starts.extend((*starts[at:start], *(starts[unit[1]] for unit in units)))
            done.ends.extend((*ends[at:start], *(ends[unit[2] - 1] for unit in units)))
            at = end
        if not at:
            break
        done.starts.extend(starts[at:])
        done.ends.extend(ends[at:])
        reading = _paired(Reading("".join((*said, text[at:])), done.starts, done.ends))
    return reading


def _paired(reading: Reading) -> Reading:
    """The reading with both halves of a surrogate pair as one letter."""
    seconds = [pair.start() + 1 for pair in _PAIR.finditer(reading.text)]
    for at in reversed(seconds):
        del reading.starts[at], reading.ends[at - 1]
    return Reading(_PAIR.sub(lambda pair: _joined(pair[0]), reading.text), reading.starts, reading.ends)


def _joined(pair: str) -> str:
    return pair.encode("utf-16", "surrogatepass").decode("utf-16")


def _escapes(text: str, *, letters: bool) -> Iterator[tuple[int, int, list[_Unit]]]:
    """Where each escape stands in a text, and what it means."""
    sign = _SIGN.search(text)
    while sign:
        match = _ESCAPE.match(text, sign.start())
        if match:
            yield *match.span(), _meaning(match, letters=letters)
        sign = _SIGN.search(text, (match or sign).end())


def _meaning(match: re.Match[str], *, letters: bool) -> list[_Unit]:
    """The letters that an escape stands for, each with the part of the text that spells it."""
    start, end = match.span()
    if match["bytes"]:
        return _characters(match[0], start)
    if match["unit"]:
        said = chr(int(match["unit"], 16))
    elif match["named"]:
        said = unescape(f"&{match['named'].lower()};")
    elif match["tilde"]:
        said = "~" if match["tilde"] == "0" else "/"
    elif match["letter"] and letters:
        said = " "
    elif match["letter"]:
        said, start = match["letter"], end - 1
    else:
        return []
    return [(letter, start, end) for letter in said]


def _characters(text: str, offset: int) -> list[_Unit]:
    """The letters that escaped bytes are in UTF-8, or each byte by itself where they are not."""
    found = list(_BYTE.finditer(text))
    raw = bytes(int(match[1] or match[2], 16) for match in found)
    units: list[_Unit] = []
    at = 0
    while at < len(raw):
        letter, size = _first(raw[at : at + 4])
        units.append((letter, offset + found[at].start(), offset + found[at + size - 1].end()))
        at += size
    return units


def _first(raw: bytes) -> tuple[str, int]:
    """The letter that some bytes begin with, and how many of them it takes."""
    for size in range(1, len(raw) + 1):
        try:
            return raw[:size].decode("utf-8"), size
        except UnicodeDecodeError:
            continue
    return chr(raw[0]), 1
