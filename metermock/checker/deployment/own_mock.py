"""The mock as a target: the accounts of its worlds, and a mock that the check starts itself."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO

from metermock.checker.deployment.interruption import current
from metermock.checker.deployment.secret import Secret, public
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.contract import Contract
from metermock.contract.carriers import word_of
from metermock.contract.security import authorization
from metermock.errors import CannotTestError, UsageError
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.project import Project

_READY = re.compile(r" on (http://\S+)")
_PATIENCE = 10
_HASTE = 0.2
_ENDS = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]


def mock_target(contract: Contract, world: World, url: str) -> Target:
    """The target that a mock at `url` is, with every account and refused credential of its world."""
    accounts = []
    refused = []
    # Where an operation wants several credentials at once, each goes with the others of its account.
    is_joint = any(len(each) > 1 for operation in contract.operations for each in operation.security)
    for one in world.credentials:
        # A mock's credentials are public: reports show them, so that a curl line runs as it stands.
        credential = {one.scheme: _sent(contract, one)}
        if is_joint or (one.refused is None and not _opens_all(contract, one.scheme)):
            # Its own comes first: of several ways in it is the one that is taken.
            credential |= {
                scheme: secret
                for scheme, secret in _others(contract, world, one).items()
                if scheme != one.scheme
            }
        headers = public(one.headers)
        if one.refused is None:
            accounts.append(TargetAccount(one.name, credential, headers, owner=one.account or ""))
        else:
            refused.append(RefusedCredential(one.name, credential, headers, one.refused.status))
    return Target(contract.name, contract, url, tuple(accounts), tuple(refused))


def _opens_all(contract: Contract, scheme: str) -> bool:
    """Whether a credential of one scheme is enough for every operation that wants one."""
    return all(
        any(set(each) <= {scheme} for each in operation.security)
        for operation in contract.operations
        if operation.security
    )


def _sent(contract: Contract, one: Credential) -> Secret:
    """A credential as the checker sends it: of digest, all that stands behind the scheme's name."""
    scheme = contract.security_schemes.get(one.scheme, {})
    value = authorization(scheme, one.value).partition(" ")[2] if word_of(scheme) == "digest" else one.value
    return Secret(value, "")


def _others(contract: Contract, world: World, known: Credential) -> dict[str, Secret]:
    """The credentials of the same account for other schemes; the first account's for one that opens none."""
    account = known.account or next(iter(world.accounts), "")
    found: dict[str, Secret] = {}
    for one in world.credentials:
        if one.account == account and one.refused is None and not one.headers:
            found.setdefault(one.scheme, _sent(contract, one))
    return found


@contextmanager
def own_mock(project: Project, names: Sequence[str], arguments: Sequence[str] = ()) -> Iterator[str]:
    """A mock that serves these contracts while the context lasts; gives the URL above their prefixes.

    It is a process of its own, so that it has a core of its own. Raises UsageError where an argument or
    a file keeps it from starting, CannotTestError where something else does.
    """
    places = [str(project.documents[name]) for name in names if name in project.documents]
    in_folder = [name for name in names if name not in project.documents]
    words = [*([f"{project.folder}/", *in_folder] if in_folder else []), *places]
    serve = [sys.executable, "-m", "metermock", "serve", *words, "--strict-credentials"]
    # Port 0: the system picks a free one, so several checks can run at once.
    serve += [word for overlay in project.further for word in ("--overlay", str(overlay))]
    serve += ["--remote-refs"] if project.remote_refs else []
    command = [*serve, "--port", "0", *arguments]
    # A full pipe that nobody reads would stop the mock; a file takes all that it writes to standard error.
    with TemporaryFile("w+") as complaints:
        # In a process group of its own: Ctrl-C must not take the mock from a check that ends by itself.
        process = subprocess.Popen(  # noqa: S603 - our own
            command, stdout=subprocess.PIPE, stderr=complaints, text=True, process_group=0
        )
        with process, _terminated_with_us(process):
            try:
                yield _ready(process, complaints)
            finally:
                _end(process)


@contextmanager
def _terminated_with_us(process: subprocess.Popen[str]) -> Iterator[None]:
    """SIGTERM, with which CI systems end this command, ends its mock too, and so does SIGHUP."""
    free = [number for number in _ENDS if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        # Only there can signals be handled.
        free = []

    def end(number: int, _: object) -> None:
        process.terminate()
        raise SystemExit(128 + number)

    # A handler that is there, as a check has one, ends the context in its own way.
    for number in free:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in free:
            signal.signal(number, signal.SIG_DFL)


def _ready(process: subprocess.Popen[str], complaints: IO[str]) -> str:
    # The mock prints its address once it listens, so that nobody has to poll a port.
    with current.starting():
        first = process.stdout.readline() if process.stdout else ""
    match = _READY.search(first)
    if match:
        return match[1]
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    _end(process)
    complaints.seek(0)
    said = complaints.read().strip() or first.strip() or "it said nothing"
    if process.returncode == UsageError.exit_code:
        # An option or a file of ours is broken; the mock has said which.
        raise UsageError(said.removeprefix("metermock: "))
    message = f"the mock did not start: {said}"
    raise CannotTestError(message)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        # Who has asked for the end waits for it, and the mock's last replies are nobody's.
        process.wait(_HASTE if current.is_asked else _PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
