"""Credentials: who is let in, who is refused, at which clock."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from metermock.ledger import load_world
from metermock.ledger.world import World

SECRET = "a secret of the harbour, and of no use"
HARBOUR = Path(__file__).with_name("harbour.yaml")


def test_a_value_opens_its_account(harbour: World) -> None:
    """A key is found by scheme and value, exactly as written; anything else was never issued."""
    found = harbour.find_credential("liveKey", "harbour_live_tug", harbour.clock)
    assert found is not None
    assert (found.account, found.key, found.refused) == ("tug", "key_bridge", None)
    for scheme, value in (("session", "harbour_live_tug"), ("liveKey", "Harbour_live_tug"), ("liveKey", "")):
        assert harbour.find_credential(scheme, value, harbour.clock) is None


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [("expired", 401, "expired"), ("revoked", 401, "revoked"), ("unknown", 401, "unknown")],
)
def test_who_is_refused(harbour: World, name: str, status: int, why: str) -> None:
    """A credential that the world refuses is found, with the reason."""
    listed = next(one for one in harbour.credentials if one.name == name)
    found = harbour.find_credential(listed.scheme, listed.value, harbour.clock)
    assert found is not None
    assert found.refused is not None
    assert (found.refused.status, found.refused.why) == (status, why)


def test_refused_for_its_headers(harbour: World) -> None:
    """A credential refused for its headers is listed with them, and opens its account without them."""
    listed = next(one for one in harbour.credentials if one.name == "other-dock")
    found = harbour.find_credential("liveKey", listed.value, harbour.clock)
    assert listed.refused is not None
    assert listed.headers == {"X-Dock": "west"}
    assert found is not None
    assert found.refused is None


def test_tokens_are_judged_by_the_mocks_clock(harbour: World) -> None:
    """A token opens its account until the clock reaches its `exp`, and is refused from then on."""
    token = jwt.encode({"sub": "user_tug", "exp": harbour.clock + 10}, SECRET, algorithm="HS256")
    before = harbour.find_credential("session", token, harbour.clock + 9)
    after = harbour.find_credential("session", token, harbour.clock + 10)
    assert before is not None
    assert (before.account, before.refused) == ("tug", None)
    assert after is not None
    assert after.refused is not None
    assert after.refused.why == "expired"


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode({"sub": "user_tug"}, SECRET + "!", algorithm="HS256"),
        jwt.encode({"sub": "user_tug"}, SECRET * 2, algorithm="HS512"),
        jwt.encode({"sub": "user_tug"}, None, algorithm="none"),
        jwt.encode({"sub": "nobody"}, SECRET, algorithm="HS256"),
        jwt.encode({"name": "user_tug"}, SECRET, algorithm="HS256"),
        "a.b.c",
        "..",
        "é.ü.ß",
        "x" * 10_000 + ".y.z",
    ],
)
def test_tokens_never_issued(harbour: World, token: str) -> None:
    """A token of another secret, algorithm or subject, or a text that is no token, opens no account."""
    assert harbour.find_credential("session", token, harbour.clock) is None


def test_tokens_are_always_the_same(harbour: World) -> None:
    """Minted tokens do not depend on seed or moment, and verify with the world's secret."""
    listed = {one.name: one.value for one in harbour.credentials}
    again = {one.name: one.value for one in load_world(HARBOUR, seed=3).credentials}
    claims = jwt.decode(listed["tug-session"], SECRET, algorithms=["HS256"])
    assert listed == again
    assert (claims["sub"], claims["iss"]) == ("user_tug", "harbour")


def test_verified_tokens_are_bounded(harbour: World) -> None:
    """Thousands of different tokens do not pile up: their bytes are bounded."""
    for number in range(6_000):
        token = jwt.encode({"sub": "user_tug", "number": number}, SECRET, algorithm="HS256")
        assert harbour.find_credential("session", token, harbour.clock) is not None
    kept = harbour.keyring._verified
    assert 0 < kept.used <= kept.limit
    assert len(kept) < 6_000
