"""A `metermock.toml` says of a check what the command line can say, for all targets or for one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.command import add_check_command
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Verdict
from metermock.checker.option_table import ELSEWHERE, WHOLE_RUN, OptionTable
from metermock.checker.options import CheckOptions, check_options
from metermock.checker.run import run
from metermock.errors import UsageError

TINY = str(Path(__file__).with_name("tiny.openapi.yaml"))
TARGET = f'[target.one]\ncontract = "{TINY}"\nurl = "http://one.example"\n'


def parser() -> argparse.ArgumentParser:
    """The command line of `metermock check`."""
    whole = argparse.ArgumentParser()
    commands = whole.add_subparsers()
    add_check_command(commands)
    check: argparse.ArgumentParser = commands.choices["check"]
    return check


TABLE: OptionTable = parser().get_default("table")
FOR_ALL = TABLE.keys
FOR_ONE = tuple(key for key in TABLE.keys if key not in WHOLE_RUN)


def wanted(folder: Path, text: str, *words: str) -> CheckOptions:
    """What a file and a command line together want."""
    (folder / "metermock.toml").write_text(text, "utf-8")
    return check_options(parser().parse_args(["--config", str(folder / "metermock.toml"), *words]))


def sample(key: str) -> str:
    """A value that an option has nowhere by itself, as TOML."""
    action = TABLE.actions[key]
    special = {"rate-limit": '"7/min"', "param": '{ getUsage.days = "7" }', "report": '{ json = "x.json" }'}
    if key in special:
        return special[key]
    if action.nargs == 0:
        return "true"
    if action.choices:
        usual = vars(TABLE.settled())[action.dest]
        return json.dumps(next(each for each in action.choices if each != usual))
    return "7" if action.metavar in {"N", "SECONDS"} else '"x"'


def test_every_option_is_a_key() -> None:
    """What argparse offers is what the file takes, but for options that have no sense in it."""
    listed = {
        word.removeprefix("--")
        for line in parser().format_help().splitlines()
        for word in line.strip().split(" ")[:1]
        if word.startswith("--")
    }
    assert listed == {*FOR_ALL, *ELSEWHERE}
    assert set(WHOLE_RUN) <= set(FOR_ALL)


@pytest.mark.parametrize("key", FOR_ALL)
def test_a_key_for_all_is_an_option(tmp_path: Path, key: str) -> None:
    """Each key changes what is wanted of the run, and of a target unless it is of the run as a whole."""
    extra = 'baseline = "x"\n' if key == "update-baseline" else ""
    target = TARGET.replace(f'contract = "{TINY}"\n', "")
    plain = wanted(tmp_path, f"[check]\n{extra}{target}")
    said = wanted(tmp_path, f"[check]\n{extra}{key} = {sample(key)}\n{target}")
    assert said != plain
    assert said.of("one") != plain.of("one")


@pytest.mark.parametrize("key", FOR_ONE)
def test_a_key_for_one_target_is_an_option_of_how_it_is_checked(tmp_path: Path, key: str) -> None:
    """Each key changes what the check of this target is told; one that does not belongs to WHOLE_RUN."""
    own = TARGET.replace(f'contract = "{TINY}"\n', "") if key == "contract" else TARGET
    plain = wanted(tmp_path, TARGET)
    said = wanted(tmp_path, f"{own}{key} = {sample(key)}\n")
    told = ("options", "contract", "rate_limit", "parameters", "baseline")
    assert [name for name in told if getattr(said.of("one"), name) != getattr(plain.of("one"), name)]
    assert replace(said, of_targets={}) == replace(plain, of_targets={})


@pytest.mark.parametrize("key", WHOLE_RUN)
def test_a_key_of_the_whole_run_is_none_of_a_target(tmp_path: Path, key: str) -> None:
    """The message says where it belongs."""
    with pytest.raises(
        UsageError, match=rf"metermock\.toml:4: `{key}` is of the whole run: write it under \[check\]"
    ):
        wanted(tmp_path, f"{TARGET}{key} = {sample(key)}\n")


@pytest.mark.parametrize("key", [key for key in FOR_ALL if "FILE" in str(TABLE.actions[key].metavar)])
def test_a_file_is_seen_from_the_folder_of_the_file_that_names_it(tmp_path: Path, key: str) -> None:
    """Every option with a path has it relative to metermock.toml, wherever the command runs."""
    if key == "contract":
        return  # read where the target is, see tests/checker/deployment/test_config.py
    said = wanted(tmp_path, f"[check]\n{key} = {sample(key)}\n{TARGET}")
    assert str(tmp_path / "x") in repr(said)


def test_the_nearest_word_wins(tmp_path: Path) -> None:
    """The command line wins over the target, the target over `[check]`, and a list is replaced as a whole."""
    for_all = 'workers = 2\nretries = 5\ntimeout = 9\nskip = ["A-1", "A-2"]\n'
    text = f'[check]\n{for_all}{TARGET}retries = 6\nskip = "B-1"\n'
    options = wanted(tmp_path, text, "--timeout", "30").of("one").options
    assert (options.workers, options.retries, options.timeout, options.skip) == (2, 6, 30, ("B-1",))
    assert wanted(tmp_path, text, "--skip", "C-1").of("one").options.skip == ("C-1",)
    assert wanted(tmp_path, text).options.skip == ("A-1", "A-2")


def test_a_flag_of_the_file_can_be_taken_back(tmp_path: Path) -> None:
    """`--no-strict` wins over `strict = true`, and `--fuzz` over `no-fuzz = true`."""
    text = f"[check]\nstrict = true\nno-fuzz = true\n{TARGET}"
    said = wanted(tmp_path, text).of("one").options
    back = wanted(tmp_path, text, "--no-strict", "--fuzz").of("one").options
    assert (said.strict, said.fuzz, back.strict, back.fuzz) == (True, False, False, True)
    assert "--no-strict" not in parser().format_help()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "max_requests = 5",
            "unknown key `max_requests`; did you mean `max-requests`? known here: contract, ",
        ),
        ('max-requests = "5"', "`max-requests`: write a number (stop after N requests per target)"),
        ("max-requests = 5.5", "`max-requests`: '5.5' is not a whole number of at least 1"),
        ("max-time = true", "`max-time`: write a number"),
        ('strict = "yes"', "`strict`: write true or false"),
        ("skip = [1]", "`skip`: write a text"),
        ('rate-limit = "fast"', "`rate-limit`: 'fast' is no rate; write 5/s, 100/min or 1000/h"),
        ('param = "days=7"', "`param`: days=7: write OPERATION.PARAMETER=VALUE"),
        ("param = { getUsage.days = 7 }", "`param`: the value of `getUsage.days` has to be a text"),
        ('credential = { header = "x" }', "`credential`: credentials stand in [[target.NAME.account]]"),
        ("live = true", "`live`: --live is for a mock of our own"),
    ],
)
def test_a_mistake_is_told_with_file_line_key_and_what_is_right(tmp_path: Path, line: str, says: str) -> None:
    """It is one message, whichever target is asked for."""
    text = f'{TARGET}{line}\n[target.two]\ncontract = "{TINY}"\nurl = "http://two.example"\n'
    with pytest.raises(UsageError) as caught:
        wanted(tmp_path, text, "two")
    assert str(caught.value).startswith(f"{tmp_path}/metermock.toml:4: {says}")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('url = "http://h"', "`url` is of one target: write it under [target.NAME]"),
        ('report = { pdf = "x" }', "`report`: pdf="),
        ('har = "nowhere/x.har"', "`har`: "),
        ('report = "json=/no/where/x"', "`report`: json=/no/where/x: there is no folder /no/where"),
        ("no-fuz = true", "unknown key `no-fuz`; did you mean `no-fuzz`?"),
    ],
)
def test_a_mistake_for_all_is_told_alike(tmp_path: Path, line: str, says: str) -> None:
    """`[check]` has lines too."""
    with pytest.raises(UsageError) as caught:
        wanted(tmp_path, f"[check]\n{line}\n{TARGET}")
    assert str(caught.value).startswith(f"{tmp_path}/metermock.toml:2: {says}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("target.one = 5\n", "1: `target.one` has to be a table"),
        (f"check = 3\n{TARGET}", "1: `check` has to be a table"),
        (TARGET.replace(TINY, "nope.yaml"), "2: "),
        (f'{TARGET}rule = "V-1"\n', "4: `rule`: V-1: no rule has that name"),
        (f'[check]\nskip = ["V-1"]\n{TARGET}', "2: `skip`: V-1: no rule or operation has that name"),
        (f'{TARGET}param = {{ getUsag.days = "7" }}\n', "4: `param`: getUsag: no operation has that name"),
    ],
)
def test_a_mistake_that_only_the_contract_shows_has_its_line_too(
    tmp_path: Path, text: str, says: str
) -> None:
    """What is no table, no document, no rule and no operation is told where it stands."""
    with pytest.raises(UsageError) as caught:
        run(wanted(tmp_path, text), lambda *_: pytest.fail("a request was sent"))
    assert str(caught.value).startswith(f"{tmp_path}/metermock.toml:{says}")


def test_each_target_may_have_a_baseline_to_be_updated(tmp_path: Path) -> None:
    """`update-baseline` is of the run, and needs a baseline of at least one target."""
    text = f"[check]\nupdate-baseline = true\n{TARGET}"
    assert wanted(tmp_path, f'{text}baseline = "known.toml"\n').update_baseline
    with pytest.raises(UsageError, match="--update-baseline needs --baseline FILE"):
        wanted(tmp_path, text)


def test_each_target_is_checked_in_its_own_manner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options, rate, report and baseline reach the check, the run and what is written."""
    (tmp_path / "known.toml").write_text('contract = "tiny"\n')
    text = f"""[check]
report = {{ json = "out.json" }}
[target.one]
contract = "{TINY}"
url = "http://one.example"
max-requests = 5
rate-limit = "2/s"
require-all = true
[target.two]
contract = "{TINY}"
url = "http://two.example"
baseline = "known.toml"
"""

    def engine(target: Target, options: Options) -> Verdict:
        collector = Collector(target, options)
        collector.kept("T-1", "getUsage")
        collector.expect("T-3", "getUsage")
        return collector.verdict(requests=options.max_requests or 0, seconds=target.rate_limit or 0.0)

    assert run(wanted(tmp_path, text), engine) == 1
    one, two = json.loads((tmp_path / "out.json").read_text())
    assert (one["requests"], one["seconds"], one["verdict"]) == (5, 2, "broken")
    assert (two["requests"], two["seconds"], two["verdict"]) == (0, 0, "kept")
    assert "(--require-all)" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["baseline", "ca-file", "diff"])
def test_a_file_that_is_not_there_is_told_with_the_line_that_names_it(tmp_path: Path, key: str) -> None:
    """Before anything is sent, as for any other mistake of the file."""
    table = f'[check]\n{key} = "nowhere"\n{TARGET}'
    never: Callable[[Any, Any], Verdict] = lambda *_: pytest.fail("a request was sent")  # noqa: E731
    with pytest.raises(UsageError) as caught:
        run(wanted(tmp_path, table), never)
    said = str(caught.value)
    assert said.startswith(f"{tmp_path}/metermock.toml:2: `{key}`: {tmp_path}/nowhere: "), said


def test_a_file_that_the_command_line_names_has_no_line(tmp_path: Path) -> None:
    """What stands nowhere is told as it is."""
    with pytest.raises(UsageError) as caught:
        run(wanted(tmp_path, TARGET, "--ca-file", "nowhere"), lambda *_: pytest.fail("a request was sent"))
    assert str(caught.value).startswith("nowhere: cannot be used as a CA file: ")


def test_a_baseline_of_another_contract_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    """The engine is never called."""
    (tmp_path / "known.toml").write_text('contract = "other"\n')
    never: Callable[[Any, Any], Verdict] = lambda *_: pytest.fail("a request was sent")  # noqa: E731
    with pytest.raises(UsageError, match=r"known\.toml:1: this is a baseline of the contract 'other'"):
        run(wanted(tmp_path, f'{TARGET}baseline = "known.toml"\n'), never)
