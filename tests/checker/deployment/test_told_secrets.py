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
from metermock.checker.deployment.secret_places import is_secret_name
from metermock.checker.deployment.target import Target
from metermock.checker.deployment.told_secrets import ToldSecrets
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"api_keys": ["sk_live_41", "sk_live_42"]}', '{"api_keys": ["***", "***"]}'),
        (
            '{"tokens": [{"id": "tok-12345", "value": "sk_live_41"}]}',
            '{"tokens": [{"id": "tok-12345", "value": "***"}]}',
        ),
        (
            '{"apiKey": {"key": "sk_live_41", "name": "ci-2026-11"}}',
            '{"apiKey": {"key": "***", "name": "ci-2026-11"}}',
        ),
        ('{"backup_codes": ["1234-5678"], "n": "1234-5679"}', '{"backup_codes": ["***"], "n": "1234-5679"}'),
        ('{"keys": ["sk_live_4f9a8b7c6d5e4f3a"]}', '{"keys": ["***"]}'),
        (
            '{"url": "https://a.example/x?id=abcd-1234&token=tk-12345678"}',
            '{"url": "https://a.example/x?id=abcd-1234&token=***"}',
        ),
        (
            r'{"url": "/x?a=1\u0026X-Amz-Signature=0123456789ab"}',
            r'{"url": "/x?a=1\u0026X-Amz-Signature=***"}',
        ),
    ],
)
def test_lists_and_urls_tell_secrets_too(text: str, shown: str) -> None:
    """The texts of a list whose name says so, the telling field of its rows, and parameters of URLs."""
    assert ToldSecrets().conceal(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"tokens": ["Hello", " international", "naturally"]}',
        '{"tokens": {"prompt": "1234567890", "completion": "1234567891"}}',
        '{"keys": ["key-2026-11-01", "0b8e3d5a-52cd-4b6a-9d0a-1f5c8a3e7b21"]}',
        '{"next": "/calls?page_token=abcd-1234&limit=10"}',
        '{"secret": [{"unfinished": "abcd-1234"',
    ],
)
def test_lists_of_other_things_are_shown(text: str) -> None:
    """The tokens of a model, counts of them, names of keys, and places in lists."""
    assert ToldSecrets().conceal(text) == text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Set-Cookie", "sid=s3ss-0001; Path=/; HttpOnly", "sid=***; Path=/; HttpOnly"),
        ("Set-Cookie", "a=b", "a=***"),
        (
            "Location",
            "https://a.example/cb?code=c0de-12345&state=on",
            "https://a.example/cb?code=***&state=on",
        ),
        ("Location", "/v1/meters/meter-0001", "/v1/meters/meter-0001"),
        ("X-Auth-Token", "tk-12345678", "***"),
        ("X-Next-Page-Token", "tk-12345678", "tk-12345678"),
    ],
)
def test_headers_tell_secrets_too(name: str, value: str, shown: str) -> None:
    """What a cookie holds, what opens the place that a redirect leads to, and what says so by its name."""
    assert ToldSecrets().conceal_header(name, value) == shown


def test_what_a_header_has_told_is_hidden_elsewhere() -> None:
    """A reply's cookie may come back in a body, or in a later request."""
    told = ToldSecrets()
    told.learn(b"", [("set-cookie", "sid=s3ss%2B0001; Path=/"), ("location", "/cb?code=c0de-12345")])
    assert (
        conceal('{"session": "s3ss+0001", "of": "c0de-12345"}', told.secrets)
        == '{"session": "***", "of": "***"}'
    )


def test_however_many_are_told_all_are_hidden() -> None:
    """The thousandth key is hidden like the first: in a URL, behind a word, in JSON."""
    told = ToldSecrets()
    for number in range(1_000):
        told.learn(b'{"api_key": "sk/live+%d-abcdef"}' % number)
    for number in (0, 999):
        text = f'Bearer sk/live+{number}-abcdef, ?k=sk%2Flive%2B{number}-abcdef, "sk\\/live+{number}-abcdef"'
        assert conceal(text, told.secrets) == 'Bearer ***, ?k=***, "***"'
