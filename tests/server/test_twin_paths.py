"""Paths that differ in the names of their parameters alone: the values of a request tell them apart."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.in_process import asgi_app

UUID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
ANY = {"type": "string"}
ID = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}


def app(folder: Path, *twins: tuple[str, dict[str, Any]]) -> httpx.ASGITransport:
    """The mock of a document with `/files/{name}` for each name, whose replies say it."""
    paths = {f"/files/{{{name}}}": {"get": operation(name, schema)} for name, schema in twins}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    file = folder / "twins.json"
    file.write_text(json.dumps(document))
    return httpx.ASGITransport(asgi_app(str(file)))


def operation(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An operation with one parameter in its path."""
    by = {"type": "object", "required": ["by"], "properties": {"by": {"const": name}}}
    return {
        "operationId": name,
        "parameters": [{"in": "path", "name": name, "required": True, "schema": schema}],
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": by}}},
            "400": {"description": "bad"},
        },
    }


@pytest.mark.parametrize(
    ("twins", "answered"),
    [
        ([("id", ID), ("name", ANY)], {UUID: "id", "bill.pdf": "name"}),
        ([("name", ANY), ("id", ID)], {UUID: "id", "bill.pdf": "name"}),
        ([("id", ID), ("day", DAY)], {UUID: "id", "2026-03-01": "day", "bill.pdf": 400}),
        ([("id", ANY), ("name", ANY)], {UUID: "id", "bill.pdf": "id"}),
        ([("id", ID), ("key", ID)], {UUID: "id"}),
    ],
)
def test_the_one_that_accepts_the_value_answers(
    tmp_path: Path, twins: list[tuple[str, dict[str, Any]]], answered: dict[str, str | int]
) -> None:
    """The more particular of several, else the first; the same when it is asked again."""
    transport = app(tmp_path, *twins)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return [await client.get(f"/files/{value}") for value in [*answered, *answered]]

    replies = asyncio.run(ask())
    found = [each.json()["by"] if each.status_code == 200 else each.status_code for each in replies]
    assert found == [*answered.values()] * 2


@pytest.mark.parametrize(
    ("paths", "url", "answered"),
    [
        (["/files/{id}", "/files/{id}:parse"], "/files/a:parse", 1),
        (["/files/{id}", "/files/{id}:parse"], "/files/a:sign", 0),
        (["/files/{id}", "/files/{start}..{end}"], "/files/a..b", 1),
        (["/files/{id}:parse", "/files/all:parse"], "/files/all:parse", 1),
        (["/{kind}/{id}", "/{kind}/{id}.json"], "/files/a.json", 1),
        (["/{kind}/{id}.json", "/files/{id}"], "/files/a", 1),
        (["/files/{id}:{verb}", "/files/{id}:parse"], "/files/a:parse", 1),
        (["/files/{id}.json", "/files/{id}.schema.json"], "/files/a.schema.json", 1),
    ],
)
def test_a_text_beside_a_parameter_wins_over_the_parameter_alone(
    tmp_path: Path, paths: list[str], url: str, answered: int
) -> None:
    """Whatever their order in the document, as `:verb` stands behind the names of Google's resources."""
    for order in (paths, paths[::-1]):
        document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
        for path in order:
            by = operation(path, ANY)
            names = re.findall(r"\{(\w+)\}", path)
            by["parameters"] = [{**by["parameters"][0], "name": name} for name in names]
            document["paths"][path] = {"get": by}  # type: ignore[index]
        file = tmp_path / "texts.json"
        file.write_text(json.dumps(document))
        transport = httpx.ASGITransport(asgi_app(str(file)))

        async def ask(transport: httpx.ASGITransport = transport) -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
                return await client.get(url)

        assert asyncio.run(ask()).json()["by"] == paths[answered]


def test_the_methods_of_a_path_are_those_of_all_its_templates(tmp_path: Path) -> None:
    """What one of them does not have another one may."""
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    for method, path in (("get", "/files/{id}"), ("delete", "/files/{name}"), ("post", "/files/{id}:parse")):
        name = re.findall(r"\{(\w+)\}", path)[0]
        document["paths"][path] = {method: {**operation(name, ANY), "operationId": method}}  # type: ignore[index]
    file = tmp_path / "methods.json"
    file.write_text(json.dumps(document))
    transport = httpx.ASGITransport(asgi_app(str(file)))

    async def ask() -> list[str]:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            asked = [("OPTIONS", "/files/a"), ("PUT", "/files/a"), ("PUT", "/files/a:parse")]
            return [(await client.request(*each)).headers["allow"] for each in asked]

    one, refused, all_of_them = asyncio.run(ask())
    assert one == refused == "GET, HEAD, DELETE"
    assert all_of_them == "POST, GET, HEAD, DELETE"
