"""Headers as ASGI has them (pairs of bytes), and as a dict."""

from __future__ import annotations

RawHeaders = list[tuple[bytes, bytes]]


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
    """Encode a header; ValueError for a line break, which would start another header."""
    if "\n" in value or "\r" in value:
        raise ValueError(f"header {name} has a line break in its value: {value!r}")
    return name.lower().encode("latin-1"), value.encode("latin-1", "replace")
