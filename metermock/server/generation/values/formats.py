"""Texts of a format, which keep a pattern and bounds of their length too."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from metermock.contract.format_texts import drawing, keeping
from metermock.contract.samples import FORMATS
from metermock.server.generation.values.letters import letters, uuid_of
from metermock.server.generation.values.patterns import patterned
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Picker, between, child, pick
from metermock.server.generation.words import names

TextMaker = Callable[[int], str]

_VARIANTS = 4
"""Texts of a format that are tried before one is looked for that keeps the rest."""
_SEVERAL = 3
"""Texts of a pool that are enough for it to be asked alone."""


def url(name: str) -> TextMaker:
    """What makes addresses; those of pictures end like one."""
    tail = {"avatar": ".png", "image": ".png", "logo": ".png", "photo": ".jpg", "icon": ".svg"}
    end = next((tail[word] for word in names.words_of(name) if word in tail), "")
    return lambda key: f"https://{pick(key, pool('domain'))}/{letters(child(key, 'path'), 8)}{end}"


def _time(key: int) -> str:
    hour, minute = divmod(between(key, 0, 24 * 60 - 1), 60)
    return f"{hour:02d}:{minute:02d}:00Z"


def _duration(key: int) -> str:
    before, most, after = pick(key, (("P", 30, "D"), ("PT", 48, "H"), ("PT", 90, "M"), ("PT", 600, "S")))
    return f"{before}{between(child(key, 'length'), 1, most)}{after}"


_FORMATS: Mapping[str, Callable[[str], TextMaker]] = {
    "time": lambda _: _time,
    "duration": lambda _: _duration,
    "relative-json-pointer": lambda _: lambda key: f"{between(key, 0, 3)}/{letters(child(key, 'path'), 6)}",
    **dict.fromkeys(
        ("json-pointer", "uri-reference", "iri-reference"), lambda _: lambda key: f"/{letters(key, 8)}"
    ),
    "uri-template": lambda _: lambda key: f"/{letters(key, 8)}/{{id}}",
    "idn-hostname": lambda _: Picker(pool("domain")),
    "iana-timezone": lambda _: Picker(pool("timezone")),
    "uuid": lambda _: uuid_of,
    "email": lambda _: Picker(pool("email")),
    "idn-email": lambda _: Picker(pool("email")),
    "uri": url,
    "url": url,
    "iri": url,
    "hostname": lambda _: Picker(pool("domain")),
    "ipv4": lambda _: Picker(pool("ipv4")),
    "ipv6": lambda _: Picker(pool("ipv6")),
    "byte": lambda _: lambda key: base64.b64encode(letters(key, 12).encode()).decode(),
    "binary": lambda _: lambda key: letters(key, 24),
    "password": lambda _: lambda key: letters(key, 16),
    **dict.fromkeys(("phone", "phone-number", "e164"), lambda _: Picker(pool("e164"))),
    **dict.fromkeys(("currency", "iso-4217", "currency-code"), lambda _: Picker(pool("currency"))),
    **dict.fromkeys(("iso-country-code", "country-code", "iso-3166"), lambda _: Picker(pool("country_code"))),
}


def maker(name: str, whole: Mapping[str, Any], shown: Sequence[str]) -> TextMaker | None:
    """What makes the texts of a schema's format; None where it has none, or none that keep the rest."""
    form, pattern = str(whole.get("format", "")), whole.get("pattern")
    low, high = whole.get("minLength", 0), whole.get("maxLength")
    pattern = pattern if isinstance(pattern, str) else None
    if form in _FORMATS and pattern is None and not low and high is None:
        return _FORMATS[form](name)
    if form not in _FORMATS and form not in FORMATS:
        return None
    takes = keeping(form, pattern, low, high)
    usual = _usual(name, form, takes)
    if pattern is None and form not in FORMATS:
        return fitted(usual, low, high) if usual is not None else None
    examples = [each for each in shown if takes(each)]
    if pattern is not None and examples:
        return _kept([patterned(pattern, low, high, examples), Picker(examples)], takes)
    return _searched(usual, form, takes, (pattern, low, high))


def _usual(name: str, form: str, takes: Callable[[str], bool]) -> TextMaker | None:
    """Texts of the format as they are without the rest; of a few, those that keep it."""
    usual = _FORMATS[form](name) if form in _FORMATS else Picker(FORMATS[form])
    if not isinstance(usual, Picker):
        return usual
    fitting = [each for each in usual.values if takes(each)]
    return Picker(fitting) if fitting else None


def _searched(
    usual: TextMaker | None, form: str, takes: Callable[[str], bool], rest: tuple[str | None, int, int | None]
) -> TextMaker | None:
    """The usual texts where they keep the rest; else those that are found within the format."""
    pattern, low, high = rest
    is_rare = isinstance(usual, Picker) and usual.number < _SEVERAL
    makers = [] if usual is None or is_rare else [usual, fitted(usual, low, high)]
    tried = [child(number, "tried") for number in range(_VARIANTS)]
    keep = [make for make in makers if all(takes(make(key)) for key in tried)]
    if keep:
        return _kept(keep, takes)
    found = drawing(form, pattern, low, high)
    if found is not None:
        return found
    last = [each for each in FORMATS.get(form, ()) if takes(each)]
    return Picker(last) if last else usual


def _kept(makers: Sequence[TextMaker], takes: Callable[[str], bool]) -> TextMaker:
    """The texts of the first of some makers that keep the rest."""

    def made(key: int) -> str:
        text = ""
        for part in range(_VARIANTS):
            for make in makers:
                text = make(key if not part else child(key, part))
                if takes(text):
                    return text
        return text

    return made


def fitted(make: TextMaker, low: int, high: int | None) -> TextMaker:
    """Texts of a length: cut at a word where that leaves enough, filled up with their own letters."""
    if not low and high is None:
        return make

    def of_length(key: int) -> str:
        text = make(key)
        if high is not None and len(text) > high:
            cut = text[:high]
            at_word = cut.rpartition(" ")[0].rstrip(" ,;-")
            text = at_word if len(at_word) >= max(low, high // 2, 1) else cut
        if len(text) < low:
            text += letters(child(key, "fill"), low - len(text))
        return text

    return of_length
