"""What is sent, and what comes of it, is that of the span, whatever it is grouped by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, DATE, SEEDS, TEXT, Ask, asking_all, object_of, query

RATE: dict[str, Any] = {**AMOUNT, "maximum": 1}
COUNTS = ("sent", "delivered", "bounced", "failed", "opened", "clicked", "unsubscribed", "complained")
FIELDS: dict[str, Any] = dict.fromkeys(COUNTS, COUNT) | {
    "openRate": {**RATE, "description": "Opened of delivered"},
    "clickRate": {**RATE, "description": "Clicks per open"},
    "bounceRate": RATE,
}
LONG, SHORT = {"from": "2026-02-01", "to": "2026-02-28"}, {"from": "2026-02-10", "to": "2026-02-12"}


def stats(folder: Path, seed: int, counted: str = "messages") -> Ask:
    """Statistics of deliveries by sender or template, and days of what was sent."""
    groups = {"type": "array", "minItems": 1, "items": object_of(key=TEXT, **FIELDS)}
    span = query(**{"from": DATE, "to": DATE})
    row = object_of(date=DATE, **{counted: COUNT})
    paths = {
        "/delivery/stats": (
            object_of(**FIELDS, groups=groups),
            [*span, *query(groupBy={"enum": ["sender", "template"]})],
        ),
        "/usage": (object_of(days={"type": "array", "items": row}), span),
    }
    return asking_all(folder, paths, "/delivery/stats", seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("counted", ["messages", "emails"])
def test_what_is_sent_is_what_the_days_have(tmp_path: Path, seed: int, counted: str) -> None:
    """In each span, and whatever it is grouped by, the groups make the total."""
    ask = stats(tmp_path, seed, counted)
    for span in (LONG, SHORT):
        days = sum(row[counted] for row in ask(path="/usage", **span)["days"])
        for asked in (span, span | {"groupBy": "sender"}, span | {"groupBy": "template"}):
            told = ask(**asked)
            assert told["sent"] == days > 0
            assert sum(row["sent"] for row in told["groups"]) == days


@pytest.mark.parametrize("seed", SEEDS)
def test_all_that_comes_of_it_is_less_in_less_time(tmp_path: Path, seed: int) -> None:
    """Three days have a part of each count of their month, and the groups make it."""
    ask = stats(tmp_path, seed)
    month, days = ask(**LONG), ask(**SHORT)
    for name in COUNTS:
        assert days[name] < month[name] / 4
        assert month[name] == sum(row[name] for row in month["groups"])


@pytest.mark.parametrize("seed", SEEDS)
def test_few_complain(tmp_path: Path, seed: int) -> None:
    """Thousandths of what is sent, as do those who unsubscribe."""
    for row in stats(tmp_path, seed)(**LONG)["groups"]:
        assert row["complained"] <= row["sent"] * 0.006
        assert row["unsubscribed"] <= row["sent"] * 0.006
        assert row["failed"] <= row["sent"] * 0.06


def test_a_rate_is_of_what_its_description_says(tmp_path: Path) -> None:
    """Where it says nothing, of all that was sent; a word that is no count says nothing."""
    told = stats(tmp_path, 0)(**LONG)

    assert told["openRate"] == round(told["opened"] / told["delivered"], 4)
    assert told["clickRate"] == round(told["clicked"] / told["sent"], 4)
    assert told["bounceRate"] == round(told["bounced"] / told["sent"], 4)
