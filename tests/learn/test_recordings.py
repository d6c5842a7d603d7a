"""Witnesses from HAR files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.errors import UsageError
from metermock.learn.recordings import recorded
from tests.learn import api


def written(folder: Path, document: Any) -> Path:
    """A file with this JSON."""
    path = folder / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_requests_are_matched_to_operations(tmp_path: Path) -> None:
    """Parameters are read by the contract, and the request's time stands in for a Date."""
    found, lines, _ = recorded(api.contract(tmp_path), [written(tmp_path, api.har())])

    assert found[0].exchange.now == "2026-11-11T10:00:00Z"
    assert {each.exchange.parameters["period"] for each in found} == {"month", "all"}
    assert (len(found), lines) == (30, [])


def test_accounts_are_told_apart_without_their_keys(tmp_path: Path) -> None:
    """Who sent the same key is one account; its name tells nothing of the key."""
    found, _, _ = recorded(api.contract(tmp_path), [written(tmp_path, api.har())])

    assert {each.account for each in found} == {f"account {number}" for number in range(1, 6)}


def test_another_deployment_may_have_been_recorded(tmp_path: Path) -> None:
    """A base URL that the document does not name is found by the paths that were asked."""
    found, _, _ = recorded(
        api.contract(tmp_path), [written(tmp_path, api.har("http://127.0.0.1:1/x/parcels"))]
    )

    assert len(found) == 30


def test_foreign_hosts_are_passed_over(tmp_path: Path) -> None:
    """A page's other requests are none of the contract's, though one of them has the same path."""
    document = api.har()
    document["log"]["entries"] += api.har("https://tracker.example")["log"]["entries"][:3]

    found, lines, _ = recorded(api.contract(tmp_path), [written(tmp_path, document)])

    assert (len(found), lines) == (30, ["3 of 33 recorded requests are none of the contract's"])


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "text",
        {},
        {"request": None, "response": []},
        {"request": {"method": "GET", "url": "http://[::1"}, "response": {"status": 200}},
        {"request": {"method": "GET", "url": "data:text/plain,x"}, "response": {"status": 0}},
        {
            "request": {"method": "GET", "url": "https://parcels.example/api/usage", "headers": 3},
            "response": {"status": 200, "content": {"text": "{}", "encoding": "base64"}},
        },
        {
            "request": {"method": "GET", "url": "https://parcels.example/api/usage?period=never"},
            "response": {"status": 200, "content": {"text": "{}"}},
            "startedDateTime": "2026-11-11T10:00:00Z",
        },
        {
            "request": {"method": "GET", "url": "https://parcels.example/api/usage"},
            "response": {"status": 200, "content": {"text": '{"used": '}},
            "startedDateTime": "yesterday",
        },
    ],
)
def test_an_odd_entry_is_passed_over(tmp_path: Path, entry: Any) -> None:
    """What lacks a part, or has another in its place, is no witness and no error."""
    found, _, _ = recorded(api.contract(tmp_path), [written(tmp_path, {"log": {"entries": [entry]}})])

    assert found == []


@pytest.mark.parametrize("document", [[], {}, {"log": 1}, {"log": {"entries": {}}}])
def test_another_file_is_no_recording(tmp_path: Path, document: Any) -> None:
    """It is refused by name."""
    path = written(tmp_path, document)

    with pytest.raises(UsageError, match=r"traffic\.har: is no HAR"):
        recorded(api.contract(tmp_path), [path])
