"""The tests that pytest collects from a `metermock.toml`: one per target, operation and rule."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from warnings import warn

import pytest

from metermock.checker.check import check
from metermock.checker.command import arguments_in
from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.checker.options import check_options
from metermock.checker.pytest_results import Result, Shared, Told
from metermock.checker.reports.words import counted
from metermock.checker.results import Baselines, baselines_of
from metermock.checker.run import checked
from metermock.checker.targets import configured_targets
from metermock.errors import MetermockError

Rule = tuple[str, str]
"""An operation, and a rule of it."""
_TARGETS = pytest.StashKey[list[tuple[Target, Options]]]()
_BASELINES = pytest.StashKey[Baselines]()
WHOLE: Rule = ("all", "could be tested")
"""The test that stands for the target."""
SHARED = "metermock_folder"
"""The folder that all workers of a run of pytest-xdist see, as the controller names it to them."""


class BrokenRuleError(Exception):
    """A deployment breaks a rule."""


class BrokenShouldWarning(UserWarning):
    """A deployment breaks a rule that it only should keep."""


def read_config(config: pytest.Config, path: Path) -> None:
    """Read the targets of the file; pytest.UsageError for a mistake in it."""
    if config.getoption("metermock_url"):
        raise pytest.UsageError("--metermock-url and --metermock-config exclude each other")
    try:
        arguments = arguments_in(config.getoption("metermock_options"))
        wanted = check_options(Namespace(**{**vars(arguments), "config": path}))
        targets = configured_targets(wanted)
        config.stash[_TARGETS] = [(target, wanted.of(target.name).options) for target in targets]
        config.stash[_BASELINES] = baselines_of(wanted, targets)
    except MetermockError as problem:
        raise pytest.UsageError(str(problem)) from None


def config_file(parent: pytest.Collector, path: Path) -> pytest.Collector:
    """The file as a node of the tree of tests."""
    return ConfigFile.from_parent(parent, path=path)


def is_collected(items: Iterable[pytest.Item]) -> bool:
    """Whether tests of the file are among the items."""
    return any(isinstance(item, RuleTest) for item in items)


def note_chosen(items: Iterable[pytest.Item]) -> None:
    """Tell each target which of its tests are left: only what their rules need is sent."""
    for item in items:
        if isinstance(item, RuleTest):
            item.owner.chosen.add((item.operation, item.rule))


class ConfigFile(pytest.File):
    """The file, with a node per target."""

    def collect(self) -> Iterator[pytest.Collector]:
        """The targets."""
        for target, options in self.config.stash[_TARGETS]:
            yield TargetNode.from_parent(self, name=target.name, target=target, options=options)


class TargetNode(pytest.Collector):
    """A target; its check runs once, when the first of its tests needs it."""

    def __init__(self, *, target: Target, options: Options, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.target = target
        self.options = options
        self.chosen: set[Rule] = set()

    def collect(self) -> Iterator[pytest.Collector]:
        """That it could be tested, and its operations."""
        yield OperationNode.from_parent(self, name=WHOLE[0], rules=(), owner=self)
        for operation, rules in groupby(named_rules(self.target), key=lambda rule: rule[0]):
            ids = tuple(rule for _, rule in rules)
            yield OperationNode.from_parent(self, name=operation, rules=ids, owner=self)

    @cached_property
    def result(self) -> Result:
        """What was learnt of the target; workers of one run share it."""
        nothing = Result(self.target.name, self.target.url, "untested")
        folder = getattr(self.config, "workerinput", {}).get(SHARED)
        if folder:
            name = hashlib.sha256(self.nodeid.encode()).hexdigest()[:16]
            return Shared(Path(folder), name).result(self._result, nothing)
        try:
            return self._result(lambda: None)
        except Exception as problem:
            # The next test must not check once more, to end likewise.
            why = f"the check ended with {type(problem).__name__}, which one of the tests shows"
            self.__dict__["result"] = nothing.because(why)
            raise

    def _result(self, sign: Callable[[], None]) -> Result:
        def engine(target: Target, options: Options) -> Any:
            return check(target, options, heartbeat=lambda *_: sign())

        try:
            verdict = checked(self.target, self._options(), engine)
            return Result.of(self.config.stash[_BASELINES].settled(verdict))
        except MetermockError as problem:
            reason = conceal(str(problem), self.target.secrets)
            return Result(self.target.name, self.target.url, "untested", reason)

    def _options(self) -> Options:
        """The options, with what belongs to tests that are not chosen left out."""
        unwanted = set(named_rules(self.target)) - self.chosen
        in_part = WHOLE not in self.chosen
        if in_part:
            # What has no test of its own is for that one to tell.
            examples = CheckIds.of(self.target.contract.document).examples.values()
            operations = self.target.contract.operations
            unnamed = {(operation.id, rule) for operation in operations for rule in examples}
            unwanted |= unnamed - self.chosen
        return replace(self.options, unwanted=frozenset(unwanted), in_part=in_part)


class OperationNode(pytest.Collector):
    """An operation of a target."""

    def __init__(self, *, rules: tuple[str, ...], owner: TargetNode, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.rules = rules
        self.owner = owner

    def collect(self) -> Iterator[pytest.Item]:
        """A test per rule."""
        if not self.rules:
            yield WholeTest.from_parent(self, name=WHOLE[1])
        for rule in self.rules:
            yield RuleTest.from_parent(self, name=rule)


class RuleTest(pytest.Item):
    """One rule of one operation of one target."""

    def __init__(self, *, parent: OperationNode, **arguments: Any) -> None:
        super().__init__(parent=parent, **arguments)
        self.owner = parent.owner
        self.operation = parent.name
        self.rule = self.name
        self.add_marker("metermock")

    def runtest(self) -> None:
        """Fail where the rule is broken, skip where it never ran; with `--require-all` fail there too."""
        result = self.owner.result
        own = (self.operation, self.rule)
        judge(found for found in result.findings if (found.operation, found.rule) == own)
        # pytest collects before anything is sent, so a test may stand for a rule that the check never met.
        count = result.count(*own)
        if count is not None and count.ran:
            self.add_report_section("call", "metermock", counted(count))
            return
        why = counted(count) if count else "no request of the check concerned it"
        is_must = count is not None and count.level == "must"
        if result.verdict == "untested" and not (count and count.inapplicable) and (is_must or not count):
            raise BrokenRuleError(_untested(result))
        if self.owner.options.require_all and is_must:
            raise BrokenRuleError(f"{self.rule} never ran (--require-all): {result.reason or why}")
        pytest.skip(f"metermock: never ran ({result.reason or why})")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str | Any:
        """Show the finding, not how it was found."""
        if isinstance(excinfo.value, BrokenRuleError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where to read: the contract's document."""
        return Path(self.owner.target.contract.path), None, self.nodeid


class WholeTest(RuleTest):
    """That a target could be tested, and that no rule without a test of its own is broken."""

    def runtest(self) -> None:
        """Fail where it could not be tested, or where a rule is broken that has no test of its own."""
        result = self.owner.result
        if result.verdict == "untested":
            raise BrokenRuleError(_untested(result))
        # A rule without a test of its own, such as one of no operation, must not go unnoticed.
        told = set(named_rules(self.owner.target))
        judge(found for found in result.findings if (found.operation, found.rule) not in told)


def judge(findings: Iterable[Told]) -> None:
    """Raise for findings that break the contract, warn of the others."""
    failures = []
    for finding in findings:
        if finding.is_failure:
            failures.append(finding.text)
        else:
            warn(BrokenShouldWarning(finding.text), stacklevel=2)
    if failures:
        raise BrokenRuleError("\n".join(failures))


def _untested(result: Result) -> str:
    return f"{result.target} at {result.url} could not be tested: {result.reason}"


def named_rules(target: Target) -> list[tuple[str, str]]:
    """The operations and rules that get a test of their own."""
    named: dict[tuple[str, str], None] = {}
    for operation in target.contract.operations:
        ids = [*BUILT_IN_RULES, *(rule.id for rule in operation.rules)]
        ids += [relation.id for relation in operation.relations]
        ids += CheckIds.of(target.contract.document).listed
        named.update(dict.fromkeys((operation.id, rule) for rule in ids))
    return list(named)
