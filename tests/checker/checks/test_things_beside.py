"""Ids of things that stand in one region are asked for there, and in no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.engine.test_right_refusals import broken, described, replies
from tests.checker.small import Asked, check, small

DEVICES = {"eu": ["dv_a1", "dv_b2"], "us": ["dv_c3"], "ap": []}
LISTED = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def document(where: str, *codes: str, required: bool = True) -> Any:
    """A list and its things, with a region in a header, the query or the path."""
    region: dict[str, Any] = {"name": "X-Region" if where == "header" else "region", "in": where}
    region |= {"required": required, "schema": {"enum": ["eu", "us", "ap"], "default": "eu"}}
    path = "/{region}/devices" if where == "path" else "/devices"
    many = {"operationId": "list", "parameters": [region], "responses": replies("200", schema=LISTED)}
    one = {"operationId": "one", "parameters": [ID, region], "responses": replies("200", *codes)}
    return {**described({path: {"get": many}, path + "/{id}": {"get": one}}), "security": []}


def region_of(asked: Asked) -> str:
    """The region that a request says, or the usual one."""
    if "/devices" in asked.path and not asked.path.startswith("/devices"):
        return asked.path.split("/")[1]
    return asked.query.get("region", [asked.headers.get("x-region", "eu")])[0]


def answer(asked: Asked) -> tuple[int, Any]:
    """The devices of a region, or one of them."""
    known = DEVICES.get(region_of(asked), [])
    name = asked.path.rpartition("/devices")[2].strip("/")
    if not name:
        return 200, [{"id": each} for each in known]
    return (200, {}) if name in known else (404, {})


@pytest.mark.parametrize("where", ["header", "query", "path"])
@pytest.mark.parametrize("codes", [("404",), ()])
def test_an_id_is_sent_with_the_region_where_it_was_listed(
    tmp_path: Path, where: str, codes: tuple[str, ...]
) -> None:
    """The list is asked for each region; where it shows nothing, nothing good is known."""
    with small(answer) as served:
        _, report = check(tmp_path, document(where, *codes), served.url, "--rule", "valid-request")
    assert broken(report) == []
    single = [each for each in served.asked if "dv_" in each.path]
    assert {(region_of(each), each.path.rpartition("/")[2]) for each in single} >= {
        ("eu", "dv_a1"),
        ("us", "dv_c3"),
    }
    wrong = [each for each in single if region_of(each) == "us" and not each.path.endswith("dv_c3")]
    assert not wrong
    assert "one.id" not in {f"{each['operation']}.{each['parameter']}" for each in report.get("unvaried", ())}


def test_an_id_keeps_the_region_of_its_list(tmp_path: Path) -> None:
    """Where the list answers for a configured region only, its things are asked for there too."""
    served_for = "ap"

    def in_one(asked: Asked) -> tuple[int, Any]:
        if region_of(asked) != served_for:
            return 400, {}
        return (200, [{"id": "dv_z9"}]) if asked.path == "/devices" else (200, {})

    words = ("--rule", "valid-request", "--param", f"list.X-Region={served_for}")
    with small(in_one) as served:
        check(tmp_path, document("header", "400"), served.url, *words)
    assert any(each.path == "/devices/dv_z9" and region_of(each) == served_for for each in served.asked)
