"""Bad requests, derived from the contracts, and what each has to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from metermock.checker.inputs.allowed import candidates
from metermock.checker.inputs.refused import refused_inputs
from metermock.contract import Operation, Parameter
from metermock.contract.json_types import ABSENT
from metermock.contract.parameter import text_of

Sent = tuple[tuple[bytes, bytes], ...]
"""Headers, byte for byte."""

LONG = 10_000
INVALID = (422, 400)
UNKNOWN_RESOURCE = {"keyId": 404, "X-Workspace-Id": 403}
"""Parameters that take any text; one that names nothing is no invalid one."""
REFUSED = {"onceonly": 403}
"""What a credential is that is there and does not count; elsewhere it is 401, as none is everywhere."""
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
ODD_HEADERS: dict[str, Sent] = {
    "accepts no JSON": ((b"Accept", b"image/png"),),
    "accepts nothing readable": ((b"Accept", b"\xff;;q=,"), (b"Accept-Encoding", b"\xff")),
    "a range": ((b"Range", b"bytes=5-1"),),
    "a condition": ((b"If-None-Match", b"*, x"), (b"If-Modified-Since", b"yesterday")),
    "a body of no type": ((b"Content-Type", b"\xff/\xff"), (b"Content-Length", b"0")),
    "another method beside it": ((b"X-HTTP-Method-Override", b"DELETE"),),
    "another address beside it": ((b"X-Forwarded-Prefix", b"/x"), (b"X-Original-URL", b"/x")),
    "a header of 10,000 characters": ((b"X-Neighbour", b"x" * LONG),),
    "a cookie of 10,000 characters": ((b"Cookie", b"neighbour=" + b"x" * LONG),),
    "1,000 cookies": ((b"Cookie", b"; ".join(b"n%d=1" % number for number in range(1_000))),),
    "cookies that are none": ((b"Cookie", b'a=b; =; "; x="y; \xff; ;;=[1, 2]; z'),),
}
"""Headers that change nothing beside a good credential."""


class Case(NamedTuple):
    """A request and the status that it has to get; `query` is sent as it is."""

    about: str
    query: str
    sent: Sent
    status: int


def bad_parameters(operation: Operation, good: Sent) -> Iterator[Case]:
    """Each query parameter with whatever it cannot be, and what is no parameter at all."""
    status = next((status for status in INVALID if status in operation.responses), 200)
    for bad in refused_inputs(operation):
        yield Case(f"{bad.parameter}: {bad.about}: {bad.raw[:60]}", bad.raw, good, status)
    for name in ("no_such_parameter", "", "%00", "%FF", "x" * LONG):
        # Each document promises to ignore it.
        yield Case(f"{name[:20]!r}, no parameter", f"{name}=1", good, 200)
    for parameter in operation.parameters:
        if parameter.location == "query":
            yield from texts(parameter, good, status)
        else:
            yield from headers(parameter, good, status)


def headers(parameter: Parameter, good: Sent, status: int) -> Iterator[Case]:
    """A header parameter with texts that name nothing."""
    name, unknown = parameter.name.encode(), UNKNOWN_RESOURCE.get(parameter.name, status)
    for value in (b"x", b"\xff", b"x" * LONG, b"null, null", b"%00", b'"', b"a\tb"):
        yield Case(f"{parameter.name}: {value[:20]!r}", "", (*good, (name, value)), unknown)
    yield Case(f"{parameter.name}: twice", "", (*good, (name, b"x"), (name, b"null")), unknown)


def texts(parameter: Parameter, good: Sent, status: int) -> Iterator[Case]:
    """A parameter with texts that are bad whatever its type, and repeated, where the last one counts."""
    name = quote(parameter.name, safe="")
    unknown = UNKNOWN_RESOURCE.get(parameter.name, status)
    for about, raw in {"long": "x" * LONG, "beyond the BMP": "%F0%9F%98%80", "a line": "a%0D%0Ab"}.items():
        yield Case(f"{name}: {about}", f"{name}={raw}", good, unknown)
    yield Case(f"{name}: no value", name, good, status)
    yield Case(f"{name}: half of a character", f"{name}=%F0%9F", good, status)
    yield Case(f"{name}: in brackets", f"{name}[]=1", good, 200)
    value = parameter.default if parameter.default is not ABSENT else next(iter(candidates(parameter)), None)
    if value is not None:
        text = quote(text_of(value), safe="")
        yield Case(f"{name}: bad, then good", f"{name}=%00&{name}={text}", good, 200)
        yield Case(f"{name}: good, then bad", f"{name}={text}&{name}=%00", good, status)
        yield Case(f"{name}: 1,000 times", "&".join([f"{name}={text}"] * 1_000), good, 200)


def bad_credentials(contract: str, scheme: Mapping[str, str], value: str, good: Sent) -> Iterator[Case]:
    """A credential that is missing, in the wrong place or scheme, malformed, or there twice."""
    refused, ((name, text),) = REFUSED.get(contract, 401), good
    key = value.encode()
    missing: dict[str, Sent] = {
        "none": (),
        "an empty header": ((name, b""),),
        "in a header of another name": ((b"X-Secret", key),),
        "in another scheme": ((b"Authorization", b"Basic " + key), (b"Proxy-Authorization", text)),
        "as another contract's": ((b"Cookie", b"session=" + key),),
    }
    bad: dict[str, Sent] = {
        "cut": ((name, text[:-1]),),
        "with more behind it": ((name, text + b"x"),),
        "with bytes that are no text": ((name, text + b"\xff"),),
        "of 10,000 characters": ((name, text + b"x" * LONG),),
        "twice": (*good, *good),
        "beside a bad one": (*good, (name, text + b"x")),
    }
    for query in ("", f"{scheme.get('name', 'api_key')}={quote(value, safe='')}"):
        for about, sent in missing.items():
            yield Case(f"{about} {query and '(and in the query)'}", query, sent, 401)
    for about, sent in bad.items():
        yield Case(about, "", sent, refused)


def absurd_paths(path: str) -> Iterator[str]:
    """Yield addresses of nothing, around one that is something."""
    yield from ("/%2E", "/*", "//", "/%00", "/%FF", "/%", "/\\", "/" + "x" * LONG, "/x" * 1_000)
    yield from (
        f"{path}/",
        f"{path}/x",
        f"/{path}",
        f"{path}%00",
        f"{path}%FF",
        f"{path};x=1",
        f"{path}.json",
    )
    yield from (path.upper(), f"/x/%2E%2E{path}", f"/%2E{path}", f"{path}/%2E%2E/%2E%2E/etc/passwd")
