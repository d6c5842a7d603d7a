from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.contracts.onepin.conftest import Ask, Scene

TYPES = (
    "workflow_run",
    "voice_generated",
    "template_applied",
    "member_invited",
    "api_key_created",
    "settings_changed",
)


def pages(events: Any, scene: Any, **parameters: Any) -> Iterator[Any]:
    """Every page, from the first to the last."""
    page = events(scene, **parameters)
    yield page
    while page.body["pagination"]["next"]:
        page = events(scene, cursor=page.body["pagination"]["next"], **parameters)
        yield page


def whole(events: Any, scene: Any, **parameters: Any) -> list[Any]:
    """The events of every page."""
    return [event for page in pages(events, scene, limit=100, **parameters) for event in page.data]


def test_every_page_keeps_every_rule(events: Ask, scene: Scene) -> None:
    """A page of any account, at any clock, in any zone keeps the contract, filtered or not."""
    wanted: tuple[dict[str, Any], ...] = (
        {},
        {"limit": 1},
        {"limit": 100, "range": "90d"},
        {"type": "member_invited"},
    )
    assert [events(scene, **parameters).breaches for parameters in wanted] == [[], [], [], []]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_put_together_are_the_list(events: Ask, at: type[Scene], limit: int | str) -> None:
    """ON-17: whatever the limit, the pages are the same list, each event once, newest first."""
    scene = at(timezone="Europe/Berlin")
    everything = whole(events, scene, type="settings_changed", range="90d")
    listed = list(pages(events, scene, type="settings_changed", range="90d", limit=limit))
    assert [event for page in listed for event in page.data] == everything
    assert len({event["id"] for event in everything}) == len(everything) > 20
    assert all(len(page.data) == limit for page in listed[:-1])
    assert [page.body["pagination"]["prev"] is None for page in listed] == [True] + [False] * (
        len(listed) - 1
    )


def test_reading_back_leads_to_the_first_page(events: Ask, at: type[Scene]) -> None:
    """ON-17: prev leads back over the same events, and is null on the first page again."""
    first, second, third = (page for page, _ in zip(pages(events, at(), limit=5), range(3), strict=False))
    back = events(at(), cursor=third.body["pagination"]["prev"], limit=5)
    again = events(at(), cursor=back.body["pagination"]["prev"], limit=5)
    assert back.data == second.data
    assert again.data == first.data
    assert again.body["pagination"] == first.body["pagination"]


def test_only_a_page_reached_backwards_may_be_short_with_more_behind_it(events: Ask, at: type[Scene]) -> None:
    """ON-17: a replica that is behind has fewer events above a cursor, and those below it all the same."""
    first, second = itertools.islice(pages(events, at(), limit=5), 2)
    back = events(at(), cursor=second.body["pagination"]["prev"], limit=5)

    def broken_when_short(page: Any) -> list[str]:
        body = {**page.body, "data": page.data[:-1]}
        return [each.message for each in page.operation.judge(replace(page.exchange, body=body)).breaches]

    assert broken_when_short(back) == []
    assert [broken_when_short(each) for each in (first, second)] == [
        ["nothing follows a page that is not full"],
        ["nothing follows a page that is not full"],
    ]


def test_types_partition_the_list(events: Ask, at: type[Scene]) -> None:
    """ON-18: every event has one of the six types, and is in the list of that type."""
    everything = whole(events, at())
    by_type = [event for kind in TYPES for event in whole(events, at(), type=kind)]
    assert len(everything) > 500
    assert sorted(event["id"] for event in by_type) == sorted(event["id"] for event in everything)
    assert {event["action"] for event in everything} == set(TYPES)


def test_members_partition_the_list(events: Ask, at: type[Scene]) -> None:
    """Filtering by each member in turn gives every event once."""
    everything = whole(events, at())
    members = {event["user"]["id"] for event in everything}
    assert len(members) == 3
    assert sum(len(whole(events, at(), user_id=member)) for member in members) == len(everything)


def test_both_filters_together(events: Ask, at: type[Scene]) -> None:
    """Type and user_id together list the events that both would."""
    member = events(at()).data[0]["user"]["id"]
    both = whole(events, at(), type="workflow_run", user_id=member)
    assert both == [
        event for event in whole(events, at(), type="workflow_run") if event["user"]["id"] == member
    ]


def test_runs_of_the_feed_are_the_runs_of_the_summary(events: Ask, summary: Ask, at: type[Scene]) -> None:
    """The feed lists as many runs as the summary counts, with the same characters and credits."""
    runs, data = whole(events, at(), type="workflow_run"), summary(at()).data
    assert len(runs) == data["runs"]["total"]
    assert sum(run["metadata"]["characters"] for run in runs) == data["characters"]["total"]
    assert sum(run["metadata"]["credits"] for run in runs) == sum(row["credits"] for row in data["daily"])
    assert sum(run["metadata"]["status"] == "failed" for run in runs) == data["runs"]["failed"]


def test_the_feed_of_ten_million_events_a_month(events: Ask, at: type[Scene]) -> None:
    """A page deep inside a huge feed follows the one before it."""
    first, second = (
        page for page, _ in zip(pages(events, at(credential="huge"), limit=50), range(2), strict=False)
    )
    times = [event["timestamp"] for event in first.data + second.data]
    assert times == sorted(times, reverse=True)
    assert not {event["id"] for event in first.data} & {event["id"] for event in second.data}


@pytest.mark.parametrize(
    "cursor", ["bmV2ZXItaXNzdWVk", "é", "%", "a" * 5_000, "b2xkZXI6MTowMDAwMDAwMDAwMDAwMDAw"]
)
def test_a_cursor_that_was_never_issued(events: Ask, at: type[Scene], cursor: str) -> None:
    """A cursor that no page gave is a validation error about the cursor."""
    refused = events(at(), cursor=cursor)
    assert refused.status == 422
    assert refused.body["error"]["code"] == "validation_error"
    assert refused.body["error"]["details"] == [
        {"field": "cursor", "message": "Not a cursor of this workspace."}
    ]
    assert not refused.breaches


def test_a_cursor_belongs_to_its_workspace(events: Ask, at: type[Scene]) -> None:
    """Another workspace's cursor is as good as none that was ever issued."""
    cursor = events(at()).body["pagination"]["next"]
    assert events(at(credential="steady-colleague"), cursor=cursor).status == 200
    assert events(at(credential="steady-client"), cursor=cursor).status == 422
    assert events(at(credential="huge"), cursor=cursor).status == 422


def test_a_cursor_may_outlive_its_page(events: Ask, at: type[Scene]) -> None:
    """A cursor that leads before the window gives an empty page, from which one can go back."""
    scene, later = at(now="2026-03-08T12:00:00Z"), at(now="2026-06-08T12:00:00Z")
    cursor = events(scene).body["pagination"]["next"]
    page = events(later, cursor=cursor)
    assert (page.data, page.body["pagination"]["next"]) == ([], None)
    assert events(later, cursor=page.body["pagination"]["prev"]).data


@pytest.mark.parametrize(
    ("user_id", "status"),
    [("nobody", 422), ("", 422), ("7d1f3b0a-52c8-4e96-b7aa-0c6e2f9d1845", 404)],
)
def test_a_user_id_that_is_no_members(events: Ask, at: type[Scene], user_id: str, status: int) -> None:
    """What is no UUID is a validation error; a UUID of nobody here is not found."""
    refused = events(at(), user_id=user_id)
    assert refused.status == status
    assert not refused.breaches


def test_a_colleague_is_no_member_of_the_other_workspace(events: Ask, at: type[Scene]) -> None:
    """Membership is the workspace's, not the account's."""
    colleague = next(event["user"]["id"] for event in whole(events, at()) if event["user"] != None)  # noqa: E711
    members = {event["user"]["id"] for event in whole(events, at())}
    found = {events(at(credential="steady-client"), user_id=member).status for member in members}
    assert colleague in members
    assert found == {200, 404}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", ""])
def test_a_limit_out_of_bounds(events: Ask, at: type[Scene], limit: int | str) -> None:
    """A limit that is no integer from 1 to 100 is a validation error about the limit."""
    refused = events(at(), limit=limit)
    assert refused.status == 422
    assert refused.body["error"]["details"][0]["field"] == "limit"
    assert not refused.breaches
