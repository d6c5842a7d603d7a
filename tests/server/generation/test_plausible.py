"""What names and formats say about values, and what requests say about pages and media types."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from metermock.ledger import dice
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.page_fields import role_beside, role_of, said
from metermock.server.generation.asked import paging
from metermock.server.generation.values import figures, texts
from metermock.server.generation.values.amounts import amount_of
from metermock.server.generation.values.instants import Notation, notation_of, written
from metermock.server.generation.values.scene import Page, Scene
from metermock.server.generation.wire.header_values import standard
from metermock.server.generation.words import names

KEYS = [dice.key("test", number) for number in range(41)]
SPRING = ("size", "number", "first", "last", "empty", "numberOfElements")


@pytest.mark.parametrize(
    ("name", "owner", "schema", "like"),
    [
        ("email", "User", {}, r"[^@ ]+@example\.(com|org|net)"),
        ("id", "Customer", {}, r"cust_[a-z0-9]{14}"),
        ("customer_id", "Invoice", {}, r"cust_[a-z0-9]{14}"),
        (
            "id",
            "Invoice",
            {"example": "in_1MtHbELkdIwH"},
            r"in_[0-9][A-Z][a-z][A-Z][a-z][A-Z]{2}[a-z]{2}[A-Z][a-z][A-Z]",
        ),
        ("id", "Job", {"example": "6f1d2c3b-0a9e-4d8c-b7a6-5e4f3d2c1b0a"}, r"[0-9a-f-]{36}"),
        ("name", "User", {}, r"[A-Z]\S+ [A-Z].+"),
        ("country", "Address", {"minLength": 2, "maxLength": 2}, r"[A-Z]{2}"),
        ("currency", "Price", {}, r"[A-Z]{3}"),
        ("website", "Company", {}, r"https://[a-z0-9-]+\.example/\S+"),
        ("version", "App", {}, r"[0-9]+\.[0-9]+\.[0-9]+"),
        ("avatar_url", "User", {}, r"https://\S+\.png"),
        ("sku", "Line", {"pattern": "^[A-Z]{2}[0-9]{3}$"}, r"[A-Z]{2}[0-9]{3}"),
        ("code", "Plan", {"pattern": "^[a-z]{4}$", "example": "gold"}, r"[a-z]{4}"),
        ("currency", "Price", {"pattern": "^[A-Z]{3}$"}, r"USD|EUR|GBP|JPY|CHF"),
        ("country", "Address", {"pattern": "^[A-Z]{2}$"}, r"[A-Z]{2}"),
        ("amount", "Invoice", {"example": "12.34"}, r"[0-9]{1,2}\.[0-9]{2}"),
        ("count", "Record", {}, r"[0-9]{1,4}"),
        ("phone_number", "Contact", {}, r"\+1-[0-9]{3}-555-01[0-9]{2}"),
        ("to", "Message", {"format": "phone-number"}, r"\+1[0-9]{3}55501[0-9]{2}"),
        ("price_unit", "Message", {}, r"[A-Z]{3}"),
        ("unit", "Line", {"format": "currency"}, r"[A-Z]{3}"),
        ("iso_country", "Number", {}, r"[A-Z]{2}"),
        ("amount_due", "Invoice", {}, r"[0-9]{2,3}\.[0-9]{2}"),
        ("tax", "Invoice", {}, r"[0-9]{2,3}\.[0-9]{2}"),
        ("num_segments", "Message", {}, r"[1-9]"),
        ("id", "KeyInfo", {}, r"key_[a-z0-9]{14}"),
        ("id", "data", {}, r"[a-z0-9]{14}"),
        ("object", "Model", {"default": "model"}, r"model"),
        ("state_of_pay", "Bill", {"description": "Can be `open`, `late` or `done`."}, r"open|late|done"),
        ("status", "Bill", {"description": "One of 'new', 'late'. See `kind`."}, r"new|late"),
        ("type", "Part", {"description": "BOLT, NUT, SCREW"}, r"BOLT|NUT|SCREW"),
        ("mode", "Part", {"description": "- `fast`: no look\n- `slow`: two looks"}, r"fast|slow"),
        ("mode", "Part", {"description": 'Always "fast".'}, r"fast"),
        ("mode", "Part", {"description": "Only one of `size` and `weight` can be set."}, r"[a-z]+ [a-z]+"),
        ("name", "Track", {"description": "Unique among `text` or `audio` tracks."}, r"[A-Z]\w+ [A-Z]\w+"),
        ("type", "Part", {}, r"standard|basic|custom"),
        ("direction", "Call", {}, r"inbound|outbound"),
        ("payment_method", "Bill", {}, r"card|bank_transfer|direct_debit|invoice"),
        ("shipping_method", "Order", {}, r"standard|basic|custom"),
        ("http_method", "Log", {}, r"GET|POST|PUT|DELETE"),
        ("buyer", "Bill", {"description": "ID of the buyer, if one is known."}, r"buye_[a-z0-9]{14}"),
        ("buyer", "Bill", {"description": "ID card of the buyer."}, r"[a-z]+ [a-z]+"),
        ("avatar", "User", {}, r"https://\S+\.png"),
        ("nameserver", "Zone", {}, r"ns[1-4]\.\S+\.example"),
        ("scope", "Key", {}, r"[a-z]+:[a-z]+"),
    ],
)
def test_a_text_suits_its_name(name: str, owner: str, schema: dict[str, Any], like: str) -> None:
    """Texts look like what their field's name, example or pattern says."""
    make = texts.maker(name, owner, {"type": "string", **schema})
    for key in KEYS:
        assert re.fullmatch(like, make(key)), make(key)


@pytest.mark.parametrize(
    ("name", "schema", "like"),
    [
        ("call_length", {"description": "How long it took, in seconds."}, r"[0-9]{1,4}"),
        ("included_minutes", {}, r"[0-9]{1,6}"),
        ("current_value", {}, r"[0-9]+\.[0-9]{2}"),
        ("unit_amount_decimal", {"format": "decimal"}, r"[0-9]+\.[0-9]{2}"),
        ("output", {"description": "Price in EUR per token."}, r"0\.0000[0-9]{4}"),
        ("output", {"description": "Price in EUR per million tokens."}, r"[0-9]+\.[0-9]{2}"),
        ("line_number", {"description": "Number of the line."}, None),
        ("length", {"description": "The ISO 8601 duration in seconds."}, None),
        ("count_of_pay", {"description": "In seconds: `one` or `two`."}, None),
    ],
)
def test_a_text_is_a_number_where_its_description_says_its_unit(
    name: str, schema: dict[str, Any], like: str | None
) -> None:
    """What is counted or costs something is a number, also as a text."""
    amount = amount_of(name, "", {"type": "string", **schema})
    made = [None if amount is None else amount.make(Scene(0), key, 0) for key in KEYS]
    assert all(each is None if like is None else re.fullmatch(like, str(each)) for each in made), made


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("^prj_[a-z0-9]{10}$", id="a prefix"),
        pytest.param("^[0-9a-f]{8}$", id="hexadecimal"),
        pytest.param("^[1-9A-HJ-NP-Za-km-z]{12}$", id="an alphabet with gaps"),
    ],
)
def test_ids_of_a_pattern_are_unlike(pattern: str) -> None:
    """A pattern gives as many ids as there are things, not a dozen for all of them."""
    make = texts.maker("id", "Project", {"type": "string", "pattern": pattern})
    keys = [dice.key("thing", number) for number in range(200)]
    made = [make(key) for key in keys]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(pattern, each) for each in made)


@pytest.mark.parametrize("pattern", [None, "^[a-z]*$", "^$", "^[a-z]{3}$"])
@pytest.mark.parametrize("name", ["id", "country", "label"])
def test_a_text_of_no_characters_is_empty(name: str, pattern: str | None) -> None:
    """A bound of nought is a bound, also beside a pattern and for names whose texts are of a kind."""
    schema = {"type": "string", "maxLength": 0, **({"pattern": pattern} if pattern else {})}
    assert texts.maker(name, "", schema)(1) == ""


@pytest.mark.parametrize(
    ("name", "schema", "low", "high"),
    [
        ("percent_used", {"type": "number"}, 0, 100),
        ("confidence", {"type": "number"}, 0, 1),
        ("latitude", {"type": "number"}, -90, 90),
        ("request_count", {"type": "integer"}, 0, 10_000),
        ("monthly_limit", {"type": "integer"}, 1_000, 500_000),
        ("amount", {"type": "integer", "example": 1_200}, 700, 2_000),
        ("year", {"type": "integer"}, 2020, 2026),
        ("reputation", {"type": "number"}, 0, 100),
        ("fee_percent", {"type": "number"}, 0, 100),
        ("risk_score", {"type": "integer"}, 0, 100),
        ("temperature", {"type": "number"}, 0, 2),
        ("top_p", {"type": "number"}, 0, 1),
        ("presence_penalty", {"type": "number"}, -2, 2),
        ("exchange_rate", {"type": "number"}, 0.5, 2),
        ("interval_count", {"type": "integer"}, 1, 12),
        ("fiscal_year_end_month", {"type": "integer"}, 1, 12),
        ("duration_in_months", {"type": "integer"}, 1, 12),
        ("voice_limit", {"type": "integer"}, 5, 100),
        ("droplet_limit", {"type": "integer"}, 5, 100),
        ("output", {"type": "number", "description": "Price in USD per token."}, 1e-8, 1e-4),
        ("anything", {"type": "integer", "minimum": -9, "maximum": -3}, -9, -3),
    ],
)
def test_a_number_suits_its_name(name: str, schema: dict[str, Any], low: float, high: float) -> None:
    """Numbers have the size that their field's name, example or bounds say."""
    make = figures.maker(name, schema, integer=schema["type"] == "integer")
    made = [make(Scene(0), key) for key in KEYS]

    assert all(low <= number <= high for number in made)
    assert len(set(made)) > 1


@pytest.mark.parametrize(
    ("name", "schema", "whole"),
    [
        ("usages", {}, True),
        ("phone_numbers", {}, True),
        ("account_id", {}, True),
        ("left_over", {"description": "The number of boxes."}, True),
        ("weight", {"description": "The weight of boxes."}, False),
        ("delivered_seconds", {}, False),
        ("avg_views", {}, False),
        ("views_percent", {}, False),
        ("usages", {"example": 1.5}, False),
    ],
)
def test_what_is_counted_is_whole(name: str, schema: dict[str, Any], whole: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A `number` that counts things, or is an id, has no digits behind the point."""
    assert figures.is_whole(name, schema, frozenset({"number"})) is whole


@pytest.mark.parametrize(
    ("name", "schema", "notation"),
    [
        ("created_at", {"type": "string"}, "date-time"),
        ("created", {"type": "integer"}, "seconds"),
        ("expires_at", {"type": "integer", "example": 1_700_000_000_000}, "milliseconds"),
        ("birthday", {"type": "string", "format": "date"}, "date"),
        ("start_date", {"type": "string"}, "date"),
        ("timezone", {"type": "string"}, None),
        ("response_time_ms", {"type": "integer"}, None),
        ("created_count", {"type": "integer"}, None),
        ("start", {"type": "integer", "maximum": 100}, None),
        ("timestamp", {"type": "string", "example": "yesterday"}, None),
        ("invoice_period", {"type": "string", "example": "2019-12"}, "month"),
        ("month", {"type": "string", "pattern": r"^\d{4}-\d{2}$"}, "month"),
        ("day", {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "date"),
        ("day", {"type": "string", "pattern": "^[A-Za-z0-9-]+$"}, None),
        ("day", {"type": "integer"}, None),
        ("fiscal_year_end_day", {"type": "integer"}, None),
        ("opened_at", {"type": "integer", "description": "In milliseconds."}, "milliseconds"),
        ("ready", {"type": "number", "description": "Timestamp of when it was ready."}, "seconds"),
        ("ready", {"type": "number", "description": "Timestamp (in milliseconds) of when."}, "milliseconds"),
        ("closed_at", {"type": "number", "examples": [1_700_000_000_000]}, "milliseconds"),
        ("ready", {"type": "number", "description": "How many are ready."}, None),
        ("asOf", {"type": "integer", "description": "Unix seconds at which it was read"}, "seconds"),
        ("taken", {"type": "integer", "description": "In Unix milliseconds."}, "milliseconds"),
        ("ready", {"type": "integer", "description": "Unix machines that are ready."}, None),
        ("ready", {"type": "integer", "description": "Machines with Unix time."}, None),
        ("opened_at", {"type": "string", "format": "int64", "description": "A Unix time."}, "seconds-text"),
        ("size", {"type": "string", "format": "int64", "description": "Bytes on a Unix system."}, None),
    ],
)
def test_an_instant_is_known_by_format_name_and_type(
    name: str, schema: dict[str, Any], notation: str | None
) -> None:
    """Formats say it, else names do where type, bounds and example let them."""
    assert notation_of(name, schema, frozenset({schema["type"]})) == notation


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ({"limit": 5}, range(5)),
        ({"limit": 5, "offset": 5}, range(5, 10)),
        ({"per_page": 4, "page": 3}, range(8, 12)),
        ({"limit": 5, "cursor": paging.cursor(7)}, range(7, 12)),
        ({"limit": 5, "cursor": "never given out"}, range(5)),
        ({}, range(paging.DEFAULT)),
        ({"limit": 5, "offset": -6780}, range(5)),
        ({"limit": -5, "offset": 2}, range(2, 2)),
        ({"limit": 5, "page": -3}, range(5)),
    ],
)
def test_a_page_is_what_the_request_asks_for(said: dict[str, Any], rows: range) -> None:
    """By limit and offset, by page number, by cursor."""
    page = paging.page_of(said, 1, is_empty=False, known=frozenset({"limit", *said}))

    assert page is not None
    assert page.numbers == rows


def test_the_fields_of_a_page_agree() -> None:
    """There is a next page where rows are left, and none behind the last."""
    first = Page(range(10), 25, 10)
    last = Page(range(20, 25), 25, 10)

    def told(name: str, page: Page) -> tuple[Any, ...]:
        return said(role_of(name, ""), name, "", page)

    assert told("has_more", first) == (True,)
    assert paging.position(told("next_cursor", first)[0]) == 10
    assert told("next_page", first)[1] == 2
    assert told("total_pages", first)[0] == 3
    assert told("total_pages", Page(range(0), 0, 10)) == (0, 1)
    assert told("hasMore", last) == (False,)
    assert told("next_cursor", last)[0] is None
    assert told("current_page", last) == (3,)
    assert not role_of("name", "")


@pytest.mark.parametrize(
    ("name", "plain", "singular"),
    [("createdAt", "created_at", "created_at"), ("X-Request-ID", "x_request_id", "x_request_id")],
)
def test_spellings_of_a_name_are_alike(name: str, plain: str, singular: str) -> None:
    """Camel case, snake case and headers' case are one name."""
    assert names.plain(name) == plain
    assert names.singular(plain) == singular
    assert names.singular("companies") == "company"


@pytest.mark.parametrize(
    ("name", "schema", "notation"),
    [
        ("date_created", {}, "date-time"),
        ("createTime", {}, "date-time"),
        ("as_of", {}, "date-time"),
        ("date_sent", {"format": "date-time-rfc-2822"}, "mail-date"),
        ("seen", {"format": "http-date"}, "http-date"),
        ("day", {"format": "iso-date"}, "date"),
        ("run_time", {}, None),
        ("time_taken", {}, None),
        ("last_seen", {}, "date-time"),
        ("nextReset", {}, "date-time"),
        ("visit_start", {}, "date-time"),
        ("IssueDateString", {}, "date"),
        ("week", {"description": "The date in ISO 8601 format."}, "date"),
        ("removed", {"description": "Point in time of removal (ISO-8601)."}, "date-time"),
        ("length", {"description": "An ISO 8601 duration."}, None),
        ("region", {"description": "ISO 3166 code."}, None),
        ("last_name", {}, None),
        ("next_page", {}, None),
        ("week_start", {}, None),
        ("row_end", {}, None),
        ("moved", {"example": "2025-10-15T13:52:47.293Z"}, "date-time-ms"),
        ("moved", {"example": "2025-10-15T13:52:47+02:00"}, "date-time-offset"),
        ("moved", {"example": "2025-10-15 13:52:47"}, "date-time-space"),
        ("moved", {"example": "2025-10-15T13:52:47"}, "date-time-local"),
        ("moved", {"examples": ["2025-10-15"]}, "date"),
        ("api_version", {"example": "2025-10-15"}, None),
        ("created_by", {}, None),
    ],
)
def test_a_text_is_an_instant_by_name_or_format(
    name: str, schema: dict[str, Any], notation: str | None
) -> None:
    """Names of what happened when, and formats that vendors made up, have the notation that clients read."""
    assert notation_of(name, {"type": "string", **schema}, frozenset({"string"})) == notation


@pytest.mark.parametrize("notation", ["date-time-local", "date-time-space", "seconds-text"])
def test_an_instant_without_a_zone_is_read_as_it_is_written(notation: Notation) -> None:
    """So things whose instants are written so follow each other, and can be filtered by."""
    assert instant_of(written(1_773_848_527, notation), notation) == 1_773_848_527


@pytest.mark.parametrize("notation", ["mail-date", "http-date"])
def test_a_date_of_mails_and_of_http_is_read_as_it_is_written(notation: Notation) -> None:
    """So things whose dates are written so are in order too."""
    text = written(1_773_848_527, notation)
    assert text.startswith("Wed, 18 Mar 2026 15:42:07 ")
    assert instant_of(text, notation) == 1_773_848_527
    assert instant_of("no date", notation) is None


def test_a_date_of_mails_of_no_known_zone_is_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone of the machine says nothing of it: the bytes are the same everywhere."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert instant_of("Wed, 18 Mar 2026 15:42:07 -0000", "mail-date") == 1_773_848_527
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Last-Modified", r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), .* GMT"),
        ("Expires", r".* GMT"),
        ("ETag", '"[0-9a-f]+"'),
    ],
)
def test_a_header_of_http_has_its_form(name: str, text: str) -> None:
    """Others are made from their schemas."""
    assert re.fullmatch(text, standard(name, 1_773_848_527, KEYS[0], "") or "")
    assert standard("X-Total", 0, KEYS[0], "") is None


def test_fields_beside_those_of_pages_speak_of_the_page_too() -> None:
    """`size` is that of the page beside `pages`, and of a file elsewhere; Spring has `first` and `last`."""
    beside = {"items", "total", "page", "size", "pages"}
    assert role_beside("size", beside) == "size"
    assert role_beside("size", {"id", "name", "size"}) == ""
    assert role_beside("items", beside) == ""
    page = Page(range(4, 6), 6, 2)
    told = {
        name: said(role_beside(name, {"totalPages", "total_pages"}), name, "", page)[0] for name in SPRING
    }
    assert told == {
        "size": 2,
        "number": 3,
        "first": False,
        "last": True,
        "empty": False,
        "numberOfElements": 2,
    }
