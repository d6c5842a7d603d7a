"""Numbers that tell a length of time, and quantiles of one measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from metermock.contract import Exchange
from metermock.contract.parameter import Parameter
from metermock.learn.templates.bounds import Bounds
from metermock.learn.templates.columns import Columns
from metermock.learn.templates.durations import Durations
from metermock.learn.templates.ladders import Ladders, rung_of
from metermock.learn.terms import Scope, Term
from tests.learn.samples import scope, term

NO_PARAMETERS = Mock(parameters=[])
BEGAN = datetime(2026, 11, 18, 9, tzinfo=UTC)
TOOK = [1.25, 61.5, 7.125, 340.0, 12.75, 99.875, 3600.0, 0.0, 45.5, 5.0, 871.25, 33.0]
"""Seconds."""


def at(seconds: float, zone: str = "Z", *, whole: bool = True) -> str:
    """An instant so long after the first one."""
    text = (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="seconds" if whole else "milliseconds")
    return text.replace("+00:00", zone)


def runs(took: list[float], *, whole: bool) -> tuple[Term, Term]:
    """When some runs began and ended."""
    begun = [500 * number for number in range(len(took))]
    return (
        term("started_at", [at(each, whole=whole) for each in begun], "string"),
        term("ended_at", [at(a + b, whole=whole) for a, b in zip(begun, took, strict=True)], "string"),
    )


def told(made: Scope) -> dict[str, str]:
    """The rules by their messages."""
    made = replace(made, operation=made.operation if isinstance(made.operation, Mock) else NO_PARAMETERS)
    return {each.message: each.rule for each in Durations(Columns(made)).candidates()}


def test_whole_seconds_between_two_instants() -> None:
    """They are exact; and what began is not after what ended."""
    took = [int(each) for each in TOOK]
    found = told(scope(*runs([float(each) for each in took], whole=True), term("duration", took)))

    assert found["duration is the seconds from started_at to ended_at"] == (
        "body.duration == seconds(body.ended_at) - seconds(body.started_at)"
    )
    assert found["started_at is not after ended_at"] == "seconds(body.started_at) <= seconds(body.ended_at)"


def test_milliseconds_between_two_instants() -> None:
    """The instants show them, so that a quarter of a second too much is noticed."""
    found = told(scope(*runs(TOOK, whole=False), term("ms", [int(1000 * each) for each in TOOK])))

    assert found["ms is the milliseconds from started_at to ended_at"] == (
        "body.ms == (timestamp(body.ended_at) - timestamp(body.started_at)).getMilliseconds()"
    )


def test_a_duration_that_is_rounded_may_be_off_by_what_is_not_shown() -> None:
    """Of instants in whole seconds nobody knows the rest; of seconds with a decimal, a tenth."""
    rounded = told(
        scope(*runs([float(int(each)) for each in TOOK], whole=True), term("took", TOOK, "number"))
    )
    tenths = [round(each, 1) for each in TOOK]
    exact = told(scope(*runs(TOOK, whole=False), term("took", tenths, "number")))

    name = "took is the seconds from started_at to ended_at"
    assert rounded[name] == "near(body.took, seconds(body.ended_at) - seconds(body.started_at), 1)"
    assert exact[name] == (
        "near(double(body.took) * 1000.0, "
        "(timestamp(body.ended_at) - timestamp(body.started_at)).getMilliseconds(), 100)"
    )


def test_a_number_of_another_length_is_no_duration() -> None:
    """One run that took a minute longer than it says shows it."""
    took = [int(each) for each in TOOK]
    says = [*took[:-1], took[-1] + 60]
    found = told(scope(*runs([float(each) for each in took], whole=True), term("duration", says)))

    assert list(found) == ["started_at is not after ended_at"]


def seen_at(made: Scope, nows: list[str], asked: list[Any] | None = None) -> Scope:
    """The same, each reply at an instant of its own."""
    given = asked or [None] * len(nows)
    exchanges = tuple(
        Exchange("get", {} if value is None else {"query:window": value}, {}, 200, {}, {}, now)
        for now, value in zip(nows, given, strict=True)
    )
    return replace(made, exchanges=exchanges)


def test_seconds_until_a_limit_resets() -> None:
    """They are counted from the reply, whose Date has whole seconds."""
    nows = [at(700 * number) for number in range(8)]
    resets = term("resets_at", [at(90_000)] * 4 + [at(9000)] * 4, "string")
    left = [(90_000 if number < 4 else 9000) - 700 * number - 1 for number in range(8)]
    found = told(seen_at(scope(resets, term("reset_seconds", left)), nows))

    assert found == {
        "reset_seconds is the seconds from now to resets_at": (
            "near(body.reset_seconds, seconds(body.resets_at) - seconds(now), 30)"
        )
    }


def test_seconds_since_1970() -> None:
    """The instant of the reply may be a number, and what began another one."""
    first = int(BEGAN.timestamp())
    nows = [at(700 * number) for number in range(8)]
    until = [first + 700 * number for number in range(8)]
    took = [3600 * (number % 4 + 1) for number in range(8)]
    since = [end - length for end, length in zip(until, took, strict=True)]
    made = scope(term("since", since), term("until", until), term("hours", [each // 3600 for each in took]))
    found = told(seen_at(made, nows))

    assert found["until is the instant of the reply"] == "near(body.until, seconds(now), 30)"
    assert found["hours is the hours from since to until"] == "body.hours * 3600 == body.until - body.since"


def test_milliseconds_since_1970() -> None:
    """Of such instants all is told in milliseconds, beside texts too."""
    first = int(BEGAN.timestamp()) * 1000
    nows = [at(700 * number) for number in range(len(TOOK))]
    begun = [first + 700_000 * number for number in range(len(TOOK))]
    took = [int(1000 * each) for each in TOOK]
    ended = [begin + length for begin, length in zip(begun, took, strict=True)]
    texts = [at(each / 1000 - BEGAN.timestamp(), whole=False) for each in ended]
    made = scope(
        term("sent_at", begun),
        term("started_at", begun),
        term("ended_at", texts, "string"),
        term("finished_at", ended),
        term("ms", took),
    )
    found = told(seen_at(made, nows))

    assert found["ms is the milliseconds from started_at to finished_at"] == (
        "body.ms == body.finished_at - body.started_at"
    )
    assert found["ms is the milliseconds from started_at to ended_at"] == (
        "body.ms == (timestamp(body.ended_at) - timestamp('1970-01-01T00:00:00Z')).getMilliseconds()"
        " - body.started_at"
    )
    assert found["started_at is not after finished_at"] == "body.started_at <= body.finished_at"
    assert found["sent_at is the instant of the reply"] == "near(body.sent_at, seconds(now) * 1000, 30000)"


def test_a_window_as_long_as_its_parameter_says() -> None:
    """Its ends are exactly so far apart."""
    asked = ["1d", "7d"] * 4
    nows = [at(9_000_000 + 700 * number) for number in range(8)]
    ends = [9_000_000 + 700 * number for number in range(8)]
    begins = [end - 86400 * int(value[0]) for end, value in zip(ends, asked, strict=True)]
    window = Mock(Parameter, key="query:window", default="1d", resolved={"enum": ["1d", "7d"]})
    window.name = "window"
    made = scope(term("from", list(map(at, begins)), "string"), term("to", list(map(at, ends)), "string"))
    made = replace(seen_at(made, nows, asked), operation=Mock(parameters=[window]))

    assert told(made)["to is as long after from as window says"] == (
        "seconds(body.to) - seconds(body.from) == {'1d': 86400, '7d': 604800}[request.window]"
    )

    first = int(BEGAN.timestamp())
    numbers = [[1000 * (first + each) for each in one] for one in (begins, ends)]
    made = replace(made, terms=(term("from", numbers[0]), term("to", numbers[1])))
    assert told(made)["to is as long after from as window says"] == (
        "body.to - body.from == {'1d': 86400000, '7d': 604800000}[request.window]"
    )


@pytest.mark.parametrize(
    ("name", "rung"),
    [("p50_ms", 50.0), ("latency.p999", 99.9), ("medianMs", 50.0), ("max_ms", 100.0), ("fastest", 0.0)],
)
def test_names_of_quantiles(name: str, rung: float) -> None:
    """Each tool has a way of its own to write them."""
    found = rung_of(name)

    assert found is not None
    assert found[1] == rung


@pytest.mark.parametrize("name", ["p", "plan", "pages", "p50th", "total_ms"])
def test_other_names_are_no_quantiles(name: str) -> None:
    """What begins with a p is not one."""
    assert rung_of(name) is None


def measures(**columns: list[Any]) -> list[str]:
    """The rules about these numbers."""
    made = Columns(scope(*(term(name, values) for name, values in columns.items())))
    return [each.rule for each in (*Bounds(made).candidates(), *Ladders(made).candidates())]


def test_quantiles_go_up() -> None:
    """One rule tells of all of them, in whatever order they stand; a mean lies between the ends."""
    base = [10 + 3 * number for number in range(12)]
    found = measures(
        p99_ms=[5 * each for each in base],
        p50_ms=[2 * each for each in base],
        avg_ms=[6 * each for each in base],
        min_ms=base,
        max_ms=[9 * each for each in base],
    )

    assert found == [
        "(body.min_ms <= body.p50_ms && body.p50_ms <= body.p99_ms && body.p99_ms <= body.max_ms)",
        "(body.min_ms <= body.avg_ms && body.avg_ms <= body.max_ms)",
    ]


def test_quantiles_of_two_measures_say_nothing_of_each_other() -> None:
    """That of the sizes is another thing than that of the times; and few replies show no order."""
    base = [10 + 3 * number for number in range(12)]

    assert measures(p50_ms=base, p99_bytes=[9 * each for each in base]) == []
    assert measures(p50_ms=base[:5], p99_ms=[9 * each for each in base[:5]]) == []
