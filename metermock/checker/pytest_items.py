"""The tests that pytest collects from a `metermock.toml`: one per target, operation and rule."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from warnings import warn

import pytest

from metermock.checker.command import arguments_in
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.checker.findings.verdict import Finding, Verdict
from metermock.checker.options import check_options
from metermock.checker.reports.terminal import finding_text
from metermock.checker.reports.words import counted
from metermock.checker.run import checked
from metermock.checker.targets import configured_targets
from metermock.errors import MetermockError


class BrokenRuleError(Exception):
    """A deployment breaks a rule."""


class BrokenShouldWarning(UserWarning):
    """A deployment breaks a rule that it only should keep."""


def tests_of(session: pytest.Session, path: Path) -> Iterator[pytest.Item]:
    """The tests of every target in the file; pytest.UsageError for a mistake in it."""
    try:
        arguments = arguments_in(session.config.getoption("metermock_options"))
        wanted = check_options(Namespace(**{**vars(arguments), "config": path}))
        targets = configured_targets(wanted)
    except MetermockError as problem:
        raise pytest.UsageError(str(problem)) from None
    url = session.config.getoption("metermock_url")
    if url:
        raise pytest.UsageError("--metermock-url and --metermock-config exclude each other")
    root = ConfigFile.from_parent(session, path=path.absolute())
    for target in targets:
        options = wanted.of(target.name).options
        yield from _tests(TargetNode.from_parent(root, name=target.name, target=target, options=options))


class ConfigFile(pytest.File):
    """The file, as a node of the tree of tests."""

    def collect(self) -> list[pytest.Item]:
        """Nothing by itself: its tests are made by `tests_of`."""
        return []


class TargetNode(pytest.Collector):
    """A target; its check runs once, when the first of its tests needs it."""

    def __init__(self, *, target: Target, options: Options, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.target = target
        self.options = options

    def collect(self) -> list[pytest.Item]:
        """Nothing by itself: its tests are made by `tests_of`."""
        return []

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the target."""
        return checked(self.target, self.options)


class RuleTest(pytest.Item):
    """One rule of one operation of one target."""

    def __init__(self, *, operation: str, rule: str, parent: TargetNode, **arguments: Any) -> None:
        super().__init__(name=f"{operation}::{rule}", parent=parent, **arguments)
        self.owner = parent
        self.operation = operation
        self.rule = rule

    def runtest(self) -> None:
        """Fail where the rule is broken, skip where it never ran; with `--require-all` fail there too."""
        verdict = self.owner.verdict
        own = (self.operation, self.rule)
        findings = [found for found in verdict.findings if (found.operation, found.rule) == own]
        judge(verdict, findings)
        # pytest collects before anything is sent, so a test may stand for a rule that the check never met.
        count = next((rule for rule in verdict.rules if (rule.operation, rule.id) == own), None)
        if count is None or not count.ran:
            why = counted(count) if count else "no request of the check concerned it"
            if self.owner.options.require_all and count in verdict.never_ran:
                raise BrokenRuleError(f"{self.rule} never ran (--require-all): {verdict.reason or why}")
            pytest.skip(f"metermock: never ran ({verdict.reason or why})")
        self.add_report_section("call", "metermock", counted(count))

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
        verdict = self.owner.verdict
        if verdict.verdict == "untested":
            raise BrokenRuleError(f"{verdict.target} at {verdict.url} could not be tested: {verdict.reason}")
        # A rule without a test of its own, such as one of no operation, must not go unnoticed.
        told = set(named_rules(self.owner.target))
        judge(verdict, [found for found in verdict.findings if (found.operation, found.rule) not in told])


def judge(verdict: Verdict, findings: list[Finding]) -> None:
    """Raise for findings that break the contract, warn of the others."""
    for finding in findings:
        if finding not in verdict.failures:
            warn(BrokenShouldWarning(finding_text(verdict, finding)), stacklevel=2)
    failures = [finding_text(verdict, found) for found in findings if found in verdict.failures]
    if failures:
        raise BrokenRuleError("\n".join(failures))


def named_rules(target: Target) -> list[tuple[str, str]]:
    """The operations and rules that get a test of their own."""
    named: dict[tuple[str, str], None] = {}
    for operation in target.contract.operations:
        ids = [*BUILT_IN_RULES, *(rule.id for rule in operation.rules)]
        ids += [relation.id for relation in operation.relations]
        ids += CheckIds.of(target.contract.document).listed
        named.update(dict.fromkeys((operation.id, rule) for rule in ids))
    return list(named)


def _tests(node: TargetNode) -> Iterator[pytest.Item]:
    yield WholeTest.from_parent(node, operation="all", rule="could be tested")
    for operation, rule in named_rules(node.target):
        yield RuleTest.from_parent(node, operation=operation, rule=rule)
