"""Credentials that one place of a request carries, as OpenAPI documents demand them together."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.checker.deployment.access import schemes_for
from metermock.checker.deployment.request import attach
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.contract import load_contract
from metermock.contract.carriers import apart, stand_ins
from metermock.in_process import asgi_app

TOKEN = {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://t.example", "scopes": {}}}}
CODE = {
    "type": "oauth2",
    "flows": {
        "authorizationCode": {
            "authorizationUrl": "https://t.example",
            "tokenUrl": "https://t.example",
            "scopes": {},
        }
    },
}
SCHEMES: dict[str, Any] = {
    "token": TOKEN,
    "code": CODE,
    "plain": {"type": "http", "scheme": "Bearer"},
    "user": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "same": {"type": "apiKey", "in": "header", "name": "x-key"},
    "app": {"type": "apiKey", "in": "header", "name": "X-App"},
    "asked": {"type": "apiKey", "in": "query", "name": "X-Key"},
    "client": {"type": "mutualTLS"},
}


@pytest.mark.parametrize(
    ("together", "left"),
    [
        (["token", "code"], ["token"]),
        (["code", "plain"], ["code"]),
        (["key", "same"], ["key"]),
        (["key", "app", "asked"], ["key", "app", "asked"]),
        (["token", "key"], ["token", "key"]),
        (["token", "user"], ["token", "user"]),
        (["token", "client"], ["token", "client"]),
        (["unknown", "other"], ["unknown", "other"]),
    ],
)
def test_what_one_place_carries_is_one_credential(together: list[str], left: list[str]) -> None:
    """A header holds one token; other places are credentials of their own."""
    assert list(apart({name: [] for name in together}, SCHEMES)) == left


def test_two_flows_that_are_demanded_together_are_opened_by_one_token(tmp_path: Path) -> None:
    """The mock takes it, and refuses another."""
    file = tmp_path / "flows.json"
    responses = {"200": {"description": "ok"}, "401": {"description": "no"}}
    file.write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "T", "version": "1"},
                "components": {"securitySchemes": {"token": TOKEN, "code": CODE}},
                "security": [{"token": [], "code": []}],
                "paths": {"/usage": {"get": {"operationId": "getUsage", "responses": responses}}},
            }
        )
    )
    transport = httpx.ASGITransport(asgi_app(str(file), strict_credentials=True))

    async def ask(token: str) -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return (await client.get("/usage", headers={"Authorization": f"Bearer {token}"})).status_code

    assert [asyncio.run(ask(each)) for each in ("steady-flows-key", "another")] == [200, 401]
    assert [list(each) for each in load_contract(file).operation("getUsage").security] == [["token"]]


@pytest.mark.parametrize(
    ("alternatives", "known"),
    [
        ([["token", "code"]], {"code": "token"}),
        ([["token", "code"], ["key"]], {"code": "token"}),
        ([["token", "code"], ["token"]], {}),
        ([["token", "user"], ["code"]], {}),
    ],
)
def test_a_credential_stands_for_the_one_that_it_is_demanded_with(
    alternatives: list[list[str]], known: dict[str, str]
) -> None:
    """Not where the other opens something by itself: it may be another token."""
    given: list[dict[str, list[str]]] = [{name: [] for name in each} for each in alternatives]
    assert stand_ins(given, SCHEMES) == known


def test_either_of_two_flows_opens_what_demands_both(tmp_path: Path) -> None:
    """Whichever a user names: it is sent once."""
    file = tmp_path / "flows.json"
    get = {"operationId": "getUsage", "responses": {"200": {"description": "ok"}}}
    written = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"securitySchemes": {"token": TOKEN, "code": CODE}},
        "security": [{"token": [], "code": []}],
        "paths": {"/usage": {"get": get}},
    }
    file.write_text(json.dumps(written))
    contract = load_contract(file)
    account = TargetAccount("ada", {"code": Secret("s3cret-word", "")})
    (completed,) = Target("t", contract, "http://h", (account,)).accounts
    assert schemes_for(contract.operation("getUsage"), completed) == ("token",)
    sent, _ = attach(contract.security_schemes, completed.credential)
    assert sent == (("Authorization", "Bearer s3cret-word"),)
