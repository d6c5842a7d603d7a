"""A check asks for what a deployment sends by itself: it never says how the mock is to answer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.checker.har import log_of

NAMES = {"prefer", "x-metermock"}
TEXT = {"type": "string", "minLength": 1}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Orchard", "version": "1"},
    "paths": {
        "/{tree}": {
            "get": {
                "operationId": "getTree",
                "parameters": [
                    {"name": "tree", "in": "path", "required": True, "schema": TEXT},
                    {"name": "note", "in": "query", "schema": {"type": "string"}},
                    {"name": "X-Season", "in": "header", "schema": {"enum": ["spring", "fall"]}},
                ],
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {"application/json": {"schema": {"type": "object", "required": ["tree"]}}},
                    },
                    "400": {
                        "description": "No.",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                },
            }
        }
    },
}


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The requests and replies of a whole check of a document's own mock."""
    folder = tmp_path_factory.mktemp("orchard")
    document, har = folder / "orchard.json", folder / "check.har"
    document.write_text(json.dumps(DOCUMENT), "utf-8")
    words = [sys.executable, "-m", "metermock", "check", str(document), "--har", str(har), "--quiet"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[dict[str, Any]] = log_of(har)["entries"]
    return found


def test_a_check_sends_no_preferences(entries: list[dict[str, Any]]) -> None:
    """No request has `Prefer`, `X-Metermock` or preferences in its path, random ones included."""
    sent = [entry["request"] for entry in entries]
    agents = {
        header["value"] for one in sent for header in one["headers"] if header["name"].lower() == "user-agent"
    }

    assert {header["name"].lower() for one in sent for header in one["headers"]} & NAMES == set()
    assert [one["url"] for one in sent if "=" in urlsplit(one["url"]).path.partition("/~")[2]] == []
    assert any("schemathesis" in agent for agent in agents)


def test_what_a_check_gets_was_not_preferred(entries: list[dict[str, Any]]) -> None:
    """No reply says that a preference was applied."""
    names = {header["name"].lower() for entry in entries for header in entry["response"]["headers"]}

    assert "preference-applied" not in names
    assert "etag" in names
