"""The tests of a `metermock.toml` that are chosen decide what is sent; workers of pytest-xdist share it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from metermock.checker.findings.verdict import RuleCount
from metermock.checker.pytest_results import Result, Shared, Told
from tests.checker.test_plugin import CONFIG, TINY, accepting, pytest_in

NOTHING = Result("local", "https://tiny.example", "untested")
LEARNT = Result(
    "local",
    "https://tiny.example",
    "broken",
    findings=(Told("getUsage", "T-1", "T-1 is broken", is_failure=True),),
    rules=(RuleCount("T-1", "must", "getUsage", "sums", 3, 1, 0),),
)


class Counted:
    """A server that breaks T-1, a folder with its `metermock.toml`, and the requests that it got."""

    def __init__(self, serve: Callable[..., Any], folder: Path) -> None:
        self.folder = folder
        self.keys: list[str] = []
        self.write(serve(self._respond).url)

    def _respond(self, seen: Any) -> tuple[int, dict[str, str], bytes]:
        self.keys.append(f"{seen.headers.get('x-api-key', '')} {seen.target}")
        return accepting(seen)

    def write(self, url: str) -> None:
        """Make it the file of a server."""
        (self.folder / "metermock.toml").write_text(
            f'[target.local]\ncontract = "{TINY}"\nurl = "{url}"\n'
            '[[target.local.account]]\nname = "one"\ncredential = { header = "tiny-key-1234" }\n'
        )

    def run(self, *words: str, **environment: str) -> tuple[str, list[str]]:
        """What pytest prints, and the requests that it caused."""
        self.keys.clear()
        return pytest_in(self.folder, *CONFIG, *words, **environment), list(self.keys)


@pytest.fixture
def counted(serve: Callable[..., Any], tmp_path: Path) -> Counted:
    """A server that counts."""
    return Counted(serve, tmp_path)


def test_only_what_the_chosen_rules_need_is_sent(counted: Counted) -> None:
    """A rule about good replies needs no request that is refused; its node id chooses it."""
    text, sent = counted.run("metermock.toml::local::getUsage::T-1")
    assert "1 failed" in text
    assert 'T-1 (must) is broken: "the rows together are the total"' in text
    assert sent
    assert {request.split()[0] for request in sent} == {"tiny-key-1234"}
    assert not [request for request in sent if "days=0" in request or "unknown" in request]


def test_nothing_is_sent_to_list_tests_or_for_none(counted: Counted) -> None:
    """`--collect-only` needs the file and the document; where all are deselected nobody needs a check."""
    text, sent = counted.run("--collect-only", "-m", "metermock")
    assert "metermock.toml::local::all::could be tested" in text
    text, more = counted.run("-k", "nothing-of-that-name")
    assert "deselected" in text
    assert sent + more == []


def test_the_last_failures_are_checked_alone(counted: Counted) -> None:
    """`--lf` runs what failed, and sends what that needs."""
    cached = ("-p", "cacheprovider", "-o", "cache_dir=kept")
    everything, all_sent = counted.run(*cached, "-k", "T-1 or T-2 or tested")
    assert "1 failed, 2 passed" in everything
    text, sent = counted.run(*cached, "--lf")
    assert "1 failed" in text
    assert "passed" not in text
    assert 0 < len(sent) <= len(all_sent)


def test_workers_check_once_and_leave_nothing_behind(counted: Counted) -> None:
    """Two workers send what one process sends; the folder that they shared is gone."""
    temporary = counted.folder / "temporary"
    temporary.mkdir()
    chosen = ("-k", "T-1 or T-2")
    _, alone = counted.run(*chosen)
    text, shared = counted.run("-p", "xdist", "-n", "2", *chosen, TMPDIR=str(temporary))
    assert "1 failed, 1 passed" in text
    assert 'T-1 (must) is broken: "the rows together are the total"' in text
    assert len(shared) == len(alone)
    assert list(temporary.glob("metermock-*")) == []


def test_each_test_says_why_nothing_could_be_tested(counted: Counted) -> None:
    """Workers do not hang where nobody is there, and no test of a must rule passes or is skipped."""
    counted.write("http://127.0.0.1:9")
    text, _ = counted.run("-p", "xdist", "-n", "2", "-k", "T-1 or schema or tested", "-o", "addopts=")
    assert "3 failed" in text
    assert text.count("could not be tested: http://127.0.0.1:9 cannot be reached") >= 3
    assert "exit 1" in text


def test_a_result_is_made_once_and_read_by_others(tmp_path: Path) -> None:
    """Only this user can read it, and it comes back as it was."""
    made: list[int] = []

    def make(sign: Callable[[], None]) -> Result:
        sign()
        made.append(1)
        return LEARNT

    first, second = (Shared(tmp_path, "local").result(make, NOTHING) for _ in range(2))
    assert (first, second, len(made)) == (LEARNT, LEARNT, 1)
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.glob("local.*[!k]")} == {"0o600"}
    assert set(json.loads((tmp_path / "local.json").read_text())["findings"][0]) == {
        *("operation", "rule", "text", "is_failure")
    }


def test_a_check_that_crashed_is_not_made_again(tmp_path: Path) -> None:
    """A worker that went away has left its mark and no result; the others say so."""
    (tmp_path / "local.begun").touch()
    told = Shared(tmp_path, "local").result(lambda _: LEARNT, NOTHING)
    assert (told.verdict, told.reason) == ("untested", "the worker that checked it crashed")


def test_an_error_is_raised_once(tmp_path: Path) -> None:
    """The test that met it shows it, the others name it."""

    def fail(_: Callable[[], None]) -> Result:
        raise ZeroDivisionError

    shared = Shared(tmp_path, "local")
    with pytest.raises(ZeroDivisionError):
        shared.result(fail, NOTHING)
    assert "ZeroDivisionError" in shared.result(fail, NOTHING).reason


def test_a_worker_without_a_sign_of_life_is_not_waited_for(tmp_path: Path) -> None:
    """It may hang; who waits says so after a while."""
    begun = tmp_path / "local.begun"
    begun.touch()
    os.utime(begun, (time.time() - 1000, time.time() - 1000))
    with FileLock(tmp_path / "local.lock"):
        told = Shared(tmp_path, "local", tick=0.01).result(lambda _: LEARNT, NOTHING)
    assert told.reason == "the worker that checks it gave no sign of life for 120 seconds"
