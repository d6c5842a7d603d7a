"""Filters, orders and cursors that do nothing are told, and odd ones that are right are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.comparisons import Comparisons
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import load_contract
from tests.checker.engine.test_right_refusals import described, replies
from tests.checker.small import Asked, check, small

ROWS: list[dict[str, Any]] = [
    {
        "id": f"r{number}",
        "active": number % 2 == 0,
        "days": (7, 30)[number % 2],
        "calls": calls,
        "plan": "pro",
    }
    for number, calls in enumerate((5, 1, 9, 3, 7, 2))
]
PLANS = [{"plan": "pro"}, {"plan": "free"}]
Query = dict[str, str]
Wrong = Callable[[Query], Any]
SWITCH = {"name": "active", "in": "query", "schema": {"type": "boolean"}}
DAYS = {"name": "days", "in": "query", "schema": {"type": "integer", "enum": [7, 30]}}
MAYBE = {"name": "days", "in": "query", "schema": {"anyOf": [DAYS["schema"], {"type": "null"}]}}
ORDER = {"name": "order", "in": "query", "schema": {"enum": ["asc", "desc"]}}
KEY = {"name": "sort_by", "in": "query", "schema": {"enum": ["calls", "id"]}}
SIGNED = {"name": "sort", "in": "query", "schema": {"enum": ["calls", "-calls"]}}
WORDED = {"name": "sort", "in": "query", "schema": {"enum": ["calls_asc", "calls_desc"]}}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}


def told(folder: Path, parameters: list[Any], rows: Wrong, *words: str) -> list[tuple[str, str]]:
    """What is said of a list with these parameters, by rule, with what came."""
    report = reported(folder, parameters, rows, *words)
    return [(each["rule"], each["received"]) for each in report.get("findings", [])]


def reported(folder: Path, parameters: list[Any], rows: Wrong, *words: str) -> Any:
    """The report on a list with these parameters."""
    get = {"operationId": "list", "parameters": parameters, "responses": replies("200", "400")}

    def answer(asked: Asked) -> tuple[int, Any]:
        query = {name: values[-1] for name, values in asked.query.items()}
        known = {each["name"]: each["schema"] for each in parameters}
        is_good = all(_fits(known.get(name, {}), text) for name, text in query.items())
        return (200, rows(query)) if is_good and asked.path == "/rows" else (400, {})

    with small(answer) as served:
        given = described({"/rows": {"get": get}}, security=[])
        return check(folder, given, served.url, "--rule", "pages", "--rule", "as-asked", *words)[1]


def _fits(schema: Any, text: str) -> bool:
    if schema.get("type") == "boolean":
        return text in ("true", "false")
    return "enum" not in schema or text in map(str, schema["enum"])


def filtered(query: Query) -> Any:
    """What is asked for."""
    found = [row for row in ROWS if query.get("active") in (None, str(row["active"]).lower())]
    return [row for row in found if query.get("days") in (None, str(row["days"]))]


def ordered(query: Query) -> Any:
    """By a key, or by the id, upwards unless asked otherwise."""
    key = query.get("sort_by", query.get("sort", "id"))
    is_down = query.get("order") == "desc" or key.startswith("-") or key.endswith("_desc")
    name = key.removeprefix("-").partition("_")[0]
    return sorted(ROWS, key=lambda row: row[name], reverse=is_down)


def turned(query: Query) -> Any:
    """Downwards where upwards is asked for."""
    return ordered(query | {"order": "asc" if query.get("order") == "desc" else "desc"})


def ended(query: Query) -> Any:
    """Two pages."""
    return (
        {"data": ROWS[3:], "next_cursor": None}
        if "cursor" in query
        else {"data": ROWS[:3], "next_cursor": "b"}
    )


def same(_: Query) -> Any:
    """All of it, whatever is asked for."""
    return ROWS


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ([SWITCH], same),
        ([DAYS], same),
        ([MAYBE], same),
        ([SWITCH, DAYS], same),
        ([ORDER], lambda _: [{"id": row["id"], "calls": row["calls"]} for row in ROWS]),
        ([KEY], same),
        ([KEY, ORDER], lambda query: ordered({"sort_by": query.get("sort_by", "id")})),
        ([KEY, ORDER], turned),
        ([SIGNED], same),
        ([WORDED], same),
        ([CURSOR], lambda _: {"data": ROWS, "next_cursor": "b"}),
        (
            [CURSOR],
            lambda query: ended({}) if query.get("cursor") == "c" else ended(query) | {"next_cursor": "c"},
        ),
        ([CURSOR], lambda query: ended(query) | {"next_cursor": "b", "has_more": True}),
    ],
)
def test_what_does_nothing_is_told(tmp_path: Path, parameters: list[Any], wrong: Wrong) -> None:
    """As a warning, since names tell what a parameter means."""
    assert told(tmp_path, parameters, wrong)


def feed(query: Query) -> Any:
    """A cursor for those who come back, and an empty page for now."""
    return {"data": [] if query.get("cursor") == "end" else ROWS, "next_cursor": "end"}


def described_by_more(query: Query) -> Any:
    """A switch shows more."""
    return [row for row in ROWS if query.get("active") == "true" or row["active"]]


def only_when_on(query: Query) -> Any:
    """A switch that is off is no filter."""
    return [row for row in ROWS if query.get("active") != "true" or row["active"]]


def at_least(query: Query) -> Any:
    """A number and what is above."""
    return [row for row in ROWS if row["days"] >= int(query.get("days", 0))]


def pinned(query: Query) -> Any:
    """A row that is always the first."""
    return [{"id": "r9", "calls": 4}, *({"id": row["id"], "calls": row["calls"]} for row in ordered(query))]


def by_plan(_: Query) -> Any:
    """By what is equal in each row."""
    return [{"id": row["plan"], "number": 1, "x": row["id"]} for row in ROWS]


def unless_all(query: Query) -> Any:
    """Another switch shows everything."""
    return ROWS if query.get("all") == "true" else filtered(query)


def by_instant(_: Query) -> Any:
    """By the time, and so by the id, in two zones: the days of the texts go up and down."""
    texts = (
        "02T01:00:00+00:00",
        "01T23:00:00-05:00",
        "03T01:00:00+00:00",
        "02T23:00:00-05:00",
        "04T05:00:00Z",
    )
    return [{"id": number, "made": f"2024-05-{text}"} for number, text in enumerate(texts)]


def unless_archived(query: Query) -> Any:
    """Another switch shows what the first one keeps out."""
    return ROWS if query.get("archived") == "true" else filtered(query)


def scrolled(query: Query) -> Any:
    """One token for all pages, and rows that do not say which they are."""
    return {
        "data": [{"day": "Mon"}, {"day": "Tue"}] if "cursor" in query else [{"day": "Tue"}, {"day": "Mon"}],
        "next_cursor": "scroll",
    }


EVERY = {"name": "all", "in": "query", "schema": {"type": "boolean"}}
OLD = {**ORDER, "deprecated": True}
BESIDE = {**ORDER, "description": "Ignored unless sort_by is given."}


@pytest.mark.parametrize(
    ("parameters", "right"),
    [
        ([SWITCH, DAYS], filtered),
        ([SWITCH], described_by_more),
        ([SWITCH], only_when_on),
        ([SWITCH], lambda _: [{"id": row["id"]} for row in ROWS]),
        ([SWITCH], lambda _: [row for row in ROWS if row["active"]]),
        ([{**SWITCH, "name": "include_active"}], same),
        ([DAYS], at_least),
        ([DAYS], lambda _: [row for row in ROWS if row["days"] == 7]),
        ([KEY, ORDER], ordered),
        ([KEY], ordered),
        ([SIGNED], ordered),
        ([WORDED], ordered),
        ([ORDER], by_plan),
        ([ORDER], lambda _: [{"x": row["id"]} for row in ROWS]),
        ([ORDER], lambda _: ROWS[:2]),
        ([OLD], same),
        ([SWITCH, EVERY], unless_all),
        ([SWITCH, {**EVERY, "name": "archived"}], unless_archived),
        ([CURSOR], scrolled),
        ([{**KEY, "schema": {"enum": ["made", "id"]}}], by_instant),
        ([CURSOR], lambda _: {"data": ROWS, "cursor": "start"}),
        ([BESIDE], same),
        ([KEY], pinned),
        ([{**KEY, "schema": {"enum": ["relevance", "newest"]}}], same),
        ([{**KEY, "schema": {"type": "string"}}, ORDER], same),
        ([CURSOR], ended),
        ([CURSOR], feed),
        ([CURSOR], lambda query: ended(query) | {"next_cursor": "b", "has_more": "cursor" not in query}),
        ([{**CURSOR, "name": "after"}], lambda _: {"data": ROWS, "next": "b"}),
    ],
)
def test_right_ones_are_not(tmp_path: Path, parameters: list[Any], right: Wrong) -> None:
    """A switch may widen, or be off; a number mean what is above; an order depend on what no row shows."""
    assert told(tmp_path, parameters, right) == []


def test_a_key_that_does_nothing_is_named(tmp_path: Path) -> None:
    """A list that has one order always may be sorted by the other key."""
    received = told(tmp_path, [{**KEY, "schema": {"enum": ["calls", "rank"]}}], lambda _: ranked())
    assert received == [("as-asked", "the same rows in the same order, not sorted by rank")]


def ranked() -> list[Any]:
    """By calls, with ranks in no order."""
    rows = sorted(ROWS, key=lambda row: row["calls"])
    return [row | {"rank": rank} for row, rank in zip(rows, (3, 1, 6, 2, 5, 4), strict=True)]


def test_pages_whose_rows_cannot_be_told_prove_nothing(tmp_path: Path) -> None:
    """With two lists in a reply, none is known to be what the cursor turns."""
    report = reported(tmp_path, [CURSOR], lambda _: {"rows": ROWS, "related": [{"x": 1}], "next_cursor": "b"})
    assert [rule["ran"] for rule in report["rules"] if rule["id"] == "pages"] == [0]


def test_replies_of_comparisons_are_held_against_their_query_too(tmp_path: Path) -> None:
    """A filter that does nothing is told by whichever request has it, and is varied by it.

    A short check may have sent it in a comparison only. A parameter that comes twice has no one value.
    """
    plan = {"name": "plan", "in": "query", "schema": {"enum": ["pro", "free"]}}
    get = {"operationId": "list", "parameters": [plan], "responses": replies("200", "400")}
    document = tmp_path / "list.openapi.yaml"
    document.write_text(json.dumps(described({"/rows": {"get": get}}, security=[])))
    with small(lambda _: (200, [{"plan": "pro"}, {"plan": "free"}])) as served:
        target = Target("list", load_contract(document), served.url)
        options = Options(trust_env=False)
        collector = Collector(target, options)
        with Client(target, options) as client:
            session = Session(client, collector, CheckIds())
            (operation,) = target.contract.operations
            request = session.make(operation, {}, None)
            once = request.with_query([("plan", "free")])
            twice = request.with_query([("plan", "pro"), ("plan", "free")])
            Comparisons(session).equal(operation, "repeated-parameter", twice, twice, "again")
            assert (
                {rule for rule, *_ in collector.cases()},
                session.base.times_varied(operation, "plan"),
            ) == ({"schema"}, 0)
            Comparisons(session).equal(operation, "repeated-parameter", once, twice, "with another plan")
    found = {rule for rule, *_ in collector.cases()} - {"schema"}
    assert (found, session.base.times_varied(operation, "plan")) == ({"as-asked"}, 1)


def test_a_parameter_that_comes_twice_is_held_against_no_value(tmp_path: Path) -> None:
    """Neither against the one that each request needs, nor does it hide that it lets other rows in."""
    plans = {"name": "plan", "in": "query", "required": True, "schema": {"enum": ["pro", "free"]}}
    match = {"name": "match", "in": "query", "schema": {"enum": ["exact", "any"]}}

    def answer(query: Query) -> Any:
        # The last one counts, as in most frameworks.
        return [row for row in PLANS if query.get("match") == "any" or row["plan"] == query["plan"]]

    rules = ["--rule", "repeated-parameter"]
    report = reported(tmp_path, [plans, match], answer, *rules)
    assert [rule["id"] for rule in report["rules"] if rule["id"] == "repeated-parameter" and rule["ran"]]
    assert report.get("findings", []) == []
