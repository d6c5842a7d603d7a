"""Media types: which documented one a Content-Type fits, and which of them are JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_ANY = "*/*"
_WITHOUT_CASE = frozenset({"charset"})
_OF_WRITERS = frozenset({"boundary", "q"})


def plain(media: str) -> str:
    """A media type in lower case and without its parameters; `*`, as some documents write it, is `*/*`."""
    name = media.partition(";")[0].strip().lower()
    return _ANY if name == "*" else name


def is_json(media: str) -> bool:
    """Whether a media type is JSON: by its name, or by the suffix `+json`. `*/*` may be."""
    name = plain(media)
    return name in ("application/json", "text/json", "*/*", "application/*") or name.endswith("+json")


def is_xml(media: str) -> bool:
    """Whether a media type is XML that a schema may describe, which pictures and pages are not."""
    name = plain(media)
    has_form = name in ("image/svg+xml", "application/xhtml+xml")
    return name in ("application/xml", "text/xml") or (name.endswith("+xml") and not has_form)


def by_media(content: Mapping[str, Any]) -> dict[str, Any]:
    """A map by media type, in one spelling.

    The parameters are left out, unless several media types differ by nothing else.
    """
    times = Counter(plain(media) for media in content)
    return {
        plain(media) if times[plain(media)] == 1 else _spelled(media): each for media, each in content.items()
    }


def spellings(content: Iterable[str]) -> dict[str, str]:
    """What each media type is sent as, by its spelling in `by_media`: with the parameters it is written with.

    Left out is what a writer of bodies or of Accept headers says in a parameter, `boundary` and `q`, and any
    `charset` but UTF-8, in which bodies are written.
    """
    content = tuple(content)
    keys = by_media({media: media for media in content})
    return {key: _sent(media) for key, media in keys.items()}


def _sent(media: str) -> str:
    parameters = {name.lower(): value.strip() for name, value in _PARAMETER.findall(media)}
    kept = {name: value for name, value in parameters.items() if name not in _OF_WRITERS}
    if kept.get("charset", "utf-8").strip('"').lower() not in ("utf-8", "utf8"):
        del kept["charset"]
    return "; ".join([plain(media), *(f"{name}={value}" for name, value in kept.items())])


def matching(content_type: str, documented: Iterable[str]) -> str | None:
    """The documented media type that a Content-Type fits, the most exact first; None where it fits none.

    `documented` are in the spelling of `by_media`. One whose parameters are all there comes before one
    without parameters, this before `application/*+json`, `application/*` and `*/*`.
    """
    received, parameters = plain(content_type), _parameters(content_type)
    if not received:
        return None
    documented = tuple(documented)
    for name in (received, *_ranges(received)):
        fitting = [each for each in documented if plain(each) == name and _parameters(each) <= parameters]
        if fitting:
            return max(fitting, key=lambda each: len(_parameters(each)))
    return None


def _ranges(media: str) -> Iterable[str]:
    kind, _, name = media.partition("/")
    _, plus, suffix = name.rpartition("+")
    return (*([f"{kind}/*+{suffix}"] if plus else []), f"{kind}/*", "*/*")


def _parameters(media: str) -> frozenset[tuple[str, str]]:
    """The parameters of a media type; the order does not count, nor the case of their names."""
    found = set()
    for name, value in _PARAMETER.findall(media):
        text = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value.strip()
        found.add((name.lower(), text.lower() if name.lower() in _WITHOUT_CASE else text))
    return frozenset(found)


def _spelled(media: str) -> str:
    return "; ".join([plain(media), *(f"{name}={value}" for name, value in sorted(_parameters(media)))])
