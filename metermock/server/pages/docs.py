"""Swagger UI for a contract. All its files are in this package, so it works without a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path

from metermock.ledger.credential import Credential
from metermock.server.answer import Answer
from metermock.server.headers import RawHeaders
from metermock.server.origin import origin
from metermock.server.pages.document import base_url, start_url
from metermock.server.pages.place import Place
from metermock.server.pages.sign_in import cookie_name
from metermock.server.places import OWN, pages_of
from metermock.server.request import HttpRequest
from metermock.server.site import Site

STATIC = Path(__file__).parent / "static"
FILES = {
    "swagger-ui.css": b"text/css; charset=utf-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "docs.css": b"text/css; charset=utf-8",
    "start.js": b"text/javascript; charset=utf-8",
}
CONSOLE_FILES = {
    "console.css": b"text/css; charset=utf-8",
    "console.js": b"text/javascript; charset=utf-8",
    "icon.svg": b"image/svg+xml",
}
# Swagger UI writes style attributes, and its icons are data URLs.
POLICY = b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Cpath d='M1 7V5h1v2zm2 0V3h1v4zm2 0V4h1v3zm2 0V1H6v6z'/%3E%3C/svg%3E"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · metermock</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{base}/docs/swagger-ui.css">
<link rel="stylesheet" href="{base}/docs/docs.css">
</head>
<body>
<header>
<p>{offer}</p>
<nav aria-label="The mock">
<a href="{accounts}">Accounts</a> <a href="{rules}">Rules</a> <a href="{start}">All contracts</a>
</nav>
</header>
<div id="docs" data-document="{base}/openapi.json"></div>
<script src="{base}/docs/swagger-ui-bundle.js"></script>
<script src="{base}/docs/start.js"></script>
</body>
</html>
"""


def docs_pages(site: Site) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return the pages of a contract's documentation by path."""
    opening = [each for each in site.world.credentials if each.refused is None]

    def page(http: HttpRequest) -> Answer:
        base = pages_of(site, base_url(http))
        place = Place(origin(http), start_url(http), http.base, site)
        text = PAGE.format(
            title=escape(site.name),
            icon=ICON,
            base=escape(base),
            start=escape(start_url(http) + OWN),
            accounts=escape(place.home),
            rules=escape(place.rules),
            offer=offer(site, opening, base),
        )
        return html(text.encode(), POLICY)

    def redirect(http: HttpRequest) -> Answer:
        return Answer(307, [(b"location", f"{pages_of(site, base_url(http))}/docs".encode())], b"")

    files = {f"/docs/{name}": static_page(name) for name in FILES}
    return {"": redirect, "/": redirect, "/docs": page, **files}


def offer(site: Site, opening: list[Credential], base: str) -> str:
    """Let the reader choose, in HTML, which account requests are tried out as.

    A script cannot set a cookie like this one, so for cookies the page links to the sign-in page.
    """
    if not opening:
        return ""
    if cookie_name(site, opening[0]) is not None:
        link, name = escape(f"{base}/sign-in/{opening[0].name}"), escape(opening[0].name)
        return f'Before you try a request out, <a href="{link}" target="_blank">sign in as <b>{name}</b></a>.'
    without = [each for each in opening if cookie_name(site, each) is None]
    options = "".join(map(option, without))
    return f'<label>Try requests out as <select id="account">{options}</select></label>'


def option(credential: Credential) -> str:
    """Return a credential as a choice, with what the script signs in with."""
    scheme, value, name = (escape(each) for each in (credential.scheme, credential.value, credential.name))
    return f'<option data-scheme="{scheme}" data-value="{value}">{name}</option>'


def static_page(name: str) -> Callable[[HttpRequest], Answer]:
    """Return a page that serves a file of this package."""
    headers: RawHeaders = [
        (b"content-type", {**FILES, **CONSOLE_FILES}[name]),
        (b"cache-control", b"max-age=3600"),
    ]
    return lambda _http: Answer(200, list(headers), read(name))


@cache
def read(name: str) -> bytes:
    """Read a file; once, when it is first requested."""
    return (STATIC / name).read_bytes()


def html(body: bytes, policy: bytes) -> Answer:
    """Make an HTML answer whose page may load only what `policy` allows."""
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy)]
    return Answer(200, headers, body)
