"""What `metermock check` has to do: the arguments of its command line as facts."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metermock.checker.deployment.options import Options
from metermock.checker.reports import FORMS
from metermock.errors import UsageError


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """One run of `metermock check`: what is checked, how, and what is written about it."""

    words: tuple[str, ...] = ()
    """A URL, or targets of `config`, or contracts of a mock of our own, maybe after their folder."""
    contract: str | None = None
    """The name or the file of the contract that a URL has to keep."""
    credentials: tuple[str, ...] = ()
    """`SCHEME=VALUE` or `ACCOUNT:SCHEME=VALUE`, for a URL."""
    rate_limit: str | None = None
    """Such as `5/s`, for a URL."""
    config: Path | None = None
    """A `metermock.toml`."""
    parameters: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Good values of parameters, by operation and parameter."""
    reports: Mapping[str, str] = field(default_factory=dict)
    """The file of each form that is written; `-` is standard output."""
    baseline: Path | None = None
    update_baseline: bool = False
    quiet: bool = False
    """Whether nothing is said while it runs."""
    options: Options = field(default_factory=Options)
    """How each target is checked."""


def check_options(arguments: argparse.Namespace) -> CheckOptions:
    """The facts in parsed arguments; UsageError where they contradict each other."""
    if arguments.config and (arguments.contract or arguments.credential or arguments.rate_limit):
        raise UsageError("--contract, --credential and --rate-limit stand in the file of --config")
    if arguments.update_baseline and not arguments.baseline:
        raise UsageError("--update-baseline needs --baseline FILE")
    return CheckOptions(
        words=tuple(arguments.what),
        contract=arguments.contract,
        credentials=tuple(arguments.credential),
        rate_limit=arguments.rate_limit,
        config=arguments.config,
        parameters=_parameters(arguments.param),
        reports=_reports(arguments.report),
        baseline=arguments.baseline,
        update_baseline=arguments.update_baseline,
        quiet=arguments.quiet,
        options=options_of(arguments),
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """The part of the arguments that says how each target is checked."""
    return Options(
        strict=arguments.strict,
        require_all=arguments.require_all,
        allow_untested=arguments.allow_untested,
        seed=arguments.seed,
        live=arguments.live,
        operations=tuple(arguments.operation),
        tags=tuple(arguments.tag),
        paths=tuple(arguments.path),
        rules=tuple(arguments.rule),
        skip=tuple(arguments.skip),
        fuzz=not arguments.no_fuzz,
        workers=arguments.workers,
        unsafe_methods=arguments.unsafe_methods,
        timeout=arguments.timeout,
        retries=arguments.retries,
        max_requests=arguments.max_requests,
        max_time=arguments.max_time,
        max_failures=arguments.max_failures,
        remote_refs=arguments.remote_refs,
        ca_file=arguments.ca_file,
        insecure=arguments.insecure,
    )


def _parameters(texts: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        operation, _, parameter = name.partition(".")
        if not equals or not operation or not parameter:
            raise UsageError(f"--param {text}: write OPERATION.PARAMETER=VALUE, such as getMeter.id=tokens")
        values = found.setdefault(operation, {})
        values[parameter] = (*values.get(parameter, ()), value)
    return found


def _reports(texts: Iterable[str]) -> dict[str, str]:
    reports: dict[str, str] = {}
    for text in texts:
        form, _, file = text.partition("=")
        if form not in FORMS or not file:
            raise UsageError(f"--report {text}: write FORM=FILE, with a FORM of {', '.join(FORMS)}")
        # Told now: a check of minutes must not end in a report that has nowhere to go.
        if file != "-" and not Path(file).absolute().parent.is_dir():
            raise UsageError(f"--report {text}: there is no folder {Path(file).parent}")
        reports[form] = file
    return reports
