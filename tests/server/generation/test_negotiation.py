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
        ("application/vnd.github+json, text/csv;q=0.9", [JSON, CSV], JSON),
        ("application/vnd.github+json, application/json;q=0", [JSON], None),
        ("application/problem+json", [JSON], None),
        ("application/json", [V1, V2], None),
    ],
)
def test_the_most_exact_wish_counts(accept: str, offered: list[str], chosen: str | None) -> None:
    """A version that only a client knows by name is JSON where the document has JSON alone."""
    assert best(accept, offered) == chosen
