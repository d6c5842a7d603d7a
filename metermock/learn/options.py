"""What `metermock learn` has to do: the arguments of its command line as facts."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from metermock.errors import UsageError

REQUESTS = 400


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """One run of `metermock learn`."""

    words: tuple[str, ...] = ()
    """A URL, or the contracts of a mock that it starts."""
    contract: str | None = None
    har: tuple[Path, ...] = ()
    """Recordings to learn from, in the place of a deployment."""
    credentials: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str, str], ...] = ()
    operations: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    rate_limit: str | None = None
    requests: int = REQUESTS
    seed: int = 0
    output: Path | None = None
    """None: standard output."""
    accept: Path | None = None
    """A file with the ids of the rules that are written; None: all of them."""
    html: Path | None = None
    """A page to review the rules."""
    is_written: bool = False
    """Whether the rules go into the document itself."""
    as_json: bool = False
    quiet: bool = False


def learn_options(arguments: argparse.Namespace) -> LearnOptions:
    """The facts in parsed arguments; UsageError where they contradict each other."""
    if arguments.har and (arguments.what or arguments.credential):
        raise UsageError("--har learns from recordings: leave out the URL and --credential")
    if arguments.har and not arguments.contract:
        raise UsageError("--har needs --contract: whose requests are recorded?")
    if not arguments.har and not arguments.what:
        raise UsageError("name a URL, a contract of a mock, or a recording with --har")
    if arguments.write and (arguments.output or arguments.json):
        raise UsageError("--write puts the rules into the document: leave out -o and --json")
    return LearnOptions(
        words=tuple(arguments.what),
        contract=arguments.contract,
        har=tuple(arguments.har),
        credentials=tuple(arguments.credential),
        parameters=tuple(arguments.param),
        operations=tuple(arguments.operation),
        overlays=tuple(arguments.overlay),
        rate_limit=arguments.rate_limit,
        requests=arguments.requests,
        seed=arguments.seed,
        output=arguments.output,
        accept=arguments.accept,
        html=arguments.html,
        is_written=arguments.write,
        as_json=arguments.json,
        quiet=arguments.quiet,
    )


def accepted(path: Path | None) -> frozenset[str] | None:
    """The ids in a file, one at the beginning of each line: none if all are rejected; None without a file."""
    if path is None:
        return None
    try:
        lines: Iterable[str] = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(
            f"--accept {path}: cannot be read: {getattr(problem, 'strerror', problem)}"
        ) from None
    ids = frozenset(line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#"))
    wrong = sorted(each for each in ids if not each.startswith("LR-"))
    if wrong:
        raise UsageError(
            f"--accept {path}: {wrong[0]} is no id of a learned rule"
            "\n  write a line for each, such as LR-3f9a01"
        )
    return ids
