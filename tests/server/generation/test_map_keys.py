"""The keys of objects whose fields have names of their own say what their name or document says."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # a validator that the mock does not use
import pytest

from metermock.contract.samples import FORMATS
from metermock.server.generation.agreeing.places import PLACES
from metermock.server.generation.values.pools import pool
from tests.server.generation.made import COUNT, TEXT, WHOLE, asking, asking_all, object_of, query, rows_of

CODES = {place.currency for place in PLACES}
COUNTS: dict[str, Any] = {"type": "object", "additionalProperties": COUNT}
CLOCK = "2026-03-18"
OTHERS = sorted(FORMATS.keys() - {"date", "date-time"})
"""Formats of which an object has no field for each day."""


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("usage_by_day", COUNTS),
        ("daily", COUNTS),
        ("requestsPerDate", COUNTS),
        ("history", {**COUNTS, "propertyNames": {"format": "date"}}),
        ("history", {**COUNTS, "description": "Calls, keyed by date."}),
        ("history", {**COUNTS, "example": {"2024-01-01": 3}}),
        ("days", {"type": "object", "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": COUNT}}),
    ],
)
def test_days_follow_each_other_until_today(tmp_path: Path, name: str, schema: Any) -> None:
    """One field for each of the last days, in their order, and the same days at the next clock."""
    ask = asking(tmp_path, object_of(**{name: schema}))
    made = ask()[name]
    days = [dt.date.fromisoformat(each) for each in made]
    assert len(days) == 7
    assert days[-1].isoformat() == CLOCK
    assert all(after - before == dt.timedelta(days=1) for before, after in pairwise(days))


def test_days_that_are_instants_begin_at_midnight(tmp_path: Path) -> None:
    """Keys that must be instants are those of the last days."""
    made = asking(tmp_path, object_of(history={**COUNTS, "propertyNames": {"format": "date-time"}}))()
    assert [*made["history"]][::6] == ["2026-03-12T00:00:00Z", f"{CLOCK}T00:00:00Z"]


def test_months_follow_each_other_until_this_one(tmp_path: Path) -> None:
    """The first of them is half a year ago."""
    made = asking(tmp_path, object_of(monthly_usage=COUNTS))()["monthly_usage"]
    assert [*made][::6] == ["2025-09", "2026-03"]


@pytest.mark.parametrize(
    ("name", "schema", "like"),
    [
        ("by_country", COUNTS, r"[A-Z]{2}"),
        ("balances", COUNTS, r"[A-Z]{3}"),
        ("exchange", {**COUNTS, "description": "A map of currency codes to rates."}, r"[A-Z]{3}"),
        ("usagePerModel", COUNTS, r"(small|standard|large|embed)-\S+"),
        ("endpoints", COUNTS, r"/v1/[a-z]+"),
        ("spread", {**COUNTS, "example": {"gold": 1, "silver": 2}}, r"gold|silver"),
        ("by_country", {**COUNTS, "propertyNames": {"pattern": "^[a-z]{4}$"}}, r"[a-z]{4}"),
    ],
)
def test_keys_are_of_the_kind_that_is_told(tmp_path: Path, name: str, schema: Any, like: str) -> None:
    """Codes, models and paths, as a name, a description or an example says; a pattern comes first."""
    made = asking(tmp_path, object_of(**{name: schema}))()[name]
    assert made
    assert all(re.fullmatch(like, each) for each in made)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("day", {"type": "object", "additionalProperties": TEXT}),
        ("daily_limits", {"type": "object", "additionalProperties": WHOLE}),
        ("daily", {"type": "object"}),
        ("metadata", COUNTS),
    ],
)
def test_other_objects_keep_plain_keys(tmp_path: Path, name: str, schema: Any) -> None:
    """One day, limits of a day, and objects of which nobody says what is in them have no days as fields."""
    made = asking(tmp_path, object_of(**{name: schema}))()[name]
    assert made
    assert set(made) <= {*pool("meta_key"), *pool("slug")}


def test_an_account_without_use_has_no_fields(tmp_path: Path) -> None:
    """What an empty account has used on no day is an empty object."""
    assert asking(tmp_path, object_of(daily=COUNTS))("empty")["daily"] == {}


def test_an_object_that_allows_no_name_is_empty(tmp_path: Path) -> None:
    """A list of names without any makes the empty object, and no error."""
    assert asking(tmp_path, object_of(usage={**COUNTS, "propertyNames": {"enum": []}}))() == {"usage": {}}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("regions", {"minProperties": 40}),
        ("labels", {"minProperties": 40}),
        ("sums", {"minProperties": 2, "propertyNames": {"anyOf": [{"const": "a"}, {"pattern": "^x-"}]}}),
        ("sums", {"minProperties": 2, "propertyNames": {"format": "json-pointer", "minLength": 1}}),
        *(("sums", {"minProperties": 5, "propertyNames": {"format": each}}) for each in OTHERS),
        ("sums", {"minProperties": 2, "patternProperties": {"^a": WHOLE, "^b": TEXT}}),
        (
            "sums",
            {"minProperties": 3, "patternProperties": {"": WHOLE}, "propertyNames": {"pattern": "^k[0-9]$"}},
        ),
    ],
)
def test_an_object_has_as_many_fields_as_it_must(tmp_path: Path, name: str, schema: Any) -> None:
    """Where the usual names are too few, or not taken, there are others, as the document has them."""
    whole = {"type": "object", "additionalProperties": WHOLE, **schema}
    made = asking(tmp_path, object_of(**{name: whole}))()[name]
    least = schema["minProperties"]
    assert least <= len(made) <= max(least, 3)
    kind = jsonschema.Draft202012Validator
    kind(whole, format_checker=kind.FORMAT_CHECKER).validate(made)


@pytest.mark.parametrize("name", ["errors_by_code", "failuresByStatus", "rejections_per_status_code"])
def test_errors_are_of_no_good_code(tmp_path: Path, name: str) -> None:
    """What only counts what went wrong has the codes of errors, and none of success."""
    ask = asking(tmp_path, object_of(total_errors=COUNT, **{name: COUNTS}))
    for account in ("steady", "quiet", "near-limit", "over-limit", "huge"):
        made = ask(account)[name]
        assert made
        assert all(re.fullmatch("[45][0-9]{2}", each) for each in made)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("status", TEXT),
        ("serviceStatus", {"type": "string", "enum": ["up", "down"]}),
        ("feature_state", {"type": "boolean"}),
        ("statuses", object_of(since=TEXT, latency_ms=COUNT)),
        ("country_codes", TEXT),
        ("promoCodes", COUNT),
        ("error_codes", TEXT),
        ("codes", TEXT),
    ],
)
def test_other_states_and_codes_are_no_outcomes(tmp_path: Path, name: str, values: Any) -> None:
    """The state of services, and codes of countries or offers, have keys that nobody knows."""
    ask = asking(tmp_path, object_of(**{name: {"type": "object", "additionalProperties": values}}))
    made = {key for account in ("steady", "near-limit", "huge") for key in ask(account)[name]}
    assert made
    assert made.isdisjoint({*pool("outcome"), *pool("status_code")})


@pytest.mark.parametrize(
    ("name", "values"),
    [("statusCodes", TEXT), ("codes", COUNT), ("by_status", object_of(requests=COUNT)), ("states", COUNT)],
)
def test_outcomes_are_keys_where_they_are_meant(tmp_path: Path, name: str, values: Any) -> None:
    """Of numbers, behind `by`, or where the name says that codes are those of HTTP."""
    made = asking(tmp_path, object_of(**{name: {"type": "object", "additionalProperties": values}}))()
    assert made[name]
    assert {*made[name]} <= {*pool("outcome"), *pool("status_code")}


@pytest.mark.parametrize("schema", [{"type": "object"}, {"type": "object", "additionalProperties": TEXT}])
def test_labels_have_texts_that_go_with_them(tmp_path: Path, schema: Any) -> None:
    """The ticket of a thing is no environment, and its team no cost centre."""
    ask = asking_all(tmp_path, {"/things": (rows_of(labels=schema), query(limit=WHOLE))}, "/things")
    labels = [row["labels"] for row in ask(limit=40)]
    by_name: dict[str, set[str]] = {}
    for name, text in (each for row in labels for each in row.items()):
        by_name.setdefault(name, set()).add(text)

    assert {*by_name} == {"team", "cost_center", "source", "environment", "ticket"}
    assert all(re.fullmatch("[A-Z]+-[0-9]+", text) for text in by_name["ticket"] | by_name["cost_center"])
    assert by_name["environment"] == {"production", "staging"}
    assert {len(row) for row in labels} == {2, 3}


@pytest.mark.parametrize("value", [object_of(seconds=WHOLE), COUNT, {"type": "array", "items": WHOLE}])
def test_things_by_name_are_not_called_after_labels(tmp_path: Path, value: Any) -> None:
    """Only a text is what somebody wrote behind `team` or `ticket`."""
    speakers = {"type": "object", "additionalProperties": value}
    ask = asking_all(tmp_path, {"/talk": (object_of(speakers=speakers), ())}, "/talk")
    assert all(re.fullmatch("[a-z]+-[a-z]+", name) for name in ask()["speakers"])
