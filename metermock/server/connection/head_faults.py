"""What is wrong with the head of a request that httptools takes."""

from __future__ import annotations

import re
from http import HTTPStatus

from metermock.server.headers import RawHeaders

Fault = tuple[HTTPStatus, str]
_VERSIONS = frozenset(("1.0", "1.1"))
_HOST = re.compile(rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=%]*|\[[0-9A-Za-z:.%\-_~]+\])(?::[0-9]*)?")
_AUTHORITY = re.compile(rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=%]+|\[[0-9A-Za-z:.%\-_~]+\]):([0-9]{1,5})")
_LAST_PORT = 65_535


def fault_of(version: str, headers: RawHeaders) -> Fault | None:
    """Return what is wrong with a head: its version, its Host headers (RFC 9112, 3.2), its coding (6.1)."""
    if version not in _VERSIONS:
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"This server speaks HTTP/1.1 and 1.0, not {version}."
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        told = f"A request has one Host header; this one has {len(hosts) or 'none'}."
        return HTTPStatus.BAD_REQUEST, told
    if hosts and not _HOST.fullmatch(hosts[0]):
        return HTTPStatus.BAD_REQUEST, f"The Host header is a name and perhaps a port, not {shown(hosts[0])}."
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings in ([], [b"chunked"]):
        return None
    told = f"A body may be coded as chunked, and as nothing else: not {shown(b', '.join(codings))}."
    return HTTPStatus.NOT_IMPLEMENTED, told


def fault_of_target(method: bytes, target: bytes) -> Fault | None:
    """Return why a CONNECT to a host and port is refused: no tunnels are made here (RFC 9110, 9.3.6).

    One to a path, or to an absolute address, is left to whoever answers there.
    """
    if method != b"CONNECT" or target.startswith(b"/") or b"://" in target:
        return None
    place = _AUTHORITY.fullmatch(target)
    if place is None or not 0 < int(place[1]) <= _LAST_PORT:
        return HTTPStatus.BAD_REQUEST, f"CONNECT takes a host and a port, not {shown(target)}."
    return HTTPStatus.NOT_IMPLEMENTED, "This server makes no tunnels: the method CONNECT is not implemented."


def shown(value: bytes) -> str:
    """Return what is shown of a header's value."""
    return repr(value[:60].decode("ascii", "backslashreplace"))
