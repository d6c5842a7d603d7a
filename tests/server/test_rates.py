from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from metermock.errors import UsageError
from metermock.server.rates import Rates
from metermock.server.storage import concealed, read_storage
from tests.conftest import COMMAND, Server
from tests.server.conftest import Redis

ACME = str(Path(__file__).parent / "project")
STEADY = {"Authorization": "Bearer acme_live_steady"}
EMPTY = {"Authorization": "Bearer acme_live_empty"}
LIMITED = (ACME, "--strict", "--rate-limits", "documented")
"""The plan of both accounts allows five reads in a minute."""


def read(client: httpx.Client, times: int, headers: dict[str, str]) -> list[int]:
    """Read usage several times over."""
    return [client.get("/acme/v1/usage", headers=headers).status_code for _ in range(times)]


def test_reads_beyond_the_plan_are_429_for_that_credential(launch: Callable[..., Server]) -> None:
    """Above the limit the contract's error names whole seconds to wait; another account is not affected."""
    server = launch(*LIMITED)
    with server.client() as client:
        statuses = read(client, 6, STEADY)
        refused = client.get("/acme/v1/usage", headers=STEADY)
        others = read(client, 1, EMPTY)

    assert (statuses, others) == ([200] * 5 + [429], [200])
    assert refused.json() == {"error": "rate_limited", "why": ""}
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_the_start_names_a_contract_that_has_no_limit_to_enforce(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """The limit is a world's; a document alone has none, whatever its words say."""
    refused = {"200": {"description": "x"}, "429": {"description": "120 requests per minute."}}
    paths = {"/it": {"get": {"operationId": "it", "responses": refused}}}
    document = {"openapi": "3.1.0", "info": {"title": "Tide", "version": "1"}, "paths": paths}
    (tmp_path / "tide.json").write_text(json.dumps(document))
    server = launch(str(tmp_path / "tide.json"), *LIMITED)
    server.stop()

    warned = [line for line in server.log if "limits nothing" in line]
    assert len(warned) == 1
    assert "tide: --rate-limits documented" in warned[0]


def test_refused_credentials_are_not_counted(launch: Callable[..., Server]) -> None:
    """Every read with a good credential counts, an invalid one too; a read without one does not."""
    server = launch(*LIMITED)
    with server.client() as client:
        read(client, 6, {})
        read(client, 6, {"Authorization": "Bearer acme_live_revoked"})
        bad = [client.get("/acme/v1/usage?days=0", headers=STEADY).status_code for _ in range(6)]

    assert bad == [400] * 5 + [429]


@pytest.mark.parametrize("contract", ["glyphnet", "onceonly", "onepin", "zkscore"])
def test_a_contracts_429_is_the_documented_one(
    serve: Callable[..., Server], accounts: Callable[..., dict[str, dict[str, Any]]], contract: str
) -> None:
    """The 429 keeps its contract: `--strict` lets status, body and `Retry-After` pass."""
    account = accounts(contract)["empty"]
    path = account["curl"].rpartition(":4010")[2]
    with serve("--strict", "--rate-limits", "documented").client(**account["headers"]) as client:
        replies = [client.get(path) for _ in range(61)]

    assert {reply.status_code for reply in replies[:60]} == {200}
    assert replies[60].status_code == 429
    assert int(replies[60].headers["retry-after"]) >= 1


def test_two_workers_count_together_in_redis(launch: Callable[..., Server], redis: Redis) -> None:
    """Several workers count together."""
    server = launch(*LIMITED, "--workers", "2", "--rate-limit-storage", redis.url)
    statuses = []
    for _ in range(8):
        with server.client() as client:
            statuses += read(client, 1, STEADY)
    code = server.stop()

    assert sorted(statuses) == [200] * 5 + [429] * 3
    assert code == 0


def test_a_storage_that_fails_later_is_a_503(launch: Callable[..., Server], redis: Redis) -> None:
    """Without its storage, the mock answers 503 to reads that count, and everything else as usual."""
    server = launch(*LIMITED, "--rate-limit-storage", redis.url)
    with server.client() as client:
        before = read(client, 1, STEADY)
        redis.stop()
        after = client.get("/acme/v1/usage", headers=STEADY)
        open_to_all = client.get("/acme/v1/status")

    assert (before, after.status_code, open_to_all.status_code) == ([200], 503, 200)
    assert after.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("contract", ["glyphnet", "zkscore"])
def test_headers_count_down_with_what_is_enforced(
    serve: Callable[..., Server], accounts: Callable[..., dict[str, dict[str, Any]]], contract: str
) -> None:
    """`X-RateLimit-Remaining` falls by one with each read, and a 429's headers agree with each other."""
    account = accounts(contract)["quiet"]
    path = account["curl"].rpartition(":4010")[2]
    with serve("--strict", "--rate-limits", "documented").client(**account["headers"]) as client:
        replies = [client.get(path) for _ in range(61)]

    assert [int(reply.headers["x-ratelimit-remaining"]) for reply in replies] == [*range(59, -1, -1), 0]
    assert {reply.headers["x-ratelimit-limit"] for reply in replies} == {"60"}
    refused = replies[60]
    now = parsedate_to_datetime(refused.headers["date"]).timestamp()
    assert int(refused.headers["x-ratelimit-reset"]) == now + int(refused.headers["retry-after"])


def test_a_restarted_storage_is_connected_again(launch: Callable[..., Server], redis: Redis) -> None:
    """Redis that was restarted costs no request; while it is away, the 503 says when to ask again."""
    server = launch(*LIMITED, "--rate-limit-storage", redis.url)
    with server.client() as client:
        assert read(client, 3, STEADY) == [200] * 3
        redis.stop()
        away = client.get("/acme/v1/usage", headers=STEADY)
        redis.start()
        assert read(client, 3, STEADY) == [200] * 3
    server.stop()

    assert (away.status_code, away.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("form", ["{}", "env:STORE", "file:{file}"])
def test_the_storages_password_is_concealed(tmp_path: Path, form: str) -> None:
    """No message shows the password of the storage, however its address is given."""
    address, file = "redis://user:s3cr3t@127.0.0.1:1/0", tmp_path / "store"
    file.write_text(address + "\n")
    option = form.format(address, file=file)
    command = [*COMMAND, "serve", *LIMITED, "--port", "0", "--rate-limit-storage", option]
    run = subprocess.run(
        command, env=os.environ | {"STORE": address}, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 2
    assert "redis://***@127.0.0.1:1/0" in run.stderr
    assert "s3cr3t" not in run.stderr + run.stdout


def test_a_storage_that_is_not_there_is_told() -> None:
    """A name that no variable has, and a file that is not there, are told with what to do."""
    for option in ("env:NOBODY_SETS_THIS", "file:/nowhere"):
        with pytest.raises(UsageError, match=r"It has to hold an address"):
            read_storage(option)


def test_a_storage_that_goes_down_tells_no_password() -> None:
    """What its client raises may have the whole address, which stands in the log and in the 503."""
    address = "redis://:s3cret-pw@127.0.0.1:1/0"
    told = str(Rates(address).down(ConnectionError(f"cannot reach {address}")))
    assert "cannot reach redis://" in told
    assert "s3cret-pw" not in told


@pytest.mark.parametrize(
    "password",
    ["s3cr3t", "s3c@r3t", "@r3t", "s3c/r3t", "s3c?r3t", "s3c#r3t", "s3c:r3t", "s3c%40r3t", 's3c"r3t'],
)
@pytest.mark.parametrize("user", ["", "user"])
def test_a_password_of_any_signs_is_concealed(user: str, password: str) -> None:
    """Also one that ought to be escaped in an address, and where a message has it unescaped."""
    address = f"redis://{user}:{password}@127.0.0.1:1/0"
    said = concealed(f"no {address}, {unquote(password)} of {address}", address)
    assert not [each for each in ("s3c", "r3t") if each in said]
    assert said.count("127.0.0.1:1/0") == 2


@pytest.mark.parametrize(
    "address", ["s3cr3t", "redis//:s3cr3t@a", "http://:s3c@r3t@a/", "redis://:s3c/r3t@a"]
)
def test_an_address_that_cannot_be_used_tells_no_password(address: str) -> None:
    """Nor does one that is none: it may be the password itself."""
    with pytest.raises(UsageError, match="cannot be used") as told:
        Rates(address)
    assert not [each for each in ("s3c", "r3t") if each in str(told.value)]
