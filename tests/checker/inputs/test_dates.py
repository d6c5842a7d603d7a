"""Days and instants around the clock of a deployment."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.inputs.allowed import combinations, is_made
from metermock.checker.inputs.dates import (
    is_date,
    is_month,
    latest_day,
    near_today,
    not_inverted,
    unix_times,
)
from metermock.contract import load_contract
from metermock.contract.range_names import is_pair
from tests.checker.inputs.parameters import NOW, operation_of, parameter_of, query
from tests.checker.small import document, operation

DAY = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "parts", "sent"),
    [
        (DAY, {}, "2026-03-18"),
        (INSTANT, {}, "2026-03-18T00:00:00Z"),
        (INSTANT, {}, "2026-03-18T15:42:07Z"),
        (TEXT, {"example": "2025-01-02"}, "2026-03-18"),
        (TEXT, {"example": "2025-01-02T10:00Z"}, "2026-03-18T10:00Z"),
        (TEXT, {"example": "2025-01-02 10:00"}, "2026-03-18 10:00"),
    ],
)
def test_dates_have_the_documented_form(tmp_path: Path, schema: Any, parts: Any, sent: str) -> None:
    """A day, an instant with a time, or what the example has behind its day."""
    operation = operation_of(tmp_path, query(schema, **parts))
    found = combinations(operation, {}, NOW, 0)
    assert {"p": sent} in found
    assert {len(values["p"]) for values in found[1:]} == {len(sent)}


@pytest.mark.parametrize(
    ("names", "first", "second"),
    [
        (("start_date", "end_date"), "start_date", "end_date"),
        (("to", "from"), "from", "to"),
        (("created_before", "kind_of_day", "created_after"), "created_after", "created_before"),
        (("one", "other"), "one", "other"),
        (("ends_on", "kind_of_day", "starts_on"), "starts_on", "ends_on"),
        (("until", "kind_of_day", "start_date"), "start_date", "until"),
        (("stopTime", "kind_of_day", "startTime"), "startTime", "stopTime"),
        (("enddate", "kind_of_day", "startdate"), "startdate", "enddate"),
        (("expires_at", "kind_of_day", "valid_from"), "valid_from", "expires_at"),
        (("DateCreated", "DateCreated<", "DateCreated>"), "DateCreated>", "DateCreated<"),
    ],
)
@pytest.mark.parametrize("schema", [DAY, INSTANT])
def test_a_pair_is_never_inverted(
    tmp_path: Path, names: tuple[str, ...], first: str, second: str, schema: Any
) -> None:
    """Whichever is written first, and whatever other dates there are; each is sent alone too."""
    operation = operation_of(tmp_path, *(query(schema, name) for name in names))
    found = combinations(operation, {}, NOW, 0)
    both = [values for values in found if first in values and second in values]
    assert len(both) > 5
    assert all(values[first] <= values[second] for values in both)
    assert all(any(values.keys() == {name} for values in found) for name in names)


def test_a_required_end_is_never_left_out(tmp_path: Path) -> None:
    """Where both ends must be sent, none is varied alone: what stands beside it may lie before the start."""
    operation = operation_of(
        tmp_path, *(query(DAY, name, required=True) for name in ("start_date", "end_date"))
    )
    found = combinations(operation, {}, NOW, 0)
    assert {len(values) for values in found} == {0, 2}


def test_several_pairs_stay_apart(tmp_path: Path) -> None:
    """Four dates are two ranges."""
    names = ("created_from", "created_to", "ended_from", "ended_to")
    found = combinations(operation_of(tmp_path, *(query(DAY, name) for name in names)), {}, NOW, 0)
    assert {frozenset(values) for values in found if len(values) > 1} == {
        frozenset(names[:2]),
        frozenset(names[2:]),
    }


def test_numbers_and_listed_values_are_no_dates(tmp_path: Path) -> None:
    """A format of a number, and an enum of days, say what they are themselves."""
    schemas = [{"type": "integer", "format": "date-time"}, {"enum": ["2026-03-01"]}, TEXT]
    assert [is_date(parameter_of(tmp_path, schema)) for schema in schemas] == [False, False, False]


def test_a_date_in_a_path_is_sent_alone(tmp_path: Path) -> None:
    """Each day is a request of its own."""
    place = {"name": "day", "in": "path", "required": True, "schema": DAY}
    found = combinations(operation_of(tmp_path, place, path="/usage/{day}"), {}, NOW, 0)
    assert {"day": "2026-03-18"} in found


@pytest.mark.parametrize(
    ("name", "more", "found"),
    [
        ("start_time", {}, [1773446400 - 7 * 86400]),
        ("end_time", {}, [1773446400]),
        ("start", {"description": "Unix time in seconds"}, [1773446400 - 7 * 86400]),
        ("limit", {}, []),
        ("since", {"schema": {"type": "string"}, "description": "seconds since the epoch"}, []),
    ],
)
def test_unix_times_lie_near_now(tmp_path: Path, name: str, more: Any, found: list[int]) -> None:
    """A required start or end in seconds is no small number, which would be 1970."""
    entry = {"name": name, "in": "query", "required": True, "schema": {"type": "integer"}, **more}
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document(paths={"/usage": {"get": operation(parameters=[entry])}})))
    (parameter,) = load_contract(path).operations[0].parameters
    assert unix_times(parameter, 1773500000.5) == found


MONTH = {"type": "string", "pattern": r"^20\d{2}-(0[1-9]|1[0-2])$"}


@pytest.mark.parametrize(("schema", "parts"), [(MONTH, {}), (TEXT, {"example": "2025-01"})])
def test_months_are_those_around_the_clock(tmp_path: Path, schema: Any, parts: Any) -> None:
    """A pattern that takes months and no days says so, and so do examples."""
    operation = operation_of(tmp_path, query(schema, **parts))
    found = combinations(operation, {}, NOW, 0)
    assert {"p": "2026-03"} in found
    assert {"p": "2026-02"} in found
    assert all(len(values["p"]) == 7 for values in found[1:])
    assert is_made(operation.parameters[0], "2026-03", operation=operation)


@pytest.mark.parametrize("pattern", [r"^[0-9-]+$", r"^\d{4}-\d\d-\d\d$", r"^\d{6}$", "^[a-z]+$", "-02"])
def test_other_patterns_are_of_no_months(tmp_path: Path, pattern: str) -> None:
    """What takes days, or other digits, or no month at all, is not a month."""
    assert not is_month(parameter_of(tmp_path, {"type": "string", "pattern": pattern}))


@pytest.mark.parametrize(("near", "is_sent"), [("2025-06-14", True), ("2026-03-15", False), (None, False)])
def test_days_near_old_data_are_sent_too(tmp_path: Path, near: str | None, *, is_sent: bool) -> None:
    """Where the last day that replies show is long ago, nothing would be found around the clock."""
    operation = operation_of(tmp_path, query(DAY, "start_date"), query(DAY, "end_date"))
    day = date.fromisoformat(near) if near else None
    found = combinations(operation, {}, NOW, 0, day)
    assert ({"start_date": "2025-06-14", "end_date": "2025-06-14"} in found) is is_sent
    assert ({"start_date": "2025-06-01", "end_date": "2025-06-14"} in found) is is_sent
    assert len(found) == len(combinations(operation, {}, NOW, 0)) + (7 if is_sent else 0)


def test_the_last_day_of_a_reply_is_not_after_the_clock() -> None:
    """What is still to come, and what is no day, is not counted."""
    body = {
        "rows": [{"day": "2026-02-01"}, {"day": "2026-02-03T10:00:00Z"}],
        "ends": "2026-12-31",
        "x": "2026-99-99",
    }
    assert latest_day(body, NOW) == date(2026, 2, 3)
    assert latest_day({"total": 3}, NOW) is None


@pytest.mark.parametrize(
    ("name", "schema", "sent"),
    [
        ("start_date", DAY, ["2026-03-11"]),
        ("to", INSTANT, ["2026-03-18T00:00:00Z"]),
        ("month", MONTH, ["2026-03"]),
        ("name", TEXT, []),
    ],
)
def test_a_date_that_has_to_be_sent_is_near_the_clock(
    tmp_path: Path, name: str, schema: Any, sent: list[str]
) -> None:
    """A start is a week ago, and any other day is today."""
    assert near_today(parameter_of(tmp_path, schema, name=name), datetime.fromisoformat(NOW)) == sent


def test_two_ends_that_are_inverted_are_exchanged(tmp_path: Path) -> None:
    """The example of one end, beside a made other one, may lie on its wrong side."""
    operation = operation_of(tmp_path, query(DAY, "start_date"), query(DAY, "end_date"))
    values = {"start_date": "2026-03-11", "end_date": "2023-01-31", "limit": 5}
    wanted = {"start_date": "2023-01-31", "end_date": "2026-03-11", "limit": 5}
    assert not_inverted(operation.parameters, values) == wanted
    assert not_inverted(operation.parameters, wanted) == wanted


@pytest.mark.parametrize(
    "names",
    [
        ("created_after", "updated_before"),
        ("created_at", "updated_at"),
        ("from", "since"),
        ("customer_since", "valid_until"),
        ("to", "from"),
    ],
)
def test_what_speaks_of_two_things_is_no_pair(names: tuple[str, str]) -> None:
    """A start and an end of something else, two starts, and the end before the start."""
    assert not is_pair(*names)
