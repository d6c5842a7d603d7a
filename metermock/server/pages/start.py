"""The start page in its three forms, the accounts as data, and `/health`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson

from metermock.ledger.calendar import instant_text
from metermock.server.answer import Answer
from metermock.server.mistakes import Mistakes
from metermock.server.pages.accounts import list_accounts
from metermock.server.pages.docs import CONSOLE_FILES, static_page
from metermock.server.pages.document import start_url
from metermock.server.pages.lazy import Lazy, unknown
from metermock.server.places import OWN, pages_of, start_of
from metermock.server.request import HttpRequest
from metermock.server.site import Site
from metermock.version import VERSION

Page = Callable[[HttpRequest], Answer | Awaitable[Answer]]
ACCOUNTS = "/accounts.json"
OFFER = (
    "A request may choose itself, as with the header `X-Metermock: account=NAME, code=429`"
    " (docs/preferences.md)."
)


def start_pages(
    sites: list[Site], console: Lazy, *, root: bool = False, preferences: bool = True
) -> dict[str, Page]:
    """Return the pages outside the contracts, by path.

    `root` says whether a contract is served without its name, `preferences` whether requests may choose.
    """
    offer = OFFER if preferences else ""
    mistakes = console.mistakes
    first = start_of(sites[0] if root else None)
    link = f'<{first}>; rel="start"'.encode()

    async def start(http: HttpRequest) -> Answer:
        asked = dict(http.query()).get("contract")
        shown = [site for site in sites if asked in (None, site.name)]
        if not shown:
            return unknown("contract", asked or "", [site.name for site in sites])
        media = wanted(http.headers.get("accept", ""))
        if media == "html":
            return varied(await console.start(http, shown[0]))
        if media == "json":
            return varied(as_json(accounts_by_site(shown, http), mistakes))
        text = as_text(accounts_by_site(shown, http), offer, mistakes.told.values())
        return varied(Answer(200, [(b"content-type", b"text/plain; charset=utf-8")], text.encode()))

    def accounts(http: HttpRequest) -> Answer:
        return as_json(accounts_by_site(sites, http), mistakes)

    def health(_http: HttpRequest) -> Answer:
        body: dict[str, Any] = {
            "status": "ok",
            "version": VERSION,
            "contracts": [site.name for site in sites],
        }
        unkept = {site.name: dict(site.handlers.unkept) for site in sites if site.handlers.unkept}
        if unkept:
            body["replies_that_break_a_rule"] = unkept
        if mistakes.told:
            body["mistakes"] = list(mistakes.told.values())
        return Answer(200, [(b"content-type", b"application/json"), (b"link", link)], orjson.dumps(body))

    # A document that is served without its name may have such a path by a template.
    is_free = not (root and sites[0].contract.matches(ACCOUNTS))
    return {
        "/": start,
        "/health": health,
        OWN: start,
        f"{OWN}/": start,
        f"{OWN}/health": health,
        f"{OWN}/account": console.account,
        f"{OWN}/rules": console.rules,
        OWN + ACCOUNTS: accounts,
        **({ACCOUNTS: accounts} if is_free else {}),
        **{f"{OWN}/{name}": static_page(name) for name in CONSOLE_FILES},
    }


def wanted(accept: str) -> str:
    """Return the form that an Accept header names: HTML for browsers, JSON for programs, else text."""
    return "html" if "text/html" in accept else "json" if "application/json" in accept else "text"


def varied(answer: Answer) -> Answer:
    """Note that a page has several forms."""
    answer.headers.append((b"vary", b"Accept"))
    return answer


def as_json(listed: dict[Site, list[dict[str, Any]]], mistakes: Mistakes) -> Answer:
    """Write the accounts as data, as `metermock accounts --json` does.

    Where a file of their contract could not be read again, each says why.
    """
    flat = []
    for site, accounts in listed.items():
        wrong = mistakes.of(site.name)
        flat += [{**account, "mistakes": wrong} for account in accounts] if wrong else accounts
    return Answer(
        200, [(b"content-type", b"application/json")], orjson.dumps(flat, option=orjson.OPT_INDENT_2)
    )


def accounts_by_site(sites: list[Site], http: HttpRequest) -> dict[Site, list[dict[str, Any]]]:
    """Describe the accounts of some contracts."""
    return {site: accounts_of(site, start_url(http)) for site in sites}


def accounts_of(site: Site, url: str) -> list[dict[str, Any]]:
    """Describe a contract's accounts as seen from the client."""
    return list_accounts(site.contract, site.world, url + site.prefix)


def clock_of(site: Site) -> str:
    """Say where a contract's clock stands; `--now` and `--live` of `metermock serve` change that."""
    return f"the clock {'stands at' if site.clock.frozen else 'runs:'} {instant_text(site.clock.now())}"


def as_text(listed: dict[Site, list[dict[str, Any]]], offer: str, mistakes: Iterable[str] = ()) -> str:
    """Write the start page for a terminal."""
    lines = [f"metermock {VERSION}", "", *([offer, ""] if offer else [])]
    for mistake in mistakes:
        lines += [
            "A file could not be read again; the mock goes on as it read it before.",
            f"  {mistake}",
            "",
        ]
    for site, accounts in listed.items():
        base = pages_of(site, site.prefix)
        lines += [f"{site.name}  ({base}/openapi.yaml, {base}/docs; {clock_of(site)})", ""]
        for account in accounts:
            lines += [f"  {account['account']}: {account['about']}", f"    {account['curl']}", ""]
    return "\n".join(lines)
