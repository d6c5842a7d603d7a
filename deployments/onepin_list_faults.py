"""Faults of the plain onepin's languages, activity and credentials."""

from __future__ import annotations

from typing import Any

from deployments.onepin_data import PEOPLE, SECRET, SPACES, WORKSPACES, Event
from deployments.onepin_lists import Onepin
from deployments.parts import DAY, Ask, Parameter, RefusedError, half_up, total
from deployments.register import fault
from deployments.tokens import claims_of, signature

ON = "onepin"


@fault(ON, "arithmetic", "ON-15", "languages", sometimes=True)
def share_of_tagged(plain: Onepin, runs: list[Event], _credit: int) -> list[dict[str, Any]]:
    """Share is taken of the tagged credits only."""
    return Onepin.languages(plain, runs, total([run for run in runs if run.locale], "credits"))


@fault(ON, "arithmetic", "ON-15", "languages", sometimes=True)
def share_as_percent(plain: Onepin, runs: list[Event], credit: int) -> list[dict[str, Any]]:
    """Share is a percentage."""
    rows = Onepin.languages(plain, runs, credit)
    return [{**row, "share": half_up(100 * row["credits"], credit, 3)} for row in rows]


@fault(ON, "order", "ON-15", "ranked", sometimes=True)
def ties_backwards(_plain: Onepin, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Languages with equal credits are listed by descending code."""
    return sorted(rows, key=lambda row: (row["credits"], row["locale_code"]), reverse=True)


@fault(ON, "order", "ON-15", "ranked", sometimes=True)
def languages_by_code(_plain: Onepin, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Languages are listed by code."""
    return sorted(rows, key=lambda row: str(row["locale_code"]))


@fault(ON, "arithmetic", "ON-15", "listed", sometimes=True)
def small_languages_lost(_plain: Onepin, row: dict[str, Any]) -> bool:
    """Languages below ten credits are left out, their credits with them."""
    return bool(row["credits"] >= 10)


@fault(ON, "agreement", "ON-15", "shown_range", sometimes=True)
def range_beside_view(_plain: Onepin, ask: Ask) -> str:
    """Range is shown although a view is given."""
    return str(ask.parameters["range"])


@fault(ON, "agreement", "ON-16", "language_window", sometimes=True)
def view_ignored(plain: Onepin, ask: Ask) -> tuple[int, int]:
    """by-language takes the range although a view is given."""
    return plain.window(ask)


@fault(ON, "agreement", "ON-16", "language_window", sometimes=True)
def languages_until_yesterday(plain: Onepin, ask: Ask) -> tuple[int, int]:
    """by-language counts a day less than the summary; days without runs hide it."""
    start, end = Onepin.language_window(plain, ask)
    return start, end - DAY


@fault(ON, "parameters", "common", "read", sometimes=True)
def range_unread_beside_view(plain: Onepin, ask: Ask) -> dict[str, Any]:
    """A bad range beside a view is not noticed."""
    if ask.path.endswith("by-language") and "activity_view" in dict(ask.query):
        ask.query = [(name, text) for name, text in ask.query if name != "range"]
    return Onepin.read(plain, ask)


@fault(ON, "pages", "ON-17", "page")
def pages_overlap(
    _plain: Onepin, found: list[Event], edge: tuple[str, int] | None, limit: int
) -> list[Event]:
    """A page begins with the last item of the one before."""
    if edge is None:
        return found[:limit]
    if edge[0] == "before":
        return [event for event in found if event.number <= edge[1]][:limit]
    return [event for event in found if event.number > edge[1]][-limit:]


@fault(ON, "pages", "ON-17", "page", sometimes=True)
def pages_skip(plain: Onepin, found: list[Event], edge: tuple[str, int] | None, limit: int) -> list[Event]:
    """Each further page leaves one item out."""
    if edge is not None and edge[0] == "before":
        return [event for event in found if event.number < edge[1]][1 : limit + 1]
    return Onepin.page(plain, found, edge, limit)


@fault(ON, "pages", "ON-17", "next_cursor", sometimes=True)
def next_after_full_page(plain: Onepin, ask: Ask, _found: list[Event], page: list[Event]) -> str | None:
    """A full last page promises another one."""
    if len(page) < ask.parameters["limit"]:
        return None
    return plain.cursor(ask, "before", page[-1].number)


@fault(ON, "pages", "ON-18", "next_cursor", sometimes=True)
def five_pages_at_most(plain: Onepin, ask: Ask, found: list[Event], page: list[Event]) -> str | None:
    """The list ends after a hundred items."""
    if page and page[-1] in found[99:]:
        return None
    return Onepin.next_cursor(plain, ask, found, page)


@fault(ON, "pages", "ON-17", "prev_cursor", sometimes=True)
def never_a_prev(_plain: Onepin, _ask: Ask, _found: list[Event], _page: list[Event]) -> None:
    """Prev is null on every page."""


@fault(ON, "order", "ON-17", "matching", sometimes=True)
def oldest_first(plain: Onepin, ask: Ask) -> list[Event]:
    """Activity of one type is listed with the oldest first."""
    found = Onepin.matching(plain, ask)
    return found[::-1] if ask.parameters["type"] else found


@fault(ON, "agreement", "ON-18", "fits", sometimes=True)
def settings_hold_keys(_plain: Onepin, event: Event, kind: str | None) -> bool:
    """type=settings_changed lists new keys too."""
    also = kind == "settings_changed" and event.action == "api_key_created"
    return kind is None or event.action == kind or also


@fault(ON, "agreement", "ON-18", "fits", sometimes=True)
def invitations_hidden(_plain: Onepin, event: Event, kind: str | None) -> bool:
    """Invitations are listed only when asked for."""
    return event.action == kind if kind else event.action != "member_invited"


@fault(ON, "windows", "ON-17", "events", sometimes=True)
def activity_of_all_time(plain: Onepin, ask: Ask, start: int, end: int) -> list[Event]:
    """Activity is listed beyond the range."""
    return Onepin.events(plain, ask, 0 if ask.path.endswith("/activity") else start, end)


@fault(ON, "parameters", "common", "member")
def stranger_is_nobody(plain: Onepin, ask: Ask) -> str | None:
    """A user_id of nobody here gives an empty list instead of 404."""
    try:
        return Onepin.member(plain, ask)
    except RefusedError:
        return "nobody"


@fault(ON, "another account", "common", "member")
def stranger_is_a_member(plain: Onepin, ask: Ask) -> str | None:
    """A user_id of another workspace is accepted and ignored."""
    strangers = [person for person, _ in PEOPLE.values()]
    return None if ask.parameters["user_id"] in strangers else Onepin.member(plain, ask)


@fault(ON, "another account", "common", "stamp")
def cursors_for_all(_plain: Onepin, _ask: Ask, direction: str, number: int) -> str:
    """A cursor of another workspace is accepted."""
    return signature(f"{direction}/{number}", SECRET)[:12]


@fault(ON, "pages", "common", "read_cursor")
def any_cursor(plain: Onepin, ask: Ask, cursor: str) -> tuple[str, int] | None:
    """A cursor that cannot be read shows the first page."""
    try:
        return Onepin.read_cursor(plain, ask, cursor)
    except RefusedError:
        return None


def bounded(parameter: Parameter, text: str, least: int, most: int) -> Any:
    """Read a limit by other bounds."""
    if parameter.name == "limit":
        return Parameter("limit", "integer", 20, least=least, most=most).read(text)
    return parameter.read(text)


@fault(ON, "parameters", "common", "value")
def limit_101(_plain: Onepin, parameter: Parameter, text: str) -> Any:
    """limit=101 is accepted."""
    return bounded(parameter, text, 1, 101)


@fault(ON, "parameters", "common", "value")
def limit_100_refused(_plain: Onepin, parameter: Parameter, text: str) -> Any:
    """limit=100 is refused."""
    return bounded(parameter, text, 1, 99)


@fault(ON, "parameters", "common", "value")
def limit_0(_plain: Onepin, parameter: Parameter, text: str) -> Any:
    """limit=0 is accepted."""
    return bounded(parameter, text, 0, 100)


@fault(ON, "parameters", "common", "value")
def limit_clamped(_plain: Onepin, parameter: Parameter, text: str) -> Any:
    """A limit beyond the bounds is moved to the next one."""
    if parameter.name == "limit" and text.removeprefix("-").isdecimal():
        return min(100, max(1, int(text)))
    return parameter.read(text)


@fault(ON, "parameters", "X-3", "read", sometimes=True)
def limit_defaults_to_25(plain: Onepin, ask: Ask) -> dict[str, Any]:
    """A limit left out is 25."""
    values = Onepin.read(plain, ask)
    return {**values, "limit": 25} if "limit" in values and "limit" not in dict(ask.query) else values


@fault(ON, "credentials", "X-5", "holder")
def accepted_test_keys(plain: Onepin, token: str, now: int) -> tuple[str, str]:
    """Reserved test keys are let in."""
    return ("still", "hal") if token.startswith("op_test_") else Onepin.holder(plain, token, now)


@fault(ON, "credentials", "X-5", "claims")
def expired_token(_plain: Onepin, token: str, _now: int) -> dict[str, Any]:
    """An expired token is let in."""
    return claims_of(token, SECRET)


@fault(ON, "credentials", "X-5", "claims")
def unsigned_token(_plain: Onepin, token: str, now: int) -> dict[str, Any]:
    """A token's signature is not looked at."""
    claims = claims_of(token, None)
    if claims.get("exp", 0) <= now:
        raise ValueError("expired")
    return claims


@fault(ON, "credentials", "ON-19", "workspace")
def workspace_header_ignored(_plain: Onepin, _wanted: str, own: str, _user: str, **_: bool) -> str:
    """Another workspace in the header is ignored."""
    return own


@fault(ON, "another account", "ON-19", "workspace")
def any_workspace(plain: Onepin, wanted: str, own: str, user: str, *, by_key: bool) -> str:
    """A user may read any workspace that exists."""
    for name in SPACES:
        if not by_key and wanted == WORKSPACES[name]:
            return name
    return Onepin.workspace(plain, wanted, own, user, by_key=by_key)


@fault(ON, "credentials", "common", "recognise")
def empty_workspace_refused(plain: Onepin, ask: Ask) -> None:
    """An empty X-Workspace-Id is refused."""
    if ask.header("x-workspace-id") == "":
        raise RefusedError("forbidden", "This workspace is not yours.")
    Onepin.recognise(plain, ask)


@fault(ON, "credentials", "ON-19", "enter")
def workspace_after_parameters(plain: Onepin, ask: Ask) -> None:
    """Bad parameters are told before another workspace is refused."""
    try:
        plain.recognise(ask)
    except RefusedError as refused:
        if refused.reason == "forbidden":
            plain.read(ask)
        raise
    ask.parameters = plain.read(ask)
