"""The plain deployments as targets of a check."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from metermock.checker.deployment.secret import Secret, public
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.contract import Contract
from metermock.project import open_project

_FOLDER = Path(__file__).parents[1] / "deployments"
_RUN, _LIVE = str(_FOLDER / "run.py"), str(Path(__file__).with_name("production.py"))
_GOOD = 200


@contextmanager
def deployed(
    contract: str, *, fault: str = "", variants: Sequence[str] = (), now: str = "", seed: int = 0
) -> Iterator[Target]:
    """A plain deployment of a contract in a process of its own, as a target, while a `with` block lasts.

    `now` is the instant at which its clock starts, if that is not the time; `seed` that of its calls.
    """
    words = ["--fault", fault] if fault else []
    words += ["--variant", *variants] if variants else []
    words += ["--now", now] if now else []
    words += ["--seed", str(seed)] if seed else []
    with _served(contract, [_RUN, contract, *words]) as target:
        yield target


@contextmanager
def deployed_live(contract: str, words: Sequence[str]) -> Iterator[Target]:
    """The same with calls that keep arriving; `words` are options of bench/production.py."""
    with _served(contract, [_LIVE, contract, *words]) as target:
        yield target


@contextmanager
def _served(contract: str, words: Sequence[str]) -> Iterator[Target]:
    command = [sys.executable, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http"), f"{' '.join(command)} did not start: {url}"
            yield target_of(contract, url)
        finally:
            process.terminate()


def target_of(contract: str, url: str) -> Target:
    """A deployment of a contract at a URL, with the accounts that it has."""
    loaded = _bundled(contract)
    accounts = _accounts(contract)
    good = tuple(
        TargetAccount(
            each["name"],
            *_credential(loaded.security_schemes, each["headers"]),
            owner=each["owner"] or each["name"],
        )
        for each in accounts
        if each["status"] == _GOOD
    )
    refused = tuple(
        RefusedCredential(each["name"], {}, public(each["headers"]), each["status"])
        for each in accounts
        if each["status"] != _GOOD
    )
    return Target(contract, loaded, url, good, refused)


@cache
def _accounts(contract: str) -> list[dict[str, Any]]:
    lines = subprocess.check_output(
        [sys.executable, _RUN, contract, "--list-accounts"], text=True
    ).splitlines()
    return [json.loads(line) for line in lines]


@cache
def _bundled(contract: str) -> Contract:
    return open_project().load_contract(contract)


def _credential(
    schemes: Mapping[str, Mapping[str, Any]], headers: Mapping[str, str]
) -> tuple[dict[str, Secret], dict[str, Secret]]:
    """The credential that a deployment's headers carry, and the headers that are left."""
    left = dict(headers)
    for name, scheme in schemes.items():
        if scheme["type"] == "http" and (text := left.pop("Authorization", "")):
            return {name: Secret(text.partition(" ")[2], "")}, public(left)
        if scheme.get("in") == "header" and (text := left.pop(scheme["name"], "")):
            return {name: Secret(text, "")}, public(left)
        if scheme.get("in") == "cookie" and (text := left.pop("Cookie", "")):
            return {name: Secret(text.partition("=")[2], "")}, public(left)
    return {}, public(left)
