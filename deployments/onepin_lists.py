"""The plain onepin's two lists, languages and activity, on top of its summary."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from deployments.onepin import Summary
from deployments.onepin_data import LANGUAGES, PEOPLE, SECRET, SPACES, Event
from deployments.parts import Ask, RefusedError, half_up, instant, total
from deployments.tokens import signature


class Onepin(Summary):
    """GET /api/v1/usage/summary, by-language and activity."""

    operations = {  # noqa: RUF012 -- typed by the base
        "/api/v1/usage/summary": "summary",
        "/api/v1/usage/by-language": "by_language",
        "/api/v1/usage/activity": "list_activity",
    }

    def language_window(self, ask: Ask) -> tuple[int, int]:
        """Give the range, or the chart's whole window where a view is given."""
        view = ask.parameters["activity_view"]
        if view is None:
            return self.window(ask)
        buckets = self.buckets(ask, view)
        return buckets[0].start, buckets[-1].end

    def by_language(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /api/v1/usage/by-language."""
        start, end = self.language_window(ask)
        runs, view = self.runs(ask, start, end), ask.parameters["activity_view"]
        credit = total(runs, "credits")
        data = {
            "range": self.shown_range(ask),
            "activity_view": view,
            "timezone": ask.parameters["timezone"],
            "period": {"start": instant(start), "end": self.ending(end)},
            "languages": self.languages(runs, credit),
            "total_credits": credit,
            "untagged_credits": total([run for run in runs if run.locale is None], "credits"),
        }
        return {"data": data, "meta": self.meta(ask)}

    def shown_range(self, ask: Ask) -> str | None:
        """Give the range; null where a view is given."""
        return None if ask.parameters["activity_view"] else ask.parameters["range"]

    def languages(self, runs: list[Event], credit: int) -> list[dict[str, Any]]:
        """Show the languages with credits, the largest first."""
        rows = []
        for code in sorted({run.locale for run in runs if run.locale}):
            some = [run for run in runs if run.locale == code]
            row = {
                "locale_code": code,
                "display_name": LANGUAGES[code],
                "share": half_up(total(some, "credits"), credit, 3),
                **{name: total(some, name) for name in ("credits", "characters", "lines")},
                "allocation_basis": "characters",
            }
            rows.append(row)
        return self.ranked([row for row in rows if self.listed(row)])

    def listed(self, row: dict[str, Any]) -> bool:
        """Leave out languages without credits."""
        return int(row["credits"]) > 0

    def ranked(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sort by credits, then by code."""
        return sorted(rows, key=lambda row: (-row["credits"], row["locale_code"]))

    def matching(self, ask: Ask) -> list[Event]:
        """Give the events that are asked for, newest first."""
        wanted = self.member(ask)
        return [
            event
            for event in reversed(self.events(ask, *self.window(ask)))
            if self.fits(event, ask.parameters["type"]) and (wanted is None or event.user == wanted)
        ]

    def fits(self, event: Event, kind: str | None) -> bool:
        """Tell whether an event is of the type asked for."""
        return kind is None or event.action == kind

    def member(self, ask: Ask) -> str | None:
        """Give the member asked for."""
        wanted = ask.parameters["user_id"]
        for name in SPACES[str(ask.account)].members:
            if wanted == PEOPLE[name][0]:
                return name
        if wanted is not None:
            raise RefusedError("not_found", "There is no such member.")
        return None

    def list_activity(self, ask: Ask) -> dict[str, Any]:
        """Serve GET /api/v1/usage/activity; cursors name events, so that new ones shift no page."""
        cursor = ask.parameters["cursor"]
        edge = self.read_cursor(ask, cursor) if cursor is not None else None
        found, limit = self.matching(ask), ask.parameters["limit"]
        page = self.page(found, edge, limit)
        return {
            "data": [self.item(event) for event in page],
            "meta": self.meta(ask),
            "pagination": {
                "limit": limit,
                "next": self.next_cursor(ask, found, page),
                "prev": self.prev_cursor(ask, found, page),
            },
        }

    def page(self, found: list[Event], edge: tuple[str, int] | None, limit: int) -> list[Event]:
        """Cut one page out of the list."""
        if edge is None:
            return found[:limit]
        direction, number = edge
        if direction == "before":
            return [event for event in found if event.number < number][:limit]
        return [event for event in found if event.number > number][-limit:]

    def next_cursor(self, ask: Ask, found: list[Event], page: list[Event]) -> str | None:
        """Give the cursor of the next page; null on the last."""
        if not page or found[-1].number == page[-1].number:
            return None
        return self.cursor(ask, "before", page[-1].number)

    def prev_cursor(self, ask: Ask, found: list[Event], page: list[Event]) -> str | None:
        """Give the cursor of the page before; null on the first."""
        if not page or found[0].number == page[0].number:
            return None
        return self.cursor(ask, "after", page[0].number)

    def cursor(self, ask: Ask, direction: str, number: int) -> str:
        """Write a cursor: it belongs to the workspace."""
        text = f"{direction}:{number}:{self.stamp(ask, direction, number)}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def stamp(self, ask: Ask, direction: str, number: int) -> str:
        """Sign a cursor."""
        return signature(f"{ask.account}/{direction}/{number}", SECRET)[:12]

    def read_cursor(self, ask: Ask, cursor: str) -> tuple[str, int]:
        """Read a cursor that this workspace was given."""
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            direction, number, stamp = text.split(":")
            if stamp == self.stamp(ask, direction, int(number)):
                return direction, int(number)
        except (ValueError, binascii.Error):
            pass
        raise RefusedError("invalid", "cursor was not issued here", [("cursor", "was not issued here")])

    def item(self, event: Event) -> dict[str, Any]:
        """Show one event."""
        person = PEOPLE[event.user] if event.user else None
        return {
            "id": event.id,
            "timestamp": instant(event.at),
            "user": {"id": person[0], "name": person[1]} if person else None,
            "action": event.action,
            "kind": "run" if event.run else "change",
            "resource": {
                "type": event.action.partition("_")[0],
                "id": event.id[:8] if event.run else None,
                "name": None,
            },
            "metadata": {"lines": event.lines} if event.run else None,
            "ip": f"203.0.113.{event.number % 250}" if event.number % 3 else None,
        }
