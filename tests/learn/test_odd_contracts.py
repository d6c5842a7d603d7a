"""Odd contracts that are legal: what has another form than is usual ends nothing with an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange, load_contract
from metermock.learn.learning import learned
from metermock.learn.witness import Witness, Witnesses

ROW: dict[str, Any] = {"type": ["object", "null"], "required": ["key", "at", "calls"]}
ROW |= {"properties": {"key": {"type": "string"}, "at": {"type": "string"}, "calls": {"type": "integer"}}}


def learnt(folder: Path, name: str, schema: Any, values: list[Any], rows: list[Any]) -> int:
    """How many operations are learned from, of replies with these rows to each value of a parameter."""
    body: dict[str, Any] = {"type": "object", "required": ["n", "rows"]}
    body |= {"properties": {"n": {"type": "integer"}, "rows": {"type": "array", "items": ROW}}}
    operation = {
        "operationId": "getUsage",
        "parameters": [{"name": name, "in": "query", "schema": schema}],
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": body}}}},
    }
    info = {"title": "Odd", "version": "1"}
    path = folder / "odd.openapi.json"
    path.write_text(
        json.dumps({"openapi": "3.1.0", "info": info, "paths": {"/usage": {"get": operation}}}), "utf-8"
    )
    contract = load_contract(path)
    key = contract.operations[0].parameters[0].key
    found = [
        Witness(
            f"account {account}",
            Exchange(
                "getUsage",
                {} if value is None else {key: value},
                {},
                200,
                {"content-type": "application/json"},
                {"n": account * 31 + index, "rows": rows},
                "2026-11-29T10:00:00Z",
            ),
        )
        for account in range(4)
        for index, value in enumerate(values)
    ]
    return len(learned(contract.operations, Witnesses(tuple(found)), lambda _: None)[0])


@pytest.mark.parametrize(
    ("name", "listed"), [("key", ["a", "b"]), ("key", None), ("step", ["hour", "day"])], ids=str
)
def test_rows_may_be_null(tmp_path: Path, name: str, listed: list[str] | None) -> None:
    """A filter, a thing that a list names, and a step are looked for in rows that have fields."""
    rows = [None, {"key": "a", "at": "2026-11-29T10:00:00Z", "calls": 3}]
    schema = {"type": "string"} | ({"enum": listed} if listed else {})

    assert learnt(tmp_path, name, schema, [*(listed or ["a", "b"]), None], rows) == 1


@pytest.mark.parametrize("listed", [[["a"], ["b"]], [{"a": 1}, {"b": 2}]], ids=str)
def test_the_values_of_a_parameter_may_be_lists_and_objects(tmp_path: Path, listed: list[Any]) -> None:
    """Nobody asks what such a parameter leaves alone."""
    assert learnt(tmp_path, "filter", {"enum": listed}, [*listed, None], []) == 1


@pytest.mark.parametrize(
    "texts",
    [
        ["0000-00-00", "0000-00-00T00:00:00Z"],
        ["2026-02-30", "2026-02-30T12:00:00Z"],
        ["2026-11-29T10:00:00+99:99", "2026-11-28T10:00:00+24:00"],
        ["2016-12-31", "2016-12-31T23:59:60Z"],
        ["2026-02-30T12:00:00", "2026-02-30"],
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "9999-12-31"],
    ],
    ids=str,
)
def test_texts_may_look_like_days_that_no_calendar_has(tmp_path: Path, texts: list[str]) -> None:
    """Old databases write zeros for no day at all: such texts are no dates, and end nothing with an error."""
    rows = [{"key": each, "at": each, "calls": 3} for each in texts]

    assert learnt(tmp_path, "from", {"type": "string"}, [*texts, None], rows) == 1
