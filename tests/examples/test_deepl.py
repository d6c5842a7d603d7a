"""DeepL's own client, as it is published, reads the usage that examples/deepl serves."""

from __future__ import annotations

import deepl
import pytest

from tests.conftest import Server

STEADY = "4f2a6c1e-8b3d-4f70-a5e2-6d9c0b1891c7"
CONTROLLED = "10c9e7d4-63ba-4d18-92f5-0e8a4c7b5ab4"
USED_UP = "c64f03a9-5d82-4b71-8e6c-a1f94d077d12:fx"


def read(example: Server, key: str) -> deepl.Usage:
    """The usage that the client reads with a key."""
    return deepl.DeepLClient(key, server_url=example.url).get_usage()


def test_the_client_reads_the_usage_of_api_pro(example: Server) -> None:
    """Characters and their limit arrive, and no limit is reached."""
    usage = read(example, STEADY)
    assert usage.character.valid
    assert (usage.character.count or 0) > 1_000_000
    assert usage.character.limit == 1_000_000_000_000
    assert not usage.any_limit_reached
    assert not usage.document.valid


def test_the_older_class_reads_the_same(example: Server) -> None:
    """`Translator`, which the client keeps for older programs, gets the same usage."""
    translator = deepl.Translator(STEADY, server_url=example.url)
    assert str(translator.get_usage()) == str(read(example, STEADY))


def test_the_client_tells_that_a_free_account_is_used_up(example: Server) -> None:
    """An account of API Free at its limit shows as such."""
    usage = read(example, USED_UP)
    assert (usage.character.count, usage.character.limit) == (500_000, 500_000)
    assert usage.any_limit_reached


def test_the_client_raises_its_own_error_for_a_wrong_key(example: Server) -> None:
    """The vendor refuses keys with 403, which the client knows."""
    with pytest.raises(deepl.AuthorizationException, match="Forbidden"):
        read(example, "00000000-0000-4000-8000-000000000000")


def test_the_days_of_the_report_are_what_the_client_reads(example: Server) -> None:
    """The client has no method for the administrator's report; its days add up to the client's characters."""
    with example.client(Authorization=f"DeepL-Auth-Key {CONTROLLED}") as http:
        days = {"start_date": "2026-03-01", "end_date": "2026-03-18", "group_by": "key_and_day"}
        report = http.get("/v2/admin/analytics", params=days).json()["usage_report"]
    total = sum(row["usage"]["total_characters"] for row in report["key_and_day_usages"])
    assert total == report["total_usage"]["total_characters"] == read(example, CONTROLLED).character.count


def test_the_readme_shows_what_its_snippet_prints(snippet: tuple[str, str]) -> None:
    """Whoever copies the snippet of the README gets the lines under it."""
    printed, shown = snippet
    assert printed == shown
