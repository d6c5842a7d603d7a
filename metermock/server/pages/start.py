"""The start page, with a curl line for each account, and `/health`."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import orjson

from metermock.ledger.calendar import instant_text
from metermock.server.answer import Answer
from metermock.server.pages.accounts import list_accounts
from metermock.server.pages.docs import ICON, html
from metermock.server.pages.document import start_url
from metermock.server.places import OWN, pages_of, start_of
from metermock.server.request import HttpRequest
from metermock.server.site import Site
from metermock.version import VERSION

POLICY = b"default-src 'none'; style-src 'unsafe-inline'; img-src data:"
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>metermock</title>
<link rel="icon" href="{icon}">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td {{ border-top: 1px solid #ccc; padding: .4rem .8rem .4rem 0; vertical-align: top }}
code {{ font-size: 13px; overflow-wrap: anywhere }}
</style>
</head>
<body>
<h1>metermock</h1>
<p>A mock of {count} usage APIs. The key, token or cookie chooses the account, and with it the situation.</p>
"""
OFFER = (
    "A request may choose itself, as with the header `Prefer: account=NAME, code=429` (docs/preferences.md)."
)


def start_pages(
    sites: list[Site], *, root: bool = False, preferences: bool = True
) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return the pages outside the contracts, by path.

    `root` says whether a contract is served without its name, `preferences` whether requests may choose.
    """
    offer = OFFER if preferences else ""
    link = f'<{start_of(sites[0] if root else None)}>; rel="start"'.encode()

    def start(http: HttpRequest) -> Answer:
        listed = {site: accounts_of(site, start_url(http)) for site in sites}
        if "text/html" in http.headers.get("accept", ""):
            return html(as_html(listed, http.base, offer).encode(), POLICY)
        return Answer(200, [(b"content-type", b"text/plain; charset=utf-8")], as_text(listed, offer).encode())

    def health(_http: HttpRequest) -> Answer:
        body: dict[str, Any] = {
            "status": "ok",
            "version": VERSION,
            "contracts": [site.name for site in sites],
        }
        unkept = {site.name: dict(site.handlers.unkept) for site in sites if site.handlers.unkept}
        if unkept:
            body["replies_that_break_a_rule"] = unkept
        return Answer(200, [(b"content-type", b"application/json"), (b"link", link)], orjson.dumps(body))

    return {"/": start, "/health": health, OWN: start, f"{OWN}/": start, f"{OWN}/health": health}


def accounts_of(site: Site, url: str) -> list[dict[str, Any]]:
    """Describe a contract's accounts as seen from the client."""
    return list_accounts(site.contract, site.world, f"{url}/{site.name}")


def clock_of(site: Site) -> str:
    """Say where a contract's clock stands; `--now` and `--live` of `metermock serve` change that."""
    return f"the clock {'stands at' if site.clock.frozen else 'runs:'} {instant_text(site.clock.now())}"


def as_text(listed: dict[Site, list[dict[str, Any]]], offer: str) -> str:
    """Write the start page for a terminal."""
    lines = [f"metermock {VERSION}", "", *([offer, ""] if offer else [])]
    for site, accounts in listed.items():
        base = pages_of(site, f"/{site.name}")
        lines += [f"{site.name}  ({base}/openapi.yaml, {base}/docs; {clock_of(site)})", ""]
        for account in accounts:
            lines += [f"  {account['account']}: {account['about']}", f"    {account['curl']}", ""]
    return "\n".join(lines)


def as_html(listed: dict[Site, list[dict[str, Any]]], before: str, offer: str) -> str:
    """Write the start page for a browser; its links begin with `before`."""
    parts = [HEAD.format(icon=ICON, count=len(listed))]
    parts += [f"<p>{escape(offer)}</p>\n"] if offer else []
    for site, accounts in listed.items():
        name, base = site.name, escape(pages_of(site, f"{before}/{site.name}"))
        links = f'<a href="{base}/docs">docs</a> · <a href="{base}/openapi.yaml">openapi.yaml</a>'
        parts.append(f"<h2>{escape(name)}</h2>\n<p>{links} · {clock_of(site)}</p>\n<table>\n")
        parts += [as_row(account, base) for account in accounts]
        parts.append("</table>\n")
    return "".join(parts) + "</body>\n</html>\n"


def as_row(account: dict[str, Any], base: str) -> str:
    """Write an account as a row of the table; a cookie can be had by a click on a page under `base`."""
    name, about, line = (escape(account[key]) for key in ("account", "about", "curl"))
    link = f"{base}/sign-in/{name}"
    is_open = "Cookie" in account["headers"] and account["refused"] is None
    offer = f' · <a href="{link}">sign in</a>' if is_open else ""
    return f"<tr><td><b>{name}</b></td><td>{about}{offer}</td><td><code>{line}</code></td></tr>\n"
