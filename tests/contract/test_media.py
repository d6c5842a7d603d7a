"""Media types: the most exact documented one applies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange
from metermock.contract.media import by_media, matching
from tests.contract.reading.documents import document, read


@pytest.mark.parametrize(
    ("received", "documented", "fitting"),
    [
        ("application/json", ["application/json"], "application/json"),
        ("Application/JSON; charset=utf-8", ["application/json"], "application/json"),
        ("text/csv", ["Text/CSV; charset=utf-8"], "text/csv"),
        ("application/json;version=2", ["*/*", "application/json"], "application/json"),
        ("image/png", ["application/json", "image/*", "*/*"], "image/*"),
        ("image/png", ["application/json", "*/*"], "*/*"),
        ("application/problem+json", ["application/*", "application/*+json"], "application/*+json"),
        ("application/problem+json", ["application/json"], None),
        ("", ["*/*"], None),
        (
            "application/json; charset=utf-8; version=2",
            ["application/json; version=1", "application/json; version=2", "application/json"],
            "application/json; version=2",
        ),
        ("application/json", ["application/json; version=1", "application/json"], "application/json"),
        (
            'application/json; VERSION="1"; charset=UTF-8',
            ["application/json;charset=utf-8;version=1", "application/json;version=1"],
            "application/json; charset=utf-8; version=1",
        ),
        ("application/pdf", ["*"], "*/*"),
        ("application/pdf", ["*", "application/*"], "application/*"),
        ("application/json; version=3", ["application/json; version=1", "application/json; version=2"], None),
    ],
)
def test_the_most_exact_media_type_applies(received: str, documented: list[str], fitting: str | None) -> None:
    """Parameters that are documented must be there, others may; ranges come after names."""
    assert matching(received, by_media(dict.fromkeys(documented))) == fitting


def exchange(body: Any, **headers: str) -> Exchange:
    """A reply with a body and headers, `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange("getUsage", {}, {}, 200, named, body, "2026-03-08T12:00:00Z")


def test_two_versions_of_one_media_type_have_their_own_schemas(tmp_path: Path) -> None:
    """A parameter of the Content-Type tells them apart."""
    written = document()
    fields = {number: {"properties": {f"v{number}": {"type": "integer"}}} for number in (1, 2)}
    written["paths"]["/usage"]["get"]["responses"]["200"]["content"] = {
        f"application/json;version={number}": {"schema": schema} for number, schema in fields.items()
    }
    (operation,) = read(tmp_path, written).operations
    assert operation.judge(exchange({"v1": 5}, content_type="application/json; version=1")).breaches == []
    assert operation.judge(exchange({"v2": 5}, content_type="application/json; version=2")).breaches == []
    assert operation.judge(exchange({"v2": 5}, content_type="application/json; version=1")).breaches


@pytest.mark.parametrize("headers", [{}, {"content_type": "application/json"}])
def test_a_reply_to_head_has_no_body(tmp_path: Path, headers: dict[str, str]) -> None:
    """Its content is what GET would send: the headers are held to it, the body is empty."""
    written = document(schema={"type": "object", "required": ["a"]})
    item = written["paths"]["/usage"]
    item["head"] = item.pop("get")
    (operation,) = read(tmp_path, written).operations
    assert operation.judge(exchange(b"", **headers)).breaches == []
    assert operation.judge(exchange(b"", content_type="text/html")).breaches


def test_a_reply_to_get_has_the_documented_body(tmp_path: Path) -> None:
    """An empty one is no JSON."""
    (operation,) = read(tmp_path, document(schema={"type": "object"})).operations
    assert operation.judge(exchange(b"", content_type="application/json")).breaches
