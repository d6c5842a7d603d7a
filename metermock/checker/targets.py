"""Which targets a run checks: what the words of the command line mean, and what the selection leaves."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from metermock.checker.checks.selection import selection
from metermock.checker.deployment.body_fields import (
    FOR_ALL_ACCOUNTS,
    body_field,
    is_body_field,
    own_body_field,
)
from metermock.checker.deployment.client import trusted
from metermock.checker.deployment.config import read_targets, target_of
from metermock.checker.deployment.interruption import current
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target, own_mock
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.secret_parameters import with_secrets
from metermock.checker.deployment.target import Parameters, Target
from metermock.checker.findings.check_ids import rule_ids
from metermock.checker.names import unknown
from metermock.checker.options import CheckOptions
from metermock.checker.placing import Placed, placed, unplaced
from metermock.contract import Contract, Operation
from metermock.contract.contract import LeftOut
from metermock.errors import UsageError
from metermock.project import is_file, open_project, open_words


def targets_of(wanted: CheckOptions, stack: ExitStack) -> list[Target]:
    """The targets of a run; a mock of our own lives as long as `stack`.

    Raises UsageError for words that mean nothing, and for an operation or rule that no target has.
    """
    if wanted.config:
        with current.starting():
            targets = configured_targets(wanted)
        return selected(targets, lambda target: wanted.of(target.name).options, partial(placed, wanted))
    targets = _own(wanted, stack) if is_own(wanted) else (_deployment(wanted),)
    given = [with_parameters(target, wanted.parameters) for target in targets]
    return selected(given, lambda _: wanted.options)


def is_own(wanted: CheckOptions) -> bool:
    """Whether a mock of our own is checked: no word but a folder or a document looks like an address."""
    # What a URL ends with says nothing: it is a deployment's.
    others = [word for word in wanted.words if "://" in word or not is_file(word)]
    words = [word for word in others if word != _folder(wanted)]
    return not wanted.config and not any(re.search(r"[./:]", word) for word in words)


def configured_targets(wanted: CheckOptions) -> tuple[Target, ...]:
    """The named targets of a `metermock.toml`, or all of them."""
    if wanted.config is None:
        return ()
    targets = read_targets(wanted.config, wanted.words, given=wanted.given)
    found = []
    for target in targets:
        own = wanted.of(target.name)
        try:
            found.append(with_parameters(target, own.parameters))
        except UsageError as problem:
            raise placed(wanted, "--param", [target], problem) from None
        try:
            trusted(own.options)
        except UsageError as problem:
            raise placed(wanted, "--ca-file", [target], problem) from None
    return tuple(found)


def deployment_target(
    url: str, contract: str, credentials: Iterable[str], options: Options, *, rate_limit: str | None = None
) -> Target:
    """The target at a URL; without a credential it is taken for a mock, whose credentials are public."""
    _refuse_live(options)
    project = open_project()
    target = target_of(
        url,
        contract,
        credentials,
        rate_limit=rate_limit,
        remote_refs=options.remote_refs,
        overlays=options.overlays,
    )
    if target.accounts or contract not in project.contracts:
        return target
    mock = mock_target(target.contract, project.load_world(contract), target.url)
    return replace(mock, rate_limit=target.rate_limit, hidden=target.hidden)


def own_targets(
    words: Iterable[str], stack: ExitStack, options: Options, serve: Sequence[str] = ()
) -> tuple[Target, ...]:
    """Documents, or contracts of a folder or bundled ones, on a mock that lives as long as `stack`.

    `serve` are more options for the mock.
    """
    project, names = open_words(list(words), remote_refs=options.remote_refs, overlays=options.overlays)
    with current.starting():
        contracts = {name: project.load_contract(name) for name in names}
    clock = ["--live"] if options.live else []
    url = stack.enter_context(own_mock(project, names, [*clock, "--seed", str(options.seed), *serve]))
    return tuple(
        mock_target(
            contract,
            project.load_world(name, contract, is_open=False),
            url + contract.prefix(is_alone=len(contracts) == 1),
        )
        for name, contract in contracts.items()
    )


def selected(
    targets: Iterable[Target],
    options_of: Callable[[Target], Options],
    where: Placed = unplaced,
) -> list[Target]:
    """The targets that `--operation` and `--rule` leave; UsageError for a name that none of them has.

    `where` tells of a problem with an option where that stands.
    """
    targets = list(targets)
    for option, values, names_of, what in _CHOICES:
        # A word for all targets has to mean something in one of them; a word for one, in that one.
        meant: dict[str, list[Target]] = {}
        for target in targets:
            for word in values(options_of(target)):
                meant.setdefault(word, []).append(target)
        for word, its in meant.items():
            known = {name for target in its for name in names_of(target.contract)}
            titles = {title for target in its for title in _titles(target.contract)}
            there = known | titles if option == "--skip" else known
            if word not in there and (option == "--operation" or not _matches(there, [word])):
                raise where(option, its, UsageError(unknown(option, word, what, known)))
    left = [target for target in targets if _is_selected(target, options_of(target))]
    if targets and not left:
        raise UsageError(f"no operation has all of {_words(options_of(targets[0]))}")
    return left


def _words(options: Options) -> str:
    given = [f"{option} {word}" for option, values, _, _ in _CHOICES for word in values(options)]
    return ", ".join(word for word in given if not word.startswith("--skip"))


def with_parameters(target: Target, given: Parameters) -> Target:
    """The target with good values of parameters that `--param` names; those of its file stay beside them.

    `steady:getMeter` is the operation as the account steady.
    """
    names = {operation.id for operation in target.contract.operations}
    given = _by_operation(given, names)
    own: dict[str, dict[str, Mapping[str, tuple[Any, ...]]]] = {}
    for name, values in given.items():
        account, colon, rest = name.partition(":")
        is_own = bool(colon) and name not in names
        if is_own and account not in {each.name for each in target.accounts}:
            known = {each.name for each in target.accounts}
            raise UsageError(unknown("--param", account, "account has that name", known))
        own.setdefault(account if is_own else "", {})[rest if is_own else name] = values
    read = {account: _read(target.contract, values) for account, values in own.items()}
    for account, (own_values, _) in read.items():
        if account and (key := own_body_field(target.contract, own_values)):
            raise UsageError(f"--param {account}:{key}: {FOR_ALL_ACCOUNTS}")
    accounts = tuple(
        replace(each, parameters=_merged(each.parameters, read[each.name][0])) if each.name in read else each
        for each in target.accounts
    )
    merged = _merged(target.parameters, read[""][0]) if "" in read else target.parameters
    secrets = [secret for _, hidden in read.values() for secret in hidden]
    return replace(target, parameters=merged, accounts=accounts, hidden=(*target.hidden, *secrets))


def _by_operation(given: Parameters, names: Collection[str]) -> Parameters:
    """The values by operation; what an operation is called may have dots, as in `meters.list.limit`."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for first, values in given.items():
        for rest, several in values.items():
            words = f"{first}.{rest}".split(".")
            heads = (".".join(words[:count]) for count in range(len(words) - 1, 0, -1))
            name = next((each for each in heads if each in names or each.partition(":")[2] in names), first)
            key = f"{first}.{rest}"[len(name) + 1 :]
            found.setdefault(name, {})[key] = several
    return found


def _read(contract: Contract, given: Parameters) -> tuple[Parameters, tuple[Secret, ...]]:
    """The values that `--param` gives, and what of them has to be hidden."""
    operations = {operation.id: operation for operation in contract.operations}
    for name, values in given.items():
        if name not in operations:
            raise UsageError(unknown("--param", name, "operation has that name", operations))
        known = {parameter.key for parameter in operations[name].parameters}
        for parameter in values:
            if is_body_field(operations[name], parameter):
                _known_field(operations[name], parameter)
            elif parameter not in known:
                what = "parameter of it has that name"
                raise UsageError(unknown(f"--param {name}.", parameter, what, known))
    try:
        return with_secrets(contract, given, Path(), os.environ)
    except UsageError as problem:
        raise UsageError(f"--param {problem}") from None


def _known_field(operation: Operation, key: str) -> None:
    try:
        body_field(operation, key)
    except LookupError as problem:
        what = "field of its body has that name"
        raise UsageError(unknown(f"--param {operation.id}.", key, what, set(problem.args))) from None


def _merged(first: Parameters, then: Parameters) -> Parameters:
    return {name: {**first.get(name, {}), **then.get(name, {})} for name in {**first, **then}}


def _everything(contract: Contract) -> list[Operation | LeftOut]:
    return [*contract.operations, *contract.left_out]


def _titles(contract: Contract) -> set[str]:
    return {f"{each.method} {each.path}" for each in _everything(contract)}


def _operations(contract: Contract) -> set[str]:
    return {each.id for each in _everything(contract)}


def _tags(contract: Contract) -> set[str]:
    return {tag for each in _everything(contract) for tag in each.tags}


def _paths(contract: Contract) -> set[str]:
    return {each.path for each in _everything(contract)}


_CHOICES: tuple[
    tuple[str, Callable[[Options], Iterable[str]], Callable[[Contract], Iterable[str]], str], ...
] = (
    ("--operation", attrgetter("operations"), _operations, "operation has that name"),
    ("--tag", attrgetter("tags"), _tags, "operation has that tag"),
    ("--path", attrgetter("paths"), _paths, "path fits"),
    ("--rule", attrgetter("rules"), rule_ids, "rule has that name"),
    (
        "--skip",
        attrgetter("skip"),
        lambda contract: {*_operations(contract), *rule_ids(contract)},
        "rule or operation has that name",
    ),
)
"""The options that choose, what they say, what they may mean in a contract, and what is wrong otherwise."""


def _own(wanted: CheckOptions, stack: ExitStack) -> tuple[Target, ...]:
    if wanted.credentials or wanted.rate_limit:
        raise UsageError("--credential and --rate-limit need the URL of a deployment")
    words = [*wanted.words, *([wanted.contract] if wanted.contract else [])]
    folder = _folder(wanted)
    if folder is not None and folder == words[0]:
        # With a slash, since a bare word is a contract's name.
        words[0] = f"{folder.rstrip('/')}/"
    return own_targets(words, stack, wanted.options)


def _deployment(wanted: CheckOptions) -> Target:
    url = wanted.words[0]
    if url.startswith((".", "/")):
        raise UsageError(f"{url}: there is no such folder")
    if len(wanted.words) != 1 or not wanted.contract:
        raise UsageError("write: metermock check URL --contract NAME --credential SCHEME=VALUE")
    with current.starting():
        return deployment_target(
            url, wanted.contract, wanted.credentials, wanted.options, rate_limit=wanted.rate_limit
        )


def _folder(wanted: CheckOptions) -> str | None:
    """The first word if it is a folder, such as `./acme`: whose contracts a mock of our own serves."""
    first = next(iter(wanted.words), "")
    # A bare word is a contract's name, even where a folder happens to have that name too.
    return first if re.search(r"[./\\]", first) and Path(first).is_dir() else None


def _refuse_live(options: Options) -> None:
    if options.live:
        raise UsageError("--live is for a mock of our own: a deployment has its own clock")


def _is_selected(target: Target, options: Options) -> bool:
    if options.narrowed:
        found = selection(target.contract, options)
        if not found.operations and not found.unreadable:
            return False
    return not options.rules or _matches(rule_ids(target.contract), options.rules)


def _matches(rules: Iterable[str], patterns: Iterable[str]) -> bool:
    patterns = tuple(patterns)
    return any(fnmatchcase(rule, pattern) for rule in rules for pattern in patterns)
