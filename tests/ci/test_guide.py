"""The guide docs/ci.md: its commands do what stands below them, and its workflows name what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from metermock.cli import parser
from tests.ci.conftest import ROOT, TOKEN, Team

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
JOB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))[".metermock"]
# On a busy machine an installation takes a minute.
pytestmark = pytest.mark.timeout(300)
RUN = ("metermock", "pytest")
"""The programs whose commands are run; of others only the words for metermock are read."""


@dataclass(frozen=True)
class Command:
    """A command of the page, and the lines that it shows below it."""

    words: str
    shown: tuple[str, ...]


def blocks(language: str) -> list[str]:
    """The blocks of a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands() -> list[Command]:
    """Every command of the page."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            words, *shown = part.rstrip().splitlines()
            found.append(Command(words, tuple(line for line in shown if line.strip())))
    return found


def plain(text: str, url: str) -> str:
    """A text without what differs from run to run."""
    return re.sub(
        r"\d[\d,]*(\.\d+)? (requests|s|times)\b", r"N \2", text.replace(url, "https://staging.example")
    )


@pytest.fixture
def folder(tmp_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's folder: the page's file, the variables that it exports, our programs on the path."""
    shutil.copy(team.folder / "openapi.yaml", tmp_path)
    (tmp_path / "metermock.toml").write_text(blocks("toml")[0])
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in RUN:
        (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {name} "$@"\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("STAGING_URL", team.broken)
    monkeypatch.setenv("STAGING_TOKEN", TOKEN)
    return tmp_path


def test_commands_do_what_the_page_shows(folder: Path, team: Team) -> None:
    """In the order of the page each is understood, ends as it says, and prints the lines below it."""
    for command in commands():
        if not command.words.startswith(RUN):
            continue
        shell = ["/bin/sh", "-c", command.words]
        done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=False, timeout=110)
        output = plain(done.stdout + done.stderr, team.broken)
        is_forgiven = "lint" in command.words or "--baseline" in command.words
        assert done.returncode == (0 if is_forgiven else 1), f"{command.words}\n{output}"
        missing = [line for line in command.shown if plain(line, team.broken) not in output.splitlines()]
        assert missing == [], f"{command.words}\n{output}"
        assert TOKEN not in output


def test_every_command_is_run_or_read() -> None:
    """Other programs than ours stand in the page only where no test can have them."""
    others = {each.words.split()[0] for each in commands() if not each.words.startswith(RUN)}
    assert others == {"pip", "export", "docker"}
    (exported,) = [each.words for each in commands() if each.words.startswith("export")]
    assert set(re.findall(r"(\w+)=", exported)) == set(re.findall(r"env:(\w+)", blocks("toml")[0]))
    for each in commands():
        _, found, words = each.words.partition(" metermock ")
        if each.words.startswith("docker run"):
            assert found
            assert parser().parse_args(words.split())


def steps(text: str) -> list[dict[str, Any]]:
    """The steps of a workflow's first job."""
    (job,) = yaml.safe_load(text)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def test_the_workflow_names_what_the_action_has() -> None:
    """Its inputs and outputs are the action's, and its variables those of the file."""
    workflow = next(block for block in blocks("yaml") if "jobs:" in block)
    (step,) = [step for step in steps(workflow) if step.get("uses", "").startswith("OWNER/metermock@")]
    assert step["with"].keys() <= ACTION["inputs"].keys()
    assert step["env"].keys() == set(re.findall(r"env:(\w+)", blocks("toml")[0]))
    named = set(re.findall(r"steps\.contract\.outputs\.([\w-]+)", PAGE))
    assert named <= ACTION["outputs"].keys()
    rows = PAGE[PAGE.index("| input |") : PAGE.index("## GitLab")]
    assert set(re.findall(r"`([a-z-]+)`(?=[^|]* \|.*\|)", rows)) >= ACTION["inputs"].keys()


def test_the_job_names_what_the_template_has() -> None:
    """Its variables are the template's."""
    (text,) = [block for block in blocks("yaml") if "extends:" in block]
    job = yaml.safe_load(text)["staging"]
    assert job["extends"] == ".metermock"
    assert job["variables"].keys() <= JOB["variables"].keys()


def test_the_hook_is_one() -> None:
    """The page names the hook's id."""
    (text,) = [block for block in blocks("yaml") if "repos:" in block]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert yaml.safe_load(text)["repos"][0]["hooks"] == [{"id": hook["id"]}]


@pytest.mark.parametrize("page", ["README.md", "docs/checking.md"])
def test_the_guide_is_linked(page: str) -> None:
    """Whoever reads about checks finds the way to CI."""
    assert "ci.md)" in (ROOT / page).read_text("utf-8")


def test_its_links_lead_somewhere() -> None:
    """Each link to a file or a heading of the page is right."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-")
        for line in re.findall(r"^#+ (.*)", PAGE, re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, anchor = link.partition("#")
        assert not path or (ROOT / "docs" / path).is_file(), link
        assert path or anchor in headings, link
