"""The media type of a reply: the one that the client likes best of those that are documented."""

from __future__ import annotations

from collections.abc import Iterable

from metermock.contract.media import is_xml, plain
from metermock.contract.response import Response

_NO_RANK = -1
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
    ranked = [(_quality(each, wishes), -index, each) for index, each in enumerate(offered)]
    quality, _, media = max(ranked, default=(0.0, 0, ""))
    return media if quality > 0 else None


def _wish(part: str) -> tuple[str, float]:
    media, *parameters = (each.strip() for each in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
    # Old clients of Java write the range of all as one star.
    return "*/*" if media == "*" else media.lower(), quality


def _quality(media: str, wishes: list[tuple[str, float]]) -> float:
    """How much a media type is wanted: the most exact wish counts."""
    name = media.partition(";")[0].strip().lower()
    kind = name.partition("/")[0]
    found, rank = 0.0, _NO_RANK
    for wish, quality in wishes:
        if "*" in name:
            fits, exact = _meets(wish, name), 0
        elif wish == name:
            fits, exact = True, 2
        elif wish == f"{kind}/*":
            fits, exact = True, 1
        else:
            fits, exact = wish == "*/*", 0
        if fits and exact > rank:
            found, rank = quality, exact
    return found


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
