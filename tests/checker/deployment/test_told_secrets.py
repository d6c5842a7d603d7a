"""Secrets that a deployment tells in its replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.deployment.told_secrets import ToldSecrets, is_secret_name
from metermock.contract import Contract


@pytest.mark.parametrize(
    "name",
    [
        "secret",
        "token",
        "access_token",
        "refreshToken",
        "apiKey",
        "api-key",
        "X-API-Key",
        "client_secret",
        "password",
        "private_key",
        "signingSecret",
        "secretAccessKey",
        "webhook_secret",
    ],
)
def test_a_name_says_that_a_text_is_secret(name: str) -> None:
    """Whatever case the words are written in."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "tokens",
        "total_tokens",
        "next_page_token",
        "nextPageToken",
        "continuation_token",
        "cursor_token",
        "token_type",
        "secret_id",
        "key",
        "api_key_id",
        "password_changed_at",
        "monkey",
    ],
)
def test_a_name_speaks_of_something_else(name: str) -> None:
    """Counts, places in lists, and what is known about a secret are shown."""
    assert not is_secret_name(name)


def test_only_long_texts_are_secrets() -> None:
    """A number is a count, and a short text would be found everywhere."""
    told = ToldSecrets()
    text = '{"token": 12345678, "secret": "short", "password": "correcthorse", "total": "12345678"}'
    assert told.conceal(text) == text.replace("correcthorse", "***")


def test_a_plain_word_is_hidden_only_in_its_field() -> None:
    """Elsewhere the word means the word."""
    told = ToldSecrets()
    told.learn(b'{"password": "correcthorse", "secret": "sk_live_1\\u0041b"}')
    assert [each.value for each in told.secrets] == ["sk_live_1Ab"]


def test_what_the_contract_calls_a_password_is_a_secret() -> None:
    """That a field is only for requests says nothing of secrets: a day may be written so."""
    fields = {"pin": {"type": "string", "format": "password"}, "code": {"type": "string", "writeOnly": True}}
    document = {"components": {"schemas": {"Card": {"properties": fields}}}}
    told = ToldSecrets()
    told.know(cast("Contract", SimpleNamespace(document=document)))
    assert told.conceal('{"pin": "1234-5678", "code": "8765-4321", "name": "Someone 1"}') == (
        '{"pin": "***", "code": "8765-4321", "name": "Someone 1"}'
    )


def test_a_reply_teaches_its_secrets(serve: Callable[..., Any], target: Target) -> None:
    """From then on all texts about the target hide them, in any spelling."""
    served = serve(lambda _: (201, {"Content-Type": "application/json"}, b'{"secret": "sk_live_4f+2"}'))
    with Client(replace(target, url=served.url), Options(trust_env=False)) as client:
        operation = target.contract.operation("getUsage")
        client.send(operation, client.make(operation))
        again = replace(client.target, refused=())
        assert conceal("of sk_live_4f%2B2", again.secrets) == "of ***"
