"""The lock names a release for everything that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = SETTINGS["project"]
BUILD = [*SETTINGS["build-system"]["requires"], *SETTINGS["dependency-groups"]["build"]]
ASKED = {
    "runtime": [*PROJECT["dependencies"], *BUILD],
    "dev": [*PROJECT["dependencies"], *BUILD, *PROJECT["optional-dependencies"]["dev"]],
}
PLATFORMS = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64"), "win32": ("AMD64",)}
MACHINES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": system,
        "platform_machine": processor,
        "os_name": "nt" if system == "win32" else "posix",
    }
    for python in ("3.11", "3.12", "3.13")
    for system, processors in PLATFORMS.items()
    for processor in processors
]


def text(lock: str) -> str:
    """A lock file as it is."""
    return (ROOT / "lock" / f"{lock}.txt").read_text("utf-8")


def applies(requirement: Requirement, machine: dict[str, str]) -> bool:
    """Whether a requirement is meant for this machine."""
    return requirement.marker is None or requirement.marker.evaluate({**machine})


def locked(lock: str, machine: dict[str, str]) -> dict[str, str]:
    """The release of each package that a lock installs on a machine."""
    lines = re.findall(r"^(\w[^\\\n]*?) *\\$", text(lock), re.MULTILINE)
    pins = [pin for pin in map(Requirement, lines) if applies(pin, machine)]
    releases: dict[str, str] = {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins
    }
    assert len(releases) == len(pins), f"lock/{lock}.txt names a package twice for one machine"
    return releases


def machine_name(machine: dict[str, str]) -> str:
    """A machine, in a test's name."""
    return "-".join((machine["python_version"], machine["sys_platform"], machine["platform_machine"]))


@pytest.mark.parametrize("machine", MACHINES, ids=machine_name)
@pytest.mark.parametrize("lock", ASKED)
def test_the_lock_has_a_release_for_each_dependency(lock: str, machine: dict[str, str]) -> None:
    """For each supported Python and platform, the lock has one release in each range of pyproject.toml."""
    asked = [requirement for requirement in map(Requirement, ASKED[lock]) if applies(requirement, machine)]
    releases = locked(lock, machine)

    missing = [
        str(requirement)
        for requirement in asked
        if not requirement.specifier.contains(releases.get(canonicalize_name(requirement.name), "0"))
    ]

    assert not missing, f"lock/{lock}.txt has no release for what pyproject.toml asks for: run `make lock`"


@pytest.mark.parametrize("machine", MACHINES, ids=machine_name)
def test_both_locks_have_the_same_releases(machine: dict[str, str]) -> None:
    """What serving needs is in the lock of the tools too, with the same releases."""
    runtime, dev = locked("runtime", machine), locked("dev", machine)

    assert runtime.items() <= dev.items(), "the two locks differ: run `make lock`"


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    """Each release is held by its hashes, from whichever registry pip reads it."""
    pins = re.split(r"^(?=\w)", text(lock), flags=re.MULTILINE)[1:]

    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text(lock)
    assert not re.search(r"^-", text(lock), re.MULTILINE), "an option of pip stands in the lock"
