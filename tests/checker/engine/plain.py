"""The plain deployments of the tests, as targets of a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache

from deployments.register import CONTRACTS
from deployments.run import serve
from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret, public
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.findings.verdict import Verdict
from metermock.contract import Contract
from metermock.project import open_project

NAMES = ("onepin", "essarion", "zkscore", "onceonly", "glyphnet")


@cache
def contract_of(name: str) -> Contract:
    """A bundled contract; loaded once."""
    return open_project().load_contract(name)


@contextmanager
def deployed(
    name: str,
    *,
    fault: str | None = None,
    variants: Sequence[str] = (),
    accounts: Sequence[str] = (),
    now: datetime | None = None,
) -> Iterator[Target]:
    """A plain deployment as a target, with these accounts or all, while the context lasts."""
    with serve(name, fault, variants, now=now) as url:
        target = _target(name, url)
        chosen = tuple(account for account in target.accounts if not accounts or account.name in accounts)
        yield replace(target, accounts=chosen)


def checked(
    name: str,
    *,
    fault: str | None = None,
    variants: Sequence[str] = (),
    accounts: Sequence[str] = (),
    operations: tuple[str, ...] = (),
    rules: tuple[str, ...] = (),
    fuzz: bool = False,
    now: datetime | None = None,
) -> Verdict:
    """The verdict on a plain deployment."""
    options = Options(trust_env=False, fuzz=fuzz, unsafe_methods=True, operations=operations, rules=rules)
    with deployed(name, fault=fault, variants=variants, accounts=accounts, now=now) as target:
        return check(target, options)


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """What a verdict found, short enough to be read in a failed test."""
    return [(finding.rule, finding.message, finding.curl) for finding in verdict.findings]


def _target(name: str, url: str) -> Target:
    contract = contract_of(name)
    known = CONTRACTS[name].accounts
    return Target(
        name,
        contract,
        url,
        tuple(
            TargetAccount(each.name, *_credential(contract, each.headers))
            for each in known
            if each.status == 200
        ),
        tuple(
            RefusedCredential(each.name, {}, public(each.headers), each.status)
            for each in known
            if each.status != 200
        ),
    )


def _credential(
    contract: Contract, headers: Mapping[str, str]
) -> tuple[dict[str, Secret], dict[str, Secret]]:
    """The credential that headers carry, and the headers that are left."""
    left = dict(headers)
    for name, scheme in contract.security_schemes.items():
        header = {"header": scheme.get("name"), "cookie": "Cookie"}.get(scheme.get("in", ""), "Authorization")
        separator = {"header": "", "cookie": "="}.get(scheme.get("in", ""), " ")
        if header in left:
            text = left.pop(header)
            return {name: Secret(text.partition(separator)[2] if separator else text, "")}, public(left)
    return {}, public(left)
