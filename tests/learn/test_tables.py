"""Texts that a parameter's value decides, and those that only look so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from metermock.contract import Exchange, Operation, load_contract
from metermock.learn.candidate import UNLIKELY
from metermock.learn.templates.tables import Tables
from metermock.learn.terms import Scope
from tests.learn.samples import NOW, scope, term

DOCUMENT = """
openapi: "3.1.0"
info: {title: Sizes, version: "1"}
paths:
  /sizes:
    get:
      operationId: getSizes
      parameters:
        - {name: step, in: query, schema: {type: string, enum: [hour, day]}}
        - {name: from, in: query, schema: {type: integer}}
      responses: {"200": {description: ok}}
"""
UNITS = {"hour": "per hour", "day": "per day"}
Asked = tuple[str, str, int, str]
"""Who asked for which step, from where, and the text that came."""


def operation(folder: Path) -> Operation:
    """An operation with a step, and a parameter that makes requests differ."""
    path = folder / "sizes.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return load_contract(path).operations[0]


def shown(folder: Path, rows: Iterable[Asked]) -> Scope:
    """Replies that show a text each."""
    listed = list(rows)
    own = operation(folder)
    keys = {each.name: each.key for each in own.parameters}
    made = scope(term("unit", [text for *_, text in listed], "string"), accounts=[who for who, *_ in listed])
    exchanges = tuple(
        Exchange("getSizes", {keys["step"]: step, keys["from"]: begin}, {}, 200, {}, {}, NOW)
        for _, step, begin, _ in listed
    )
    return replace(made, operation=own, exchanges=exchanges)


def test_what_many_requests_show_is_believed(tmp_path: Path) -> None:
    """Twelve requests of three accounts leave a chance of one in a thousand and twenty-four."""
    rows = [(who, step, begin, UNITS[step]) for who in "abc" for step in UNITS for begin in (1, 2)]

    (found,) = Tables(shown(tmp_path, rows)).candidates()

    assert found.chance == 2**-10 < UNLIKELY


def test_few_requests_may_agree_by_chance(tmp_path: Path) -> None:
    """Six requests leave one in sixteen, and the same requests again are no new ones."""
    rows = [(who, step, 1, UNITS[step]) for who in "abc" for step in UNITS]

    assert Tables(shown(tmp_path, rows * 4)).candidates() == []


def test_what_an_account_always_has_is_no_table(tmp_path: Path) -> None:
    """Accounts that asked for one step each, and have a text of their own, look like a table."""
    of = {"a": "hour", "b": "hour", "c": "day", "d": "day"}
    rows = [(who, step, begin, UNITS[step]) for who, step in of.items() for begin in range(6)]

    assert Tables(shown(tmp_path, rows)).candidates() == []
