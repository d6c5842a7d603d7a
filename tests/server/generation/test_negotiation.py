"""The media type that a request likes best, by ranges, parameters and qualities."""

from __future__ import annotations

import pytest

from metermock.server.generation.wire.negotiation import best

JSON, XML, CSV = "application/json", "application/xml", "text/csv"
ONE, TWO = "application/json; version=1", 'application/json; version="2"'
V1, V2 = "application/vnd.acme.v1+json", "application/vnd.acme.v2+json"


@pytest.mark.parametrize(
    ("accept", "offered", "chosen"),
    [
        ("application/*", [JSON, XML], JSON),
        ("application/*", [CSV, JSON, XML], JSON),
        ("application/*, text/csv;q=0.9", [CSV, JSON], JSON),
        ("application/*;q=0.5, application/json;q=0", [XML, JSON], XML),
        ("application/json;q=0.4, application/xml;q=0.5", [JSON, XML], XML),
        ("application/json;q=0, */*", [JSON, CSV], CSV),
        ("*/*;q=0", [JSON, XML], None),
        ("*/*;q=0, application/json;q=0.001", [JSON, XML], JSON),
        ("application/json; version=2", [ONE, TWO], TWO),
        ('application/json;version="1"', [TWO, ONE], ONE),
        ("application/json; version=3", [ONE, TWO], None),
        ("application/json; version=3, */*;q=0.1", [ONE, TWO], ONE),
        ("application/json;version=1;q=0, application/json", [ONE, TWO], TWO),
        ("application/json", [ONE, TWO], ONE),
        ("application/json; charset=utf-8", [ONE, TWO], ONE),
        ("application/json; version=2", [JSON], JSON),
        ("application/vnd.acme.v2+json", [V1, V2], V2),
        ("application/vnd.acme.v3+json", [V1, V2], None),
        ("application/*+json", [CSV, V1, V2], V1),
        ("application/*+json", [CSV, XML], None),
        ("application/vnd.github.v3+json", [JSON], JSON),
        ("application/vnd.acme.v1+json", [JSON, V1], V1),
        ("application/vnd.acme.v2+json", [JSON, V1], JSON),
        ("application/vnd.acme.v1+json;q=0.5, application/json", [JSON, V1], JSON),
        ("application/vnd.github+json, text/csv;q=0.9", [JSON, CSV], JSON),
        ("application/vnd.github+json, application/json;q=0", [JSON], None),
        ("application/problem+json", [JSON], None),
        ("application/json", [V1, V2], None),
    ],
)
def test_the_most_exact_wish_counts(accept: str, offered: list[str], chosen: str | None) -> None:
    """A version that only a client knows by name is JSON where the document has JSON alone."""
    assert best(accept, offered) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/*", CSV),
        ("text/csv, */*;q=0.1", CSV),
        ("application/json;q=0, */*", CSV),
        ("image/png", None),
        ("text/csv;q=nonsense", None),
    ],
)
def test_the_best_media_type_is_chosen(accept: str, chosen: str | None) -> None:
    """The most exact wish about a media type counts, and of equals the first that is offered."""
    assert best(accept, [JSON, CSV]) == chosen


@pytest.mark.parametrize(
    ("accept", "offered", "is_taken"),
    [
        ("text/html", "application/*", False),
        ("application/xml", "application/*", True),
        ("application/*", "application/*", True),
        ("text/*", "application/*", False),
        ("text/html", "*/*", True),
        ("*/*", "image/*", True),
        ("application/hal+json", "application/*+json", True),
        ("application/*", "application/*+json", True),
        ("application/xml", "application/*+json", False),
    ],
)
def test_a_range_is_taken_where_a_wish_may_be_within_it(accept: str, offered: str, is_taken: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A documented `application/*` is nothing for who wants a page, and gets a 406 like any other."""
    assert best(accept, [offered]) == (offered if is_taken else None)


def test_json_goes_before_xml() -> None:
    """Where a client takes both alike, and the document lists XML first."""
    xml = "application/xml"
    assert best("*/*", [xml, JSON]) == JSON
    assert best("", [xml, JSON]) == JSON
    assert best("application/xml", [xml, JSON]) == xml
    assert best("*/*", [CSV, JSON]) == CSV
    assert best("*/*", ["image/svg+xml", JSON]) == "image/svg+xml"
