"""Texts of a format that keep a pattern and bounds of their length too.

A pattern narrows a format, as `^2026-01` the days, or tells how it is written, with milliseconds: both are
met by texts that are looked for within the format. Where no text can have both, that is known for some.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import jsonschema_rs

from metermock.contract.compiling import FORMATS as OWN
from metermock.contract.languages import Common, Language, UnreadableError, languages_of
from metermock.contract.patterns import usable
from metermock.timezones import zone_names

_TRIES = 16
"""Draws until one is really of the format: what a pattern says of it may be a little more."""
_BLIND_TRIES = 200
"""The same where a pattern looks around, so that only chance meets it."""
_DAY = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAYS = (f"202[0-9]-{_DAY}", f"(19|20)[0-9]{{2}}-{_DAY}", f"([0-9]{{4}}-{_DAY}|{_LEAP_YEAR}-02-29)")
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = "[+-]([01][0-9]|2[0-3]):[0-5][0-9]"
_TIMES = (
    f"{_CLOCK}Z",
    rf"{_CLOCK}\.[0-9]{{3}}Z",
    rf"{_CLOCK}\.[0-9]{{6}}Z",
    rf"{_CLOCK}(\.[0-9]{{3}})?[+]00:00",
    rf"{_CLOCK}(\.[0-9]{{1,9}})?(Z|{_OFFSET})",
    rf"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|{_OFFSET})",
)
_HEX = "[0-9a-fA-F]"
_LABEL = "[a-z]([a-z0-9]{0,9}[a-z0-9])?"
_HOST = rf"({_LABEL}\.){{1,3}}(com|net|org|io|dev|example|[a-z]{{2,8}})"
_PATH = "(/[A-Za-z0-9._~-]{1,12}){0,4}/?"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_MAIL = rf"[a-z][a-z0-9]{{0,11}}([._+-][a-z0-9]{{1,8}})?@{_HOST}"
_URI = (
    f"https://{_HOST}{_PATH}",
    f"[a-z][a-z0-9+.-]{{1,8}}://{_HOST}{_PATH}",
    '[a-z][a-z0-9+.-]{1,8}:[^ <>"{}|^`\\\\%\\[\\]]{1,40}',
)
_WITHIN: Mapping[str, tuple[str, ...]] = {
    "date": _DAYS,
    "date-time": (
        *(f"{day}T{time}" for day in _DAYS for time in _TIMES[:-1]),
        f"{_DAYS[-1]}[Tt]{_TIMES[-1]}",
    ),
    "time": _TIMES,
    "month": tuple(f"{years}-(0[1-9]|1[0-2])" for years in ("202[0-9]", "(19|20)[0-9]{2}", "[0-9]{4}")),
    "uuid": (
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}",
    ),
    "ipv4": (rf"{_OCTET}(\.{_OCTET}){{3}}",),
    "ipv6": (
        "2001:db8(:[1-9a-f][0-9a-f]{0,3}){6}",
        "(2001:db8|f[cde][0-9a-f]{2})(:[1-9a-f][0-9a-f]{0,3}){0,4}::[1-9a-f][0-9a-f]{0,3}",
        "[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}",
        "([0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){0,4})?::([0-9a-fA-F]{1,4})?",
    ),
    **dict.fromkeys(
        ("email", "idn-email"),
        (_MAIL, "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}@[A-Za-z0-9][A-Za-z0-9-]{0,20}[A-Za-z0-9]"),
    ),
    **dict.fromkeys(
        ("hostname", "idn-hostname"),
        (_HOST, "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", rf"({_LABEL}\.){{0,6}}[a-z0-9-]{{1,20}}"),
    ),
    **dict.fromkeys(("uri", "url", "iri"), _URI),
    **dict.fromkeys(("uri-reference", "iri-reference"), (_PATH, *_URI)),
    "json-pointer": ("(/[A-Za-z0-9_-]{1,12}){1,4}",),
    "relative-json-pointer": ("(0|[1-9][0-9]{0,2})(/[A-Za-z0-9_-]{1,12}){0,3}",),
    "duration": (
        "P[1-9][0-9]{0,1}D",
        "PT[1-9][0-9]{0,2}[HMS]",
        "P[1-9][0-9]{0,2}[YMWD]",
        "P([1-9][0-9]?Y)?([1-9][0-9]?M)?([1-9][0-9]?D)?(T([1-9][0-9]?H)?([1-9][0-9]?M)?([1-9][0-9]?S)?)?",
    ),
}
"""Texts of each format, the likeliest first; each of them is of the format, or nearly each."""
AROUND: Mapping[str, str] = {
    "date": _DAYS[-1],
    "date-time": f"{_DAYS[-1]}[Tt]{_TIMES[-1]}",
    "time": _TIMES[-1],
    "uuid": _WITHIN["uuid"][-1],
    "ipv4": _WITHIN["ipv4"][-1],
    "ipv6": "[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*",
    "email": ".+@.+",
    "hostname": "[A-Za-z0-9.-]{1,253}",
    "uri": "[A-Za-z][A-Za-z0-9+.-]*:.*",
    "duration": "P[0-9YMWDTHS]+",
}
"""What has each text of a format, and maybe others."""


@functools.lru_cache(maxsize=1024)
def keeping(form: str, pattern: str | None, low: int, high: int | None) -> Callable[[str], bool]:
    """What tells whether a text is of a format and keeps the rest."""
    known = usable(pattern) if pattern is not None else None
    schema: dict[str, object] = {"format": form, "minLength": low}
    schema |= {} if known is None else {"pattern": known}
    schema |= {} if high is None else {"maxLength": high}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=OWN).is_valid


@functools.lru_cache(maxsize=1024)
def drawing(form: str, pattern: str | None, low: int, high: int | None) -> Callable[[int], str] | None:
    """What draws texts of a format that keep the rest, by a key; None where none is found."""
    takes = keeping(form, pattern, low, high)
    if form == "iana-timezone":
        zones = [each for each in sorted(zone_names()) if takes(each)]
        return (lambda key: zones[key % len(zones)]) if zones else None
    for within in _WITHIN.get(form, ()):
        try:
            common, tries = _common(within, pattern, low, high), _TRIES
        except UnreadableError:
            common, tries = _common(within, None, low, high), _BLIND_TRIES
        known = None if common.is_empty else next(filter(takes, map(common.draw, range(tries))), None)
        if known is not None:
            return functools.partial(_drawn, common, takes, known)
    return None


def _drawn(common: Common, takes: Callable[[str], bool], known: str, key: int) -> str:
    return next(filter(takes, (common.draw(key + number) for number in range(_TRIES))), known)


@functools.lru_cache(maxsize=1024)
def is_nothing(form: str, pattern: str | None, low: int, high: int | None) -> bool:
    """Whether it is certain that no text of a format keeps the rest; False where nobody knows."""
    around = AROUND.get(form)
    if around is None:
        return False
    try:
        return _common(around, pattern, low, high).is_empty
    except UnreadableError:
        return False


def _common(form: str, pattern: str | None, low: int, high: int | None) -> Common:
    languages = list(_languages(f"^({form})$"))
    if pattern is not None:
        known = usable(pattern)
        # A pattern that nobody can read binds nobody.
        languages += [] if known is None else _languages(known)
    return Common(languages, low, high)


@functools.lru_cache(maxsize=256)
def _languages(pattern: str) -> list[Language]:
    return languages_of(pattern)
