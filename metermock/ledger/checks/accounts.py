"""Checks of a world's accounts, their keys and their traffic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from metermock.ledger.calendar import read_instant
from metermock.ledger.checks.problem import Problem, Where, clock_problems, instant_problems, unknown
from metermock.ledger.traffic.holidays import dates_of
from metermock.ledger.traffic.weights import MINUTES
from metermock.timezones import zone_names

_OWN = {
    "key",
    "person",
    "month",
    "growth",
    "shape",
    "since",
    "until",
    "at_most",
    "at_most_per_minute",
    "job",
    "limit",
}


def account_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of the clock, the accounts, their keys and their traffic."""
    yield from clock_problems(("clock",), document["clock"])
    for name, dates in document.get("holidays", {}).items():
        for index, text in enumerate(dates):
            yield from holiday_problems(("holidays", name, index), text)
    seen: set[str] = set()
    for name in document["accounts"]:
        account = _Account(document, name)
        yield from account.problems(seen)


def holiday_problems(where: Where, text: str) -> Iterator[Problem]:
    """The problem of a holiday that is no date."""
    try:
        dates_of(text)
    except ValueError:
        yield Problem(where, f"{text!r} is no date", "write 12-25 for each year, or 2026-04-03")


class _Account:
    """One account of a world."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self._document = document
        self._part: Mapping[str, Any] = document["accounts"][name]
        self._where: Where = ("accounts", name)
        self._fixed = {"key", *document["calls"].get("stream_dimensions", ())}

    def problems(self, seen: set[str]) -> Iterator[Problem]:
        yield from instant_problems((*self._where, "since"), self._part["since"])
        plans = self._document.get("plans", {})
        if self._part.get("plan", None) not in (None, *plans):
            yield unknown((*self._where, "plan"), "plan", self._part["plan"], plans)
        zone = self._part.get("zone", "UTC")
        if zone not in zone_names():
            advice = "use an IANA name, spelled as there: Europe/Berlin"
            yield Problem((*self._where, "zone"), f"there is no time zone {zone!r}", advice)
        holidays = self._document.get("holidays", {})
        if self._part.get("holidays", None) not in (None, *holidays):
            yield unknown((*self._where, "holidays"), "list of holidays", self._part["holidays"], holidays)
        for index, key in enumerate(self._part.get("keys", ())):
            yield from self._key((*self._where, "keys", index), key, seen)
        hours = self._part.get("incidents", {}).get("hours")
        if isinstance(hours, list) and hours[0] > hours[1]:
            yield Problem(
                (*self._where, "incidents", "hours"), "hours go from more to fewer", "write [least, most]"
            )
        for index, text in enumerate(self._part.get("incidents", {}).get("also", ())):
            yield from instant_problems((*self._where, "incidents", "also", index), text)
        for index, entry in enumerate(self._part.get("traffic", ())):
            yield from self._traffic((*self._where, "traffic", index), entry)

    def _key(self, where: Where, key: Mapping[str, Any], seen: set[str]) -> Iterator[Problem]:
        if key["id"] in seen:
            yield Problem(
                (*where, "id"), f"the key {key['id']!r} is there twice", "give each key an id of its own"
            )
        seen.add(key["id"])
        names = [one["name"] for one in self._part["keys"]]
        if names.count(key["name"]) > 1:
            yield Problem(
                (*where, "name"), f"two keys are named {key['name']!r}", "give each a name of its own"
            )
        for moment in ("created", "revoked"):
            if moment in key:
                yield from instant_problems((*where, moment), key[moment])
        created = key.get("created", self._part["since"])
        if "revoked" in key and read_instant(key["revoked"]) < read_instant(created):
            text = f"the key {key['name']!r} is revoked before it is created"
            yield Problem((*where, "revoked"), text, "swap the two, or drop one")

    def _traffic(self, where: Where, entry: Mapping[str, Any]) -> Iterator[Problem]:
        return chain(
            self._names(where, entry),
            self._person(where, entry),
            self._job(where, entry),
            *(instant_problems((*where, word), entry[word]) for word in ("since", "until") if word in entry),
        )

    def _names(self, where: Where, entry: Mapping[str, Any]) -> Iterator[Problem]:
        keys = [name for key in self._part.get("keys", ()) for name in (key["name"], key["id"])]
        if "key" in entry and entry["key"] not in keys:
            yield unknown((*where, "key"), "key of this account", entry["key"], keys)
        shapes = self._document.get("shapes", {})
        if "shape" in entry and entry["shape"] not in shapes:
            yield unknown((*where, "shape"), "shape", entry["shape"], shapes)
        for name in entry:
            if name not in _OWN | self._fixed:
                yield unknown((*where, name), "stream dimension", name, self._fixed)
        for name in entry.get("limit", {}).get("beyond", {}):
            if name not in self._fixed - {"key"}:
                yield unknown(
                    (*where, "limit", "beyond", name), "stream dimension", name, self._fixed - {"key"}
                )

    def _person(self, where: Where, entry: Mapping[str, Any]) -> Iterator[Problem]:
        if "person" not in entry:
            return
        if entry["person"] >= self._part.get("people", 0):
            text = f"the account has no person {entry['person']}"
            yield Problem((*where, "person"), text, "people are counted from 0: raise the account's `people`")
        if "user" not in self._fixed:
            text = "a person is the stream dimension 'user', which is not declared"
            yield Problem((*where, "person"), text, "add `user` to calls.stream_dimensions")

    def _job(self, where: Where, entry: Mapping[str, Any]) -> Iterator[Problem]:
        if "job" not in entry:
            return
        hour, minute = entry["job"]["at"].split(":")
        if int(hour) * 60 + int(minute) + entry["job"]["minutes"] > MINUTES:
            yield Problem((*where, "job", "minutes"), "the job runs past midnight", "let it begin earlier")
        if "growth" in entry:
            yield Problem((*where, "growth"), "a job has no growth", "drop it: a job is the same each time")
