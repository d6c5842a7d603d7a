"""The page of one account: its charts, a request to try, the reply, and what each rule says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from metermock.contract import Operation
from metermock.ledger.credential import Credential
from metermock.server.answer import Answer
from metermock.server.grant import Grant
from metermock.server.pages.beside import beside
from metermock.server.pages.console.asking import (
    OWN_HEADER,
    STAND_IN,
    Ask,
    Got,
    answered,
    at_rest,
    fields_of,
    preferences_of,
    request_of,
)
from metermock.server.pages.console.cards import granted
from metermock.server.pages.console.charts import Chart
from metermock.server.pages.console.samples import Samples
from metermock.server.pages.console.snippets import snippets_of
from metermock.server.pages.console.start import Console
from metermock.server.pages.console.templates import page
from metermock.server.pages.console.verdicts import verdicts_of
from metermock.server.pages.curl_lines import Sent, first_operation
from metermock.server.pages.place import Place
from metermock.server.preferences.keys import FAULTS, instant
from metermock.server.preferences.syntax import quoted
from metermock.server.site import Site

ANYBODY = "anybody"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Tokyo")
LONGEST = 60_000
"""Characters of a body that the page shows."""


def names_of(site: Site) -> list[str]:
    """Return what an account's page may be asked for: accounts and credentials by name."""
    return [*site.grants.stand_ins] if site.world.credentials else [ANYBODY, *site.grants.stand_ins]


async def account_page(console: Console, place: Place, given: Mapping[str, str], ask: Ask) -> Answer:
    """Show an account, ask the mock what the form says, and judge the reply."""
    site = place.site
    credential = site.grants.stand_ins.get(given["account"], Credential(ANYBODY, None, "", ""))
    is_named_alone = credential.account is not None and not credential.value
    given = {**given, STAND_IN: given["account"] if is_named_alone else ""}
    samples = await beside(lambda: console.samples_of(site, site.clock.now()))
    operation = operation_of(site, samples, credential, given)
    sent = request_of(site, operation, credential, place.origin + site.prefix, given)
    got = await answered(ask, at_rest(sent, given))
    return await beside(
        lambda: page(
            "account.html",
            **console.around(place),
            **facts_of(site, samples, credential, given),
            **form_of(site, operation, given),
            **reply_of(operation, sent, got),
            live=json.dumps(for_browser(sent, given["account"], given)),
            preferences=console.preferences,
        )
    )


def facts_of(
    site: Site, samples: Samples, credential: Credential, given: Mapping[str, str]
) -> dict[str, Any]:
    """Return what is known of an account; of another seed's traffic there are no charts."""
    now = instant_of(given, site)
    grant = granted(site, given["account"], now)
    return {
        "name": given["account"],
        "about": about_of(credential, grant),
        "plan": grant.account.plan.label if grant and grant.account.plan else "",
        "refused": credential.refused,
        "charts": [] if given.get("seed") else charts_of(samples, grant, now),
    }


def form_of(site: Site, operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form offers."""
    return {
        "names": names_of(site),
        "operation": operation,
        "operations": site.contract.operations,
        "fields": fields_of(operation, given),
        "given": given,
        "zones": ZONES,
        "faults": FAULTS,
        "statuses": [each.code for each in operation.responses.all if each.code.isdecimal()],
    }


def reply_of(operation: Operation, sent: Sent, got: Got) -> dict[str, Any]:
    """Return a request and its reply, as code too, and what the contract says of it."""
    text = text_of(got.body)
    return {
        "sent": sent,
        "got": got,
        "body": text[:LONGEST],
        "is_cut": len(text) > LONGEST,
        "snippets": snippets_of(sent, got),
        "verdicts": verdicts_of(operation, got),
    }


def operation_of(site: Site, samples: Samples, credential: Credential, given: Mapping[str, str]) -> Operation:
    """Return the operation that is asked for, else the one whose reply says most of use."""
    if given.get("operation"):
        return site.contract.operation(given["operation"])
    return samples.operation or first_operation(site.contract, credential.scheme)


def about_of(credential: Credential, grant: Grant | None) -> str:
    """Describe an account, or why its credential is refused."""
    if credential.refused is not None:
        return f"refused with {credential.refused.status}: {credential.refused.why}"
    return credential.about or (grant.account.about if grant else "No operation asks for a credential.")


def instant_of(given: Mapping[str, str], site: Site) -> int:
    """Return the instant that the form chooses, else the clock's; the reply tells what cannot be read."""
    with suppress(ValueError):
        return instant(given.get("now", ""))
    return site.clock.now()


def charts_of(samples: Samples, grant: Grant | None, now: int) -> list[Chart]:
    """Return what the world measures of an account, by day; the rows of a made reply, if it has any."""
    operation = samples.operation
    if grant is None or operation is None or not samples.site.has_handler(operation.id):
        chart = samples.figures(grant, now)[1]
        return [chart] if chart else []
    return samples.measures(grant, now)


def for_browser(sent: Sent, name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the request as a page's script can send it: an account stands in for a cookie."""
    headers = {key: value for key, value in sent.headers.items() if key not in ("Cookie", OWN_HEADER)}
    wanted = preferences_of(given)
    if "Cookie" in sent.headers:
        wanted = ", ".join(filter(None, [wanted, f"account={quoted(name)}"]))
    return {
        "url": sent.url,
        "method": sent.method,
        "headers": {**headers, **({OWN_HEADER: wanted} if wanted else {})},
        "body": sent.body,
    }


def text_of(body: bytes) -> str:
    """Write a body for reading: JSON indented, other texts as they are."""
    text = body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text
