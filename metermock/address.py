"""How the address of a document is shown: without what may be a secret in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import overload
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "***"


@overload
def shown(place: str) -> str: ...
@overload
def shown(place: Path | str) -> Path | str: ...
def shown(place: Path | str) -> Path | str:
    """A path as it is; a URL without its user, the values of its query and its fragment."""
    if not isinstance(place, str) or "://" not in place:
        return place
    try:
        parts = urlsplit(place)
    except ValueError:
        # What is no URL has no parts that could be told apart.
        return re.split(r"[?#]", re.sub(r"(?<=://)[^/?#]*@", f"{HIDDEN}@", place))[0]
    user, at, host = parts.netloc.rpartition("@")
    # A word without `=` may be the secret itself.
    query = "&".join(_hidden(each) for each in parts.query.split("&")) if parts.query else ""
    fragment = HIDDEN if parts.fragment else ""
    return urlunsplit((parts.scheme, f"{HIDDEN if user else ''}{at}{host}", parts.path, query, fragment))


def _hidden(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
