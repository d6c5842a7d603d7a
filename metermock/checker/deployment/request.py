"""A request of a check, and the curl line that sends it again."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from metermock.checker.deployment.concealment import Concealment, concealment
from metermock.checker.deployment.secret import Secret
from metermock.contract.carriers import carrier_of
from metermock.contract.wire_text import in_url, pairs_of, quoted

Pairs = tuple[tuple[str, str], ...]
SENT_ANYWAY = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "metermock"}
"""Headers that go out with each request, where it does not have them itself."""

_ESCAPES = {"\\": r"\\", "%": "%%", "\r": r"\r", "\n": r"\n", "\t": r"\t"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url` without its query, headers with the credential.

    `raw_query`, where given, is sent byte for byte instead of `query`; so a caller can send broken
    percent-encoding and bytes that are no UTF-8 (`%FF`). `path` has the texts of the path's parameters,
    which `url` holds already.
    """

    operation: str
    method: str
    url: str
    query: Pairs = ()
    headers: Pairs = ()
    account: str | None = None
    raw_query: str | None = None
    path: Pairs = ()
    body: bytes = b""

    @property
    def query_text(self) -> str:
        """The query as it goes over the wire."""
        if self.raw_query is not None:
            return self.raw_query
        return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.query)

    @property
    def full_url(self) -> str:
        """The URL with its query."""
        text = self.query_text
        return f"{self.url}{'&' if '?' in self.url else '?'}{text}" if text else self.url

    @property
    def pairs(self) -> Pairs:
        """The parameters that a server reads out of the query."""
        if self.raw_query is None:
            return self.query
        return tuple(pairs_of(self.raw_query))

    def with_query(self, query: Iterable[tuple[str, str]]) -> Self:
        """The same request with other query parameters."""
        return replace(self, query=tuple(query), raw_query=None)

    def curl(self, secrets: Iterable[Secret] = ()) -> str:
        """The shell command that repeats the request, secrets replaced by what the shell knows them by."""
        secrets = tuple(secrets)
        concealed = concealment(secrets)
        hidden = [pair for pair in self.query if self.raw_query is None and _secret_of(pair[1], secrets)]
        shown = self.with_query(pair for pair in self.query if pair not in hidden) if hidden else self
        piped, body = _body_words(self.body, concealed)
        words = [*piped, "curl", "-sS", *_method_words(self.method)]
        if re.search(r"[][{}]", shown.full_url):
            words.append("--globoff")
        words.append(_word(shown.full_url, concealed, carried=False))
        start = "&" if shown.query_text else "?"
        for name, value in hidden:
            if not self.body:
                words += ["-G", "--data-urlencode", _word(f"{name}={value}", concealed)]
            elif _quoted(value) == value:
                # `-G` would put the body into the URL too.
                words[-1] += _word(f"{start}{_quoted(name)}={value}", concealed)
                start = "&"
            else:
                words += ["--url-query", _word(f"{name}={value}", concealed)]
        words += body
        if self.body and not any(name.lower() == "content-type" for name, _ in self.headers):
            words += ["-H", "Content-Type:"]
        for name, value in self.headers:
            words += ["-H", _word(f"{name}: {value}" if value else f"{name};", concealed)]
        return " ".join(words)


def attach(schemes: Mapping[str, Mapping[str, Any]], credential: Mapping[str, Secret]) -> tuple[Pairs, Pairs]:
    """The headers and the query parameters that carry a credential, by the document's security schemes."""
    headers: list[tuple[str, str]] = []
    query: list[tuple[str, str]] = []
    cookies: list[str] = []
    taken: set[tuple[str, str]] = set()
    for name, secret in credential.items():
        # A credential of another plane is sent as a bearer token: the deployment has to refuse it.
        scheme = schemes.get(name, {"type": "http", "scheme": "bearer"})
        place = scheme.get("in") if scheme["type"] == "apiKey" else "authorization"
        carrier = carrier_of(scheme)
        if carrier in taken:
            # What stands where another one does is no second credential: a header comes once.
            continue
        if carrier is not None:
            taken.add(carrier)
        if place == "authorization":
            headers.append(("Authorization", _authorization(scheme, secret)))
        elif place == "header":
            headers.append((scheme["name"], secret.value))
        elif place == "query":
            query.append((scheme["name"], secret.value))
        else:
            cookies.append(f"{scheme['name']}={secret.value}")
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    return tuple(headers), tuple(query)


def renewed(request: Request, old: str, new: str) -> Request:
    """The request with a new value of a credential in its headers and its query."""
    texts = {old: new, _base64(old): _base64(new)}

    def turned(text: str) -> str:
        for before, after in texts.items():
            text = text.replace(before, after)
        return text

    headers = tuple((name, turned(value)) for name, value in request.headers)
    query = tuple((name, turned(value)) for name, value in request.query)
    raw = request.raw_query
    if raw is not None:
        raw = raw.replace(_quoted(old), _quoted(new))
    return replace(request, headers=headers, query=query, raw_query=raw)


def carries(request: Request, value: str) -> bool:
    """Whether a request has exactly that credential, not one that was made of it."""
    words = {word for _, text in request.headers for word in re.split(r"[ ;=]", text)}
    texts = {text for _, text in (*request.headers, *request.query)}
    return bool({value, _base64(value)} & (words | texts))


def filled(template: str, values: Mapping[str, str]) -> str:
    """A path with its parameters; a slash in a value is part of the value."""
    template = in_url(template)
    for name, value in values.items():
        # Styles write with these characters, which mean nothing else in a path.
        template = template.replace("{" + name + "}", quoted(value, safe=";,=:@"))
    return template


def _authorization(scheme: Mapping[str, Any], secret: Secret) -> str:
    named = str(scheme.get("scheme", "bearer")) if scheme["type"] == "http" else "bearer"
    if named.lower() == "basic":
        return f"Basic {_base64(secret.value)}".strip()
    # Of other schemes (digest, hoba …) the credential is all that stands behind their name.
    return f"{named.capitalize()} {secret.value}".strip()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _quoted(text: str) -> str:
    return quoted(text, safe="/:,@")


def _method_words(method: str) -> list[str]:
    if method == "GET":
        return ["-i"]
    return ["-I"] if method == "HEAD" else ["-i", "-X", method]


def _secret_of(value: str, secrets: tuple[Secret, ...]) -> bool:
    return any(secret.shell and secret.value == value for secret in secrets)


def _body_words(body: bytes, hidden: Concealment) -> tuple[list[str], list[str]]:
    """What stands before `curl` to send a body, and the options that send it.

    A shell's word cannot hold every byte, and a report indents lines, so `printf` writes other bodies.
    """
    text = body.decode("utf-8", "surrogateescape")
    if not body:
        return [], []
    # curl takes what stands behind an @ for the name of a file.
    if text.isprintable() and not text.startswith("@"):
        return [], ["--data-binary", _word(text, hidden, carried=False)]
    written, values = "", []
    for literal, name in hidden.pieces(text):
        written += "%s" if name else "".join(map(_escaped, literal))
        values += [f'"{name}"'] if name else []
    return ["printf", "--", shlex.quote(written), *values, "|"], ["--data-binary", "@-"]


def _escaped(letter: str) -> str:
    """A letter as the format of `printf` has it."""
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogateescape"))


def _word(text: str, hidden: Concealment, *, carried: bool = True) -> str:
    """`text` as one word of a shell command."""
    pieces = list(hidden.pieces(text, carried=carried))
    for index, (_, name) in enumerate(pieces[:-1]):
        if re.fullmatch(r"\$\w+", name) and re.match(r"\w", pieces[index + 1][0]):
            # What follows would be read as part of the variable's name.
            pieces[index] = ("", f"${{{name[1:]}}}")
    if not any(name for _, name in pieces):
        return shlex.quote(text)
    if "!" in text:
        # Between double quotes an interactive shell takes an exclamation mark for its history.
        return "".join(f'"{name}"' if name else shlex.quote(literal) for literal, name in pieces if literal)
    escaped = (name or re.sub(r'([\\"$`])', r"\\\1", literal) for literal, name in pieces)
    return '"' + "".join(escaped) + '"'
