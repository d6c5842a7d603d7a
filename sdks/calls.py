"""Calls the mock through the clients of openapi-python-client: each operation, with each documented status.

`run.py` copies this beside the generated clients and checks it with them. It prints a line for each call that
gave what the document says.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from uuid import UUID

import essarion_client
import glyphnet_client
import onceonly_client
import onepin_client
import zkscore_client
from essarion_client.api.usage import get_account_usage
from glyphnet_client.api.usage import get_organization_usage
from onceonly_client.api.usage import get_all_monthly_usage, get_monthly_usage
from onceonly_client.models import UsageKind
from onepin_client.api.usage import get_usage_by_language, get_usage_summary, list_usage_activity
from zkscore_client.api.developer import get_developer_usage
from zkscore_client.models import Granularity, Timeframe

MOST_CALLS = 200
"""More than any plan used here may send in a minute, twice over."""


class Case(NamedTuple):
    """A call and the status that the document promises for it."""

    contract: str
    operation: str
    status: int
    account: str
    ask: Callable[..., Any]


summary = partial(get_usage_summary.sync_detailed, timezone="America/New_York")
languages = partial(get_usage_by_language.sync_detailed)
activity = partial(list_usage_activity.sync_detailed, limit=2)
developer = partial(
    get_developer_usage.sync_detailed,
    timeframe=Timeframe.LAST_7_DAYS,
    granularity=Granularity.DAY,
    include_breakdown=False,
)
# No member of the enumeration is refused, so this case sends what the types forbid.
wrong_kind = cast("UsageKind", SimpleNamespace(value="tokens"))

CASES = [
    Case("essarion", "getAccountUsage", 200, "steady", get_account_usage.sync_detailed),
    Case("essarion", "getAccountUsage", 401, "expired", get_account_usage.sync_detailed),
    *(
        Case("glyphnet", "getOrganizationUsage", status, account, ask)
        for status, account, ask in (
            (200, "steady", partial(get_organization_usage.sync_detailed, start_date="2026-03-02")),
            (
                400,
                "steady",
                partial(get_organization_usage.sync_detailed, start_date="2026-03-03", end_date="2026-03-02"),
            ),
            (401, "revoked", get_organization_usage.sync_detailed),
            (403, "without-scope", get_organization_usage.sync_detailed),
            (429, "quiet", get_organization_usage.sync_detailed),
        )
    ),
    *(
        Case(
            "onceonly",
            "getMonthlyUsage",
            status,
            account,
            partial(get_monthly_usage.sync_detailed, kind=kind),
        )
        for status, account, kind in (
            (200, "steady", UsageKind.AI),
            (401, "", UsageKind.AI),
            (403, "disabled", UsageKind.AI),
            (422, "steady", wrong_kind),
            (429, "quiet", UsageKind.MAKE),
        )
    ),
    *(
        Case("onceonly", "getAllMonthlyUsage", status, account, get_all_monthly_usage.sync_detailed)
        for status, account in ((200, "steady"), (401, ""), (403, "disabled"), (429, "quiet"))
    ),
    *(
        Case("onepin", operation, status, account, partial(ask, **more))
        for operation, ask in (
            ("getUsageSummary", summary),
            ("getUsageByLanguage", languages),
            ("listUsageActivity", activity),
        )
        for status, account, more in (
            (200, "steady", {}),
            (401, "revoked", {}),
            (403, "other-workspace", {"x_workspace_id": "0b7c9d52-6a1e-4f38-8f0c-94d1a2e6b370"}),
            (422, "steady", {"timezone": "Nowhere/Else"}),
            (429, "quiet", {}),
        )
    ),
    Case(
        "onepin",
        "listUsageActivity",
        404,
        "steady",
        partial(activity, user_id=UUID("7d1f3b0a-52c8-4e96-b7aa-0c6e2f9d1845")),
    ),
    *(
        Case("zkscore", "getDeveloperUsage", status, account, ask)
        for status, account, ask in (
            (200, "steady", developer),
            (400, "steady", partial(developer, offset=-1)),
            (401, "revoked", developer),
            (403, "without-scope", developer),
            (404, "steady", partial(developer, key_id="key_of_nobody")),
            (429, "quiet", developer),
        )
    ),
]


def client(contract: str, url: str, headers: dict[str, str]) -> object:
    """The contract's own client, with an account's credential in the way that the document names."""
    bearer = headers.get("Authorization", "").removeprefix("Bearer ")
    match contract:
        case "essarion":
            cookies = {name: crumb.value for name, crumb in SimpleCookie(headers["Cookie"]).items()}
            return essarion_client.Client(base_url=url, cookies=cookies)
        case "glyphnet":
            key = headers["X-API-Key"]
            return glyphnet_client.AuthenticatedClient(url, key, prefix="", auth_header_name="X-API-Key")
        case "onceonly" if not bearer:
            return onceonly_client.Client(base_url=url)
        case "onceonly":
            return onceonly_client.AuthenticatedClient(base_url=url, token=bearer)
        case "onepin":
            return onepin_client.AuthenticatedClient(base_url=url, token=bearer)
        case _:
            return zkscore_client.AuthenticatedClient(base_url=url, token=bearer)


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal; instants may be written in two ways."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        try:
            return datetime.fromisoformat(one) == datetime.fromisoformat(other)
        except ValueError:
            return False
    return one == other


def fault(case: Case, url: str, headers: dict[str, str]) -> str:
    """What the call gave instead of the documented reply, or the empty text."""
    asked = client(case.contract, f"{url}/{case.contract}", headers)
    for _ in range(MOST_CALLS if case.status == 429 else 1):  # noqa: PLR2004 - Too Many Requests
        reply = case.ask(client=asked)
        if reply.status_code == case.status:
            break
    else:
        return f"status {reply.status_code}: {reply.content[:300]!r}"
    if reply.parsed is None:
        return "the client has no model for the reply"
    got, sent = reply.parsed.to_dict(), json.loads(reply.content)
    return "" if same(got, sent) else f"the model gives {got}, the mock sent {sent}"


def main() -> None:
    """Make all calls, and end with 1 where one gave something else."""
    mock = json.loads(Path("mock.json").read_text("utf-8"))
    headers = {(account["contract"], account["account"]): account["headers"] for account in mock["accounts"]}
    faults = []
    for case in CASES:
        found = fault(case, mock["url"], headers.get((case.contract, case.account), {}))
        title = f"{case.contract} {case.operation} {case.status}"
        if found:
            faults.append(f"{title}: {found}")
        else:
            sys.stdout.write(f"{title}\n")
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
