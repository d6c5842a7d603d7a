"""Asks a mock of many documents for everything: what is allowed with each account, and what is refused."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from metermock.checker.checks.base_values import BaseValues
from metermock.checker.checks.bodies import Bodies
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.inputs.guard import sent
from metermock.checker.inputs.refused import refused_inputs
from metermock.checker.inputs.written_bodies import SentBody
from metermock.checker.inputs.wrong_bodies import refused_bodies
from metermock.contract import Operation
from metermock.project import open_words
from tests.conftest import COMMAND, PATIENCE

HOST = b"mock.test"

ROOT = Path(__file__).parents[1]
SUITE = sorted((ROOT / "suite" / "documents").glob("*.yaml"))
VENDORS = sorted((ROOT / "vendors").glob("*.yaml"))
_WRONG = 3
"""Wrong values of one operation that are sent: all of them are refused in one place."""


@dataclass(frozen=True)
class Asked:
    """A request to an operation, and what it is about."""

    document: Path
    operation: Operation
    about: str
    request: Request

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.document.name, self.request.operation, self.about


@dataclass(frozen=True)
class Answer:
    """What came back."""

    asked: Asked
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __str__(self) -> str:
        """One line that says where it came from."""
        name, operation, about = self.asked.key
        return f"{name} {operation} ({about}): {self.status} {self.body[:200]!r}"


class Asking:
    """Everything that the operations of some documents are asked for."""

    def __init__(self, documents: Sequence[Path]) -> None:
        self.documents = documents
        project, names = open_words([str(path) for path in documents])
        self.targets: dict[Path, Target] = {}
        for path, name in zip(documents, names, strict=True):
            contract = project.load_contract(name)
            world = project.load_world(name, contract, is_open=False)
            self.targets[path] = mock_target(contract, world, f"/{name}")

    def asked(self, about: str = "") -> Iterator[Asked]:
        """Every request to the operations whose paths a pattern is found in, its URL without the host."""
        of_interest = re.compile(about, re.IGNORECASE).search
        for path, target in self.targets.items():
            client = Client(target, Options(trust_env=False, unsafe_methods=True, workers=1))
            bodies, base = Bodies(target.contract), BaseValues(target)
            for operation in filter(lambda each: of_interest(each.path), target.contract.operations):
                for words, request in _of(operation, target, client, bodies, base):
                    yield Asked(path, operation, words, request)

    def answers(self, url: str, asked: Sequence[Asked]) -> list[Answer]:
        """What the mock at a URL answers."""
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as client:
            return [self.answer(client, each) for each in asked]

    def answer(self, client: httpx.Client, asked: Asked) -> Answer:
        """What is answered to one request."""
        request = asked.request
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        # Links lead to where the client has asked: all processes are asked under one name.
        headers.append((b"Host", HOST))
        reply = client.request(
            request.method, request.full_url, headers=headers, content=request.body or None
        )
        client.cookies.clear()
        return Answer(asked, reply.status_code, reply.headers, reply.content)


def _of(
    operation: Operation, target: Target, client: Client, bodies: Bodies, base: BaseValues
) -> Iterator[tuple[str, Request]]:
    good = bodies.of(operation)

    def make(
        who: TargetAccount | RefusedCredential | None,
        *,
        values: Mapping[str, Any] | None = None,
        body: SentBody = good,
    ) -> Request:
        known = base.of(operation, getattr(who, "name", None))
        said = sent(operation, {**known, **(values or {})})
        headers = [*said.headers.items()]
        headers += [("Content-Type", body.content_type)] if body.content_type else []
        return client.make(operation, said.query, account=who, headers=headers, path=said.path, body=body.raw)

    accounts = target.accounts or (None,)
    several = bodies.all(operation) or [good]
    for who in accounts:
        # A form cannot say an empty object, so that the first body may be refused.
        for number, body in enumerate(several):
            yield f"as {who.name if who else 'anybody'}, body {number}", make(who, body=body)
    first = accounts[0]
    for parameter in operation.parameters:
        if parameter.location == "query" and parameter.examples and not parameter.required:
            yield (
                f"with {parameter.key}",
                make(first, values={parameter.key: next(iter(parameter.examples.values()))}),
            )
    yield "no credential", make(None)
    for refused in target.refused[:1]:
        yield "a wrong credential", make(refused)
    for number, bad in enumerate(refused_inputs(operation)[:_WRONG]):
        yield f"wrong input {number}", bad.into(make(first), operation)
    for number, wrong in enumerate(refused_bodies(operation, good)[:_WRONG]):
        yield f"wrong body {number}", make(first, body=wrong.body)


@contextmanager
def mock(documents: Sequence[Path], *options: str, hash_seed: int = 0) -> Iterator[str]:
    """A mock of the documents in a process of its own; gives its URL."""
    words = [*COMMAND, "serve", *map(str, documents), "--port", "0", "--strict-credentials", *options]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        found = re.search(r"on (http://\S+)", process.stdout.readline())
        assert found is not None, words
        try:
            yield found[1]
        finally:
            process.terminate()


def answered_twice(
    asking: Asking, asked: Sequence[Asked], *options: str
) -> tuple[list[Answer], list[Answer]]:
    """What two processes answer whose sets are in other orders; the second is asked from the end on."""

    def once(hash_seed: int, requests: Sequence[Asked]) -> list[Answer]:
        with mock(asking.documents, *options, hash_seed=hash_seed) as url:
            return asking.answers(url, requests)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once, 1, asked)
        second = pool.submit(once, 2, asked[::-1])
        return first.result(), second.result()[::-1]
