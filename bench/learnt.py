"""Rules learnt from the plain deployments, whose documents were freed of all rules before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.targets import deployed
from metermock import yaml_writer
from metermock.checker.deployment.target import Target
from metermock.contract import Contract
from metermock.contract.reading.loading import load_contract
from metermock.project import open_project
from metermock.source import read_source

RULES = frozenset({"x-rules", "x-relations", "x-checks", "x-audit-notes"})
_MIB = 1024


@dataclass(frozen=True, slots=True)
class Learnt:
    """One run of `metermock learn`: its overlay, and what it took, in seconds of processor time and MiB."""

    contract: str
    document: Path
    overlay: Path
    said: str
    seconds: float
    mebibytes: int

    @property
    def loaded(self) -> Contract:
        """The contract with nothing but the learnt rules."""
        return with_overlay(self.document, self.overlay)

    @property
    def told(self) -> dict[str, str]:
        """Every learnt rule's id, with its operation and message."""
        return {
            id_: f"{operation.id}: {message}"
            for operation in self.loaded.operations
            for id_, message in (
                *((one.id, one.message) for one in operation.rules),
                *((one.id, one.message) for one in operation.relations),
            )
            if id_.startswith("LR-")
        }


@cache
def with_overlay(document: Path, overlay: Path | None) -> Contract:
    """A document with an overlay; by itself without one."""
    return load_contract(document, overlays=[overlay] if overlay is not None else [])


def bare(contract: str, folder: Path) -> Path:
    """Write the document of a bundled contract without any rule into a folder."""
    source = read_source(Path(open_project().contract_path(contract)))
    path = folder / f"{contract}.openapi.yaml"
    path.write_bytes(yaml_writer.written(_without_rules(source.document)))
    return path


def _without_rules(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_rules(member) for name, member in value.items() if name not in RULES}
    return [_without_rules(each) for each in value] if isinstance(value, list) else value


def learn(contract: str, document: Path, *, seed: int = 0, now: str = "") -> Learnt:
    """Learn from the plain deployment of a contract as a user does, as every account of its own."""
    overlay = document.parent / f"{contract}-{seed}{now[:10]}.yaml"
    with deployed(contract, seed=seed, now=now) as target:
        words = [sys.executable, "-m", "metermock", "learn", target.url, "--contract", str(document)]
        words += ["-o", str(overlay), *_credentials(target)]
        # What it says goes to a file: nobody reads a pipe while it is waited for.
        said = overlay.with_suffix(".txt")
        with said.open("w") as stderr, subprocess.Popen(words, stderr=stderr) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"learning {contract} failed: {said.read_text()}")
    seconds = used.ru_utime + used.ru_stime
    return Learnt(contract, document, overlay, said.read_text(), seconds, used.ru_maxrss // _MIB)


def _credentials(target: Target) -> Sequence[str]:
    return [
        word
        for account in target.accounts
        if not account.headers and account.owner == account.name
        for scheme, secret in account.credential.items()
        for word in ("--credential", f"{account.name}:{scheme}={secret.value}")
    ]
