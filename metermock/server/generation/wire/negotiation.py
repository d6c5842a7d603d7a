"""The media type of a reply: the one that the client likes best of those that are documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from metermock.contract.media import is_xml, plain
from metermock.contract.response import Response

_NO_RANK, _OF_VERSION, _EXACT = -2, -1, 2
"""How exactly a wish names a media type; 0 is a range of all, 1 one of a kind."""
_OF_RANGE = {
    "*": "application/json",
    "application": "application/json",
    "audio": "audio/mpeg",
    "font": "font/woff2",
    "image": "image/png",
    "multipart": "multipart/mixed",
    "text": "text/plain; charset=utf-8",
    "video": "video/mp4",
}
_OF_SUFFIX = "vnd.api"
"""What stands before `+json` where the document leaves it open."""


def best(accept: str, offered: Iterable[str]) -> str | None:
    """The offered media type that an Accept header asks for; None where it takes none of them.

    Of equals it is the first, but plain text and XML stand behind all others: frameworks that offer them
    beside JSON send JSON unless asked. A range such as `application/*` is taken only where nothing more
    exact is offered.
    """
    offered = list(offered)
    # What names no media type at all cannot be kept, so that nothing is asked for.
    accept = accept if "/" in accept or "*" in accept else ""
    if len(offered) == 1 and not accept.strip():
        return offered[0]
    offered = sorted(offered, key=lambda each: (each.count("*"), is_xml(each), plain(each) == "text/plain"))
    if not accept.strip():
        return offered[0] if offered else None
    wishes = [_wish(part) for part in accept.split(",") if part.strip()]
    ranked = [(*_quality(each, wishes), -index, each) for index, each in enumerate(offered)]
    quality, _, _, media = max(ranked, default=(0.0, False, 0, ""))
    return media if quality > 0 else None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A part of an Accept header: a media type or a range, its parameters, and how much it is wanted."""

    media: str
    parameters: frozenset[tuple[str, str]]
    quality: float


def _wish(part: str) -> _Wish:
    media, _, rest = part.partition(";")
    said = dict(_pairs(rest))
    try:
        quality = float(said.pop("q", "1"))
    except ValueError:
        quality = 0.0
    name = media.strip().lower()
    # Old clients of Java write the range of all as one star.
    return _Wish("*/*" if name == "*" else name, frozenset(said.items()), quality)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The parameters of a media type; a charset says nothing of what is in it."""
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals and name.strip().lower() != "charset":
            yield name.strip().lower(), value.strip().strip('"').lower()


def _quality(media: str, wishes: list[_Wish]) -> tuple[float, bool]:
    """How much a media type is wanted, and whether itself: the most exact wish counts."""
    head, _, rest = media.partition(";")
    name, own = head.strip().lower(), dict(_pairs(rest))
    found, rank = 0.0, _NO_RANK
    for wish in wishes:
        exact = _exactness(name, own, wish)
        if exact > rank:
            found, rank = wish.quality, exact
    return found, rank != _OF_VERSION


def _exactness(name: str, own: Mapping[str, str], wish: _Wish) -> int:
    """How exactly a wish names a media type; `_NO_RANK` where it does not."""
    kind = name.partition("/")[0]
    # A parameter that the document does not tell media types apart by is passed over.
    if any(own.get(key, value) != value for key, value in wish.parameters):
        return _NO_RANK
    if "*" in name:
        return 0 if _meets(wish.media, name) else _NO_RANK
    if wish.media == name:
        return _EXACT + sum(key in own for key, _ in wish.parameters)
    if "*" in wish.media:
        is_met = wish.media == "*/*" or (wish.media.startswith(f"{kind}/") and _meets(name, wish.media))
        return _NO_RANK if not is_met else 0 if wish.media == "*/*" else 1
    # GitHub and others answer in JSON to who wants a version of it by a name of their own.
    is_version = name == "application/json" and re.fullmatch(r"application/vnd\..+\+json", wish.media)
    return _OF_VERSION if is_version else _NO_RANK


def _meets(wish: str, offered: str) -> bool:
    """Whether a wish may name something in a range: `application/*`, `application/*+json`, `*/*`."""
    kind, _, rest = offered.partition("/")
    wished, _, name = wish.partition("/")
    if kind != "*" != wished and kind != wished:
        return False
    return "+" not in rest or name == "*" or name.endswith(rest.rpartition("*")[2])


def spoken(response: Response, media: str) -> str:
    """The Content-Type that a documented media type is sent with: its parameters are those of the document.

    For a range, `audio/*`, it is one within it.
    """
    if "*" not in media:
        return response.spellings.get(media, media)
    kind, _, name = plain(media).partition("/")
    if "+" in name:
        return f"{kind}/{name.replace('*', _OF_SUFFIX)}"
    return _OF_RANGE.get(kind, f"{kind}/octet-stream")
