"""Suggested rules are held against examples and against what the mock replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import load_contract
from metermock.init.command import Options, init
from metermock.init.overlay_text import json_path
from metermock.init.trial import unkept
from metermock.project import Project

COUNT = {"type": "integer", "minimum": 0}
QUOTA: dict[str, Any] = {
    "type": "object",
    "required": ["used", "remaining", "limit", "id"],
    "properties": {"used": COUNT, "remaining": COUNT, "limit": COUNT, "id": {"type": "string"}},
}


def written(folder: Path, example: Any = None, schema: Any = None) -> Path:
    """A document whose reply has a quota, with an example if one is given."""
    content: dict[str, Any] = {"schema": schema or QUOTA}
    if example is not None:
        content["examples"] = {"shown": {"value": example}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    responses = {"200": {"description": "ok", "content": {"application/json": content}}}
    operation = {"operationId": "getKey", "parameters": [parameter], "responses": responses}
    info = {"title": "T", "version": "1"}
    path = folder / "keys.json"
    path.write_text(
        json.dumps({"openapi": "3.0.3", "info": info, "paths": {"/keys/{id}": {"get": operation}}})
    )
    return path


def made(document: Path, folder: Path, *, handlers: tuple[str, ...] = ()) -> list[str]:
    """The messages of the rules in a new project for a document."""
    init(Options(str(document), output=str(folder), handlers=handlers))
    (operation,) = Project(folder).load_contract("keys").operations
    return [rule.message for rule in operation.rules]


QUOTA_RULE = "used and remaining make limit, and nothing is left above it"
ID_RULE = "id is the id that was asked for"


def test_what_an_example_contradicts_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told with the name of the example and its values; what the example shows is kept."""
    document = written(tmp_path, {"used": 3, "remaining": 3, "limit": 9, "id": "key_1"})
    assert QUOTA_RULE not in made(document, tmp_path / "new")
    told = capsys.readouterr().out
    assert "dropped, since the document's example 'shown' breaks it:" in told
    assert f"getKey: {QUOTA_RULE}" in told
    assert "3 == 6 is false" in told


def test_what_is_dropped_is_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` has the files, the rules, and for each dropped one the reason and what the example has."""
    document = str(written(tmp_path, {"used": 3, "remaining": 3, "limit": 9, "id": "key_1"}))
    folder = str(tmp_path / "new")
    init(Options(document, output=folder, as_json=True))
    told = json.loads(capsys.readouterr().out)
    (dropped,) = told["dropped"]
    assert told["folder"] == folder
    assert "openapi/keys.overlay.yaml" in told["files"]
    assert [rule["message"] for rule in told["rules"]] == [ID_RULE]
    assert (dropped["operation"], dropped["message"]) == ("getKey", QUOTA_RULE)
    assert "3 == 6 is false" in dropped["received"]


def test_what_the_mock_does_not_keep_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bounds that contradict the names leave it no value; other rules stay."""
    assert made(written(tmp_path), tmp_path / "sound") == [QUOTA_RULE, ID_RULE]
    assert "dropped" not in capsys.readouterr().out
    bounds = {"used": {**COUNT, "maximum": 10}, "remaining": {**COUNT, "maximum": 5}}
    limit = {"type": "integer", "minimum": 100}
    fields = {**QUOTA["properties"], **bounds, "limit": limit}
    document = written(tmp_path, schema={**QUOTA, "properties": fields})
    assert made(document, tmp_path / "odd") == [ID_RULE]
    told = capsys.readouterr()
    assert "dropped, since replies that the mock makes do not keep it:" in told.out
    assert told.err == ""


def test_a_rule_that_replies_keep_only_after_repair_is_not_kept(tmp_path: Path) -> None:
    """Replies are made from the document without the rule, which the mock makes true whatever it says."""
    document = written(tmp_path)
    init(Options(str(document), output=str(tmp_path / "new")))
    rule = {"id": "wrong", "level": "should", "message": "wrong", "rule": "body.used == body.limit + 7"}
    action = {"target": "$.paths['/keys/{id}'].get", "update": {"x-rules": [rule]}}
    overlay = {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": [action]}
    (tmp_path / "new" / "openapi" / "keys.overlay.yaml").write_text(json.dumps(overlay))
    broken = unkept(Project(tmp_path / "new").load("keys"), load_contract(document))
    assert list(broken["getKey"]) == ["wrong"]


def test_rules_are_tried_where_a_text_may_be_no_cursor(tmp_path: Path) -> None:
    """A list whose unknown cursors are refused gets its rules all the same."""
    feed = Path(__file__).parents[1] / "server" / "generation" / "feed.yaml"
    init(Options(str(feed), output=str(tmp_path / "new")))
    events = next(
        each for each in Project(tmp_path / "new").load_contract("feed").operations if each.id == "listEvents"
    )
    assert "nothing is listed twice" in [rule.message for rule in events.rules]


def test_the_target_of_a_rule_is_one_place() -> None:
    """Names that are no words of JSONPath stand in quotes."""
    assert json_path(("paths", "/a/{b}", "get", "x", 0)) == "$.paths['/a/{b}'].get.x[0]"
    assert json_path(("it's", "a\\b", "tab\there")) == r"$['it\'s']['a\\b']['tab\u0009here']"
