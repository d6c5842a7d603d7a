"""What is said at start of the rules that made replies do not keep."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.project import Project, Service
from metermock.server.generation.trial import tell
from tests.conftest import Server

RULES = ["body.days == request.days", "body.left >= 0", "body.left < 0"]


def document(folder: Path, rules: list[str]) -> Path:
    """A document of one operation with rules."""
    fields: dict[str, Any] = {"days": {"type": "integer"}, "left": {"type": "integer", "minimum": 0}}
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    operation = {
        "operationId": "getLeft",
        "parameters": [{"name": "days", "in": "query", "schema": {"enum": [1, 7, 30], "default": 7}}],
        "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}},
        "x-rules": [
            {"id": f"R-{number}", "level": "must", "message": "it holds", "rule": text}
            for number, text in enumerate(rules)
        ],
    }
    path = folder / "left.json"
    info = {"title": "Left", "version": "1"}
    path.write_text(json.dumps({"openapi": "3.1.0", "info": info, "paths": {"/left": {"get": operation}}}))
    return path


def service_of(folder: Path, rules: list[str]) -> Service:
    """The document as a service."""
    return Project(folder, {"left": document(folder, rules)}).load("left")


def test_rules_that_cannot_be_kept_are_told_at_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line for a contract names each rule that a made reply broke, with its operations."""
    with caplog.at_level(logging.WARNING, "metermock"):
        tell([service_of(tmp_path, RULES)], None, dynamic=False)

    (line,) = caplog.messages
    assert "left: made replies do not keep 1 of its 3 rules for every request: R-2 (getLeft)." in line


def test_nothing_is_told_where_all_rules_are_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A document whose rules are kept by repair starts without a word."""
    with caplog.at_level(logging.WARNING, "metermock"):
        tell([service_of(tmp_path, RULES[:2])], None, dynamic=False)

    assert caplog.messages == []


def test_a_trial_counts_no_reply(tmp_path: Path) -> None:
    """What was tried at start is nothing that a client got."""
    service = service_of(tmp_path, RULES)
    tell([service], None, dynamic=False)

    assert service.handlers.unkept == {}
    assert service.handlers.told == {("getLeft", "R-2")}


def test_replies_that_break_a_rule_are_counted(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """The reply is sent, and `/health` says how many broke which rule; other contracts are not named."""
    with serve(str(document(tmp_path, RULES))).client() as client:
        before = client.get("/health").json()
        reply = client.get("/left/left?days=30")
        after = client.get("/health").json()

    assert (reply.status_code, reply.json()["days"]) == (200, 30)
    assert "replies_that_break_a_rule" not in before
    assert after["replies_that_break_a_rule"] == {"left": {"R-2": 1}}


def test_a_server_tells_it_in_its_log(tmp_path: Path, launch: Callable[..., Server]) -> None:
    """The line of the trial is written soon after the server has begun to answer."""
    server = launch(str(document(tmp_path, RULES)))
    for _ in range(200):
        if "R-2" in "".join(server.log):
            break
        time.sleep(0.05)

    assert "made replies do not keep 1 of its 3 rules" in "".join(server.log)


@pytest.mark.parametrize("pattern", ["^key_[a-z]{6}$", "^(?!)$"])
def test_no_rule_is_called_broken_for_a_request_that_nobody_can_send(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, pattern: str
) -> None:
    """A needed parameter without an example gets a good value; where none is found, nothing is tried."""
    path = document(tmp_path, ["body.left >= 0", "body.key == request.key"])
    whole = json.loads(path.read_text())
    operation = whole["paths"].pop("/left")["get"]
    whole["paths"]["/left/{key}"] = {"get": operation}
    needed = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
    operation["parameters"].append(needed)
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    schema["properties"]["key"] = {"type": "string"}
    schema["required"].append("key")
    path.write_text(json.dumps(whole))
    with caplog.at_level(logging.WARNING, "metermock"):
        tell([Project(tmp_path, {"left": path}).load("left")], None, dynamic=False)
    assert not caplog.records
