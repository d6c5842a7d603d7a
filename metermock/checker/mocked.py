"""The mock as a target: the accounts of its worlds, and a mock of the check's own."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metermock.checker.target import RefusedCredential, Secret, Target, TargetAccount
from metermock.errors import CannotTestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metermock.contract import Contract
    from metermock.ledger import World
    from metermock.project import Project

_READY = re.compile(r" on (http://\S+)")
_PATIENCE = 10


def mock_target(contract: Contract, world: World, url: str) -> Target:
    """The target that a mock at `url` is, with every account and refused credential of its world."""
    accounts = []
    refused = []
    for one in world.credentials:
        # A mock's credentials are public: reports show them, so that a curl line runs as it stands.
        credential = {one.scheme: Secret(one.value, "")}
        if one.refused is None:
            accounts.append(TargetAccount(one.name, credential, one.headers, owner=one.account or ""))
        else:
            refused.append(RefusedCredential(one.name, credential, one.headers, one.refused.status))
    return Target(contract.name, contract, url, tuple(accounts), tuple(refused))


@contextmanager
def own_mock(project: Project, names: Sequence[str], arguments: Sequence[str] = ()) -> Iterator[str]:
    """A mock that serves these contracts while the context lasts; gives the URL above their prefixes.

    It is a process of its own, so that it has a core of its own. Raises CannotTestError if it does not start.
    """
    command = [
        sys.executable,
        "-m",
        "metermock",
        "serve",
        f"{project.folder}/",
        *names,
        "--port",
        "0",
        *arguments,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            yield _ready(process)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(process: subprocess.Popen[str]) -> str:
    first = process.stdout.readline() if process.stdout else ""
    match = _READY.search(first)
    if not match:
        process.terminate()
        _, complaint = process.communicate(timeout=_PATIENCE)
        message = f"the mock did not start: {complaint.strip() or first.strip() or 'it said nothing'}"
        raise CannotTestError(message)
    return match[1]
