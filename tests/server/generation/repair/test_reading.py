"""Which places of a reply an expression reads."""

from __future__ import annotations

import pytest

from metermock.contract.cel import syntax
from metermock.server.generation.repair.reading import is_touched, places_of

READ = {
    "body.a.b + body.c > 1": {"body.a.b", "body.c"},
    "request.a == now": set(),
    "size(body.rows) == 2": {"body.rows.#"},
    "sum(column(body.rows, 'n')) == 2": {"body.rows.#", "body.rows.*.n"},
    "body.rows.all(r, r.n > body.least)": {"body.rows.#", "body.rows.*.n", "body.least"},
    "last(body.rows, 1)[0].n == 2": {"body.rows.*.n"},
    "header_int(headers['x-n']) == 1": {"headers.x-n"},
    "unique(column(body.rows, 'n'))": {"body.rows.#", "body.rows.*.n"},
    "[body.a, body.b].all(x, x.n > 0)": {"body.a", "body.b"},
    "body.a == body.b": {"body.a", "body.b"},
}


@pytest.mark.parametrize("text", READ)
def test_the_places_that_an_expression_reads(text: str) -> None:
    """Fields of rows are told apart, and the number of rows is a place of its own."""
    assert {".".join(place) for place in places_of(syntax.parse(text))} == READ[text]


@pytest.mark.parametrize(
    ("read", "written", "touched"),
    [
        ("body.a", "body.a.b", True),
        ("body.a.b", "body.a", True),
        ("body.a", "body.b", False),
        ("body.rows.#", "body.rows.*.n", False),
        ("body.rows.*.m", "body.rows.*.n", False),
        ("body.rows.#", "body.rows", True),
    ],
)
def test_a_change_touches_what_is_inside_and_around(read: str, written: str, *, touched: bool) -> None:
    """A change of a field touches what reads the object around it, and no field beside it."""
    assert is_touched(tuple(read.split(".")), tuple(written.split("."))) is touched
