"""Values that are good each, and that a check has put together: a documented refusal of them is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

DEVICES = {"eu": ["dev-1a", "dev-2b"], "us": ["dev-7x"]}
REGION = {"name": "X-Region", "in": "header", "schema": {"enum": ["eu", "us"], "default": "eu"}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
DEVICE = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {
        "start": {"type": "string", "format": "date"},
        "end": {"type": "string", "format": "date"},
        "kind": {"enum": ["pdf", "csv"]},
    },
}


def of_regions(*documented: str) -> dict[str, Any]:
    """A document of devices, each in one region."""
    listed = operation(schema={"type": "array", "items": DEVICE}, parameters=[REGION])
    one = operation(schema=DEVICE, parameters=[ID, REGION])
    one["responses"] = {"200": one["responses"]["200"]} | {
        code: {"description": "no such device"} for code in documented
    }
    made: dict[str, Any] = document(paths={"/devices": {"get": listed}, "/devices/{id}": {"get": one}})
    return made


def in_its_region(asked: Asked) -> tuple[int, Any]:
    """A device in its region alone; the list shows those of all regions, and does not say which."""
    here = DEVICES.get(asked.headers.get("x-region", "eu"))
    if here is None:
        return 400, None
    if asked.path == "/devices":
        return 200, [{"id": each} for several in DEVICES.values() for each in several]
    name = asked.path.removeprefix("/devices/")
    return (200, {"id": name}) if name in here else (404, None)


@pytest.mark.parametrize(("documented", "found"), [("4XX", False), ("404", False), ("429", True)])
def test_a_thing_may_be_in_one_region_only(tmp_path: Path, documented: str, *, found: bool) -> None:
    """Its id with another region gets a 404, which is a breach only where no document has one."""
    with small(in_its_region) as served:
        code, report = check(tmp_path, of_regions(documented, "400"), served.url)
        assert any(each.headers.get("x-region") == "us" and each.path != "/devices" for each in served.asked)
    musts = [each for each in report["findings"] if each["level"] == "must" and "404" in each["received"]]
    assert (bool(musts), code) == (found, int(found))


def test_a_region_that_fails_is_found(tmp_path: Path) -> None:
    """Any other wrong status for a good region is a breach still."""

    def failing(asked: Asked) -> tuple[int, Any]:
        is_one = asked.path != "/devices"
        return (500, None) if is_one and asked.headers.get("x-region") == "us" else in_its_region(asked)

    with small(failing) as served:
        code, report = check(tmp_path, of_regions("4XX"), served.url)
    assert code == 1
    assert "status 500" in [each["received"] for each in report["findings"] if each["level"] == "must"]


@pytest.mark.parametrize(("documented", "found"), [("400", False), ("409", True)])
def test_a_made_body_may_be_refused_as_documented(tmp_path: Path, documented: str, *, found: bool) -> None:
    """Nobody shows a body: a kind that the deployment does not make is refused, and that is no breach."""

    def ordered(asked: Asked) -> tuple[int, Any]:
        try:
            body = json.loads(asked.body)
            is_good = body["start"] <= body["end"] and body.get("kind", "pdf") == "pdf"
        except (ValueError, KeyError, TypeError):
            return 400, None
        dated = is_good and all(len(body[each]) == len("2026-01-01") for each in ("start", "end"))
        return (202, {"id": "r1"}) if dated else (400, None)

    content = {"required": True, "content": {"application/json": {"schema": RANGE}}}
    asked_for = operation(status="202", schema=DEVICE, requestBody=content)
    asked_for["responses"][documented] = {"description": "not so"}
    made = document(paths={"/reports": {"post": asked_for}})
    with small(ordered) as served:
        _, report = check(tmp_path, made, served.url, "--unsafe-methods")
    refused = [each for each in report["findings"] if each["rule"] == "valid-request"]
    assert bool(refused) == found
