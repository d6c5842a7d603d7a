"""A document that is called as its paths begin: which of them is meant by `/things/things`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx

from metermock import serve_in_thread

THINGS = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "list",
                "responses": {
                    "200": {
                        "description": "all",
                        "content": {
                            "application/json": {"schema": {"type": "array", "items": {"type": "string"}}}
                        },
                    }
                },
            }
        },
        "/things/{name}": {
            "get": {
                "operationId": "one",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "one",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["name"],
                                    "properties": {"name": {"type": "string"}},
                                }
                            }
                        },
                    }
                },
            }
        },
    },
}


def test_its_own_mock_keeps_it(tmp_path: Path) -> None:
    """The check asks without the document's name: with it, the list would be the thing called things."""
    (tmp_path / "things.json").write_text(json.dumps(THINGS), "utf-8")
    command = [sys.executable, "-m", "metermock", "check", str(tmp_path / "things.json"), "--no-fuzz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_its_curl_lines_lead_to_the_operation(tmp_path: Path) -> None:
    """What the mock says of itself is where it answers, alone and beside another document."""
    (tmp_path / "things.json").write_text(json.dumps(THINGS), "utf-8")
    (tmp_path / "others.json").write_text(json.dumps(THINGS), "utf-8")
    for documents in (["things.json"], ["things.json", "others.json"]):
        with serve_in_thread(*(str(tmp_path / each) for each in documents)) as mock:
            (account,) = mock.accounts("things").values()
            assert isinstance(httpx.get(account["curl"].split()[-1]).json(), list), account["curl"]
            listed = httpx.get(f"{mock.url}/accounts.json").json()
            assert [each["curl"] for each in listed if each["contract"] == "things"] == [account["curl"]]
            shown = httpx.get(mock.url, headers={"Accept": "text/plain"}).text
            place = next(line for line in shown.splitlines() if line.startswith("things  ("))
            page = place.split("(")[1].partition(",")[0]
            assert httpx.get(mock.url + page).text.startswith(("{", "openapi")), page
