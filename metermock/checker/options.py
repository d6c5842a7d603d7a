"""What `metermock check` has to do: the arguments of its command line as facts."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from metermock.checker.deployment.options import Options
from metermock.checker.deployment.rate import rate_of
from metermock.checker.deployment.target_file import target_tables
from metermock.checker.deployment.toml_text import SettingsFile
from metermock.checker.option_table import ELSEWHERE, OptionTable
from metermock.checker.profiles import PROFILES
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
    har: Path | None = None
    """Where all requests and replies are written."""
    baseline: Path | None = None
    update_baseline: bool = False
    diff: Path | None = None
    """An earlier JSON report, to tell what is new and gone."""
    profiles: Mapping[str, Options] = field(default_factory=dict)
    """How each target is checked with each profile, where that is only to be counted."""
    json: bool = False
    """Whether the plan is printed as JSON."""
    quiet: bool = False
    """Whether nothing is said while it runs."""
    options: Options = field(default_factory=Options)
    """How each target is checked."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the command line says, by the keys of `config`."""
    of_targets: Mapping[str, CheckOptions] = field(default_factory=dict)
    """What is wanted of each target of `config`, by its name."""

    def of(self, target: str) -> CheckOptions:
        """What is wanted of one target."""
        return self.of_targets.get(target, self)


def check_options(arguments: argparse.Namespace) -> CheckOptions:
    """The facts in parsed arguments and their file; UsageError where they contradict each other."""
    table: OptionTable = arguments.table
    given = vars(arguments)
    path: Path | None = given.get("config")
    if path is None:
        return _settled(_facts(table.settled(given)))
    for key in ("credential", "live"):
        if given.get(key):
            raise UsageError(f"--config: {ELSEWHERE[key]}")
    settings = SettingsFile.read(path)
    for_all = table.for_all(settings)
    for_each = {name: table.for_target(settings, name) for name in target_tables(settings)}
    wanted = replace(
        _facts(table.settled(given, for_all)),
        given=table.given(arguments),
        of_targets={name: _facts(table.settled(given, values, for_all)) for name, values in for_each.items()},
    )
    return _settled(wanted)


def _settled(wanted: CheckOptions) -> CheckOptions:
    """The same, with a baseline where one has to be updated, and `--json` as the report that it asks for."""
    if wanted.json and not wanted.profiles:
        if wanted.reports.get("json", "-") != "-":
            raise UsageError("--json prints the JSON report, --report json=FILE writes it; give one of them")
        wanted = replace(wanted, reports={**wanted.reports, "json": "-"})
    if wanted.update_baseline and not any(each.baseline for each in (wanted, *wanted.of_targets.values())):
        raise UsageError("--update-baseline needs --baseline FILE")
    return wanted


def _facts(arguments: argparse.Namespace) -> CheckOptions:
    return CheckOptions(
        words=tuple(arguments.what),
        contract=arguments.contract,
        credentials=tuple(arguments.credential),
        rate_limit=arguments.rate_limit,
        config=arguments.config,
        parameters=_parameters(arguments.param),
        reports=dict(arguments.report),
        baseline=arguments.baseline,
        update_baseline=arguments.update_baseline,
        har=arguments.har,
        diff=arguments.diff,
        quiet=arguments.quiet,
        options=options_of(arguments),
        profiles={name: options_of(arguments, name) for name in PROFILES} if arguments.plan else {},
        json=arguments.json,
    )


def options_of(arguments: argparse.Namespace, name: str = "") -> Options:
    """The part of the arguments that says how each target is checked, maybe with another profile."""
    name = name or arguments.profile
    profile = PROFILES[name]
    return Options(
        profile=name,
        rate=profile.rate,
        strict=arguments.strict,
        each_part=arguments.all,
        require_all=arguments.require_all,
        allow_untested=arguments.allow_untested,
        undocumented_fields=arguments.undocumented_fields,
        integer_as_float=arguments.integer_as_float,
        seed=arguments.seed,
        live=arguments.live,
        operations=tuple(arguments.operation),
        tags=tuple(arguments.tag),
        paths=tuple(arguments.path),
        rules=tuple(arguments.rule),
        skip=tuple(arguments.skip),
        fuzz=profile.fuzz if arguments.no_fuzz is None else not arguments.no_fuzz,
        workers=arguments.workers,
        unsafe_methods=arguments.unsafe_methods,
        timeout=arguments.timeout,
        retries=arguments.retries,
        max_requests=arguments.max_requests or profile.max_requests,
        max_time=arguments.max_time or profile.max_time,
        max_failures=arguments.max_failures,
        remote_refs=arguments.remote_refs,
        overlays=tuple(arguments.overlay),
        ca_file=arguments.ca_file,
        insecure=arguments.insecure,
    )


def parameter_of(text: str) -> tuple[str, str, str]:
    """Operation, parameter and value out of `getMeter.id=tokens`."""
    name, equals, value = text.partition("=")
    operation, _, parameter = name.partition(".")
    if not equals or not operation or not parameter:
        form = "OPERATION.PARAMETER=VALUE, or ACCOUNT: before it"
        raise UsageError(f"--param {text}: write {form}, such as getMeter.id=tokens")
    return operation, parameter, value


def report_of(text: str) -> tuple[str, str]:
    """Form and file out of `junit=junit.xml`."""
    form, _, file = text.partition("=")
    if form not in FORMS or not file:
        forms = ", ".join(FORMS)
        raise UsageError(f"--report {text}: write FORM=FILE, such as json=check.json, with a FORM of {forms}")
    # Told now: a check of minutes must not end in a report that has nowhere to go.
    if file != "-" and not Path(file).absolute().parent.is_dir():
        place = Path(file)
        raise UsageError(
            f"--report {text}: there is no folder {place.parent}.\n  Make it, or write {form}={place.name}."
        )
    return form, file


def har_of(text: str) -> Path:
    """The path of a HAR file, known to be one that can be written."""
    path = Path(text)
    # As for reports: told before anything is sent.
    if text == "-" or path.is_dir():
        raise UsageError(f"--har {text}: write the name of a file, such as check.har")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--har {text}: there is no folder {path.parent}")
    return path


def rate_text(text: str) -> str:
    """A rate as it was written, known to be one."""
    try:
        rate_of(text)
    except ValueError as problem:
        raise UsageError(f"--rate-limit: {problem}") from None
    return text


def _parameters(given: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for operation, parameter, value in given:
        values = found.setdefault(operation, {})
        values[parameter] = (*values.get(parameter, ()), value)
    return found
