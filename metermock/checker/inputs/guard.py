"""The guard of good and bad values: what is sent is read as the contract reads it, and its word counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metermock.checker.deployment.request import Pairs
from metermock.contract import ABSENT, Operation, Parameter, Violation

FRAMING = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})
"""Headers that the client makes of the body and the connection: a value of a document would be wrong."""
_OF_CONNECTIONS = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers by which clients and proxies talk to each other; another value breaks the connection."""
_QUERIES = frozenset({"query", "querystring"})
CREDENTIAL = "it carries the credential"
_CREDENTIAL_PLACES = frozenset({"query", "header", "cookie"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request says in its parameters; names of headers are lower-case."""

    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)

    def violations(self, operation: Operation) -> tuple[Violation, ...]:
        """What is wrong with it, by the operation's own reading."""
        return operation.read(self.query, self.headers, path=self.path)[1]


def is_good(parameter: Parameter, value: Any) -> bool:
    """Whether a schema accepts a value, and what is sent for it is read as a value that it accepts."""
    if value is None or not _accepts(parameter, value) or not _has_form(parameter, value):
        return False
    read = _read_back(parameter, value)
    if parameter.style.is_plain and not parameter.media:
        return parameter.reader.accepts(read)
    # A list or an object whose parts hold a delimiter falls apart in another way than it was put together.
    return read is not ABSENT and bool(read == value)


def _accepts(parameter: Parameter, value: Any) -> bool:
    try:
        return parameter.reader.accepts(value)
    except UnicodeEncodeError:
        # JSON can escape half of a character, and a reply may show such a text.
        return False


def _has_form(parameter: Parameter, value: Any) -> bool:
    wanted = {"list": list, "map": dict}.get(parameter.style.form)
    return wanted is None or isinstance(value, wanted) or "text" in parameter.style.forms


def _read_back(parameter: Parameter, value: Any) -> Any:
    """What a deployment reads that decodes before it splits, as many do; ABSENT for nothing."""
    place = parameter.location
    if place in _QUERIES:
        pairs = [(name, str(text)) for name, text in parameter.pairs(value)]
        if not all(_is_text(name) and _is_text(text) for name, text in pairs):
            return ABSENT
        return parameter.read_pairs(pairs)
    if place == "cookie":
        cookie = parameter.cookie(value)
        return parameter.read_cookie(cookie) if can_send(place, cookie.partition("=")[2]) else ABSENT
    text = str(parameter.text(value))
    return parameter.read_text(text) if can_send(place, text) else ABSENT


def can_send(location: str, text: str) -> bool:
    """Whether a text arrives in a path's segment, a header or a cookie as it was sent."""
    if location == "path":
        return _is_text(text) and text not in {"", ".", ".."}
    is_plain = text.isascii() and text.isprintable() and text == text.strip() and text != ""
    # Not every framework decodes what is percent-encoded in a cookie, or splits at `&`.
    return is_plain and (location == "header" or not set(text) & set(' ",;\\%&'))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def sent(operation: Operation, values: Mapping[str, Any]) -> Sent:
    """What a request with these values says."""
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    path: dict[str, str] = {}
    cookies: list[str] = []
    for parameter in operation.parameters:
        if parameter.key not in values:
            continue
        value = values[parameter.key]
        if parameter.location in _QUERIES:
            query += parameter.pairs(value)
        elif parameter.location == "path":
            path[parameter.name] = parameter.text(value)
        elif parameter.location == "cookie":
            cookies.append(parameter.cookie(value))
        else:
            headers[parameter.name.lower()] = parameter.text(value)
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    return Sent(tuple(query), headers, path)


def is_given(parameter: Parameter, query: Pairs) -> bool:
    """Whether a query says the parameter."""
    return any(parameter.owns(name) for name, _ in query)


def are_good(operation: Operation, values: Mapping[str, Any]) -> bool:
    """Whether the operation reads values that are sent together without a violation of any of them."""
    names = {(p.location, p.name) for p in operation.parameters if p.key in values}
    found = sent(operation, values).violations(operation)
    return not any((each.location, each.name) in names for each in found)


def is_ours(operation: Operation, parameter: Parameter) -> bool:
    """Whether a parameter may be varied: credentials, and what clients decide themselves, may not."""
    return why_fixed(operation, parameter) == ""


def why_fixed(operation: Operation, parameter: Parameter) -> str:
    """Why a parameter is left as it is; empty where it is not."""
    name, place = parameter.name.lower(), parameter.location
    if place == "header" and name in _OF_CONNECTIONS:
        return "a header that the client writes itself"
    for scheme in operation.contract.security_schemes.values():
        if (
            place in _CREDENTIAL_PLACES
            and scheme.get("in") == place
            and scheme.get("name", "").lower() == name
        ):
            return CREDENTIAL
    return ""


def typed(parameter: Parameter, value: Any) -> Any:
    """A value that somebody wrote; a text is read as it would be in a request where the schema wants that."""
    if not isinstance(value, str) or _accepts(parameter, value) or parameter.media:
        return value
    if parameter.location in ("path", "header"):
        read = parameter.read_text(value)
    else:
        read = parameter.read_pairs([(parameter.name, value)], frozenset({parameter.name}))
    return value if read is ABSENT else read
