"""The command line of `metermock check`, described and parsed."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from metermock.checker.command import add_check_command, options_in
from metermock.checker.deployment.options import Options
from metermock.checker.options import CheckOptions, check_options
from metermock.errors import UsageError


def parsed(*words: str) -> CheckOptions:
    """What a command line tells to do."""
    parser = argparse.ArgumentParser()
    add_check_command(parser.add_subparsers())
    return check_options(parser.parse_args(["check", *words]))


def test_without_arguments_the_facts_are_the_defaults() -> None:
    """The defaults of the command line are those of the facts, so the pytest plugin checks alike."""
    assert parsed() == CheckOptions()
    assert options_in("") == Options()


def test_each_argument_is_a_fact() -> None:
    """Words, credentials and reports keep their order; a form has one file."""
    wanted = parsed(
        "http://h", "--contract", "tiny", "--credential", "a=1", "--credential", "b=2", "--strict"
    )
    assert (wanted.words, wanted.contract, wanted.credentials) == (("http://h",), "tiny", ("a=1", "b=2"))
    assert wanted.options == Options(strict=True)
    written = parsed("--report", "json=-", "--report", "junit=x.xml", "--baseline", "known.toml")
    assert (written.reports, written.baseline) == ({"json": "-", "junit": "x.xml"}, Path("known.toml"))


def test_options_for_pytest_take_no_word() -> None:
    """What is checked stands in the test or its file, so a word there is a mistake."""
    assert options_in("--no-fuzz --seed 7") == Options(fuzz=False, seed=7)
    with pytest.raises(UsageError, match="unrecognized arguments: onepin"):
        options_in("onepin")


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("", (None, None, None, True)),
        ("--profile quick", (150, None, None, False)),
        ("--profile nightly", (900, 900.0, 1.0, False)),
        ("--profile quick --max-requests 60 --max-time 9 --fuzz", (60, 9.0, None, True)),
        ("--no-fuzz", (None, None, None, False)),
    ],
)
def test_a_profile_sets_what_no_option_says(words: str, limits: tuple[object, ...]) -> None:
    """Requests, seconds, requests per second and random requests; an option that is given wins."""
    options = options_in(words)
    assert (options.max_requests, options.max_time, options.rate, options.fuzz) == limits


@pytest.mark.parametrize(
    "words",
    [["--max-requests", "0"], ["--max-failures", "0"], ["--max-time", "x"], ["--timeout", "-1"], ["--seed"]],
)
def test_a_number_that_is_none_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse refuses it, with exit code 2."""
    with pytest.raises(SystemExit) as caught:
        parsed(*words)
    assert caught.value.code == 2
    assert words[0] in capsys.readouterr().err
