"""Made replies keep the rules of their document, whatever form a rule has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Contract, Exchange, load_contract
from metermock.ledger.calendar import instant_text
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.replies import Replies
from metermock.server.handling import Reply, Request

NOW = 1_773_848_527
WHOLE = {"type": "integer", "minimum": 0}
NUMBER = {"type": "number"}
TEXT = {"type": "string"}
DATE = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}


def thing(*optional: str, **fields: Any) -> dict[str, Any]:
    """The schema of an object; what is not optional is required."""
    needed = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": needed, "additionalProperties": False}


def rows(**fields: Any) -> dict[str, Any]:
    """The schema of a list of objects."""
    return {"type": "array", "items": thing(**fields)}


SALES = rows(region=TEXT, sold=WHOLE, returned=WHOLE, kept=WHOLE)
DAYS = rows(on=DATE, sold=WHOLE)
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a difference": (thing(a=WHOLE, b=WHOLE, c=WHOLE), ["body.a - body.b == body.c", "body.b > 0"]),
    "a product": (thing(price=WHOLE, pieces=WHOLE, due=WHOLE), ["body.due == body.price * body.pieces"]),
    "a sum of parts": (thing(x=WHOLE, y=WHOLE, z=WHOLE, all=WHOLE), ["body.x + body.y + body.z == body.all"]),
    "a sum of rows": (thing(sales=SALES, sold=WHOLE), ["sum(column(body.sales, 'sold')) == body.sold"]),
    "rows and their sums": (
        thing(sales=SALES, sold=WHOLE, returned=WHOLE, kept=WHOLE),
        [
            "body.sales.all(s, s.kept + s.returned == s.sold)",
            "['sold', 'returned', 'kept'].all(n, body[n] == sum(column(body.sales, n)))",
        ],
    ),
    "a share of each row": (
        thing(sales=rows(sold=WHOLE, part=NUMBER), sold=WHOLE),
        [
            "sum(column(body.sales, 'sold')) == body.sold",
            "body.sales.all(s, near(s.part, ratio(s.sold, body.sold), 0.001))",
        ],
    ),
    "a percentage that rounds": (
        thing(won=WHOLE, played=WHOLE, rate=NUMBER),
        ["body.won <= body.played", "near(body.rate, round(percent(body.won, body.played), 1), 0.000001)"],
    ),
    "how many rows": (thing(sales=SALES), ["size(body.sales) == 9"]),
    "as many rows as a number says": (thing(sales=SALES, rows=WHOLE), ["size(body.sales) == body.rows"]),
    "at most so many": (thing(sales=SALES), ["size(body.sales) <= 1"]),
    "a sorted list": (
        thing(sales=SALES),
        ["size(body.sales) == 6", "descending(column(body.sales, 'sold'))"],
    ),
    "sorted by two fields": (
        thing(sales=SALES),
        ["size(body.sales) == 6", "ascending(body.sales.map(s, s.sold * 100000 + s.returned))"],
    ),
    "the greatest of the rows": (
        thing(sales=SALES, top=WHOLE),
        ["body.top == max(column(body.sales, 'sold'))"],
    ),
    "the row that is the greatest": (
        thing(sales=SALES, top=thing(region=TEXT, sold=WHOLE)),
        [
            "body.top.sold == max(column(body.sales, 'sold'))",
            "body.sales.exists(s, s.sold == body.top.sold && s.region == body.top.region)",
        ],
    ),
    "unlike rows": (
        thing(sales=rows(region={"enum": ["n", "s", "w", "e"]})),
        ["size(body.sales) == 4", "unique(column(body.sales, 'region'))"],
    ),
    "days in a row": (
        thing(days=DAYS),
        [
            "size(body.days) == 14",
            "strictly_ascending(column(body.days, 'on'))",
            "body.days[13].on == local_date(now, 'UTC')",
            "days_between(body.days[0].on, body.days[13].on) == 13",
        ],
    ),
    "hours on the hour": (
        thing(hours=rows(at=INSTANT, sold=WHOLE)),
        [
            "size(body.hours) == 24",
            "unique(column(body.hours, 'at'))",
            "body.hours.all(h, seconds(h.at) % 3600 == 0 && seconds(h.at) <= seconds(now))",
            "body.hours.all(h, seconds(h.at) > seconds(now) - 86400)",
        ],
    ),
    "a window that ends now": (
        thing(start=INSTANT, end=INSTANT),
        ["near(seconds(body.end), seconds(now), 5)", "seconds(body.start) == seconds(body.end) - 3600"],
    ),
    "the first of the month": (
        thing(month=DATE),
        ["body.month == month_start(local_date(now, 'UTC'))"],
    ),
    "a table of plans": (
        thing(plan={"enum": ["small", "large"]}, seats=WHOLE),
        ["body.seats == {'small': 3, 'large': 40}[body.plan]"],
    ),
    "where a condition is met": (
        thing(paid=WHOLE, open=WHOLE, state={"enum": ["open", "paid"]}),
        ["body.state == 'paid' ? body.open == 0 : body.paid == 0"],
    ),
    "one or the other": (thing(a=WHOLE, b=WHOLE), ["body.a == 0 || body.b == 0"]),
    "null where there is nothing": (
        thing(runs=WHOLE, mean={"type": ["number", "null"]}),
        ["(body.mean == null) == (body.runs == 0)"],
    ),
    "a field that is left out": (thing("extra", extra=TEXT, kept=WHOLE), ["!has(body.extra)"]),
    "a text of a pattern": (thing(code=TEXT), ["body.code.matches('^[A-Z]{3}-[0-9]{4}$')"]),
    "a text in front": (thing(code=TEXT), ["body.code.startsWith('inv_')"]),
    "one of several": (thing(n=WHOLE), ["body.n in [7, 70, 700]"]),
    "written as an integer": (thing(n=NUMBER, m=NUMBER), ["counts([body.n, body.m])"]),
    "sums of some rows": (
        thing(replies=rows(status={"enum": [200, 404]}, seen=WHOLE), good=WHOLE),
        ["sum(column(body.replies.filter(r, r.status < 400), 'seen')) == body.good"],
    ),
    "a list of lists": (
        thing(teams=rows(people=rows(score=WHOLE), score=WHOLE)),
        ["body.teams.all(t, t.score == sum(column(t.people, 'score')))"],
    ),
}


def contract_of(folder: Path, schema: Any, rules: list[dict[str, Any]], **others: Any) -> Contract:
    """A contract of one operation with rules."""
    reply = {"description": "It.", "content": {"application/json": {"schema": schema, **others}}}
    parameter = {"name": "rows", "in": "query", "schema": {"type": "integer", "default": 3}}
    operation = {
        "operationId": "getIt",
        "parameters": [parameter],
        "responses": {"200": {**reply, "headers": {"X-Rows": {"schema": WHOLE}}}},
        "x-rules": rules,
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/it": {"get": operation}},
    }
    path = folder / "it.json"
    path.write_text(json.dumps(document))
    return load_contract(path)


def musts(texts: list[str]) -> list[dict[str, Any]]:
    """Rules that must hold."""
    return [
        {"id": f"R-{number}", "level": "must", "message": "it holds", "rule": text}
        for number, text in enumerate(texts)
    ]


class Made:
    """The replies of a contract's one operation, and what became of its rules."""

    def __init__(self, contract: Contract, *, seed: int = 0, dynamic: bool = True) -> None:
        self.operation = contract.operations[0]
        self.tally = Tally("it", {}, set(), set(), tells=False)
        self.replies = Replies(self.operation, Builder(contract.schemas), seed, self.tally, dynamic=dynamic)

    def reply(self, **parameters: Any) -> Reply:
        """The reply to a request."""
        values = {"rows": 3, **parameters}
        return self.replies(Request("getIt", values, None, None, None, NOW, {}, None, {}))  # type: ignore[arg-type]  # no world is read

    def broken(self, reply: Reply, **parameters: Any) -> set[str]:
        """What a reply breaks of its contract, as a check would say."""
        headers = {name.lower(): value for name, value in reply.headers.items()}
        body = json.dumps(reply.body).encode()
        values = {"rows": 3, **parameters}
        exchange = Exchange("getIt", values, {}, reply.status, headers, body, instant_text(NOW))
        return {each.rule for each in self.operation.judge(exchange).breaches}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", CASES)
def test_a_made_reply_keeps_its_rules(tmp_path: Path, name: str, seed: int) -> None:
    """All rules of the document hold, and its schema too, whatever the seed."""
    schema, rules = CASES[name]
    made = Made(contract_of(tmp_path, schema, musts(rules)), seed=seed)
    reply = made.reply()

    assert made.broken(reply) == set()
    assert made.tally.counts == {}


def test_without_repair_the_rules_would_break(tmp_path: Path) -> None:
    """Most of these rules are not kept by names and schemas alone."""
    kept = 0
    for number, (schema, rules) in enumerate(CASES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = Made(contract_of(folder, schema, musts(rules)))
        made.replies.repair = None
        kept += not made.broken(made.reply())

    assert kept < len(CASES) / 3


def test_the_request_decides(tmp_path: Path) -> None:
    """What a rule says of the request leads, and the rest of the reply follows."""
    rules = musts(["size(body.days) == request.rows", "body.count == size(body.days)"])
    made = Made(contract_of(tmp_path, thing(days=DAYS, count=WHOLE), rules))
    reply = made.reply(rows=11)

    assert (len(reply.body["days"]), reply.body["count"]) == (11, 11)
    assert made.broken(reply, rows=11) == set()


def test_headers_are_repaired(tmp_path: Path) -> None:
    """A header that a rule compares with the body says the same."""
    rules = musts(["header_int(headers['x-rows']) == size(body.days)", "size(body.days) == 5"])
    made = Made(contract_of(tmp_path, thing(days=DAYS), rules))
    reply = made.reply()

    assert reply.headers["X-Rows"] == "5"
    assert made.broken(reply) == set()


def test_an_example_that_breaks_a_rule_is_repaired(tmp_path: Path) -> None:
    """Of an example only that is changed which a rule says is wrong."""
    shown = {"region": "north", "sold": 3, "on": "2020-01-01"}
    rules = musts(["body.on == local_date(now, 'UTC')"])
    schema = thing(region=TEXT, sold=WHOLE, on=DATE)
    made = Made(contract_of(tmp_path, schema, rules, example=shown), dynamic=False)

    assert made.reply().body == {**shown, "on": "2026-03-18"}


def test_a_reply_that_keeps_its_rules_is_left_alone(tmp_path: Path) -> None:
    """An example whose rules hold is sent as it is written."""
    shown = {"sold": 3.0, "region": "x"}
    made = Made(
        contract_of(tmp_path, thing(region=TEXT, sold=NUMBER), musts(["body.sold > 2.0"]), example=shown),
        dynamic=False,
    )

    assert list(made.reply().body.items()) == list(shown.items())


def test_what_cannot_be_kept_is_counted(tmp_path: Path) -> None:
    """Rules that contradict each other or the schema are counted; the others are kept."""
    rules = musts(["body.a == 1", "body.a == 2", "body.b < 0", "body.c == 4"])
    made = Made(contract_of(tmp_path, thing(a=WHOLE, b=WHOLE, c=WHOLE), rules))
    reply = made.reply()

    assert reply.status == 200
    assert reply.body["c"] == 4
    assert made.broken(reply) == set(made.tally.counts)
    assert len(made.tally.counts.keys() & {"R-0", "R-1"}) == 1
    assert "R-2" in made.tally.counts


def test_what_must_hold_goes_before_what_should(tmp_path: Path) -> None:
    """Of two rules that contradict each other the one of level must is kept."""
    rules = [{**each, "level": "should"} for each in musts(["body.a == 1"])]
    rules += [{**each, "id": "M"} for each in musts(["body.a == 2"])]
    made = Made(contract_of(tmp_path, thing(a=WHOLE), rules))

    assert made.reply().body == {"a": 2}
    assert set(made.tally.counts) == {"R-0"}


def test_the_same_request_has_the_same_reply(tmp_path: Path) -> None:
    """What was repaired before does not matter to a later reply."""
    schema, rules = CASES["rows and their sums"]
    contract = contract_of(tmp_path, schema, musts(rules))
    one, other = Made(contract), Made(contract)
    for number in range(4):
        other.reply(rows=number)

    assert one.reply() == other.reply()
