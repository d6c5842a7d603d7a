"""Recordings that say the same in another way: addresses, times, headers and bodies."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from metermock.learn.recordings import recorded
from tests.learn import api

Entry = dict[str, Any]


def coded(entry: Entry) -> None:
    """A letter that needs no percent sign has one."""
    entry["request"]["url"] = entry["request"]["url"].replace("/usage", "/us%61ge")


def beside(entry: Entry) -> None:
    """The query stands beside the address alone."""
    url, _, query = entry["request"]["url"].partition("?")
    name, _, value = query.partition("=")
    entry["request"] |= {"url": url, "queryString": [{"name": name, "value": value}]}


def instant(entry: Entry) -> datetime:
    """When the request was sent."""
    return datetime.fromisoformat(entry["startedDateTime"])


def milliseconds(entry: Entry) -> None:
    """The time is a number, as a clock of JavaScript has it."""
    entry["startedDateTime"] = int(instant(entry).timestamp() * 1000)


def seconds(entry: Entry) -> None:
    """The time is a number with decimals."""
    entry["startedDateTime"] = instant(entry).timestamp()


def mailed(entry: Entry) -> None:
    """The time is written as in a header."""
    entry["startedDateTime"] = format_datetime(instant(entry), usegmt=True)


def texts(entry: Entry) -> None:
    """The status is a text, and the method in small letters."""
    entry["response"]["status"] = str(entry["response"]["status"])
    entry["request"]["method"] = "get"


def objects(entry: Entry) -> None:
    """Headers are an object."""
    for message in (entry["request"], entry["response"]):
        message["headers"] = {each["name"]: each["value"] for each in message["headers"]}


def unfilled(entry: Entry) -> None:
    """A body in the letters of addresses, without what fills it up, in lines."""
    body = base64.urlsafe_b64encode(entry["response"]["content"]["text"].encode()).decode().rstrip("=")
    lines = "\n".join(body[at : at + 76] for at in range(0, len(body), 76))
    entry["response"]["content"] |= {"encoding": "BASE64", "text": lines}


@pytest.mark.parametrize("change", [coded, beside, milliseconds, seconds, mailed, texts, objects, unfilled])
def test_what_is_written_in_another_way_is_the_same(tmp_path: Path, change: Callable[[Entry], None]) -> None:
    """The requests, the replies, their times and who asked."""
    document = api.har()
    for each in document["log"]["entries"]:
        change(each)
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    found, lines, _ = recorded(api.contract(tmp_path), [path])

    told = [(each.exchange.parameters, each.exchange.body, each.exchange.now) for each in found]
    wanted = [each.exchange for each in api.witnesses()]
    assert [body for _, body, _ in told] == [each.body for each in wanted]
    assert [now for *_, now in told] == [each.now for each in wanted]
    assert [list(asked.values()) for asked, *_ in told] == [list(each.parameters.values()) for each in wanted]
    assert len({each.account for each in found}) == len(api.PLANS)
    assert lines == []


@pytest.mark.parametrize("time", [0, -5, 1e400, True, 17943912, 99999999999999999999, [], None])
def test_a_number_that_is_no_time_tells_none(tmp_path: Path, time: Any) -> None:
    """Nothing is taken for a time that would be in another century."""
    document = api.har()
    document["log"]["entries"][0]["startedDateTime"] = time
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(document), "utf-8")

    _, lines, _ = recorded(api.contract(tmp_path), [path])

    assert lines == ["1 of 30 recorded requests tell no time"]
