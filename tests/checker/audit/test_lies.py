"""The lies about a whole reply."""

from __future__ import annotations

from metermock.checker.audit.lies import lies_about, place_of, samples_of
from metermock.contract import Contract, Exchange


def test_every_place_of_a_reply_is_lied_about(till: Contract, truth: Exchange) -> None:
    """Maps, lists, rows, fields, documented headers, media type and status each get their lies."""
    places = {lie.place for lie in lies_about(till.operations[0], truth, {})}
    fields = {"/rows/*/name", "/rows/*/sold", "/rows/*/day", "/total", "/rate"}
    assert places == {"/", "/rows", "/rows/*", *fields, "headers/x-count", "headers/content-type", "status"}


def test_a_lie_changes_one_thing_and_never_the_truth(till: Contract, truth: Exchange) -> None:
    """No lie is the truth, no two are alike, and the reply itself stays what it was."""
    before = repr(truth)
    lies = [repr(lie.exchange) for lie in lies_about(till.operations[0], truth, {})]
    assert before not in lies
    assert len(set(lies)) == len(lies)
    assert repr(truth) == before


def test_an_integer_is_a_lie_as_a_float_only_where_it_has_to_be_one(till: Contract, truth: Exchange) -> None:
    """25.0 is a lie about `integer`, and none about `number`, nullable or not."""
    lies = lies_about(till.operations[0], truth, {})
    assert {lie.place for lie in lies if lie.kind == "as float"} == {"/total", "/rows/*/sold"}


def test_a_null_is_filled_with_what_stands_there_elsewhere(till: Contract, truth: Exchange) -> None:
    """A null says something too: a value in its place is a lie."""
    samples = dict(samples_of(truth.body))
    filled = [lie for lie in lies_about(till.operations[0], truth, samples) if lie.kind == "filled"]
    assert [(lie.place, lie.exchange.body["rows"][1]["sold"]) for lie in filled] == [("/rows/*/sold", 25)]


def test_rows_share_a_place() -> None:
    """The number of a row is a star, as in the notes of a contract."""
    assert place_of(("rows", 3, "a/b")) == "/rows/*/a~1b"
