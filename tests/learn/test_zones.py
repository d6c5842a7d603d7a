"""Days that may be those of another zone than UTC, which most hours of the day do not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from metermock.contract import Exchange
from metermock.learn.shapes import Shape
from metermock.learn.templates.moments import Moments
from metermock.learn.templates.windows import Windows
from metermock.learn.terms import Scope
from metermock.learn.zones import UNKNOWN, Local, alike, local_of
from tests.learn import api
from tests.learn.samples import parameter, scope, term

NEW_YORK = Local("America/New_York")
EACH = 5


def told(name: str, value: str, now: str, local: Local) -> list[str]:
    """The rules about a text that each of some replies has, at an instant."""
    made = scope(term(name, [value] * EACH, "string"))
    exchanges = tuple(Exchange("get", {}, {}, 200, {}, {}, now) for _ in range(EACH))
    return [each.rule for each in Windows(replace(made, exchanges=exchanges, local=local)).candidates()]


def replies(*bodies: object, **parameters: object) -> list[Exchange]:
    """Replies with these bodies."""
    return [Exchange("get", parameters, {}, 200, {}, body, "2026-11-19T10:00:00Z") for body in bodies]


def test_a_day_that_is_todays_in_both_zones_is_told_as_either() -> None:
    """By day New York has UTC's date, and by night another one."""
    (rule,) = told("today", "2026-11-19", "2026-11-19T17:00:00Z", NEW_YORK)

    assert rule == "body.today == local_date(now, 'UTC') || body.today == local_date(now, 'America/New_York')"


@pytest.mark.parametrize(
    ("value", "zone"), [("2026-11-18", "'America/New_York'"), ("2026-11-19", "'UTC'")], ids=["there", "UTC"]
)
def test_by_night_the_zones_are_told_apart(value: str, zone: str) -> None:
    """At three in UTC it is still the evening before in New York."""
    rules = told("today", value, "2026-11-19T03:00:00Z", NEW_YORK)

    assert f"body.today == local_date(now, {zone})" in rules
    assert not any("||" in rule for rule in rules)


def test_a_month_is_told_as_either() -> None:
    """Its first hours belong to the month before in New York."""
    (rule,) = told("month", "2026-11", "2026-11-19T17:00:00Z", NEW_YORK)

    assert rule.count(" || ") == 1
    assert rule.endswith("== substring(month_start(local_date(now, 'America/New_York')), 0, 7)")


def test_a_midnight_shows_its_zone() -> None:
    """November begins at four in UTC, when New York still has summer time."""
    (rule,) = told("since", "2026-11-01T00:00:00-04:00", "2026-11-19T17:00:00Z", NEW_YORK)

    assert rule == (
        "seconds(body.since) == "
        "seconds(midnight(month_start(local_date(now, 'America/New_York')), 'America/New_York'))"
    )


@pytest.mark.parametrize(("now", "count"), [("17:00", 0), ("03:00", 1)], ids=["alike", "apart"])
def test_a_clock_without_a_name_leaves_days_open(now: str, count: int) -> None:
    """An offset is no zone, so a rule cannot name it; where its date is another, the day is UTC's."""
    local = Local("", (timezone(timedelta(hours=-5)),))

    assert len(told("today", "2026-11-19", f"2026-11-19T{now}:00Z", local)) == count


def test_what_an_api_shows_of_zones(tmp_path: Path) -> None:
    """A zone in a reply, or in the document; offsets, where neither names one; nothing where requests do."""
    contract = api.contract(tmp_path)
    offset = {"since": "2026-11-01T00:00:00+05:30"}
    two = [{"zone": "Asia/Tokyo"}, {"zone": "Europe/Paris"}]

    assert local_of(contract, replies({"zone": "Asia/Tokyo", **offset})) == Local("Asia/Tokyo")
    assert [str(each) for each in local_of(contract, replies(offset)).others] == ["UTC+05:30"]
    assert [str(each) for each in local_of(contract, replies(*two)).others] == ["Asia/Tokyo", "Europe/Paris"]
    assert local_of(contract, replies(*two, tz="Asia/Tokyo")) == UNKNOWN
    assert local_of(contract, replies({"at": "2026-11-01T00:00:00Z", "plan": "UTC"})) == UNKNOWN


def test_a_zone_that_the_document_names(tmp_path: Path) -> None:
    """Its words say whose days they are."""
    api.contract(tmp_path)
    path = tmp_path / "parcels.openapi.yaml"
    text = path.read_text("utf-8").replace("description: ok", "description: days are those of Europe/Berlin")
    path.write_text(text, "utf-8")

    assert local_of(api.load(path), []) == Local("Europe/Berlin")


def test_which_zones_had_the_same_date() -> None:
    """Each further hour of the day leaves fewer."""
    assert alike(["2026-11-19T17:43:00Z"]) == (-12, 6)
    assert alike(["2026-11-19T17:43:00Z", "2026-11-19T03:00:00Z"]) == (-3, 6)
    assert alike(["2026-11-19T00:00:00Z", "2026-11-19T23:59:59Z"]) == (0, 0)


@pytest.mark.parametrize(
    ("ahead", "when"),
    [([], " && request.to < local_date(now, 'UTC')"), (["2026-11-25"], "")],
    ids=["past", "to come"],
)
def test_a_last_row_is_told_of_days_that_were_seen(ahead: list[str], when: str) -> None:
    """Rows up to a day to come may end with today: nobody asked for these."""
    days = ["2026-11-10", "2026-11-12", "2026-11-14", *ahead]
    last = replace(term("days", days, "string"), text="last(body.days, 1)[0].day")

    (found,) = Moments(scope(last, parameter("to", days))).candidates()

    assert found.rule == "last(body.days, 1)[0].day == request.to"
    assert found.when == f"length(request.to) == 10{when}"


def ending(local: Local) -> Scope:
    """Replies whose last row is the end of what was asked, or today."""
    ends = ["2026-11-10", "2026-11-12", "2026-11-14", "2026-11-30", "2026-12-02"]
    last = replace(
        term("days", [min(end, "2026-11-19") for end in ends], "string"), text="last(body.days, 1)[0].day"
    )
    return replace(scope(last, term("end", ends, "string")), local=local, shape=Shape((), ()))


def test_a_list_that_ends_today_ends_in_either_zone() -> None:
    """What is today by another clock is told, or left open."""
    of_both, of_none = NEW_YORK, Local("", (timezone(timedelta(hours=-5)),))
    ends = [[each.rule for each in Moments(ending(local)).candidates()] for local in (of_both, of_none)]

    assert ends == [
        [
            " || ".join(
                f"last(body.days, 1)[0].day == min([body.end, local_date(now, '{zone}')])"
                for zone in ("UTC", "America/New_York")
            )
        ],
        [],
    ]
