"""What is shown of a key is a part of the key that the same reply has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import SEEDS, TEXT, asking_all, object_of

LIVE = {"type": "string", "pattern": "^sk_live_[A-Za-z0-9]{24}$"}


def made(folder: Path, seed: int, **fields: Any) -> dict[str, Any]:
    """A made object with these fields."""
    ask = asking_all(folder, {"/key": (object_of(id=TEXT, **fields), [])}, "/key", seed=seed)
    body: dict[str, Any] = ask()
    return body


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("shown", "secret"),
    [("prefix", "secret"), ("key_prefix", "key"), ("tokenPrefix", "token"), ("hint", "api_key")],
)
@pytest.mark.parametrize("schema", [TEXT, LIVE], ids=["any", "of a pattern"])
def test_a_key_begins_with_its_prefix(
    tmp_path: Path, seed: int, shown: str, secret: str, schema: Any
) -> None:
    """Also where a pattern says how the key begins: then the prefix is what it has."""
    body = made(tmp_path, seed, **{shown: TEXT, secret: schema})
    assert body[secret].startswith(body[shown])
    assert 0 < len(body[shown]) < len(body[secret])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shown", ["last4", "last_four", "key_suffix", "lastFour"])
def test_a_key_ends_with_its_last_letters(tmp_path: Path, seed: int, shown: str) -> None:
    """Under each of these names."""
    body = made(tmp_path, seed, **{shown: TEXT, "key": TEXT})
    assert body["key"].endswith(body[shown])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("schema", [TEXT, LIVE], ids=["any", "of a pattern"])
def test_a_masked_key_shows_both_ends(tmp_path: Path, seed: int, schema: Any) -> None:
    """Around its mask; beside it the prefix and the last letters are those of the same key."""
    body = made(tmp_path, seed, masked_key=TEXT, prefix=TEXT, last4=TEXT, secret_key=schema)
    begin, end = body["masked_key"].split("****")
    key = body["secret_key"]
    assert key.startswith(begin)
    assert key.endswith(end)
    assert key.startswith(body["prefix"])
    assert key.endswith(body["last4"])


def test_examples_keep_their_form(tmp_path: Path) -> None:
    """A key that looks like its example is not begun otherwise; what is shown of it follows."""
    fields = {
        "redacted_value": {**TEXT, "example": "sk-admin...xyz"},
        "value": {**TEXT, "example": "sk-admin-1234abcd"},
    }
    body = made(tmp_path, 0, **fields)
    begin, end = body["redacted_value"].split("...")
    assert (body["value"][: len(begin)], body["value"][-len(end) :]) == (begin, end)
    assert body["value"].startswith("sk-admin-")


def test_of_two_keys_that_are_alike_nothing_is_said(tmp_path: Path) -> None:
    """Nobody can tell of which of them a prefix is; a name that says it is heard."""
    body = made(tmp_path, 0, prefix=TEXT, key=TEXT, secret=TEXT, secret_prefix=TEXT)
    assert body["secret"].startswith(body["secret_prefix"])
    assert not body["key"].startswith(body["prefix"])
