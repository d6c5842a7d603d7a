"""What schemathesis alone notices of the faults: default checks, on the same documents and deployments."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

from bench.targets import deployed
from deployments.schemathesis_run import fuzz
from metermock.checker.deployment.target import Target
from metermock.project import open_project

Failure = tuple[str, str]
"""A check of schemathesis, and the operation that failed it."""


def noticed(contract: str, fault: str, now: str) -> bool:
    """Whether any check fails that does not fail for the deployment without a fault."""
    return bool(_failures(contract, fault, now) - _false_alarms(contract, now))


@functools.cache
def _false_alarms(contract: str, now: str) -> frozenset[Failure]:
    return _failures(contract, "", now)


def _failures(contract: str, fault: str, now: str) -> frozenset[Failure]:
    with deployed(contract, fault=fault, now=now) as target, tempfile.TemporaryDirectory() as folder:
        document = str(open_project().contract_path(contract))
        run = fuzz(target.url, _account(target), Path(folder), settings=False, document=document)
    return frozenset(
        (check, asked.label) for asked in run.asked for check, passed in asked.checks.items() if not passed
    )


def _account(target: Target) -> dict[str, Any]:
    """The headers of the deployment's first account."""
    first = target.accounts[0]
    headers = {name: secret.value for name, secret in first.headers.items()}
    for name, secret in first.credential.items():
        scheme = target.contract.security_schemes[name]
        if scheme["type"] == "http":
            headers["Authorization"] = f"Bearer {secret.value}"
        elif scheme["in"] == "cookie":
            headers["Cookie"] = f"{scheme['name']}={secret.value}"
        else:
            headers[scheme["name"]] = secret.value
    return {"headers": headers, "credential": {}}
