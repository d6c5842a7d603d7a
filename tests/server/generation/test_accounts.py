"""What an account is stays what it is, whatever is asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.generation.made import (
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

PLAN = {"type": "string", "enum": ["free", "pro", "business", "enterprise"]}
FACTS = {
    "plan": PLAN,
    "tier": TEXT,
    "monthly_limit": COUNT,
    "currency": TEXT,
    "company": TEXT,
    "email": TEXT,
    "created_at": INSTANT,
}
USAGE = object_of(**FACTS, calls=COUNT, views=COUNT, days=rows_of(date=DATE, calls=COUNT))


def test_facts_of_an_account_do_not_depend_on_the_query(tmp_path: Path) -> None:
    """Plan, limit, currency, name, mail and birth are one for every query; figures follow the filter."""
    ask = asking(tmp_path, USAGE, query(model=TEXT, days=WHOLE, granularity=TEXT))

    replies = [ask(), ask(model="a"), ask(model="b", days=90), ask(granularity="hour")]
    assert len({str([body[name] for name in FACTS]) for body in replies}) == 1
    assert replies[1]["views"] != replies[2]["views"]


def test_facts_of_an_account_are_one_in_all_operations(tmp_path: Path) -> None:
    """The plan of `/account` is that of `/usage`, whatever else these say."""
    account = object_of(seats=COUNT, **FACTS)
    ask = asking_all(tmp_path, {"/usage": (USAGE, ()), "/account": (account, ())}, "/usage")

    usage, own = ask(), ask(path="/account")
    assert [usage[name] for name in FACTS] == [own[name] for name in FACTS]


@pytest.mark.parametrize("name", ["plan", "company", "email", "created_at"])
def test_accounts_and_paths_have_facts_of_their_own(tmp_path: Path, name: str) -> None:
    """Other accounts and other ids of the path are others."""
    project = [{"name": "project", "in": "path", "required": True, "schema": TEXT}]
    ask = asking(tmp_path, USAGE, project, path="/projects/{project}/usage")

    asked = [(account, f"p-{number}") for account in ("steady", "huge") for number in range(6)]
    found = {(account, own): ask(account, project=own)[name] for account, own in asked}
    assert len({value for (account, _), value in found.items() if account == "steady"}) > 1
    assert [found["steady", f"p-{each}"] for each in range(6)] != [
        found["huge", f"p-{each}"] for each in range(6)
    ]


def test_rows_have_plans_of_their_own(tmp_path: Path) -> None:
    """A list of customers is no list of one customer."""
    listed = asking(
        tmp_path, object_of(customers=rows_of(id=TEXT, plan=PLAN, email=TEXT)), query(limit=WHOLE)
    )

    # Mails are picked from 240: two of twelve may be equal.
    assert len({row["email"] for row in listed(limit=12)["customers"]}) >= 10
    assert len({row["plan"] for row in listed(limit=12)["customers"]}) > 1


def test_two_limits_are_two(tmp_path: Path) -> None:
    """Objects of one account have each its own limit."""
    metric = object_of(limit=COUNT, used=COUNT)
    named = dict.fromkeys(("calls", "emails", "exports", "images", "pages", "tokens"), metric)
    body = asking(tmp_path, object_of(**named))()

    assert len({body[name]["limit"] for name in named}) > 1
