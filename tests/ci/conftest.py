"""What the files for CI are tried on: servers of a small contract, and a registry without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checker.small import Asked, small

ROOT = Path(__file__).parents[2]
if not (ROOT / "action.yml").is_file():
    # Beside an installed wheel there is nothing that could be installed anew.
    collect_ignore_glob = ["test_*.py"]

TOKEN = "tok-7Qm2Vx9Kp4"
USAGE = """\
openapi: 3.1.0
info: {title: Usage, version: "1.0"}
security: [{bearer: []}]
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
paths:
  /v1/usage:
    get:
      operationId: getUsage
      x-rules:
        - id: U-1
          level: must
          message: the parts together are the total
          rule: sum(body.parts) == body.total
      responses:
        "200":
          description: the usage
          content:
            application/json:
              schema:
                type: object
                required: [total, parts]
                properties:
                  total: {type: integer}
                  parts: {type: array, items: {type: integer}}
        "401": {description: nobody is let in}
"""


@dataclass(frozen=True)
class Team:
    """A team's folder with a contract, and two deployments of it: one keeps it, one does not."""

    folder: Path
    kept: str
    broken: str


def _answer(asked: Asked, total: int) -> tuple[int, object] | tuple[int, object, dict[str, str]]:
    if asked.path != "/v1/usage":
        return 404, {"error": "nothing is there"}
    if asked.method != "GET":
        return 405, {"error": "read only"}, {"allow": "GET, HEAD"}
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    if (scheme.lower(), token) != ("bearer", TOKEN):
        return 401, None, {"www-authenticate": "Bearer"}
    return 200, {"total": total, "parts": [1, 2]}


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The folder and its deployments."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "openapi.yaml").write_text(USAGE)
    with ExitStack() as stack:
        kept, broken = (
            stack.enter_context(small(lambda asked, total=total: _answer(asked, total))).url  # type: ignore[misc]
            for total in (3, 4)
        )
        for name, url in {"kept": kept, "broken": broken}.items():
            (folder / f"{name}.toml").write_text(
                f'[target.staging]\ncontract = "openapi.yaml"\nurl = "{url}"\nno-fuzz = true\n'
                '[[target.staging.account]]\nname = "busy"\ncredential = { bearer = "env:USAGE_TOKEN" }\n'
            )
        yield Team(folder, kept, broken)


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which a new Python has the releases of the lock without fetching them.

    It sees the packages of these tests, but not metermock and pip, which every step has to bring itself.
    """
    folder = tmp_path_factory.mktemp("packages")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.lower().startswith(("metermock", "_metermock", "pip", "_editable", "__pycache__")):
            (folder / path.name).symlink_to(path)
    _complete(folder)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return {**plain, "PYTHONPATH": str(folder), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _complete(folder: Path) -> None:
    """Fetch what the lock names and this environment lacks, which is nothing where `make` has set it up."""
    pins = map(
        Requirement,
        re.findall(r"^(\w[^\\\n]*?) *\\$", (ROOT / "lock" / "runtime.txt").read_text(), re.MULTILINE),
    )
    there = {canonicalize_name(each.name) for each in distributions()}
    missing = [
        str(pin).partition(";")[0]
        for pin in pins
        if (pin.marker is None or pin.marker.evaluate()) and canonicalize_name(pin.name) not in there
    ]
    if missing:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
        subprocess.run([*command, *missing], check=True, timeout=110)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory, offline: dict[str, str]) -> str:
    """The interpreter of a machine: each `python -m venv FOLDER` of it gives a copy of one new environment.

    Most of the time of a new one goes into the unpacking of pip, which is the same for every step.
    """
    folder = tmp_path_factory.mktemp("machine")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "new")], env=offline, check=True, timeout=110)
    program = folder / "python"
    program.write_text(
        f"""#!/bin/sh
case "$#:$1:$2:$3" in
  3:-m:venv:[!-]*) mkdir -p "$3" && exec cp -R -P "{folder}/new/." "$3" ;;
esac
exec {sys.executable} "$@"
"""
    )
    program.chmod(0o755)
    return str(program)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory, offline: dict[str, str]) -> str:
    """A folder with the wheel of metermock, from which pip installs as from a registry."""
    folder = tmp_path_factory.mktemp("registry")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], env=offline, check=True, timeout=110)
    return str(folder)
