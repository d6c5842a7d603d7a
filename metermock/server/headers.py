"""Headers as ASGI has them (pairs of bytes), as a dict, and as a request's, which note what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from metermock.ledger.cache import HELD, Cache
from metermock.remembered import Latest, remembered

RawHeaders = list[tuple[bytes, bytes]]
Wishes = tuple[str | None, str | None, str | None]

ALL_HEADERS = None
"""Stands for the names of all headers that a request has, or could have."""
OF_MESSAGES = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "keep-alive",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""What a reply says of its own bytes and connection: whoever sends it knows them, a document does not."""


OF_THE_MOCK = frozenset({"content-length", "date", "transfer-encoding"})
"""What the mock writes into each reply that needs it: twice, it would have two meanings."""
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header."""
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What the value of a header cannot have."""

PAIR = 200
"""About how many bytes a header takes in memory besides its name and its value."""


def held(raw: RawHeaders) -> int:
    """Return about how many bytes headers take in memory: short ones far more than on the wire."""
    return sum(len(name) + len(value) + PAIR for name, value in raw)


def read_headers(raw: RawHeaders) -> dict[str, str]:
    """Return headers by name, in lower case; repeated ones are joined (RFC 9110, 5.3; RFC 9113, 8.2.3)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1")
        value = raw_value.decode("latin-1")
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    return headers


def raw_header(name: str, value: str) -> tuple[bytes, bytes]:
    """Encode a header; TypeError for a value that is no text, ValueError for what HTTP does not allow."""
    if not isinstance(value, str):
        raise TypeError(f"header {name} is {value!r}; the value of a header is a text")
    if not value.isprintable() and (odd := CONTROL.search(value)):
        said = "a line break" if odd[0] in "\r\n" else "a control character"
        raise ValueError(f"header {name} has {said} in its value: {value!r}")
    return raw_name(name), value.encode("latin-1", "replace")


def raw_headers(named: Mapping[str, str]) -> RawHeaders:
    """Encode headers, with the errors of `raw_header`: replies have the same ones again and again."""
    try:
        return [*map(_raw_pair, named.items())]
    except TypeError:
        # A value that is no text may be one that cannot be looked up: the error says that it is no text.
        return [raw_header(name, value) for name, value in named.items()]


@remembered(1024)
def _raw_pair(pair: tuple[str, str]) -> tuple[bytes, bytes]:
    return raw_header(*pair)


@lru_cache(maxsize=256)
def raw_name(name: str) -> bytes:
    """Encode the name of a header; ValueError for one that a reply cannot have."""
    if not NAME.fullmatch(name):
        raise ValueError(f"a header is called {name!r}: HTTP allows letters, digits and !#$%&'*+.^_`|~-")
    if name.lower() in OF_THE_MOCK:
        raise ValueError(f"the mock writes {name} itself: leave it out of the reply")
    return name.lower().encode("ascii")


_WISHED = ("accept-encoding", "if-none-match", "origin")
_MOST_PAIRS = 16


class _Spoken:
    """What is known of headers as they were sent."""

    __slots__ = ("by_name", "pairs", "wishes")

    def __init__(self, raw: RawHeaders) -> None:
        self.by_name = read_headers(raw)
        accepts, tags, origin = map(self.by_name.get, _WISHED)
        self.wishes: Wishes = accepts, tags, origin
        """What every reply depends on."""
        self.pairs: dict[frozenset[bytes], RawHeaders] = {}
        """Some of the pairs, by their names: operations ask for few of them, and for the same ones."""


_LATELY, _LATEST = Cache(2 << 20), Latest(1 << 10)
"""Headers that came more than once, as they are read: a client sends the same ones with most requests."""


def _spoken(raw: RawHeaders) -> _Spoken:
    """Return what is known of headers."""
    name = tuple(raw)
    known: _Spoken | None = _LATELY.get(name)
    if known is None:
        known = _Spoken(raw)
        if _LATEST.again(name):
            _LATELY.put(name, known, (2 + _MOST_PAIRS) * HELD + 2 * held(raw))
    return known


class RequestHeaders(Mapping[str, str]):
    """The headers of a request by name, in lower case; it notes which of them are read.

    Whoever answers a request reads its headers here. So what a reply may depend on is known without asking
    each reader: on no header whose name is not noted. A name that was looked for in vain is noted too.
    """

    __slots__ = ("_are_all_read", "_by_name", "_looked_for", "_raw", "_spoken")

    def __init__(self, raw: RawHeaders) -> None:
        self._raw = raw
        self._spoken = _spoken(raw)
        self._by_name = self._spoken.by_name
        self._looked_for: set[str | bytes] = set()
        self._are_all_read = False

    @property
    def wishes(self) -> Wishes:
        """`Accept-Encoding`, `If-None-Match` and `Origin`: every reply depends on them."""
        self._looked_for.update(_WISHED)
        return self._spoken.wishes

    def has_any(self, names: frozenset[str]) -> bool:
        """Tell whether a request has one of several headers."""
        self._looked_for |= names
        return not names.isdisjoint(self._by_name)

    def __getitem__(self, name: str) -> str:
        self._looked_for.add(name)
        return self._by_name[name]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a header."""
        self._looked_for.add(key)
        return self._by_name.get(key, default)

    def __contains__(self, name: object) -> bool:
        self._looked_for.add(str(name))
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        self._are_all_read = True
        return iter(self._by_name)

    def __len__(self) -> int:
        self._are_all_read = True
        return len(self._by_name)

    def replaced(self, others: Mapping[str, str]) -> RequestHeaders:
        """Return headers in which others stand in the place of those with the same names."""
        if not others:
            return self
        raw = [raw_header(name, value) for name, value in others.items()]
        names = {name for name, _ in raw}
        return RequestHeaders([*(pair for pair in self._raw if pair[0] not in names), *raw])

    def pairs(self, names: frozenset[bytes]) -> RawHeaders:
        """Return the pairs with these names, as they were sent."""
        self._looked_for |= names
        return self.sent(names)

    def sent(self, names: frozenset[bytes] | None) -> RawHeaders:
        """Return the same, without a note of it; all pairs for ALL_HEADERS."""
        if names is None:
            return self._raw
        known = self._spoken.pairs
        found = known.get(names)
        if found is None:
            found = [pair for pair in self._raw if pair[0] in names]
            if len(known) < _MOST_PAIRS:
                known[names] = found
        return found

    def values_of(self, name: bytes) -> list[str]:
        """Return the values of a header: one for each time that it was sent."""
        self._looked_for.add(name)
        return [value.decode("latin-1") for key, value in self._raw if key == name]

    @property
    def looked_for(self) -> frozenset[bytes] | None:
        """The names of the headers that were read until now, there or not; ALL_HEADERS for all of them."""
        return ALL_HEADERS if self._are_all_read else encoded(frozenset(self._looked_for))


@lru_cache(maxsize=256)
def encoded(names: frozenset[str | bytes]) -> frozenset[bytes]:
    """Return names as they are sent. What has no Latin-1 cannot be the name of a header."""
    return frozenset(name.encode("latin-1", "replace") if isinstance(name, str) else name for name in names)
