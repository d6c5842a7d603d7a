"""Where secrets stand in what a deployment sends: fields, lists, URLs and headers whose names say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from urllib.parse import unquote

Span = tuple[int, int]
"""Where a value begins and ends in a text, without its quotes."""

_SHORTEST = 8
_SURELY = 20
"""Characters of a text that is no word, and no short name, by chance."""
_STRING = r'"(?:[^"\\]|\\.)*"'
_FIELD = re.compile(r'"(?P<name>(?:[^"\\]|\\.){1,64})"\s*:\s*(?:"(?P<value>(?:[^"\\]|\\.)*)"|(?=[\[{]))')
_TOKEN = re.compile(rf"{_STRING}(?P<named>\s*:)?|[\[\]{{}}]")
_IN_URL = re.compile(r"""(?:[?&#]|\\u0026)(?:amp;)?(?P<name>[\w.%-]{1,64})=(?P<value>[^&#\s"'<>\\]+)""")
_COOKIE = re.compile(r"\s*[^=;\s]+=\"?(?P<value>[^;\"]+)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_KEY = r"api_?key|(?:secret|private|access|signing|encryption|client|webhook)_key"
_SECRET_NAME = re.compile(rf"(?:.*_)?(?:secret|token|jwt|password|passwd|passphrase|{_KEY})")
_SECRET_LIST = re.compile(
    rf"(?:.*_)?(?:secret|token|jwt|password|passphrase|{_KEY}|(?:recovery|backup|scratch)_code)s"
)
_IN_URL_ONLY = re.compile(r"(?:.*_)?(?:sig|signature)|code|ticket")
"""What lets its bearer in where it stands in a URL: a signature, a code of OAuth."""
_HELD = frozenset({"key", "value", "plaintext", "plain_text", "raw"})
"""Fields of a row in a list of secrets that hold the secret itself."""
_PLACES_IN_LISTS = {
    *("next", "previous", "prev", "page", "paging", "pagination"),
    *("continuation", "cursor", "sync", "resume", "scroll", "skip"),
}
"""Words of tokens that say where a list goes on."""
_OF_URLS = frozenset({"location", "content-location", "link", "refresh"})


def is_secret_name(name: str) -> bool:
    """Whether a field's name says that its text is a secret: `clientSecret`, not `next_page_token`."""
    words = _words(name)
    return bool(_SECRET_NAME.fullmatch(words)) and not _PLACES_IN_LISTS & set(words.split("_"))


def in_body(text: str, is_secret: Callable[[str], bool]) -> Iterator[Span]:
    """The places in a JSON text, or in one with URLs, one after the other."""
    yield from _apart((*_in_fields(text, is_secret), *in_urls(text)))


def in_header(name: str, value: str) -> Iterator[Span]:
    """The places in the value of a header of a reply; of a cookie it is all that the cookie holds."""
    name = name.lower()
    if name == "set-cookie":
        found = _COOKIE.match(value)
        if found:
            yield found.span("value")
    elif name in _OF_URLS:
        yield from _apart(in_urls(value))
    elif is_secret_name(name):
        yield 0, len(value)


def in_urls(text: str) -> Iterator[Span]:
    """The values of parameters in the URLs of a text."""
    for match in _IN_URL.finditer(text):
        name, value = unquote(match["name"]), match["value"]
        is_named = is_secret_name(name) or (_IN_URL_ONLY.fullmatch(_words(name)) and is_opaque(value))
        if is_named and len(value) >= _SHORTEST:
            yield match.span("value")


def is_opaque(value: str) -> bool:
    """Whether a text is no word or name that people use."""
    return len(value) >= _SHORTEST and not re.search(r"\s", value) and bool(re.search(r"\d", value))


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower().strip("_")


def _in_fields(text: str, is_secret: Callable[[str], bool]) -> Iterator[Span]:
    seen = 0
    for match in _FIELD.finditer(text):
        name = match["name"]
        start, end = match.span("value")
        if start >= 0:
            if end - start >= _SHORTEST and is_secret(name):
                yield start, end
        elif match.end() >= seen and (fits := _fitting(name, is_secret)):
            # What stands within a list that has been looked through is not looked through again.
            seen = yield from _in_container(text, match.end(), fits)


def _fitting(name: str, is_secret: Callable[[str], bool]) -> Callable[[str], bool] | None:
    """What tells a secret in a list or an object of this name; None where its name speaks of none."""
    words = _words(name)
    if words == "keys":
        # Names of keys are called so too.
        return lambda value: len(value) >= _SURELY and is_opaque(value) and not _UUID.fullmatch(value)
    return is_opaque if is_secret(name) or _SECRET_LIST.fullmatch(words) else None


def _in_container(text: str, at: int, fits: Callable[[str], bool]) -> Generator[Span, None, int]:
    """The texts of a list, and the telling fields of objects in it; returns where it ends."""
    depth: list[str] = []
    name = ""
    for token in _TOKEN.finditer(text, at):
        sign = token[0][0]
        if sign in "[{":
            depth.append(sign)
        elif sign != '"':
            depth.pop()
            if not depth:
                return token.end()
        elif token["named"]:
            name = _words(token[0].rstrip(": \t\r\n")[1:-1])
        else:
            start, end = token.start() + 1, token.end() - 1
            is_held = name in _HELD if depth[-1] == "{" else len(depth) == 1
            if is_held and fits(text[start:end]):
                yield start, end
    return len(text)


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The places in their order; of those that overlap the first."""
    at = 0
    for start, end in sorted(set(spans)):
        if start >= at:
            yield start, end
            at = end
