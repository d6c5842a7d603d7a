"""The plain deployments speak HTTP in every way that a correct server may."""

import json
import subprocess
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

import deployments.run
from deployments.faults import deploy
from deployments.run import main, serve
from deployments.wire import VARIANTS, listening
from tests.deployments.client import NOW, Client

RUN = Path(deployments.run.__file__)
SHIFTS = {"clock-ahead": 3, "clock-behind": -3}


@pytest.mark.parametrize("variant", sorted(VARIANTS.keys() - {"lag", "clock-ahead", "clock-behind"}))
def test_variants_mean_the_same(variant: str) -> None:
    """A variant changes how a reply is written, not what it says."""
    answers = []
    for variants in ((), (variant,)):
        with listening(deploy("essarion", variants=variants, clock=lambda: NOW)) as url:
            answers.append(Client(url, "essarion", "/api/usage").send(Accept_Encoding="gzip"))
    plain, other = (json.dumps(answer.body, sort_keys=True).replace("+00:00", "Z") for answer in answers)
    assert plain == other
    assert all(answer.status == 200 for answer in answers)


@pytest.mark.parametrize("variant", SHIFTS)
def test_clock_tells_itself(variant: str) -> None:
    """A deployment whose clock is off says so in Date, and its timestamps agree with it."""
    with listening(deploy("zkscore", variants=(variant,), clock=lambda: NOW)) as url:
        answer = Client(url, "zkscore", "/v1/developer/usage").send()
    date = parsedate_to_datetime(answer.headers["date"])
    assert date.timestamp() == NOW + SHIFTS[variant]
    assert answer.body["timestamp"] == date.isoformat().replace("+00:00", "Z")


def test_head_and_unknown_methods() -> None:
    """HEAD is GET without the body, with its length; methods nobody knows are 405."""
    with serve("glyphnet") as url:
        client = Client(url, "glyphnet", "/v1/usage")
        head, odd = client.send(method="HEAD"), client.send(method="BREW")
        assert (head.status, head.content) == (200, b"")
        assert int(head.headers["content-length"]) > 100
        assert (odd.status, odd.headers["allow"]) == (405, "GET, HEAD")


def test_data_moves() -> None:
    """On the live clock new calls arrive within seconds."""
    with serve("zkscore") as url:
        client = Client(url, "zkscore", "/v1/developer/usage")
        first = client.read("?timeframe=all", "busy")["usage"]["totalRequests"]
        deadline = time.monotonic() + 20
        while (later := client.read("?timeframe=all", "busy")["usage"]["totalRequests"]) == first:
            assert time.monotonic() < deadline
            time.sleep(0.3)
    assert later > first


def test_script() -> None:
    """The script prints its base URL as soon as it answers."""
    command = [
        sys.executable,
        str(RUN),
        "onceonly",
        "--fault",
        "no-request-id",
        "--variant",
        "whitespace",
        "close",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answer = Client(process.stdout.readline().strip(), "onceonly", "/v1/usage").send("/all")
        process.terminate()
    assert answer.status == 200
    assert "x-request-id" not in answer.headers


def test_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """The script lists a contract's faults and its credentials."""
    assert main(["essarion", "--list-faults"]) == 0
    assert main(["essarion", "--list-accounts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(json.loads(line)["name"] == "ties-ascending" for line in lines)
    assert json.loads(lines[-1]) == {
        "name": "none",
        "headers": {},
        "about": "no credentials",
        "status": 401,
        "owner": "",
    }
