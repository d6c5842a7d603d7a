"""The Dockerfile: its steps run in a clean folder, and the command that comes out works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.ci.conftest import ROOT, Team
from tests.ci.dockerfile import Builder, Image

# On a busy machine an installation takes a minute.
pytestmark = pytest.mark.timeout(300)
TEXT = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `.dockerignore` leaves of a checkout."""
    folder = tmp_path_factory.mktemp("context")
    nothing, *more = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] not in {"", "#"}
    ]
    assert (nothing, more[-1]) == ("*", "**/__pycache__")
    for name in ["Dockerfile", *(line.removeprefix("!") for line in more[:-1])]:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, folder / name)
    return folder


@pytest.fixture(scope="module")
def image(
    tmp_path_factory: pytest.TempPathFactory, context: Path, offline: dict[str, str], python: str
) -> Image:
    """The image's files."""
    work = tmp_path_factory.mktemp("image")
    tools = work / "tools"
    tools.mkdir()
    for name, script in {
        "python": f'exec {python} "$@"',
        "useradd": f'echo "$@" >> {work}/users',
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    env = {**offline, "PATH": f"{tools}:/usr/bin:/bin"}
    return Builder(context, work, env).build()


def test_it_starts_as_metermock(image: Image) -> None:
    """Without words it says what it can do; its words are those of the command."""
    assert image.entry == ["metermock"]
    assert "usage: metermock" in image.started().stdout
    accounts = image.started("accounts", "onepin")
    assert accounts.returncode == 0, accounts.stderr
    assert "steady" in accounts.stdout


def test_it_reads_what_lies_in_its_folder(image: Image, team: Team) -> None:
    """A folder that is mounted at /work has the documents by their own names."""
    shutil.copy(team.folder / "openapi.yaml", image.root / "work")
    done = image.started("lint", "openapi.yaml")
    assert (done.returncode, image.folder) == (0, "/work"), done.stdout + done.stderr


def test_it_is_slim_and_without_root(image: Image) -> None:
    """The user has a number that is not root's, and neither sources nor pip are left."""
    assert re.fullmatch(r"[1-9]\d*", image.user)
    users = (image.root.parent / "users").read_text()
    assert f"--uid {image.user}" in users
    assert [base for base in image.bases if not base.endswith("-slim")] == []
    assert sorted(path.name for path in image.root.iterdir()) == ["opt", "work"]
    assert list(image.root.glob("opt/metermock/lib/python*/site-packages/pip")) == []
    assert list(image.root.glob("opt/metermock/lib/python*/site-packages/metermock/__pycache__/cli.*.pyc"))


def test_releases_are_those_of_the_lock(context: Path) -> None:
    """Everything from a registry comes through the lock with its hashes; the rest is built without one."""
    installs = [line for line in TEXT.splitlines() if re.search(r"pip install|lock/install\.py", line)]
    assert len(installs) == 2
    assert "lock/install.py lock/runtime.txt" in installs[0]
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(installs[1].split())
    assert "--require-hashes" in (context / "lock" / "install.py").read_text("utf-8")


def test_what_is_copied_is_let_through(context: Path) -> None:
    """`.dockerignore` holds back nothing that a step copies, and lets nothing else through."""
    copied = {
        word.rstrip("/")
        for line in re.findall(r"^COPY (?!--)(.*)", TEXT, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert {path.name for path in context.iterdir()} - {"Dockerfile"} == copied
