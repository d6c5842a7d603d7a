"""The lines that are there to be pasted are answered."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from metermock.project import open_project
from tests.conftest import Server
from tests.server.wired import FILTER, SCHEMES, TEXT, parameter, project


def pasted(server: Server, *what: str) -> dict[str, int]:
    """The status that each line of `metermock accounts` gets when it is run; refused ones are left out."""
    command = [sys.executable, "-m", "metermock", "accounts", *what, "--url", server.url, "--json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    found = {}
    for account in listed:
        if account["refused"] is None:
            curl, *words = shlex.split(account["curl"])
            path = shutil.which(curl)
            assert path is not None
            options = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--noproxy", "*"]
            done = subprocess.run([path, *options, *words], capture_output=True, check=True, timeout=60)
            found[f"{account['contract']} {account['account']}"] = int(done.stdout)
    return found


def test_every_line_of_the_five_contracts_is_answered(mock: Server) -> None:
    """By 200, as pasted."""
    found = pasted(mock)
    assert {name.split()[0] for name in found} == set(open_project().contracts)
    assert set(found.values()) == {200}, found


def test_every_line_of_a_project_is_answered(tmp_path: Path, launch: Callable[..., Server]) -> None:
    """With parameters of every place, a body, brackets, cookies, several credentials at once."""
    body = {
        "type": "object",
        "required": ["note"],
        "properties": {"note": {"type": "string", "example": "it's"}},
    }
    days = {"type": "string", "format": "date"}
    operations: dict[str, dict[str, Any]] = {
        "GET /things/{id}": {
            "security": [{"token": []}],
            "parameters": [
                parameter("id", "path", TEXT, example="a/b c"),
                parameter("day", "query", days, required=True),
            ],
        },
        "POST /notes": {
            "security": [{"basic": []}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        },
        "GET /found": {
            "security": [{"session": []}],
            "parameters": [
                parameter("filter", "query", FILTER, required=True, style="deepObject"),
                parameter("n", "query", {"type": "array", "items": TEXT, "minItems": 1}, required=True),
                parameter("zone", "cookie", {"enum": ["utc"]}, required=True),
                parameter("X-Unit", "header", {"enum": ["day", "hour"]}, required=True),
            ],
        },
        "GET /both": {"security": [{"key": [], "query": []}]},
        "GET /digest": {"security": [{"digest": []}, {"hoba": []}]},
    }
    folder = project(tmp_path, operations, SCHEMES)
    found = pasted(launch(folder), folder)
    assert len(found) == 2 * len(SCHEMES)
    assert set(found.values()) == {200}, found
