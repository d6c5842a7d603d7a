"""A limit of an account is one in all operations that tell it, whatever it bounds and in which time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, INSTANT, SEEDS, TEXT, Ask, asking_all, object_of, rows_of

ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "empty", "huge")
ID = {**TEXT, "example": "org_1"}


def told(folder: Path, bodies: Mapping[str, Any], seed: int = 0) -> Ask:
    """What asks for such bodies, by their paths."""
    paths = {path: (each, ()) for path, each in bodies.items()}
    return asking_all(folder, paths, "/", seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("own", "used", "limit"),
    [
        ("pages_included", "pages_used", "pages_included"),
        ("scan_quota", "scans_used", "scan_limit"),
        ("includedCredits", "creditsConsumed", "creditsQuota"),
        ("seat_limit", "seats_used", "max_seats"),
        ("max_projects", "projects_used", "project_limit"),
        ("requests_per_day", "requests_used_today", "requests_per_day"),
    ],
)
def test_a_limit_is_one_in_all_operations(tmp_path: Path, seed: int, own: str, used: str, limit: str) -> None:
    """An account with an id of its own says what its use is measured by, for each account."""
    account = object_of(id=ID, name=TEXT, created_at=INSTANT, **{own: COUNT})
    ask = told(tmp_path, {"/account": account, "/usage": object_of(**{used: COUNT, limit: COUNT})}, seed)
    for name in ACCOUNTS:
        assert ask(name, path="/account")[own] == ask(name, path="/usage")[limit] > 0


@pytest.mark.parametrize(
    "name", ["max_workspaces", "requests_per_minute", "max_file_size_mb", "export_quota"]
)
def test_limits_without_a_use_are_one_too(tmp_path: Path, name: str) -> None:
    """Limits of minutes, of things and of sizes, in an object of limits or beside an id."""
    bodies = {
        "/organization": object_of(id=ID, plan=object_of(name=TEXT, **{name: COUNT})),
        "/limits": object_of(limits=object_of(**{name: COUNT})),
        "/account": object_of(id=ID, **{name: COUNT}),
    }
    for seed in SEEDS:
        ask = told(tmp_path, bodies, seed)
        found = {
            ask(path="/organization")["plan"][name],
            ask(path="/limits")["limits"][name],
            ask(path="/account")[name],
        }
        assert len(found) == 1


def test_what_is_used_of_things_is_one_too(tmp_path: Path) -> None:
    """Seats in an object called after them, beside an id and in a list of limits."""
    bodies = {
        "/subscription": object_of(id=ID, seats_used=COUNT, seats_limit=COUNT),
        "/usage": object_of(seats=object_of(used=COUNT, limit=COUNT, remaining=COUNT)),
    }
    ask = told(tmp_path, bodies)
    for name in ACCOUNTS:
        one, other = ask(name, path="/subscription"), ask(name, path="/usage")["seats"]
        assert (one["seats_used"], one["seats_limit"]) == (other["used"], other["limit"])
        assert other["remaining"] == max(other["limit"] - other["used"], 0)


def test_plans_of_a_list_have_limits_of_their_own(tmp_path: Path) -> None:
    """What others may buy is no limit of the account."""
    bodies = {
        "/account/plans": object_of(data=rows_of(id=TEXT, name=TEXT, pages_included=COUNT, max_seats=COUNT)),
        "/usage": object_of(pages_used=COUNT, pages_included=COUNT, max_seats=COUNT),
    }
    ask = told(tmp_path, bodies)
    for name in ("pages_included", "max_seats"):
        assert len({row[name] for row in ask(path="/account/plans")["data"]}) > 1


def test_rates_statistics_and_sizes_of_pages_are_no_limits_of_the_account(tmp_path: Path) -> None:
    """A limit of requests a minute, the greatest file of a month and rows of a page stay what they are."""
    bodies = {
        "/usage": object_of(calls_used=COUNT, calls_limit=COUNT, max_file_size=COUNT, avg_file_size=COUNT),
        "/account": object_of(
            rate_limit=object_of(calls_limit=COUNT, calls_remaining=COUNT), page_limit=COUNT
        ),
        "/account/limits": object_of(max_file_size=COUNT, page_limit=COUNT),
    }
    alike = [
        (
            ask(path="/account")["rate_limit"]["calls_limit"] == ask(path="/usage")["calls_limit"],
            ask(path="/account/limits")["max_file_size"] == ask(path="/usage")["max_file_size"],
        )
        for ask in (told(tmp_path, bodies, seed) for seed in range(6))
    ]
    assert not any(map(all, zip(*alike, strict=True)))


def test_one_of_several_accounts_is_the_same_in_a_list(tmp_path: Path) -> None:
    """Whoever is listed, too, has the same limits there: its id says which one it is."""
    shared = {"Org": object_of(id=ID, name=TEXT, pages_included=COUNT)}
    org = {"$ref": "#/components/schemas/Org"}
    bodies = {
        "/organization": org,
        "/organizations": object_of(data={"type": "array", "items": org}),
        "/organizations/{id}": org,
        "/usage": object_of(pages_used=COUNT, pages_included=COUNT),
    }
    paths: dict[str, Any] = {path: (each, ()) for path, each in bodies.items()}
    named = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    paths["/organizations/{id}"] = (org, [named])
    ask = asking_all(tmp_path, paths, "/usage", shared=shared)
    for row in ask(path="/organizations")["data"]:
        assert ask(path="/organizations/{id}", id=row["id"]) == row


@pytest.mark.parametrize("most", [3, 7])
def test_a_limit_that_a_schema_bounds_stays_within(tmp_path: Path, most: int) -> None:
    """A reply that would be invalid is not made: each says what its schema takes."""
    bodies = {
        "/account": object_of(
            id=ID, pages_included={**COUNT, "maximum": most}, max_seats={"enum": [1, most]}
        ),
        "/usage": object_of(pages_used=COUNT, pages_included=COUNT, seats_used=COUNT, max_seats=COUNT),
    }
    ask = told(tmp_path, bodies)
    for name in ACCOUNTS:
        assert ask(name, path="/account")["pages_included"] <= most
        assert ask(name, path="/usage")["pages_included"] > most


def test_what_is_used_of_seats_is_no_use_of_a_month(tmp_path: Path) -> None:
    """A bare `used` in an object of seats counts them, beside a limit of calls as without one."""
    seats = object_of(used=COUNT, total=COUNT)
    bodies = {
        "/usage": object_of(calls_used=COUNT, calls_limit=COUNT, seats=seats),
        "/seats": object_of(seats=object_of(used=COUNT)),
        "/usage/daily": object_of(data=rows_of(date={"type": "string", "format": "date"}, calls=COUNT)),
    }
    for seed in SEEDS:
        ask = told(tmp_path, bodies, seed)
        for name in ("steady", "near-limit", "quiet"):
            found = ask(name, path="/usage")["seats"]
            assert 0 < found["used"] <= found["total"] <= 100
            assert ask(name, path="/seats")["seats"]["used"] <= 100
