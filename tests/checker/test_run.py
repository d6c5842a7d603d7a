"""A run of `metermock check`: options in, reports and an exit code out."""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.command import add_check_command
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import Target
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Verdict
from metermock.checker.options import CheckOptions, check_options
from metermock.checker.reports import FORMS
from metermock.checker.run import run
from metermock.contract import Breach
from metermock.errors import CannotTestError, UsageError

TINY = str(Path(__file__).with_name("tiny.openapi.yaml"))
FLAGS = ["http://127.0.0.1:9", "--contract", TINY, "--credential", "bearer=s3cret-token"]


def parsed(*words: str) -> CheckOptions:
    """What a command line tells to do."""
    parser = argparse.ArgumentParser()
    add_check_command(parser.add_subparsers())
    return check_options(parser.parse_args(["check", *words]))


def broken(target: Target, options: Options) -> Verdict:
    """An engine that finds T-1 broken, T-2 kept, and never gets to T-3."""
    collector = Collector(target, options)
    request = Request("getUsage", "GET", f"{target.url}/usage")
    collector.broken(Breach("T-1", "must", "/total", "3", "4", "the rows are the total"), request, status=200)
    collector.kept("T-2", "getUsage", level="should")
    collector.expect("T-3", "getUsage", message="pages do not overlap")
    return collector.verdict(requests=2, seconds=0.1)


def kept(target: Target, options: Options) -> Verdict:
    """An engine that finds T-1 kept, and never gets to T-3."""
    collector = Collector(target, options)
    collector.kept("T-1", "getUsage")
    collector.expect("T-3", "getUsage")
    return collector.verdict(requests=2, seconds=0.1)


def gone(target: Target, options: Options) -> Verdict:
    """An engine that cannot test."""
    raise CannotTestError(f"{target.url} answers 503 to s3cret-token; seed {options.seed}")


@pytest.mark.parametrize(("engine", "code"), [(kept, 0), (broken, 1), (gone, 3)])
def test_the_exit_code_is_the_verdict(
    engine: Callable[..., Verdict], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 kept, 1 broken, 3 could not be tested; the terminal says why."""
    assert run(parsed(*FLAGS), engine) == code
    text = capsys.readouterr().out
    assert {0: "IS KEPT", 1: "T-1 (must) is broken", 3: "answers 503 to $METERMOCK_BEARER"}[code] in text
    assert ("T-3" in text) == (code != 3)


def test_require_all_fails_a_run_that_left_a_must_rule_out() -> None:
    """A must rule that never ran breaks the run, and nothing else changes."""
    assert run(parsed(*FLAGS, "--require-all"), kept) == 1
    assert run(parsed(*FLAGS), kept) == 0


def test_every_report_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--report writes each form into its file; - is standard output, instead of the text."""
    forms = ("html", "junit", "markdown", "sarif")
    reports = [word for form in forms for word in ("--report", f"{form}={tmp_path / form}")]
    assert run(parsed(*FLAGS, *reports, "--report", "json=-"), broken) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "broken"
    assert all("T-1" in (tmp_path / form).read_text() for form in forms)


def test_reports_are_written_when_nothing_could_be_tested(tmp_path: Path) -> None:
    """Exit 3 comes with its reason in the report."""
    path = tmp_path / "report.json"
    assert run(parsed(*FLAGS, "--seed", "5", "--report", f"json={path}"), gone) == 3
    report = json.loads(path.read_text())
    assert (report["verdict"], report["seed"], report["reason"][-6:]) == ("untested", 5, "seed 5")


def test_a_report_that_cannot_be_written_keeps_no_other_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict is printed and the other report written before the full disk is told."""
    path = tmp_path / "report.json"
    words = [*FLAGS, "--report", "html=/dev/full", "--report", f"json={path}"]
    with pytest.raises(UsageError, match="--report html=/dev/full: cannot be written: No space left"):
        run(parsed(*words), broken)
    assert json.loads(path.read_text())["verdict"] == "broken"
    assert "THE CONTRACT IS BROKEN" in capsys.readouterr().out


def test_a_reader_that_leaves_early_changes_no_verdict() -> None:
    """`metermock check … | head -1` in a script that asks for the check's exit code gets it."""
    command = f"{shlex.join([sys.executable, '-m', 'metermock', 'check', *FLAGS])} | true"
    line = f"set -o pipefail; {command}"
    done = subprocess.run(["/bin/bash", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (3, "")


def test_a_baseline_forgives_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--update-baseline writes what is found; with it the same findings are known."""
    known = ["--baseline", str(tmp_path / "known.toml")]
    assert run(parsed(*FLAGS, *known, "--update-baseline"), broken) == 0
    assert 'reason = "to be explained"' in (tmp_path / "known.toml").read_text()
    assert run(parsed(*FLAGS, *known), broken) == 0
    assert "1 known" in capsys.readouterr().out


def test_a_check_is_compared_with_an_earlier_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--diff reads the report before --report writes it anew, and the exit code stays the verdict's."""
    last = tmp_path / "last.json"
    report = ["--report", f"json={last}"]
    assert run(parsed(*FLAGS, *report), broken) == 1
    assert run(parsed(*FLAGS, *report, "--diff", str(last)), kept) == 0
    assert "0 new, 1 gone, 0 stayed" in capsys.readouterr().out
    assert json.loads(last.read_text())["diff"]["gone"][0]["rule"] == "T-1"
    assert run(parsed(*FLAGS, "--diff", str(last), "--require-all"), broken) == 1
    assert "1 new, 0 gone, 0 stayed" in capsys.readouterr().out


def test_the_first_report_has_no_earlier_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the run writes the file itself, it says that there is none yet; the next one compares."""
    words = ["--report", f"json={tmp_path / 'last.json'}", "--diff", str(tmp_path / "last.json")]
    assert run(parsed(*FLAGS, *words), broken) == 1
    said, told = capsys.readouterr()
    assert "there is no earlier report yet; this run writes the first" in told
    assert "stayed" not in said
    assert run(parsed(*FLAGS, *words), broken) == 1
    assert "0 new, 0 gone, 1 stayed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["./nowhere"], "^./nowhere: there is no such folder"),
        (["http://h"], "write: metermock check URL --contract NAME"),
        (["http://h", "--contract", "nothing"], "no contract 'nothing'"),
        (["staging.example", "--contract", TINY], "'staging.example' is no base URL"),
        ([*FLAGS, "--credential", "other=x"], "no security scheme 'other'"),
        ([*FLAGS, "--operation", "getUsages"], "--operation getUsages: no operation .*\n.* getUsage"),
        ([*FLAGS, "--rule", "T-9"], "--rule T-9: no rule has that name\n.*\n.*there are: T-1, T-2"),
        ([*FLAGS, "--skip", "Q-*"], "--skip Q-\\*"),
        ([*FLAGS, "--report", "pdf=x"], f"FORM of {', '.join(FORMS)}"),
        ([*FLAGS, "--report", "json=/no/where/x"], "no folder /no/where"),
        ([*FLAGS, "--update-baseline"], "needs --baseline"),
        ([*FLAGS, "--diff", "missing.json"], "--diff missing.json: there is no such report"),
        ([*FLAGS, "--baseline", "missing.toml"], "missing.toml: there is no such baseline"),
        ([*FLAGS, "--rate-limit", "fast"], "--rate-limit: 'fast' is no rate"),
        ([*FLAGS, "--config", "x.toml"], r"--config: credentials stand in \[\[target.NAME.account\]\]"),
        ([*FLAGS, "--live"], "--live is for a mock of our own"),
        (["--config", "x.toml", "--live"], "--live is for a mock of our own"),
        (["--credential", "bearer=x"], "need the URL of a deployment"),
        (["nothing"], "no contract 'nothing'"),
    ],
)
def test_a_mistake_is_one_clear_message(words: list[str], says: str) -> None:
    """Each mistake in the options is told before a request goes out, with exit code 2."""
    with pytest.raises(UsageError, match=says) as caught:
        run(parsed(*words), kept)
    assert caught.value.exit_code == 2


def test_targets_of_a_file_are_checked_in_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several targets make a list of verdicts; one that is broken makes the run broken."""
    tables = [f'[target.{name}]\ncontract = "{TINY}"\nurl = "http://{name}"\n' for name in ("one", "two")]
    path = tmp_path / "metermock.toml"
    path.write_text("\n".join(tables))

    def engine(target: Target, options: Options) -> Verdict:
        return broken(target, options) if target.name == "two" else kept(target, options)

    assert run(parsed("--config", str(path), "--report", "json=-"), engine) == 1
    verdicts: Any = json.loads(capsys.readouterr().out)
    assert [(each["target"], each["verdict"]) for each in verdicts] == [("one", "kept"), ("two", "broken")]


def test_a_url_without_credentials_is_taken_for_a_mock() -> None:
    """The bundled world's public accounts are used, and its refused credentials are tried."""
    seen: list[Target] = []

    def engine(target: Target, options: Options) -> Verdict:
        seen.append(target)
        return kept(replace(target), options)

    assert run(parsed("http://127.0.0.1:9", "--contract", "onepin"), engine) == 0
    assert {"steady", "quiet", "empty"} <= {account.name for account in seen[0].accounts}
    assert {refused.status for refused in seen[0].refused} == {401, 403}


def test_alone_it_checks_a_mock_of_its_own() -> None:
    """Without a URL a mock is started for the contract, answers, and ends with the run."""
    import httpx  # noqa: PLC0415 - only here

    urls: list[str] = []

    def engine(target: Target, options: Options) -> Verdict:
        urls.append(target.url)
        assert not options.trust_env
        assert httpx.get(f"{target.url}/openapi.yaml", trust_env=False).status_code == 200
        return kept(target, options)

    assert run(parsed("essarion"), engine) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(urls[0], trust_env=False)
