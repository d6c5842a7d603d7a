"""Headers as ASGI has them, and as names and values."""

from __future__ import annotations

RawHeaders = list[tuple[bytes, bytes]]


def read_headers(raw: RawHeaders) -> dict[str, str]:
    """Return headers by lower-case name; those sent several times are joined as RFC 9110 says."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1")
        value = raw_value.decode("latin-1")
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    return headers


def raw_header(name: str, value: str) -> tuple[bytes, bytes]:
    """Encode a header of a reply; ValueError for a line break, which would start another header."""
    if "\n" in value or "\r" in value:
        raise ValueError(f"header {name} has a line break in its value: {value!r}")
    return name.lower().encode("latin-1"), value.encode("latin-1", "replace")
