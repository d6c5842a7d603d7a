"""A document of the suite: an OpenAPI document with an `x-suite` block that says what must come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.verdict import Verdict
from metermock.checker.inputs.guard import sent
from metermock.contract import Contract, Operation, examine
from tests.suite.witness import Witness, witness

TEXTS = ("rule", "expected", "received", "message", "place", "operation", "curl")


@dataclass(frozen=True)
class Document:
    """A file of the suite; `suite` is its `x-suite`, described in `README.md` beside this file."""

    path: Path
    suite: Mapping[str, Any]

    @classmethod
    def of(cls, path: Path) -> Document:
        """Read the block alone, with a reader that knows nothing of OpenAPI."""
        return cls(path, yaml.safe_load(path.read_text("utf-8"))["x-suite"])

    def contract(self) -> Contract:
        """The contract as metermock reads it."""
        contract, problems = examine(self.path)
        assert problems == []
        return contract

    def check(self, routes: Sequence[Mapping[str, Any]]) -> tuple[Verdict, Witness]:
        """What a check says about a server with these routes, and what the server was asked."""
        contract = self.contract()
        accounts = tuple(
            TargetAccount(name, {scheme: Secret(value, "") for scheme, value in held.items()})
            for name, held in self.suite.get("accounts", {}).items()
        )
        options = Options(
            fuzz=False,
            unsafe_methods=self.suite.get("unsafe", False),
            trust_env=False,
            later=0.0,
        )
        with witness(routes) as server:
            prefix = self.suite.get("prefix", "")
            target = Target("suite", contract, server.url + prefix, accounts)
            return check(target, options), server

    def right(self) -> list[Mapping[str, Any]]:
        """The routes of the right server."""
        return list(self.suite["server"])

    def wrong(self) -> list[Mapping[str, Any]]:
        """The same with the planted fault: some fields of one route are others."""
        change = dict(self.suite["wrong"])
        at = change.pop("route", 0)
        change.pop("finding")
        return [
            {**each, **change} if index == at else each for index, each in enumerate(self.suite["server"])
        ]

    def surprises(self, verdict: Verdict) -> list[str]:
        """The findings that are not among the expected warnings."""
        warnings = [str(each) for each in self.suite.get("warnings", [])]
        return [each for each in told(verdict) if not any(says(each, warning) for warning in warnings)]

    def names_fault(self, verdict: Verdict) -> bool:
        """Whether a finding is of the rule and says the words that `wrong.finding` has."""
        return any(says(each, str(self.suite["wrong"]["finding"])) for each in told(verdict))


def says(finding: str, expected: str) -> bool:
    """Whether a finding, in a line, is of a rule and has words: `schema: total`."""
    rule, _, words = expected.partition(": ")
    return finding.startswith(f"{rule} | ") and words in finding


def told(verdict: Verdict) -> list[str]:
    """Each finding in a line."""
    return [" | ".join(str(getattr(each, name)) for name in TEXTS) for each in verdict.findings]


@dataclass(frozen=True)
class Line:
    """A request in one line, as the suite writes it: `GET /usage?limit=3 x-zone=UTC cookie=a=1`."""

    operation: Operation
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]

    @classmethod
    def of(cls, contract: Contract, text: str) -> Line:
        """Find the operation whose path it is."""
        method, target, *headers = text.split(" ")
        path, _, query = target.partition("?")
        for operation in contract.operations:
            found = operation.path_values(path)
            if operation.method == method and (found or operation.path == path):
                pairs = parse_qsl(query, keep_blank_values=True)
                given = dict(each.split("=", 1) for each in headers)
                return cls(
                    operation, found, pairs, {name: value.replace("+", " ") for name, value in given.items()}
                )
        raise LookupError(text)

    def read(self) -> tuple[dict[str, Any], set[str]]:
        """The values, and the names of the parameters that are wrong."""
        values, violations = self.operation.read(self.query, self.headers, path=self.path)
        return values, {each.name for each in violations}

    def written(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """What a client sends for the values, defaults left out: query, path and headers."""
        defaults = {each.key: each.default for each in self.operation.parameters}
        given = {key: value for key, value in values.items() if value != defaults[key]}
        made = sent(self.operation, given)
        return list(made.query), dict(made.path), dict(made.headers)
