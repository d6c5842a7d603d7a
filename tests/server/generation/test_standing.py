"""Flags beside a status, instants and other flags of one thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, TEXT, asking, object_of, query, rows_of

FLAG: dict[str, Any] = {"type": "boolean"}
WHEN: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
SIZE: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 100, "default": 40}


def rows(folder: Path, **fields: Any) -> list[dict[str, Any]]:
    """Many things with these fields."""
    ask = asking(folder, object_of(data=rows_of(id=TEXT, **fields)), query(limit=SIZE), path="/things")
    return [row for account in ACCOUNTS for row in ask(account)["data"]]


@pytest.mark.parametrize(
    ("flag", "is_of"),
    [
        ("paid", {"paid"}),
        ("isPaid", {"paid"}),
        ("draft", {"draft"}),
        ("is_void", {"void"}),
    ],
)
def test_bills_say_what_their_status_says(tmp_path: Path, flag: str, is_of: set[str]) -> None:
    """Neither a draft nor an open bill is paid, and a paid one is."""
    told = rows(tmp_path, status={"enum": ["draft", "open", "paid", "void"]}, **{flag: FLAG})
    assert {row["status"] for row in told} == {"draft", "open", "paid", "void"}
    assert all(row[flag] is (row["status"] in is_of) for row in told)


@pytest.mark.parametrize(
    ("flag", "is_of"),
    [
        ("active", {"active"}),
        ("enabled", {"active"}),
        ("revoked", {"revoked"}),
        ("is_expired", {"expired"}),
        ("disabled", {"disabled"}),
    ],
)
def test_keys_say_what_their_status_says(tmp_path: Path, flag: str, is_of: set[str]) -> None:
    """What is revoked, expired or disabled is not active."""
    states = ["active", "disabled", "revoked", "expired", "inactive"]
    told = rows(tmp_path, status={"enum": states}, **{flag: FLAG})
    assert all(row[flag] is (row["status"] in is_of) for row in told)


def test_what_has_expired_did_so_before_now(tmp_path: Path) -> None:
    """Both by a status and by a flag, and after it was made."""
    now = "2026-03-18T15:42:07Z"
    born = {"type": "string", "format": "date-time"}
    by_status = rows(tmp_path, status={"enum": ["active", "expired"]}, created_at=born, expires_at=WHEN)
    by_flag = rows(tmp_path, expired=FLAG, created_at=born, expires_at=WHEN)
    over = [
        row
        for row in (*by_status, *by_flag)
        if "expired" in (row.get("status"), row.get("expired") and "expired")
    ]
    assert over
    told = [row for row in over if row["expires_at"] is not None]
    assert all(row["created_at"] <= row["expires_at"] <= now for row in told)
    live = [row for row in by_flag if not row["expired"] and row["expires_at"] is not None]
    assert all(row["expires_at"] > now for row in live)


def test_flags_agree_with_instants_and_each_other(tmp_path: Path) -> None:
    """What was verified has a time at which it was, and what has ended or is disabled is not active."""
    told = rows(
        tmp_path, active=FLAG, enabled=FLAG, disabled=FLAG, verified=FLAG, verified_at=WHEN, cancelled_at=WHEN
    )
    assert any(row["cancelled_at"] for row in told)
    for row in told:
        assert row["verified"] is (row["verified_at"] is not None)
        assert row["enabled"] is not row["disabled"]
        assert not (row["active"] and (row["cancelled_at"] or row["disabled"]))


def test_other_flags_stay(tmp_path: Path) -> None:
    """A status of deliveries says nothing of whether somebody is subscribed, active or an owner."""
    told = rows(tmp_path, status={"enum": ["queued", "shipped"]}, active=FLAG, subscribed=FLAG, owner=FLAG)
    for name in ("active", "subscribed", "owner"):
        assert {row[name] for row in told} == {True, False}
