"""The GitHub Action: its form, and its steps, run in order in a clean folder."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from metermock.cli import parser
from tests.ci.conftest import ROOT, TOKEN, Team
from tests.ci.steps import EXPRESSION, Run, Runner

# On a busy machine an installation takes a minute.
pytestmark = pytest.mark.timeout(300)
TEXT = (ROOT / "action.yml").read_text("utf-8")
ACTION: dict[str, Any] = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


@pytest.fixture(scope="module")
def runner(
    tmp_path_factory: pytest.TempPathFactory, team: Team, offline: dict[str, str], python: str
) -> Runner:
    """A machine with the team's folder checked out, whose workflow has the token as a variable."""
    env = {**offline, "USAGE_TOKEN": TOKEN}
    return Runner(ROOT, team.folder, tmp_path_factory.mktemp("runner"), env, python)


@pytest.fixture(scope="module")
def kept(runner: Runner, team: Team) -> Run:
    """A run on the deployment that keeps its contract."""
    return runner.run(
        target=team.kept, contract="openapi.yaml", credentials="bearer=env:USAGE_TOKEN\n", args="--no-fuzz"
    )


@pytest.fixture(scope="module")
def broken(runner: Runner, kept: Run) -> Run:
    """A run on the deployment that breaks it, by a file of targets, after the other run."""
    return runner.run_again(config="broken.toml", target="staging", diff=kept.outputs["json"])


def test_the_form_is_that_of_an_action() -> None:
    """Inputs are described and have defaults, outputs have values, and each step has what GitHub demands."""
    assert ACTION.keys() <= {"name", "description", "branding", "inputs", "outputs", "runs", "author"}
    assert ACTION["runs"]["using"] == "composite"
    assert all(each.keys() == {"description", "default"} for each in ACTION["inputs"].values())
    assert all(isinstance(each["default"], str) for each in ACTION["inputs"].values())
    assert all(each.keys() == {"description", "value"} for each in ACTION["outputs"].values())
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        assert ("run" in step) == (step.get("shell") == "bash")


def test_other_actions_are_pinned() -> None:
    """Each is named by a commit, with its release beside it."""
    used = re.findall(r"uses: (.*)", TEXT)
    assert len(used) == sum("uses" in step for step in STEPS)
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in used)


def test_no_input_stands_in_a_script() -> None:
    """Scripts get every value as a variable, so that none of them is read as a command."""
    assert [step["name"] for step in STEPS if EXPRESSION.search(step.get("run", ""))] == []


@pytest.mark.parametrize("name", ["action.yml", "ci/gitlab.yml"])
def test_options_are_those_of_the_command(name: str) -> None:
    """Each option that a script gives is one of `metermock check`, of this version."""
    check: argparse.Action = next(each for each in parser()._actions if isinstance(each.choices, dict))
    assert isinstance(check.choices, dict)
    known = check.choices["check"].format_help()
    given = set(re.findall(r"(--[a-z-]+)=", (ROOT / name).read_text("utf-8")))
    assert {"--contract", "--profile", "--diff"} <= given
    assert [option for option in given if f"{option} " not in known] == []


def test_every_expression_leads_somewhere() -> None:
    """An expression names an input, or an output that a step before it writes."""
    outputs = {"python": {"python-path"}}
    for step in STEPS:
        written = set(re.findall(r'echo "([a-z-]+)=', step.get("run", "")))
        outputs.setdefault(step.get("id", ""), set()).update(written)
    for expression in EXPRESSION.findall(TEXT):
        for name in re.findall(r"(?:inputs|steps)\.[\w.-]+", expression):
            kind, *path = name.split(".")
            assert path[0] in ACTION["inputs"] if kind == "inputs" else path[2] in outputs[path[0]], name


def test_a_kept_contract_is_a_success(kept: Run) -> None:
    """All steps ran, the summary says that it is kept, and the reports are an artefact."""
    assert (kept.failed, kept.outputs["exit-code"]) == (False, "0"), kept.log
    assert kept.steps == [step["name"] for step in STEPS]
    assert "staging" not in kept.summary
    assert "the contract is kept" in kept.summary
    names = {path.name for path in kept.artefacts["metermock"].iterdir()}
    assert names == {"check.html", "check.json", "check.md", "check.sarif", "junit.xml"}


def test_a_broken_contract_fails_after_its_reports_are_kept(broken: Run) -> None:
    """The step's result is the check's exit code; summary, JUnit and SARIF name the rule."""
    assert (broken.failed, broken.code, broken.outputs["exit-code"]) == (True, 1, "1"), broken.log
    assert broken.steps == ["Check", "Upload", "Result"]
    assert "U-1" in broken.summary
    assert "1 new" in broken.summary
    suites = ET.parse(broken.artefacts["metermock"] / "junit.xml").getroot()  # noqa: S314 - our own report
    assert int(suites.attrib["failures"]) >= 1
    sarif = json.loads(Path(broken.outputs["sarif"]).read_text())
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == {"U-1"}


def test_no_secret_is_shown(kept: Run, broken: Run) -> None:
    """Neither the log nor a report has the token."""
    for run in (kept, broken):
        texts = [path.read_text() for path in run.artefacts["metermock"].iterdir()]
        assert TOKEN not in "".join([run.log, run.summary, *texts])


def test_what_is_printed_is_no_command_to_the_runner(broken: Run) -> None:
    """Two lines around the check switch commands off and on, with a word that nobody can guess."""
    match = re.search(r"^::stop-commands::([0-9a-f]{32})\n(.*)^::\1::$", broken.log, re.MULTILINE | re.DOTALL)
    assert match is not None
    assert "THE CONTRACT IS BROKEN" in match[2]


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"target": "https://h", "credentials": "bearer=tok-in-the-open"}, "write SCHEME=env:NAME"),
        ({}, "target: write a base URL"),
        ({"config": "missing.toml"}, "missing.toml: cannot be read"),
        ({"config": "kept.toml", "args": "--no-such-option"}, "unrecognized arguments: --no-such-option"),
        ({"config": "kept.toml", "target": "$(touch owned) `touch owned` ; touch owned"}, "has no target"),
        ({"config": "kept.toml", "baseline": '"; touch owned; "'}, "there is no such baseline"),
    ],
)
def test_a_mistake_in_the_inputs_is_exit_code_2(
    runner: Runner, kept: Run, inputs: dict[str, str], says: str
) -> None:
    """The log says what is wrong, nothing of an input is run, and no report is claimed."""
    assert kept.outputs["exit-code"] == "0"
    run = runner.run_again(**inputs)
    assert (run.failed, run.code) == (True, 2), run.log
    assert says in run.log
    assert "tok-in-the-open" not in run.log
    assert not (runner.workspace / "owned").exists()


def test_a_release_is_one(runner: Runner) -> None:
    """What is no release is refused, and the check does not run."""
    run = runner.run(version="1.0 --index-url=http://h", config="kept.toml")
    assert (run.code, run.steps) == (2, ["Python", "Install", "Result"])
    assert "write a release" in run.log
