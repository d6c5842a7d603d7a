"""A signal ends a check within two seconds; what it has learnt is reported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checker.conftest import Seen
from tests.checker.har import log_of

TINY = str(Path(__file__).with_name("tiny.openapi.yaml"))
ENOUGH = 30
"""Requests that are answered; the next ones wait for longer than any test."""


@pytest.fixture
def interrupted(
    serve: Callable[..., Any], tmp_path: Path
) -> Callable[[int], tuple[int, float, dict[str, Any], str]]:
    """A function that sends a signal to a check whose deployment has stopped answering.

    Gives its exit code, the seconds that it took to end, its report, and what it printed.
    """

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        if seen.number > ENOUGH:
            time.sleep(20)
        if "s3cret" not in seen.headers.get("authorization", ""):
            return 401, {}, b'{"error": "unauthorized"}'
        return 200, {}, b'{"total": "3", "rows": []}'

    def end(number: int) -> tuple[int, float, dict[str, Any], str]:
        server, report = serve(respond), tmp_path / "report.json"
        words = [sys.executable, "-m", "metermock", "check", server.url, "--contract", TINY]
        words += ["--credential", "bearer=s3cret", "--report", f"json={report}", "--report", "junit=-"]
        words += ["--har", str(tmp_path / "check.har")]
        left = {**os.environ, "TMPDIR": str(tmp_path / "left")}
        (tmp_path / "left").mkdir()
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=left) as process:
            while len(server.seen) <= ENOUGH:
                assert process.poll() is None
                time.sleep(0.05)
            began = time.monotonic()
            process.send_signal(number)
            printed, _ = process.communicate(timeout=10)
            return (
                process.returncode,
                time.monotonic() - began,
                json.loads(report.read_text(encoding="utf-8")),
                printed,
            )

    return end


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_what_was_learnt_is_reported(
    interrupted: Callable[[int], tuple[int, float, dict[str, Any], str]],
    tmp_path: Path,
    number: int,
    code: int,
) -> None:
    """Though four requests are under way that nobody answers; the verdict is no claim."""
    returned, seconds, report, printed = interrupted(number)
    assert returned == code
    assert seconds < 6  # Two on a machine that does nothing else; the replies would take twenty.
    assert report["verdict"] == "untested"
    assert report["reason"] == f"interrupted by {signal.Signals(number).name}"
    assert "schema" in {finding["rule"] for finding in report["findings"]}
    assert "<testsuite" in printed
    assert list((tmp_path / "left").iterdir()) == []
    assert len(log_of(tmp_path / "check.har")["entries"]) >= ENOUGH


def test_a_signal_before_the_first_request_ends_it_with_reports(tmp_path: Path) -> None:
    """It comes while a credential's command runs, which would take for longer than any test."""
    config, report = tmp_path / "metermock.toml", tmp_path / "report.json"
    config.write_text(
        f"[target.staging]\ncontract = '{TINY}'\nurl = 'http://127.0.0.1:9/v1'\n"
        "[[target.staging.account]]\nname = 'a'\n"
        "credential = { bearer = \"cmd:sh -c 'kill -TERM $PPID; exec sleep 60'\" }\n",
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "metermock", "check", "--config", str(config)]
    done = subprocess.run(
        [*words, "--report", f"json={report}", "--report", "junit=-"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    said = json.loads(report.read_text(encoding="utf-8"))
    assert (done.returncode, said["verdict"], said["requests"]) == (143, "untested", 0)
    assert (said["target"], said["reason"]) == ("staging", "interrupted by SIGTERM")
    assert "interrupted by SIGTERM" in done.stdout
