"""Objects beside the answer say what was asked: `period`, `meta`, `query`, `filters`, `request`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, DATE, TEXT, asking, object_of, query, rows_of

ZONE, GRAIN = "Asia/Tokyo", {"type": "string", "enum": ["hour", "day", "month"], "default": "day"}
ASKED = query(timezone=TEXT, granularity=GRAIN, currency=TEXT, status=TEXT, **{"from": DATE, "to": DATE})
SAID = {"timezone": ZONE, "granularity": "hour", "currency": "SEK", "from": "2026-03-02", "to": "2026-03-03"}


@pytest.mark.parametrize("name", ["period", "meta", "query", "filters", "request"])
def test_what_was_asked_stands_in_an_object_beside_the_answer(tmp_path: Path, name: str) -> None:
    """Zone, steps, currency and span, in all accounts; what nobody said keeps its own."""
    inner = object_of(**dict.fromkeys(("timezone", "currency", "note"), TEXT), granularity=GRAIN, to=DATE)
    inner["properties"]["from"] = DATE
    inner["required"].append("from")
    ask = asking(tmp_path, object_of(calls=COUNT, **{name: inner}), ASKED)

    for account in ("steady", "empty", "huge"):
        told, usual = ask(account, **SAID)[name], ask(account)[name]
        assert {each: told[each] for each in SAID} == SAID
        assert told["note"] == usual["note"]


def test_a_state_of_a_reply_is_no_echo(tmp_path: Path) -> None:
    """`meta.status` tells of the reply, `filters.status` of the request."""
    state = object_of(status={"type": "string", "enum": ["ok", "partial"]}, currency=TEXT)
    rows = rows_of(id=TEXT, period=object_of(currency=TEXT, timezone=TEXT), status=TEXT)
    ask = asking(tmp_path, object_of(meta=state, filters=object_of(status=TEXT), data=rows), ASKED)
    body = ask(status="partial")

    assert body["filters"]["status"] == "partial"
    assert body["meta"]["status"] == ask()["meta"]["status"]
    assert {row["status"] for row in body["data"]} == {"partial"}


def test_rows_are_no_echo_of_a_zone(tmp_path: Path) -> None:
    """The period of a thing is its own, whatever is asked."""
    rows: dict[str, Any] = rows_of(id=TEXT, period=object_of(timezone=TEXT, note=TEXT))
    ask = asking(tmp_path, object_of(data=rows), query(timezone=TEXT))

    assert ZONE not in {row["period"]["timezone"] for row in ask(timezone=ZONE)["data"]}
