"""What an object says of a country is of one place, in several vocabularies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.agreeing.places import PLACES
from tests.server.generation.made import TEXT, asking, object_of, query, rows_of

SEEDS = ("steady", "quiet", "near-limit", "huge", "unlimited")
NULLABLE = {"type": ["string", "null"]}
CODE = {"type": "string", "minLength": 2, "maxLength": 2}


def told(row: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    """What an object says, by the fields of a place."""
    return {kind: row[name] for kind, name in names.items()}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        pytest.param(
            {"country": TEXT, "country_code": CODE, "currency": TEXT, "timezone": TEXT},
            {"country": "country", "code": "country_code", "currency": "currency", "timezone": "timezone"},
            id="plain",
        ),
        pytest.param(
            {"billingCountry": TEXT, "billingCountryCode": CODE, "defaultCurrency": TEXT},
            {"country": "billingCountry", "code": "billingCountryCode", "currency": "defaultCurrency"},
            id="camel case with a prefix",
        ),
        pytest.param(
            {"country": CODE, "time_zone": TEXT, "lang_tag": TEXT, "currency_code": TEXT},
            {"code": "country", "timezone": "time_zone", "locale": "lang_tag", "currency": "currency_code"},
            id="the country is a code",
        ),
    ],
)
@pytest.mark.parametrize("is_row", [False, True])
def test_they_are_of_one_place(
    tmp_path: Path, fields: dict[str, Any], names: dict[str, str], *, is_row: bool
) -> None:
    """Country, code, currency and time zone stand in one line of the table of places."""
    schema = object_of(rows=rows_of(**fields)) if is_row else object_of(**fields)
    ask = asking(tmp_path, schema)
    for account in SEEDS:
        body = ask(account)
        for row in body["rows"] if is_row else [body]:
            said = told(row, names)
            assert any(
                all(getattr(place, kind) == text for kind, text in said.items()) for place in PLACES
            ), said


def test_two_countries_of_one_object_may_be_two_places(tmp_path: Path) -> None:
    """Where an invoice goes and where a parcel goes agree each with its own code."""
    fields = {
        f"{whose}_{part}": TEXT for whose in ("billing", "shipping") for part in ("country", "country_code")
    }
    body = asking(tmp_path, object_of(**fields))()
    known = {place.country: place.code for place in PLACES}
    assert known[body["billing_country"]] == body["billing_country_code"]
    assert known[body["shipping_country"]] == body["shipping_country_code"]


def test_what_the_request_says_decides(tmp_path: Path) -> None:
    """The country that was asked for stands, and its code follows."""
    schema = object_of(country=TEXT, country_code=TEXT, timezone=NULLABLE)
    body = asking(tmp_path, schema, query(country=TEXT))(country="Japan")
    assert (body["country"], body["country_code"]) == ("Japan", "JP")
    assert body["timezone"] in ("Asia/Tokyo", None)


def test_what_a_schema_lists_bounds_the_places(tmp_path: Path) -> None:
    """Of two codes that are allowed, one is told, with its own time zone."""
    schema = object_of(country_code={"enum": ["SE", "PL"]}, timezone=TEXT)
    body = asking(tmp_path, schema)()
    assert (body["country_code"], body["timezone"]) in [("SE", "Europe/Stockholm"), ("PL", "Europe/Warsaw")]
