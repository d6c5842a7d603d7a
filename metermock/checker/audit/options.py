"""What `metermock audit` has to do: the arguments of its command line as facts."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """One run of `metermock audit`: what is audited, and how the result is written."""

    contract: str
    project: str | None = None
    """The folder whose contract it is; None: the bundled ones."""
    operations: tuple[str, ...] = ()
    """Only these; empty: all."""
    clocks: tuple[str, ...] = ()
    """Where the mock's clock stands, one after another; empty: where the world has it."""
    seed: int = 0
    survivors: bool = False
    """Whether only fields are listed that have an unnoticed lie."""
    as_json: bool = False
    output: Path | None = None
    """None: standard output."""
    at_least: float | None = None
    """The percentage below which the audit fails."""


def audit_options(arguments: argparse.Namespace) -> AuditOptions:
    """The facts in parsed arguments."""
    return AuditOptions(
        contract=arguments.contract,
        project=arguments.project,
        operations=tuple(arguments.operation),
        clocks=tuple(arguments.now),
        seed=arguments.seed,
        survivors=arguments.survivors,
        as_json=arguments.json,
        output=arguments.output,
        at_least=arguments.at_least,
    )
