"""Sequences of statuses in a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from metermock.server.counts import FORGOTTEN, MOST, MemoryCounts
from tests.conftest import Server
from tests.server.conftest import Redis
from tests.server.preferences.asking import (
    CONTRACTS,
    DOCUMENT,
    EVERY,
    GAUGE,
    USAGE,
    Ask,
    asked,
    by_header,
    by_prefer,
)

WANTED = 'account=quiet, sequence="429,503,200"; session='


@EVERY
@CONTRACTS
def test_a_session_goes_through_its_statuses(mock: Server, ask: Ask, path: str) -> None:
    """Each request of a session has the next status; the last one stays."""
    session = f"{ask.__name__}{path}"
    replies = [ask(mock, path, f'{WANTED}"{session}"') for _ in range(5)]

    assert [reply.status_code for reply in replies] == [429, 503, 200, 200, 200]
    assert replies[0].headers["preference-applied"].endswith(f', session="{session}", code=429')


def test_sessions_and_operations_count_for_themselves(mock: Server) -> None:
    """Another session, operation or sequence begins at its own first status."""
    asking = [
        (USAGE["onceonly"], f"{WANTED}one"),
        (USAGE["onceonly"], f"{WANTED}two"),
        (USAGE["onceonly"] + "/all", f"{WANTED}one"),
        (USAGE["onceonly"], 'account=quiet, session=one, sequence="429, 200"'),
        (USAGE["onepin"], f"{WANTED}one"),
    ]

    assert [by_header(mock, *each).status_code for each in asking] == [429] * 5
    assert by_header(mock, *asking[0]).status_code == 503


def test_head_counts_for_itself(mock: Server) -> None:
    """A probe takes no status away from the GET, and goes through the same statuses in turn."""
    wanted = f"{WANTED}probed"
    methods = ["HEAD", "GET", "HEAD", "HEAD", "GET", "GET"]
    statuses = [by_header(mock, USAGE["zkscore"], wanted, method).status_code for method in methods]

    assert statuses == [429, 429, 503, 200, 503, 200]


def test_a_preflight_is_not_counted(mock: Server) -> None:
    """Only requests that are answered move a session on."""
    path = f"/~account=quiet;sequence=429,200;session=preflight{USAGE['glyphnet']}"
    preflight = {"Origin": "http://app.test", "Access-Control-Request-Method": "GET"}

    assert asked(mock, "OPTIONS", path, preflight).status_code == 204
    assert [asked(mock, "GET", path, {}).status_code for _ in range(2)] == [429, 200]


def test_a_made_document_has_sequences_too(serve: Callable[..., Server]) -> None:
    """A document without handlers goes through its statuses as well, each with its body."""
    made = serve(DOCUMENT, "--strict")

    assert [by_prefer(made, GAUGE, f"{WANTED}made").status_code for _ in range(3)] == [429, 503, 200]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ('sequence="429,200"', "sequence and session go together"),
        ("session=a", "sequence and session go together"),
        ('sequence="429,x", session=a', "sequence takes up to 100 statuses"),
        ('sequence="999", session=a', "statuses from 200 to 599, as in \"429,429,200\", not '999'."),
        ('sequence="429,20,200", session=a', "not '20'."),
        ('sequence="", session=a', "sequence takes up to 100 statuses"),
        ("sequence=429,200; session=a", "Put a value with commas in double quotes."),
        ('sequence="429,200", session=a, code=500', "code cannot be preferred beside it"),
        (f'sequence="{"200," * 100}200", session=a', "not 101 of them."),
    ],
)
def test_an_unclear_sequence_is_refused(mock: Server, wanted: str, told: str) -> None:
    """A sequence needs statuses and a session, and is no second word about the status."""
    reply = by_header(mock, USAGE["glyphnet"], wanted)

    assert reply.status_code == 400
    assert told in reply.json()["detail"]


def test_workers_without_a_storage_cannot_count(launch: Callable[..., Server]) -> None:
    """Several processes with no storage in common refuse a sequence, and say what they need."""
    reply = by_header(launch(DOCUMENT, "--workers", "2"), GAUGE, f"{WANTED}a")

    assert reply.status_code == 400
    assert "--rate-limit-storage redis://" in reply.json()["detail"]


def test_workers_count_together_in_redis(redis: Redis, launch: Callable[..., Server]) -> None:
    """With Redis it does not matter which process a request comes to."""
    server = launch(DOCUMENT, "--workers", "2", "--rate-limit-storage", redis.url)
    statuses = [by_header(server, GAUGE, f"{WANTED}a").status_code for _ in range(6)]

    assert statuses == [429, 503, 200, 200, 200, 200]
    redis.stop()
    assert by_header(server, GAUGE, f"{WANTED}b").status_code == 503
    redis.start()


def test_a_session_is_forgotten() -> None:
    """A session begins anew some minutes after its first request."""
    now = [0.0]
    counts = MemoryCounts(lambda: now[0])

    async def count() -> list[int]:
        found = []
        for instant in (0, 1, FORGOTTEN - 1, FORGOTTEN, FORGOTTEN + 1):
            now[0] = instant
            found.append(await counts.next(("a",), FORGOTTEN))
        return found

    assert asyncio.run(count()) == [1, 2, 3, 1, 2]


def test_sessions_are_bounded() -> None:
    """Too many sessions push out the oldest, and those whose time is over are not kept."""
    now = [0.0]
    counts = MemoryCounts(lambda: now[0])

    async def many() -> list[int]:
        for number in range(MOST + 1):
            await counts.next((str(number),), FORGOTTEN)
        kept = len(counts.kept)
        now[0] = FORGOTTEN
        return [kept, await counts.next(("0",), FORGOTTEN), len(counts.kept)]

    assert asyncio.run(many()) == [MOST, 1, 1]
