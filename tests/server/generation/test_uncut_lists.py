"""What a request chooses from a list that no parameter cuts is a part of the list, by plural names too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.words import names
from tests.server.generation.made import INSTANT, SEEDS, TEXT, asking, asking_all, object_of, query, rows_of

STATES = ("moored", "sailing", "sunk")
STATE: dict[str, Any] = {"type": "string", "enum": list(STATES)}
ROWS = rows_of(id=TEXT, status=STATE, owner=TEXT)
SEVERAL: dict[str, Any] = {"type": "array", "items": TEXT}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "schema", [object_of(boats=ROWS), object_of(boats=rows_of(id=TEXT, status=STATE, at=INSTANT))]
)
def test_the_rows_of_each_state_make_the_list(tmp_path: Path, schema: Any, seed: int) -> None:
    """All boats are those that are moored, those that sail and those that sank."""
    ask = asking_all(tmp_path, {"/boats": (schema, query(status=STATE))}, "/boats", seed=seed)
    whole = ask()["boats"]

    for state in STATES:
        assert ask(status=state)["boats"] == [row for row in whole if row["status"] == state]


def test_an_empty_account_has_no_rows(tmp_path: Path) -> None:
    """Nobody's list stays empty, and so do its parts."""
    ask = asking(tmp_path, object_of(boats=ROWS), query(status=STATE))
    assert ask("empty")["boats"] == ask("empty", status="sunk")["boats"] == []


@pytest.mark.parametrize("name", ["statuses", "statuses[]", "Statuses", "filter[statuses]", "status"])
def test_the_plural_of_a_field_filters_it(tmp_path: Path, name: str) -> None:
    """`statuses[]=sunk` chooses what sank, and two values what has one of them."""
    several = {"type": "array", "items": STATE}
    ask = asking(tmp_path, object_of(boats=ROWS), query(**{name: several}))
    whole = ask()["boats"]

    for states in (["sunk"], ["sunk", "moored"]):
        assert ask(**{name: states})["boats"] == [row for row in whole if row["status"] in states]


def test_the_plural_of_a_free_field_says_its_value(tmp_path: Path) -> None:
    """Rows of `owners=ann` have `ann` as their owner, and are no more than all."""
    ask = asking(tmp_path, object_of(boats=ROWS), query(owners=SEVERAL))

    assert {row["owner"] for row in ask(owners=["ann"])["boats"]} == {"ann"}
    assert len(ask(owners=["ann"])["boats"]) <= len(ask()["boats"])
    assert len({row["owner"] for row in ask(owners=["ann", "bob"])["boats"]}) != 1


@pytest.mark.parametrize(
    ("word", "singular"),
    [("statuses", "status"), ("uses", "use"), ("clauses", "clause"), ("licenses", "license")],
)
def test_the_singular_of_words_on_uses(word: str, singular: str) -> None:
    """A status is no `statuse`."""
    assert names.singular(word) == singular
