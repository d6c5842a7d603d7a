"""The GitLab template: its form, and its script, run in a clean folder."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.ci.conftest import ROOT, TOKEN, Team

# On a busy machine an installation takes a minute.
pytestmark = pytest.mark.timeout(300)
JOB: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))[".metermock"]
Job = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, team: Team) -> Path:
    """A checkout of the team's folder."""
    return Path(shutil.copytree(team.folder, tmp_path_factory.mktemp("gitlab") / "project"))


@pytest.fixture(scope="module")
def install(project: Path, offline: dict[str, str], registry: str, python: str) -> dict[str, str]:
    """The environment of a job, after the part of its script that installs."""
    tools = project.parent / "tools"
    tools.mkdir()
    (tools / "python").write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    (tools / "python").chmod(0o755)
    env = {
        **offline,
        "PATH": f"{tools}:/usr/bin:/bin",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": registry,
        "CI_PROJECT_DIR": str(project),
        "USAGE_TOKEN": TOKEN,
    }
    done = script(JOB["script"][:-1], project, {**env, "METERMOCK_VERSION": "0.1.0"})
    assert done.returncode == 0, done.stdout + done.stderr
    return env


def script(lines: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run lines of a script as a runner does where there is no bash."""
    text = "\n".join(lines)
    return subprocess.run(
        ["/bin/sh", "-ec", text],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


@pytest.fixture
def job(project: Path, install: dict[str, str]) -> Job:
    """The part of the job that checks, with these variables."""

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(project / "metermock-reports", ignore_errors=True)
        (project / "metermock-reports").mkdir()
        given = {f"METERMOCK_{name}": value for name, value in variables.items()}
        assert given.keys() <= JOB["variables"].keys()
        return script(JOB["script"][-1:], project, {**install, **JOB["variables"], **given})

    return run


def test_the_form_is_that_of_a_job() -> None:
    """It is hidden until it is extended, keeps its reports whatever comes out, and shows JUnit."""
    assert JOB["artifacts"]["when"] == "always"
    assert JOB["artifacts"]["reports"] == {"junit": "metermock-reports/junit.xml"}
    assert set(JOB["variables"].values()) == {""}
    used = "".join(JOB["script"])
    assert all(name in used for name in JOB["variables"])


def test_a_kept_contract_is_a_success(job: Job, team: Team, project: Path) -> None:
    """The job ends with 0, and all reports are there."""
    done = job(
        TARGET=team.kept,
        CONTRACT="openapi.yaml",
        CREDENTIALS="bearer=env:USAGE_TOKEN",
        ARGS="--no-fuzz --quiet",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = {path.name for path in (project / "metermock-reports").iterdir()}
    assert names == {"check.html", "check.json", "check.md", "check.sarif", "junit.xml"}


def test_a_broken_contract_fails_the_job(job: Job, project: Path) -> None:
    """The exit code is the check's, JUnit has the failure, and nothing has the token."""
    done = job(CONFIG="broken.toml", TARGET="staging", DIFF="not-there.json")
    assert done.returncode == 1, done.stdout + done.stderr
    suites = ET.parse(project / "metermock-reports" / "junit.xml").getroot()  # noqa: S314 - our own report
    assert int(suites.attrib["failures"]) >= 1
    texts = [path.read_text() for path in (project / "metermock-reports").iterdir()]
    assert TOKEN not in "".join([done.stdout, done.stderr, *texts])


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "METERMOCK_TARGET: write a base URL"),
        ({"TARGET": "http://h", "CREDENTIALS": "bearer=tok-in-the-open"}, "write SCHEME=env:NAME"),
        ({"CONFIG": "$(touch owned).toml"}, "$(touch owned).toml: cannot be read"),
        ({"CONFIG": "kept.toml", "TARGET": "`touch owned`"}, "has no target '`touch'"),
        ({"CONFIG": "kept.toml", "TARGET": "*"}, "has no target '*'"),
    ],
)
def test_a_mistake_is_exit_code_2(job: Job, project: Path, variables: dict[str, str], says: str) -> None:
    """The log says what is wrong, and nothing of a variable is run."""
    done = job(**variables)
    assert done.returncode == 2
    assert says in done.stderr
    assert "tok-in-the-open" not in done.stdout + done.stderr
    assert not (project / "owned").exists()
