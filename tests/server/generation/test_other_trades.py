"""Numbers and texts are what they are in other trades, whatever their names and descriptions remind of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values import figures
from metermock.server.generation.values.figures import is_whole
from metermock.server.generation.values.instants import notation_of
from metermock.server.generation.values.scene import Scene, mixed
from metermock.server.generation.words import sizes
from metermock.server.generation.words.described import is_of_each_token, values_of
from tests.server.generation.made import (
    AMOUNT,
    SEEDS,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)
from tests.server.generation.test_reply_headers import MANY, client

A_DAY: Any = {"type": "integer", "minimum": 0, "exclusiveMaximum": 86_400}
SMALL: Any = {"type": "integer", "format": "int32"}


def made(folder: Path, seed: int = 0, **fields: Any) -> dict[str, Any]:
    """A made object with these fields."""
    body: dict[str, Any] = asking_all(folder, {"/it": (object_of(**fields), [])}, "/it", seed=seed)()
    return body


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "schema", "most"),
    [
        ("offset", {**A_DAY, "description": "Timestamp in seconds"}, 86_399),
        ("start", {**WHOLE, "description": "Timestamp of the word, in seconds"}, 10**6),
        ("position", {**SMALL, "description": "Unix time in milliseconds"}, 2**31 - 1),
        ("position", {**WHOLE, "description": "Milliseconds since the call began"}, 10**7),
        ("uptime_seconds", {**WHOLE, "description": "Seconds since the process started"}, 10**6),
    ],
)
def test_a_time_inside_of_something_is_no_instant(
    tmp_path: Path, seed: int, name: str, schema: Any, most: int
) -> None:
    """Bounds and descriptions tell it; rows are made, none is left out for what it does not take."""
    rows = asking_all(tmp_path, {"/r": (rows_of(**{name: schema}), [])}, "/r", seed=seed)()
    assert rows
    assert all(row[name] <= most for row in rows)


@pytest.mark.parametrize("told", [{"pattern": "^[0-9]{13}$"}, {"maxLength": 9}, {}])
def test_a_text_of_milliseconds_is_no_count_of_seconds(told: Any) -> None:
    """Neither is a text that its pattern or its length keep from one."""
    unit = "milliseconds" if "maxLength" not in told else "seconds"
    schema = {**TEXT, **told, "description": f"Unix epoch {unit}"}
    assert notation_of("created_at", schema, frozenset({"string"})) != "seconds-text"


@pytest.mark.parametrize(("least", "low", "high"), [(0.001, 0.001, 1_000), (0, 1e-8, 1e-4)])
def test_a_bound_of_a_price_wins_over_its_description(least: float, low: float, high: float) -> None:
    """What costs a thousandth at least costs no millionths; a bound of nought says nothing."""
    schema = {"type": "number", "minimum": least, "description": "Price per output token"}
    make = figures.maker("price", schema, integer=False)
    assert all(low <= make(Scene(0), mixed(key)) <= high for key in range(1, 40))


@pytest.mark.parametrize(
    "told", ["Tokens, at a price of 1 per token", "Used tokens. The cost is 1 per token"]
)
def test_what_is_said_by_the_way_of_a_price_makes_none(told: str) -> None:
    """The description of a count may end with what one of them costs."""
    assert is_of_each_token({"description": "Price per output token"})
    assert not is_of_each_token({"description": told})


@pytest.mark.parametrize("seed", SEEDS)
def test_two_searches_together_lead_to_a_row(tmp_path: Path, seed: int) -> None:
    """Nobody is called so; the row that is found has both."""
    listed = object_of(data=rows_of(id=TEXT, name=TEXT, email={**TEXT, "format": "email"}), total=WHOLE)
    ask = asking_all(tmp_path, {"/p": (listed, query(name=TEXT, email=TEXT))}, "/p", seed=seed)
    (row,) = ask(name="Bob", email="bob@x.org")["data"]
    assert (row["name"], row["email"]) == ("Bob", "bob@x.org")


def test_a_text_to_work_on_is_no_search(tmp_path: Path) -> None:
    """`?text=` of a translation gives its rows no name."""
    ask = asking(tmp_path, object_of(data=rows_of(id=TEXT, name=TEXT), total=WHOLE), query(text=TEXT))
    assert "Quetzalcoatl" not in [row["name"] for row in ask(text="Quetzalcoatl")["data"]]


@pytest.mark.parametrize(
    ("header", "told", "value", "body"),
    [
        ("Last-Modified", {"schema": TEXT}, r"\w{3}, .* GMT", object_of(last_modified=TEXT)),
        ("Location", {"schema": TEXT}, "https?://.*", object_of(id=TEXT)),
        ("RateLimit-Reset", {"schema": WHOLE}, "53", object_of(rate_limit=object_of(reset=WHOLE))),
        ("X-RateLimit-Reset-Ms", {"schema": WHOLE}, r"\d+000", object_of(id=TEXT)),
        (
            "X-RateLimit-Reset",
            {"description": "When it ends", "schema": TEXT},
            r"2026.*Z",
            object_of(id=TEXT),
        ),
    ],
)
def test_headers_are_written_as_headers_are(
    tmp_path: Path, header: str, told: Any, value: str, body: Any
) -> None:
    """A field of the body with their name does not change them; a wait in milliseconds is one."""
    headers = client(tmp_path, {"X-RateLimit-Limit": MANY, header: told}, body).get("/things").headers
    assert re.fullmatch(value, headers[header]), headers[header]


def test_what_falls_due_at_the_end_of_a_month_is_no_month(tmp_path: Path) -> None:
    """`end_of_month_cost` is an amount."""
    costs = [made(tmp_path, number, end_of_month_cost=AMOUNT)["end_of_month_cost"] for number in range(4)]
    assert max(costs) > 12


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("What it is.\n- active\n- paused\n- closed", ("active", "paused", "closed")),
        ("Its mode, can be `null`", ()),
        ("When it opens, such as `HH:MM`", ()),
        ("- Max: 64\n- Min: 3", ()),
        ("Starts with `sk` or `pk`", ()),
        ("Made from `first` and `last`", ()),
    ],
)
def test_a_description_lists_values_or_none(told: str, values: tuple[str, ...]) -> None:
    """Each bullet is one; nothing, the shape of a time, limits and parts of a text are none."""
    assert tuple(values_of({"description": told})) == values


@pytest.mark.parametrize("name", ["hours", "opening_hours", "business_hours", "minutes"])
def test_opening_hours_are_no_count(tmp_path: Path, name: str) -> None:
    """They are a text that people read; included minutes are a number."""
    fields: dict[str, Any] = {name: {**TEXT, "description": "Opening hours"}, "included_minutes": TEXT}
    body = asking(tmp_path, object_of(**fields))()
    assert not body[name].isdecimal()
    assert body["included_minutes"].isdecimal()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("shown", "secret"), [("suffix", "account_number"), ("phone_prefix", "token")])
def test_what_stands_beside_a_secret_is_no_part_of_it(
    tmp_path: Path, seed: int, shown: str, secret: str
) -> None:
    """A name has a suffix, and a phone a prefix."""
    body = made(tmp_path, seed, **{shown: TEXT, secret: TEXT})
    assert not body[secret].startswith(body[shown])
    assert not body[secret].endswith(body[shown])


def test_an_end_in_iso_8601_is_an_instant(tmp_path: Path) -> None:
    """`to` too, where its description says how it is written."""
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT.*Z", made(tmp_path, to={**TEXT, "description": "End, ISO 8601"})["to"]
    )


def test_a_total_to_date_is_no_date() -> None:
    """Though `date` is its last word."""
    assert notation_of("total_to_date", TEXT, frozenset({"string"})) is None


def test_schemes_are_no_values_of_an_address(tmp_path: Path) -> None:
    """An address that begins with one of them is an address."""
    schema = {**TEXT, "description": "Begins as `ftp` or `sftp` do"}
    assert made(tmp_path, callback_url=schema)["callback_url"].startswith("http")


@pytest.mark.parametrize(
    "told",
    [
        *(f"ISO 8601 {what}" for what in ("time span", "interval", "time period", "week", "repeating rule")),
        "A time interval (ISO 8601)",
    ],
)
def test_a_span_in_iso_8601_is_no_instant(told: str) -> None:
    """Its edges are."""
    schema = {**TEXT, "description": told}
    assert notation_of("window", schema, frozenset({"string"})) is None


@pytest.mark.parametrize("told", ["Start of the time period, ISO 8601", "End of the ISO 8601 interval"])
def test_an_edge_of_a_span_is_an_instant(told: str) -> None:
    """Though a period is spoken of."""
    assert notation_of("edge", {**TEXT, "description": told}, frozenset({"string"})) == "date-time"


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (
            ("total_load", "time_used", "total_weight", "btc_received", "total_duration", "growth_total"),
            False,
        ),
        (("load_count", "weight_units", "time_requests", "messages_sent", "total"), True),
    ],
)
def test_what_is_measured_has_parts(names: Sequence[str], whole: bool) -> None:  # noqa: FBT001 - a case of two
    """Numbers of things have none, whatever they are about."""
    assert {is_whole(name, {"type": "number"}, frozenset({"number"})) for name in names} == {whole}


@pytest.mark.parametrize(
    ("name", "is_few"),
    [("volume", False), ("trade_volume", False), ("volumes", True), ("volume_limit", True)],
)
def test_a_volume_is_an_amount(name: str, *, is_few: bool) -> None:
    """Several are disks, of which an account has a few."""
    assert sizes.is_of_few(name) == is_few


@pytest.mark.parametrize("name", ["percent_spent", "percentPaid", "pct_due"])
def test_all_of_a_budget_may_be_spent(name: str) -> None:
    """A fee is a smaller part of another amount."""
    make, fee = (figures.maker(each, {"type": "number"}, integer=False) for each in (name, "fee_percent"))
    assert 60 < max(make(Scene(0), mixed(key)) for key in range(1, 200)) <= 100
    assert max(fee(Scene(0), mixed(key)) for key in range(1, 200)) <= 30


@pytest.mark.parametrize(
    ("name", "schema", "low", "high"),
    [
        ("default_temperature", {"type": "number"}, 0, 2),
        ("temperature", {"type": "number", "description": "The degree of randomness"}, 0, 2),
        ("temperature", {"type": "number", "description": "In degrees"}, 4, 38),
        ("temperature", {"type": "number", "description": "Outside, in °F"}, 40, 100),
        ("temperature", {"type": "integer", "description": "Degrees Celsius"}, 4, 38),
        ("water_temperature", {"type": "number"}, 4, 38),
        ("temperature_f", {"type": "number"}, 40, 100),
    ],
)
def test_it_is_warm_or_cold(name: str, schema: Any, low: float, high: float) -> None:
    """Where degrees, a unit or what is warm are named; the temperature of a model is below two."""
    make = figures.maker(name, schema, integer=schema["type"] == "integer")
    assert all(low <= make(Scene(0), mixed(key)) <= high for key in range(1, 100))
