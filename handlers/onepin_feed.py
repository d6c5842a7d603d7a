"""The feed of onepin's events: its pages, their cursors, and what each event shows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from metermock import Call, Person, Refused, Usage, Violation, Window, instant_text

PENDING_SECONDS = 5
RUNNING_SECONDS = 90
LEASE_SECONDS = 9 * 86_400  # how long a person keeps an IP address
HOSTS = 254
EVENTS, PAGES = 1_024, 64  # parts of replies that are kept: up to 1 kB, a page up to 100 kB
NO_CURSOR = "Not a cursor of this workspace."

LANGUAGES = {
    "en-us": "English (US)",
    "ko-kr": "Korean (South Korea)",
    "ja-jp": "Japanese (Japan)",
    "de-de": "German (Germany)",
    "es-mx": "Spanish (Mexico)",
    "fr-fr": "French (France)",
    "pt-br": "Portuguese (Brazil)",
}
RESOURCES = {
    "workflow_run": "workflow",
    "voice_generated": "voice",
    "template_applied": "template",
    "member_invited": "member",
    "api_key_created": "api_key",
    "settings_changed": "workspace",
}


class Scope(NamedTuple):
    """The keys that count: those `inside` a workspace, and the owner's `own` keys in all workspaces."""

    usage: Usage
    workspace: str
    inside: tuple[str, ...]
    own: tuple[str, ...]


def unfinished(now: int) -> tuple[Window, Window]:
    """When the runs started that are pending, and those that are running."""
    return Window.trailing(now, PENDING_SECONDS), Window.trailing(now - PENDING_SECONDS, RUNNING_SECONDS)


class Place(NamedTuple):
    """All events on one side of an event: `older` or `newer` than that number."""

    side: str
    number: int


class Cursors:
    """Signed places in the feed of a workspace: only a cursor that was issued for it is accepted."""

    def __init__(self, secret: str, workspace: str) -> None:
        self._key = f"{secret}:{workspace}".encode()

    def issue(self, place: Place | None) -> str | None:
        """The text that stands for a place."""
        if place is None:
            return None
        text = f"{place.side}:{place.number}"
        seal = hmac.digest(self._key, text.encode(), hashlib.sha256).hex()[:16]
        return base64.urlsafe_b64encode(f"{text}:{seal}".encode()).decode().rstrip("=")

    def read(self, cursor: str) -> Place:
        """The place that a cursor stands for; refused unless it was issued for this workspace."""
        try:
            side, number, _ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(":")
            place = Place(side, int(number))
        except ValueError:
            place = None
        if place is None or self.issue(place) != cursor:
            wrong = Violation("query", "cursor", NO_CURSOR, "unknown", cursor)
            raise Refused("invalid", "cursor", violations=(wrong,))
        return place


class Feed(NamedTuple):
    """The events of a window that a filter lets through."""

    usage: Usage
    window: Window
    where: Mapping[str, str | tuple[str, ...]]

    def page(self, place: Place | None, limit: int) -> tuple[list[Call], Place | None, Place | None]:
        """The events of a page, and the places of the pages before and after it, if there are any."""
        newer = place is not None and place.side == "newer"
        found = self._events(limit + 1, place)
        if newer and len(found) < limit:
            return self.page(None, limit)
        events = found[-limit:] if newer else found[:limit]
        number = place.number if place else 0
        after = Place("older", events[-1].number if events else number)
        before = Place("newer", events[0].number if events else number - 1)
        # One event more than the page holds tells whether there are more.
        more = bool(self._events(1, after)) if newer else len(found) > limit
        less = len(found) > limit if newer else bool(place and self._events(1, before))
        return events, after if more else None, before if less else None

    def _events(self, limit: int, place: Place | None) -> list[Call]:
        edge = {"before" if place.side == "older" else "after": place.number} if place else {}
        return self.usage.calls(self.window, where=self.where, limit=limit, **edge)


@lru_cache(maxsize=PAGES)
def page_of(
    scope: Scope, window: Window, only: tuple[str | None, str | None], place: Place | None, limit: int
) -> tuple[list[dict[str, Any]], Place | None, Place | None]:
    """The events of a page as the contract shows them, and the places of the pages before and after it."""
    members = _members(scope)
    events, older, newer = Feed(scope.usage, window, _filter(members, *only)).page(place, limit)
    workspace, now = scope.workspace, scope.usage.now
    shown = [_event(one, members[one.dimensions["key"]], workspace, _status(one, now)) for one in events]
    return shown, older, newer


def _members(scope: Scope) -> dict[str, Person]:
    """The people of a workspace, by their keys."""
    account = scope.usage.account
    return {key.id: account.people[key.facts["owner"]] for key in account.keys if key.id in scope.inside}


def _filter(members: Mapping[str, Person], action: str | None, user: str | None) -> dict[str, Any]:
    keys = tuple(key for key, person in members.items() if user is None or person.id == user.lower())
    if not keys:
        raise Refused("unknown_resource", facts={"name": "user_id", "value": user})
    return {"key": keys} if action is None else {"key": keys, "action": action}


def _status(event: Call, now: int) -> str | None:
    """The present status of a run; None for other events."""
    if event.dimensions["action"] != "workflow_run":
        return None
    pending, running = (window.start for window in unfinished(now))
    present = "pending" if event.at >= pending else "running"
    return present if event.at >= running else event.dimensions["status"]


def _address(person: Person, workspace: str, kind: str, at: int) -> str | None:
    """The address that an event came from: a server's for the API, else one that a person has for days."""
    if kind == "scheduled":
        return None
    if kind == "api":
        return f"198.51.100.{uuid.UUID(workspace).int % HOSTS + 1}"
    # Each person's lease begins at a time of its own, so that addresses do not all change at once.
    lease = (at + uuid.UUID(person.id).int % LEASE_SECONDS) // LEASE_SECONDS
    return f"203.0.113.{uuid.uuid5(uuid.UUID(person.id), str(lease)).int % HOSTS + 1}"


@lru_cache(maxsize=EVENTS)
def _event(event: Call, person: Person, workspace: str, status: str | None) -> dict[str, Any]:
    facts, measures = event.dimensions, event.measures
    action, name, locale = facts["action"], facts["subject"], facts["locale"]
    resource = str(uuid.uuid5(uuid.UUID(workspace), name))
    run: dict[str, Any] = {"status": status, "locale": locale if locale in LANGUAGES else None}
    run |= {count: measures[count] for count in ("lines", "characters", "credits")}
    return {
        "id": f"evt_{event.bits('event'):016x}",
        "timestamp": instant_text(event.at),
        "user": {"id": person.id, "name": person.name},
        "action": action,
        "kind": facts["kind"],
        "resource": {"type": RESOURCES[action], "id": resource, "name": name},
        "metadata": run if status else None,
        "ip": _address(person, workspace, facts["kind"], event.at),
    }
