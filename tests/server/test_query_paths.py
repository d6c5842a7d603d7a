"""Paths that have a query, against the specification: `/usage?beta=true` is asked with that query."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.checker.deployment.request import Request
from metermock.contract import load_contract
from metermock.in_process import asgi_app


def operation(id_: str, *parameters: str) -> dict[str, Any]:
    """An operation whose reply says which it is."""
    schema = {"type": "object", "required": ["by"], "properties": {"by": {"const": id_}}}
    listed = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in parameters]
    reply = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    bad = {"description": "bad"}
    return {"get": {"operationId": id_, "parameters": listed, "responses": {"200": reply, "400": bad}}}


def in_path(name: str, schema: Any) -> dict[str, Any]:
    """A parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def document(folder: Path) -> Path:
    """Two operations of one path, and one of a path that has a query always."""
    item = operation("getKey")
    item["parameters"] = [in_path("id", {"type": "string"})]
    city, place = operation("getOfCity"), operation("getOfPlace")
    city["parameters"] = [in_path("city", {"type": "string"})]
    place["parameters"] = [in_path("latitude", {"type": "number"}), in_path("lon", {"type": "number"})]
    paths = {
        "/weather?city={city}": city,
        "/weather?lat={latitude}&lon={lon}": place,
        "/usage": operation("getUsage"),
        "/usage?beta=true": operation("getBetaUsage", "limit"),
        "/keys/{id}?beta=true": item,
    }
    file = folder / "beta.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    return file


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> httpx.ASGITransport:
    """A mock of the document that refuses unknown parameters."""
    return httpx.ASGITransport(asgi_app(str(document(tmp_path_factory.mktemp("beta"))), strict=True))


@pytest.mark.parametrize(
    ("url", "answered"),
    [
        ("/usage", "getUsage"),
        ("/usage?beta=true", "getBetaUsage"),
        ("/usage?limit=3&beta=true", "getBetaUsage"),
        ("/keys/k1?beta=true", "getKey"),
        ("/usage?beta=false", 400),
        ("/usage?beta=true&limit=x", 400),
        ("/keys/k1", 404),
        ("/weather?city=Oslo", "getOfCity"),
        ("/weather?lon=10.7&lat=59.9", "getOfPlace"),
        ("/weather?lat=north&lon=10.7", 400),
        ("/weather?city=Oslo&days=2", 400),
        ("/weather?lat=59.9", 404),
        ("/weather", 404),
    ],
)
def test_the_operation_whose_query_is_sent_answers(
    mock: httpx.ASGITransport, url: str, answered: str | int
) -> None:
    """With `--strict` too, which refuses unknown parameters; without its query such a path is none."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=mock, base_url="http://mock") as client:
            return await client.get(url)

    reply = asyncio.run(ask())
    assert (reply.json()["by"] if reply.status_code == 200 else reply.status_code) == answered


def test_the_same_headers_with_another_query_are_another_operation(mock: httpx.ASGITransport) -> None:
    """What is known of path and headers after several requests does not say which operation is meant."""

    async def ask() -> list[str]:
        async with httpx.AsyncClient(transport=mock, base_url="http://mock") as client:
            urls = [f"/usage{query}" for n in range(4) for query in ("", f"?beta=true&limit={n}")]
            return [(await client.get(url)).json()["by"] for url in urls]

    assert asyncio.run(ask()) == ["getUsage", "getBetaUsage"] * 4


def test_allow_names_the_methods_of_a_path_with_any_query(tmp_path: Path) -> None:
    """A method that is there with a query alone is told too, whichever operation is listed first."""
    file = tmp_path / "methods.json"
    paths = {"/usage": operation("getUsage"), "/usage?beta=true": {"post": operation("setUsage")["get"]}}
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    transport = httpx.ASGITransport(asgi_app(str(file)))

    async def ask(method: str, url: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.request(method, url)

    refused, listed = (
        asyncio.run(ask(*each)) for each in (("DELETE", "/usage?beta=true"), ("OPTIONS", "/usage"))
    )
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert listed.headers["allow"] == "GET, HEAD, POST"


def test_a_request_has_one_query(tmp_path: Path) -> None:
    """What a check sends stands behind the query of the path, and texts of the path are read without it."""
    contract = load_contract(document(tmp_path))
    url = "http://mock" + contract.operation("getBetaUsage").path
    sent = Request(operation="getBetaUsage", method="GET", url=url, query=(("limit", "3"),))
    assert sent.full_url == "http://mock/usage?beta=true&limit=3"
    assert contract.operation("getKey").path_values("/keys/k1") == {"id": "k1"}
