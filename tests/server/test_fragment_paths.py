"""Paths that differ only behind `#`, which no client sends: what else a request has tells them apart."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.contract import Contract, load_contract
from metermock.in_process import asgi_app


def of_one(value: str) -> dict[str, Any]:
    """What a schema says of its only value; nothing where it is empty."""
    return {"enum": [value]} if value else {}


def operation(id_: str, *parameters: tuple[str, str, str]) -> dict[str, Any]:
    """An operation whose reply says which it is, with required parameters of one value, or any."""
    schema = {"type": "object", "required": ["by"], "properties": {"by": {"const": id_}}}
    listed = [
        {"in": place, "name": name, "required": True, "schema": {"type": "string", **of_one(value)}}
        for place, name, value in parameters
    ]
    reply = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "operationId": id_,
        "parameters": listed,
        "responses": {"200": reply, "400": {"description": "bad"}},
    }


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Operations that a header tells, one that a query tells, and two that nothing tells."""
    paths = {
        "/#Meters.List": {"post": operation("list", ("header", "X-Target", "Meters.List"))},
        "/#Meters.Get": {"post": operation("get", ("header", "X-Target", "Meters.Get"))},
        "/usage": {"get": operation("usage")},
        "/usage#of=key": {"get": operation("ofKey", ("query", "of", "key"))},
        "/items": {"get": operation("items")},
        "/items#folders": {"get": operation("folders")},
        "/plans#current": {"get": operation("plan")},
        "/parts#upload": {"get": operation("upload", ("query", "upload", ""))},
        "/parts": {"get": operation("part")},
        "/parts#upload&number": {
            "get": operation("number", ("query", "upload", ""), ("header", "Number", ""))
        },
        "/parts#tags": {"get": operation("tags", ("query", "tags", "all"), ("query", "of", ""))},
    }
    found = tmp_path_factory.mktemp("fragments") / "fragments.json"
    found.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    return found


@pytest.fixture(scope="module")
def contract(file: Path) -> Contract:
    """The document, read."""
    return load_contract(file)


@pytest.mark.parametrize(
    ("method", "url", "target", "answered"),
    [
        ("POST", "/", "Meters.List", "list"),
        ("POST", "/", "Meters.Get", "get"),
        ("POST", "/", "Meters.Drop", 400),
        ("POST", "/", "", 400),
        ("GET", "/usage", "", "usage"),
        ("GET", "/usage?of=key", "", "ofKey"),
        ("GET", "/usage?of=model", "", "usage"),
        ("GET", "/items", "", "items"),
        ("GET", "/plans", "", "plan"),
        ("DELETE", "/plans", "", 405),
        ("GET", "/parts", "", "part"),
        ("GET", "/parts?upload=7", "", "upload"),
        ("GET", "/parts?upload=7&page=2", "", "upload"),
        ("GET", "/parts?upload=7", "Number: 3", "number"),
        ("GET", "/parts", "Number: 3", "part"),
        ("GET", "/parts?tags=all&of=you", "", "tags"),
        ("GET", "/parts?tags=all", "", 400),
        ("GET", "/parts?tags=none&of=you", "", "part"),
        ("GET", "/nowhere", "", 404),
    ],
)
def test_what_else_is_sent_tells_the_operation(
    file: Path, method: str, url: str, target: str, answered: str | int
) -> None:
    """A header or a parameter that each request has with one value; without it the request is refused."""
    transport = httpx.ASGITransport(asgi_app(str(file)))

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            name, _, value = target.rpartition(": ")
            others = [{"X-Target": "Meters.List"}, {name or "X-Target": value} if target else {}]
            return [await client.request(method, url, headers=each) for each in others * 2]

    for reply in asyncio.run(ask())[1::2]:
        found = reply.json()["by"] if reply.status_code == 200 else reply.status_code
        assert found == answered


def test_what_nothing_tells_is_left_out_with_the_reason(contract: Contract) -> None:
    """The first of them has the requests."""
    (left,) = contract.left_out
    assert (left.id, left.title) == ("folders", "GET /items#folders")
    assert "takes the same requests as GET /items: what stands behind # is never sent" in str(left.problem)


def test_nothing_behind_the_sign_is_a_part_of_a_path(contract: Contract) -> None:
    """Neither of what is sent nor of what is known."""
    assert contract.operation("ofKey").path == "/usage"
    assert contract.matches("/plans")
    assert contract.methods("/plans") == {"GET"}


def test_a_parameter_that_is_sent_as_json_tells_no_operation(tmp_path: Path) -> None:
    """`of="key"` is sent with its quotes, so that nothing would ever be found under `key`."""
    of = {"in": "query", "name": "of", "required": True}
    json_of = {**of, "content": {"application/json": {"schema": {"type": "string", "const": "key"}}}}
    paths = {"/usage#of=key": {"get": {**operation("ofKey"), "parameters": [json_of]}}}
    found = tmp_path / "json.json"
    found.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    assert not load_contract(found).operation("ofKey").marks


@pytest.mark.parametrize(
    ("behind", "known"), [(("#x", "#y"), ["id"]), (("", "#y"), ["id"]), (("", ""), ["id", "key"])]
)
def test_parameters_of_other_names_make_no_other_path(
    tmp_path: Path, behind: tuple[str, str], known: list[str]
) -> None:
    """`/a/{id}#x` and `/a/{key}#y` are one path; that two are alike without `#` is a note of its own."""
    paths = {}
    for name, part in zip(("id", "key"), behind, strict=True):
        get = operation(name)
        get["parameters"] = [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}}]
        paths[f"/a/{{{name}}}{part}"] = {"get": get}
    file = tmp_path / "alike.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    found = load_contract(file)
    assert [each.id for each in found.operations] == known
    assert all("takes the same requests as GET /a/{id}" in str(each.problem) for each in found.left_out)
