"""A signal ends learning: what was heard until then is learned from, or nothing is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from metermock.checker import watch
from metermock.cli import main
from metermock.learn import learning, run
from metermock.learn.signs import Signs
from tests.checker.conftest import Deployment, Seen, deployment
from tests.learn import api

ENDS = pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
OVERLAY = """\
overlay: 1.0.0
info: {title: mine, version: '1'}
actions:
- target: $.info
  update: {x-mine: true}
"""


def answered(seen: Seen, enough: int) -> tuple[int, dict[str, str], bytes]:
    """The reply of the small API to so many requests; the next ones wait for longer than any test."""
    if seen.number > enough:
        time.sleep(20)
    key = seen.headers.get("x-key", "")
    if not key.startswith("secret-"):
        return 401, {"Content-Type": "application/json"}, b"{}"
    period = "all" if "period=all" in seen.target else "month"
    body = api.reply(int(key[-1]), period, 11)
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def words_of(server: Deployment, folder: Path) -> list[str]:
    """The command line of a run that adds to an Overlay."""
    api.contract(folder)
    (folder / "learned.yaml").write_text(OVERLAY, "utf-8")
    words = ["learn", server.url, "--contract", str(folder / "parcels.openapi.yaml")]
    for account in range(len(api.PLANS)):
        words += ["--credential", f"a{account}:key=secret-{account}"]
    return [*words, "-o", str(folder / "learned.yaml")]


def ended(folder: Path, enough: int, number: int) -> tuple[int, str, str]:
    """A run whose deployment stops answering gets a signal: its code, what it said, and the Overlay."""
    (folder / "left").mkdir()
    with deployment(lambda seen: answered(seen, enough)) as server:
        words = [sys.executable, "-m", "metermock", *words_of(server, folder)]
        scratch = {**os.environ, "TMPDIR": str(folder / "left")}
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=scratch) as process:
            while len(server.seen) <= enough:
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(number)
            _, said = process.communicate(timeout=15)
    assert list((folder / "left").iterdir()) == []
    return process.returncode, said, (folder / "learned.yaml").read_text("utf-8")


def test_what_was_heard_is_learned_from(tmp_path: Path) -> None:
    """The rules are added to the Overlay, and a line says how far it came."""
    returned, said, overlay = ended(tmp_path, 24, signal.SIGINT)

    assert returned == 130
    assert "interrupted by SIGINT: 2" in said
    assert " of 400 requests" in said
    assert "body.ok" in overlay
    assert "title: mine" in overlay


def test_a_file_is_left_as_it_was_where_nothing_was_heard(tmp_path: Path) -> None:
    """The first request has no reply yet."""
    returned, said, overlay = ended(tmp_path, 0, signal.SIGTERM)

    assert returned == 143
    assert "interrupted by SIGTERM: nothing was learned" in said
    assert "Traceback" not in said
    assert overlay == OVERLAY


@ENDS
def test_recordings_are_left_at_once(
    tmp_path: Path,
    number: int,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They can be read again, so nothing of a part of them is written."""
    api.contract(tmp_path)
    (tmp_path / "traffic.har").write_text(json.dumps(api.har()), "utf-8")
    output = tmp_path / "learned.yaml"
    output.write_text(OVERLAY, "utf-8")
    learned = learning.learned

    def signalled(*arguments: Any) -> Any:
        signal.raise_signal(number)
        return learned(*arguments)

    monkeypatch.setattr(run, "learned", signalled)
    monkeypatch.setattr(run, "leave", lambda _: None)
    words = ["--har", str(tmp_path / "traffic.har"), "--contract", str(tmp_path / "parcels.openapi.yaml")]

    assert main(["learn", *words, "-o", str(output)]) == code
    assert "nothing was learned by then, and nothing is written" in capsys.readouterr().err
    assert output.read_text("utf-8") == OVERLAY


def test_a_signal_while_it_learns_keeps_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rules are found, and not tried: nothing more is sent."""
    learned = learning.learned

    def signalled(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return learned(*arguments)

    monkeypatch.setattr(run, "learned", signalled)
    monkeypatch.setattr(run, "leave", lambda _: None)
    with deployment(lambda seen: answered(seen, 400)) as server:
        words = words_of(server, tmp_path)

        assert main([*words, "--requests", "50"]) == 130
        assert len(server.seen) <= 30
        assert f"interrupted by SIGINT: {len(server.seen)} of 50 requests" in capsys.readouterr().err
    assert "body.ok" in (tmp_path / "learned.yaml").read_text("utf-8")


@pytest.mark.parametrize("words", [(), ("--quiet",)], ids=["plain", "quiet"])
def test_requests_are_counted_aloud(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a terminal too, unless nothing is to be said."""
    monkeypatch.setattr(watch, "HEARTBEAT", 0.0)

    def slowly(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.05)
        return answered(seen, 400)

    with deployment(slowly) as server:
        main([*words_of(server, tmp_path), "--requests", "12", *words])

    assert (" requests in 0 s\n" in capsys.readouterr().err) != bool(words)


def test_a_stage_is_told_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a stage that comes sooner nobody without a terminal needs to know."""
    times = iter([0.0, 4.0, 11.0, 11.0, 20.0])
    signs = Signs(is_quiet=False, clock=lambda: next(times))

    for stage in ("one", "two", "three"):
        signs(stage)

    assert capsys.readouterr().err == "  two …\n"
