"""Recordings as browsers, proxies and clients write them: each tool has a form of its own."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.cli import main
from metermock.learn.recordings import entries_of, recorded
from tests.learn import api

Entry = dict[str, Any]
CANARY = "secret-account"
"""How every key of the recordings begins."""
PREFLIGHT: Entry = {
    "startedDateTime": "2026-11-11T09:59:59.900Z",
    "request": {"method": "OPTIONS", "url": "https://parcels.example/api/usage?period=all", "headers": []},
    "response": {"status": 204, "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}},
}
REDIRECT: Entry = {
    "startedDateTime": "2026-11-11T09:59:59.900Z",
    "request": {"method": "GET", "url": "http://parcels.example/api/usage", "headers": []},
    "response": {
        "status": 301,
        "headers": [{"name": "Location", "value": "https://parcels.example/api/usage"}],
        "redirectURL": "https://parcels.example/api/usage",
        "content": {"size": -1, "mimeType": "text/html", "text": "<h1>Moved</h1>"},
    },
}


def chrome(entry: Entry, _: Path) -> None:
    """Chrome tells of HTTP/2 and of who asked, and leaves out what is secret unless told otherwise."""
    entry |= {
        "_initiator": {"type": "script"},
        "_priority": "High",
        "_resourceType": "fetch",
        "pageref": "page_1",
    }
    entry["request"]["httpVersion"] = "http/2.0"
    entry["request"]["headers"] = [
        {"name": ":authority", "value": "parcels.example"},
        {"name": ":method", "value": "GET"},
        {"name": ":path", "value": "/api/usage"},
        {"name": ":scheme", "value": "https"},
    ]
    entry["request"]["bodySize"] = 0
    entry["response"]["content"]["size"] = 4321
    entry["response"] |= {"_transferSize": 812, "bodySize": -1, "headersSize": -1, "_error": None}


def firefox(entry: Entry, _: Path) -> None:
    """Firefox has an offset in its times, and sizes that it does not know."""
    entry["startedDateTime"] = entry["startedDateTime"].replace("T10:00:00Z", "T11:00:00.123+01:00")
    entry["request"] |= {"httpVersion": "HTTP/2", "headersSize": 544, "cookies": [], "queryString": []}
    entry["response"] |= {"bodySize": -1, "comment": "", "httpVersion": "HTTP/2"}
    entry |= {"serverIPAddress": "203.0.113.9", "connection": "443", "_securityState": "secure"}


def mitmproxy(entry: Entry, _: Path) -> None:
    """Mitmproxy keeps some bodies as they were sent."""
    body = entry["response"]["content"]["text"].encode()
    entry["response"]["content"] |= {
        "text": base64.b64encode(gzip.compress(body)).decode(),
        "encoding": "base64",
        "compression": 71,
    }
    entry["timings"] = {"connect": -1, "ssl": -1, "send": 0, "receive": -1, "wait": 3}


def charles(entry: Entry, _: Path) -> None:
    """Charles writes comments and no end of digits."""
    entry["startedDateTime"] = entry["startedDateTime"].replace("Z", ".1234567Z")
    body = entry["response"]["content"]["text"].encode()
    packed = base64.b64encode(zlib.compress(body)).decode()
    entry["response"]["content"] |= {"text": packed, "encoding": "base64", "size": -1}
    entry |= {"comment": "COMPLETE", "time": -1, "cache": {}}
    entry["request"]["url"] = entry["request"]["url"].replace("https://", "https://user:password@")


def insomnia(entry: Entry, _: Path) -> None:
    """Insomnia has what the request was built of, and a Date in the reply alone."""
    entry["response"]["headers"].append({"name": "date", "value": "Wed, 11 Nov 2026 10:00:00 GMT"})
    entry["comment"] = "Usage of this month"
    del entry["startedDateTime"]
    entry["request"]["postData"] = {"mimeType": "", "text": ""}
    entry["response"]["content"].pop("mimeType")


def playwright(entry: Entry, folder: Path) -> None:
    """Playwright puts each body into a file beside the recording."""
    content = entry["response"]["content"]
    name = f"{zlib.crc32(content['text'].encode()):08x}.json"
    (folder / name).write_text(content.pop("text"), "utf-8")
    content |= {"_file": name, "size": -1}
    entry |= {"_frameref": "frame@1", "_monotonicTime": 17.2, "time": -1, "timings": {"send": -1}}


def fiddler(entry: Entry, _: Path) -> None:
    """Fiddler writes seven decimals of a second and an offset, and may keep the mark before a text."""
    entry["startedDateTime"] = entry["startedDateTime"].replace("Z", ".1234567+00:00")
    entry["response"]["content"]["text"] = "\ufeff" + entry["response"]["content"]["text"]
    entry |= {"connection": "ClientPort:58421;EgressPort:58422", "comment": "[#12]"}


TOOLS = (chrome, firefox, mitmproxy, charles, insomnia, playwright, fiddler)


def recording(folder: Path, tool: Callable[[Entry, Path], None]) -> Path:
    """A recording of the small API as a tool writes it, with all else that a session has."""
    document = copy.deepcopy(api.har())
    entries = document["log"]["entries"]
    for each in entries:
        tool(each, folder)
    cut = copy.deepcopy(entries[0])
    cut["response"]["content"] = {
        "mimeType": "application/json",
        "size": 9_000_000,
        "text": '{"period": "mon',
    }
    never = copy.deepcopy(entries[0])
    never["response"] = {"status": 0, "headers": [], "content": {"size": 0, "mimeType": ""}}
    entries += [PREFLIGHT, REDIRECT, cut, never, {"request": {"url": "{{ base }}/usage", "method": "GET"}}]
    document["log"] |= {
        "pages": [],
        "creator": {"name": tool.__name__, "version": "1"},
        "comment": "of today",
    }
    path = folder / f"{tool.__name__}.har"
    # Fiddler and others begin a file with a mark.
    path.write_text(json.dumps(document), "utf-8-sig" if tool is charles else "utf-8")
    return path


@pytest.mark.parametrize("tool", TOOLS)
def test_a_recording_of_another_tool_is_read(tmp_path: Path, tool: Callable[[Entry, Path], None]) -> None:
    """The good requests are all there, and what is none of them is counted, by the reason."""
    found, lines, _ = recorded(api.contract(tmp_path), [recording(tmp_path, tool)])

    assert len(found) == 30
    assert [each.exchange.body for each in found] == [each.exchange.body for each in api.witnesses()]
    assert lines == [
        "3 of 35 recorded requests are none of the contract's",
        "2 of 35 recorded requests have no reply with JSON that is whole",
    ]
    # Without a key nobody can tell who asked.
    assert len({each.account for each in found}) == (1 if tool is chrome else 5)


def test_nothing_secret_is_in_what_is_learned_from_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All recordings together: rules come out, and no key, no password of an address, and no crash."""
    api.contract(tmp_path)
    hars = [word for tool in TOOLS for word in ("--har", str(recording(tmp_path, tool)))]
    files = [tmp_path / "rules.yaml", tmp_path / "rules.html"]
    words = [*hars, "--contract", str(tmp_path / "parcels.openapi.yaml"), "-o", str(files[0])]

    status = main(["learn", *words, "--html", str(files[1])])

    told = [*capsys.readouterr(), *(each.read_text("utf-8") for each in files)]
    assert status == 0
    assert "body.ok + body.failed == body.used" in told[2]
    assert not any(CANARY in each or "password@" in each for each in told)


def test_a_body_is_read_from_beside_the_recording_only(tmp_path: Path) -> None:
    """A recording is somebody else's: a file elsewhere is none of its bodies."""
    (tmp_path / "elsewhere").mkdir()
    document = api.har()
    for each in document["log"]["entries"]:
        text = each["response"]["content"].pop("text")
        (tmp_path / "body.json").write_text(text, "utf-8")
        each["response"]["content"]["_file"] = "../body.json"
    path = tmp_path / "elsewhere" / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    found, lines, _ = recorded(api.contract(tmp_path), [path])

    assert found == []
    assert lines == ["30 of 30 recorded requests have no reply with JSON that is whole"]


@pytest.mark.parametrize(
    "time",
    ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "0999-12-31T00:00:00Z", "9999-12-31T23:00:00Z"],
)
def test_a_time_that_is_none_is_passed_over(tmp_path: Path, time: str) -> None:
    """Some tools write the first instant of the calendar, or its last: nothing lies around these."""
    document = api.har()
    document["log"]["entries"][0]["startedDateTime"] = time
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    found, lines, _ = recorded(api.contract(tmp_path), [path])

    assert len(found) == 29
    assert lines == ["1 of 30 recorded requests tell no time"]


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"]
)
def test_a_date_that_is_no_clock_gives_way_to_the_recordings_own_time(tmp_path: Path, date: str) -> None:
    """When the request was sent is what the reply is as of."""
    document = api.har()
    document["log"]["entries"][0]["response"]["headers"].append({"name": "Date", "value": date})
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    found, _, _ = recorded(api.contract(tmp_path), [path])

    assert [each.exchange.now for each in found] == [each.exchange.now for each in api.witnesses()]


def test_pictures_are_not_kept(tmp_path: Path) -> None:
    """Most of what a browser records can be no JSON: its texts are dropped as they are read."""
    document = api.har()
    picture = {
        "startedDateTime": "2026-11-19T10:00:00Z",
        "request": {"method": "GET", "url": "https://parcels.example/logo.png", "headers": []},
        "response": {
            "status": 200,
            "headers": [],
            "content": {"mimeType": "image/png", "encoding": "base64", "text": "A" * 1_000_000},
        },
    }
    document["log"]["entries"] += [picture] * 40
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    kept = json.dumps(entries_of(path))

    assert len(kept) < path.stat().st_size / 100
    assert len(recorded(api.contract(tmp_path), [path])[0]) == 30
