"""Worlds that cannot be used are refused, with the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.errors import WorldError
from metermock.ledger import load_world
from metermock.ledger.calendar import Window, read_instant
from metermock.ledger.world import World

HARBOUR = Path(__file__).with_name("harbour.yaml").read_text("utf-8")

# What is replaced, by what, and what the error says; the line is the one that changed.
MISTAKES = [
    ('clock: "2026-03-18T15:42:07Z"', 'clock: "2026-02-30T00:00:00Z"', "is no instant"),
    ('clock: "2026-03-18T15:42:07Z"', 'clock: "2100-01-01T00:00:00Z"', "is out of reach"),
    ('clock: "2026-03-18T15:42:07Z"', 'clock: "2040-01-01T00:00:00Z"', "is out of reach"),
    ("settings: {lag_seconds: 0}", "setings: {lag_seconds: 0}", "setings"),
    (
        "{of: endpoint, values: {/berth: POST}, else: GET}",
        "{of: endpoint, values: {/berth: POST}}",
        "does not say what it is for the 'endpoint' '/tide'",
    ),
    (
        "{of: endpoint, values: {/berth: POST}, else: GET}",
        "{of: endpont, values: {/berth: POST}, else: GET}",
        "no dimension above it named 'endpont'",
    ),
    (
        "{of: endpoint, values: {/berth: POST}, else: GET}",
        "{of: endpoint, values: {/birth: POST}, else: GET}",
        "no 'endpoint' with the value '/birth'",
    ),
    (
        "{/tide: 50, /berth: 30, /weather: 19, /wreck: 1}",
        "{/tide: 0, /berth: 0, /weather: 0, /wreck: 0}",
        "add up to 0",
    ),
    (
        "{/tide: 50, /berth: 30, /weather: 19, /wreck: 1}",
        "{/tide: 5.5, /berth: 30, /weather: 19, /wreck: 1}",
        "integer",
    ),
    (
        "{after: {outcome: error}, percent: 30}",
        "{after: {outcome: failure}, percent: 30}",
        "no 'outcome' with the value 'failure'",
    ),
    ("{per: lines, median: 48", "{per: words, median: 48", "no measure above it named 'words'"),
    ("{median: 5200, spread: 2.5, min: 90", "{median: 5200, spread: 2.5, min: 9000000", "is above its max"),
    ("{median: 5200, spread: 2.5, min: 90", "{spread: 2.5, min: 90", "median"),
    ("only: {endpoint: [/berth, /wreck]}", "only: {place: [/berth, /wreck]}", "no dimension 'place'"),
    (
        '"{good} from {port} to {port}"',
        '"{goods} from {port} to {port}"',
        "no list in `vocabulary` named 'goods'",
    ),
    ("plus: {characters: 1.5}", "plus: {character: 1.5}", "no measure above it named 'character'"),
    ("beyond: {dock: outer}}}\n      - ", "beyond: {deck: outer}}}\n      - ", "no stream dimension 'deck'"),
    ("month: 60000, shape: steady, limit", "month: 60000, at_most: 9, shape: steady, limit", "at_most"),
    ('also: ["2026-03-17T22:00:00Z"]', 'also: ["2026-02-30T22:00:00Z"]', "is no instant"),
    (
        "question: {sentences: 40, words: [3, 60]}",
        "question: {sentences: 40, words: [60, 3]}",
        "from more to fewer",
    ),
    ("steady: {hours: [5, 5,", "steady: {hours: [5,", "24 items"),
    ("weekdays: [1, 1, 1, 1, 1, 1, 1], noise: 0", "weekdays: [0, 0, 0, 0, 0, 0, 0], noise: 0", "are all 0"),
    ("zone: America/New_York", "zone: America/new_york", "no time zone 'America/new_york'"),
    (
        "    plan: pier\n    zone: America/New_York",
        "    plan: peer\n    zone: America/New_York",
        "no plan 'peer'",
    ),
    ("{key: bridge, person: 0", "{key: brigde, person: 0", "no key of this account 'brigde'"),
    ("{key: bridge, person: 0", "{key: bridge, person: 3", "no person 3"),
    (
        "dock: north, month: 30000, growth: 2, shape: office",
        "dock: north, month: 30000, growth: 2, shape: ofice",
        "no shape 'ofice'",
    ),
    ("dock: north, month: 30000", "dick: north, month: 30000", "no stream dimension 'dick'"),
    ("dock: north, month: 30000", "dock: north, month: -3", "less than"),
    ('at: "23:30", minutes: 30', 'at: "23:30", minutes: 31', "past midnight"),
    ("{id: key_bell, name: bell}", "{id: key_ramp, name: bell}", "'key_ramp' is there twice"),
    ("{id: key_bell, name: bell}", "{id: key_bell, name: ramp}", "two keys are named 'ramp'"),
    ('revoked: "2025-03-01T00:00:00Z"', 'revoked: "2023-03-01T00:00:00Z"', "revoked before it is created"),
    (
        "month: 7000000, shape: steady, growth: 1",
        "month: 19000000000, shape: steady, growth: 20",
        "sums of 'bytes' too large",
    ),
    ("{every_days: 5, hours: 3}", "{every_days: 5, hours: 40}", "16"),
    ("{every_days: 5, hours: 3}", "{every_days: 5, hours: [5, 2]}", "from more to fewer"),
    ("{every_days: 5, hours: 3}", "{every_days: 5, hours: [2]}", "2 items"),
    ("\nshapes:", '\nholidays: {us: ["02-30"]}\nshapes:', "'02-30' is no date"),
    ("\nshapes:", '\nholidays: {us: ["2026-02-29"]}\nshapes:', "'2026-02-29' is no date"),
    (
        'zone: America/New_York\n    since: "2024-05-06T00:00:00Z"\n    people: 3',
        'zone: America/New_York\n    holidays: us\n    since: "2024-05-06T00:00:00Z"\n    people: 3',
        "no list of holidays 'us'",
    ),
    (
        "error: {given: status, values:",
        'error: {given: status, bad_day: {"505": {STORM: 1}}, values:',
        "no 'status' with the value '505'",
    ),
    ('"500": 40}, incident', '"500": 40}, bad_day: {"500": 0}, incident', "add up to 0"),
    ("account: tanker, scheme: liveKey", "account: tonker, scheme: liveKey", "no account 'tonker'"),
    (
        "value: harbour_live_tanker, key: key_hull",
        "value: harbour_live_tanker, key: key_bell",
        "no key of that account with the id 'key_bell'",
    ),
    ("{name: revoked, account", "{name: expired, account", "two credentials are named 'expired'"),
    ("value: harbour_live_old", "value: harbour_live_tug", "the same value"),
    (
        "{name: unknown, scheme: liveKey, value: harbour_live_nobody, refused: {status: 401, why: unknown}}",
        "{name: unknown, scheme: liveKey, value: harbour_live_nobody}",
        "opens no account",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    """The error names the file, the line and what is wrong there, and says what to do."""
    assert HARBOUR.count(right) == 1
    path = tmp_path / "harbour.yaml"
    path.write_text(HARBOUR.replace(right, wrong), "utf-8")
    with pytest.raises(WorldError) as error:
        load_world(path)
    at = HARBOUR[: HARBOUR.index(right)].count("\n") + 1
    assert said in error.value.problem
    assert at <= error.value.line <= at + wrong.count("\n") or "setings" in wrong
    assert error.value.advice


def test_a_missing_secret_is_told(tmp_path: Path) -> None:
    """A token to mint asks for the secret that signs it."""
    path = tmp_path / "harbour.yaml"
    lines = [line for line in HARBOUR.splitlines() if not line.startswith("jwt:")]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(WorldError, match="no secret to sign this token"):
        load_world(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is an error of the world, not a stack trace."""
    with pytest.raises(WorldError, match="cannot be read"):
        load_world(tmp_path / "nowhere.yaml")


def test_what_a_world_holds(harbour: World) -> None:
    """Plans, accounts, keys and people are as written, with defaults where nothing is."""
    tug = harbour.accounts["tug"]
    assert harbour.clock == read_instant("2026-03-18T15:42:07Z")
    assert (harbour.name, harbour.settings) == ("harbour", {"lag_seconds": 0})
    assert tug.plan is not None
    assert (tug.plan.label, tug.plan.facts["month"], tug.plan.reads_per_minute) == ("Pier", 50_000, 60)
    assert [key.name for key in tug.keys] == ["bridge", "engine", "old"]
    assert tug.keys[0].created == tug.since
    assert harbour.accounts["wharf"].plan is None
    assert harbour.accounts["wharf"].zone.key == "UTC"


def test_people_are_themselves(harbour: World) -> None:
    """People have ids, names and addresses that differ; their calls carry their ids."""
    people = harbour.accounts["tug"].people
    usage = harbour.usage("tug", harbour.clock)
    assert len({person.id for person in people}) == len(people) == 3
    assert all(person.email.endswith("@example.com") for person in people)
    newest = usage.calls(Window(0, 1 << 40), where={"user": people[0].id}, limit=1)[0]
    assert newest.dimensions["key"] == "key_bridge"
