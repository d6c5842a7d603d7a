"""An account has one currency, however its fields say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, SEEDS, TEXT, asking_all, object_of, query, rows_of

LISTED: dict[str, Any] = {"type": "string", "enum": ["EUR", "USD", "GBP"]}
SMALL: dict[str, Any] = {"type": "string", "enum": ["gbp", "usd", "eur", "sek"]}
LETTERS: dict[str, Any] = {"type": "string", "minLength": 3, "maxLength": 3}
PATTERN: dict[str, Any] = {"type": "string", "pattern": "^[a-z]{3}$"}
MONEY = object_of(amount=AMOUNT, currency=SMALL)
PATHS: dict[str, Any] = {
    "/account": (object_of(id=TEXT, currency=LISTED), ()),
    "/plan": (object_of(code=TEXT, price=MONEY, billing_currency=LISTED), query(currency=LISTED)),
    "/usage": (object_of(calls=AMOUNT, currency=TEXT, cost=MONEY), ()),
    "/invoices": (object_of(data=rows_of(id=TEXT, currency=LISTED, total=MONEY)), query(currency=LISTED)),
    "/balance": (object_of(currency=LETTERS, default_currency=PATTERN), ()),
}


def _currencies(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for each in value for found in _currencies(each)}
    if not isinstance(value, dict):
        return set()
    own = {each.upper() for name, each in value.items() if name.endswith("currency")}
    return own.union(*map(_currencies, value.values()))


@pytest.mark.parametrize("seed", SEEDS)
def test_all_operations_of_an_account_say_one_currency(tmp_path: Path, seed: int) -> None:
    """A list of values, a pattern and lengths say the same one, in objects and rows, and so does any text."""
    ask = asking_all(tmp_path, PATHS, "/account", seed=seed)

    found = {
        account: {each for path in PATHS for each in _currencies(ask(account, path=path))}
        for account in ACCOUNTS
    }
    assert {account: len(several) for account, several in found.items()} == dict.fromkeys(ACCOUNTS, 1)
    assert {each for several in found.values() for each in several} <= {"EUR", "USD", "GBP"}


@pytest.mark.parametrize("wanted", LISTED["enum"])
@pytest.mark.parametrize("path", ["/plan", "/invoices"])
def test_a_request_may_ask_for_another_currency(tmp_path: Path, path: str, wanted: str) -> None:
    """What the request says stands in all of the reply, and leaves rows in it."""
    body = asking_all(tmp_path, PATHS, "/account")(path=path, currency=wanted)

    assert _currencies(body) == {wanted}


def test_several_accounts_have_several_currencies(tmp_path: Path) -> None:
    """A list of the document leaves a choice."""
    ask = asking_all(tmp_path, PATHS, "/account")

    assert len({ask(account)["currency"] for account in ACCOUNTS}) > 1


def test_what_tells_of_several_currencies_has_several(tmp_path: Path) -> None:
    """A list of currencies, its rows, and the two sides of a conversion are none of the account's own."""
    several = {"type": "array", "items": LISTED, "minItems": 3, "uniqueItems": True}
    rates = {"type": "array", "minItems": 8, "items": object_of(currency=LISTED, rate=AMOUNT)}
    schema = object_of(supported_currencies=several, exchange_rates=rates)
    sides = object_of(source_currency=LISTED, target_currency=LISTED)
    paths = {"/currencies": (schema, ()), "/conversion": (sides, ())}
    ask = asking_all(tmp_path, paths, "/currencies")

    assert len(ask()["supported_currencies"]) == len(LISTED["enum"])
    assert len({row["currency"] for row in ask()["exchange_rates"]}) > 1
    assert any(len(set(ask(each, path="/conversion").values())) > 1 for each in ACCOUNTS)


def test_the_currencies_of_a_document_are_those_that_all_of_its_fields_take(tmp_path: Path) -> None:
    """One field that shows a currency, or lists two, decides of those that list more."""
    shown = {"type": "string", "examples": ["SEK"]}
    paths = {"/a": (object_of(currency=SMALL), ()), "/b": (object_of(currency=shown), ())}
    ask = asking_all(tmp_path, paths, "/a")

    assert {ask(account)["currency"] for account in ACCOUNTS} == {"sek"}


@pytest.mark.parametrize("key", ["example", "default", "x-tool"])
def test_an_example_that_is_a_schema_is_no_part_of_the_document(tmp_path: Path, key: str) -> None:
    """What a tool takes, of another document, whose references lead nowhere here."""
    other = {"properties": {"currency": {"$ref": "#/$defs/Currency"}, "price": {"allOf": None}}}
    money = {"$ref": "#/components/schemas/Money"}
    tool = {"type": "object", key: other}
    schema = object_of(currency=LISTED, tool=tool, price=money, fee=money)
    shared = {"Money": {"type": "string", "example": "10.00"}}
    ask = asking_all(tmp_path, {"/a": (schema, ())}, "/a", shared=shared)

    assert ask()["currency"] in LISTED["enum"]
