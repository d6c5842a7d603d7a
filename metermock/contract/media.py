"""Media types: which documented one a Content-Type fits, and which of them are JSON."""

from __future__ import annotations

from collections.abc import Iterable


def plain(media: str) -> str:
    """A media type in lower case and without its parameters."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether a media type is JSON: by its name, or by the suffix `+json`. `*/*` may be."""
    name = plain(media)
    return name in ("application/json", "text/json", "*/*", "application/*") or name.endswith("+json")


def matching(content_type: str, documented: Iterable[str]) -> str | None:
    """The documented media type that a Content-Type fits, the most exact first; None where it fits none."""
    received = plain(content_type)
    documented = tuple(documented)
    if received in documented:
        return received
    ranges = (f"{received.partition('/')[0]}/*", "*/*")
    return next((each for each in ranges if each in documented and received), None)
