from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import httpx
import pytest

from metermock.contract import Breach, Contract, Exchange, Operation
from metermock.project import open_project
from tests.conftest import Server
from tests.server.bad_input import (
    METHODS,
    ODD_HEADERS,
    Case,
    Sent,
    absurd_paths,
    bad_credentials,
    bad_parameters,
)

NOW = "2026-03-18T15:42:07Z"
FEWEST = {"onepin": 300, "essarion": 5, "zkscore": 150, "onceonly": 25, "glyphnet": 60}
"""Cases of bad parameters; fewer would mean that the documents are no longer read."""


class Target(NamedTuple):
    """A contract on a running, strict mock, and what its steady account sends."""

    contract: Contract
    server: Server
    client: httpx.Client
    credential: dict[str, str]
    good: Sent

    def ask(self, method: str, path: str, query: str, sent: Sent) -> httpx.Response:
        """Send a request, byte for byte; a trace in the log is an error."""
        before = len(self.server.log)
        raw = f"/{self.contract.name}{path}{'?' if query else ''}{query}".encode("latin-1")
        url = httpx.URL(self.server.url).copy_with(raw_path=raw)
        reply = self.client.request(method, url, headers=list(sent))
        assert self.server.log[before:] == []
        return reply

    def answers(self, operation: Operation, cases: Iterable[Case]) -> dict[str, int]:
        """Send the requests; return each answer's status, or 0 if the answer is not as documented."""
        found = {}
        for case in cases:
            reply = self.ask(operation.method, operation.path, case.query, case.sent)
            sound = not breaches(operation, case, reply)
            found[case.about] = reply.status_code if sound else 0
        return found


def breaches(operation: Operation, case: Case, reply: httpx.Response) -> list[Breach]:
    """Return the breaches of a reply against its operation."""
    sent = {name.decode().lower(): value.decode("latin-1") for name, value in case.sent}
    query = parse_qsl(case.query, keep_blank_values=True, errors="surrogateescape")
    values, _ = operation.read(query, sent)
    headers = {name.lower(): value for name, value in reply.headers.items()}
    exchange = Exchange(operation.id, values, sent, reply.status_code, headers, reply.content, NOW)
    return operation.judge(exchange).breaches


def shape(value: Any) -> Any:
    """Return the keys of a body and the types of its values."""
    return {key: shape(each) for key, each in value.items()} if isinstance(value, dict) else type(value)


def envelope(reply: httpx.Response) -> tuple[Any, set[str]]:
    """Return the shape of an error and its headers, other than those of one status."""
    return shape(reply.json()), set(reply.headers) - {"allow", "www-authenticate"}


@pytest.fixture(name="target", params=sorted(FEWEST))
def target_fixture(
    request: pytest.FixtureRequest, mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]]
) -> Iterator[Target]:
    """Opens each contract in turn."""
    steady = accounts(request.param)["steady"]
    good = tuple((name.encode(), value.encode()) for name, value in steady["headers"].items())
    contract = open_project().load(request.param).contract
    with mock.client() as client:
        yield Target(contract, mock, client, steady["credential"], good)


def test_every_bad_parameter_is_refused_as_documented(target: Target) -> None:
    """A bad parameter (type, bounds, name, emptiness, length, encoding) gets the contract's error."""
    asked = 0
    for operation in target.contract.operations:
        cases = list(bad_parameters(operation, target.good))
        asked += len(cases)
        assert target.answers(operation, cases) == {case.about: case.status for case in cases}

    assert asked >= FEWEST[target.contract.name]


def test_every_bad_credential_is_refused_as_documented(target: Target) -> None:
    """A missing, malformed, repeated or misplaced credential gets the contract's error, and no usage."""
    ((name, value),) = target.credential.items()
    scheme = target.contract.security_schemes[name]
    for operation in target.contract.operations:
        cases = list(bad_credentials(target.contract.name, scheme, value, target.good))

        assert target.answers(operation, cases) == {case.about: case.status for case in cases}


def test_odd_headers_change_nothing(target: Target) -> None:
    """Other headers and malformed cookies do not change the reply to a good credential by a byte."""
    operation = target.contract.operations[0]
    plain = target.ask("GET", operation.path, "", target.good).content
    for about, odd in ODD_HEADERS.items():
        sent = joined(target.good, odd)

        assert target.ask("GET", operation.path, "", sent).content == plain, about


def joined(good: Sent, odd: Sent) -> Sent:
    """Add headers; cookies share one header."""
    both = dict(good)
    for name, value in odd:
        both[name] = value + b"; " + both[name] if name in both else value
    return tuple(both.items())


def test_an_address_of_nothing_is_404_in_the_envelope(target: Target) -> None:
    """An unknown path gets an error of the shape of the contract's 401, with and without a credential."""
    path = target.contract.operations[0].path
    wanted = envelope(target.ask("GET", path, "", ()))
    for absurd in absurd_paths(path):
        for sent in (target.good, ()):
            reply = target.ask("GET", absurd, "", sent)

            assert (reply.status_code, envelope(reply)) == (404, wanted), absurd[:60]


def test_a_method_that_is_not_there_is_405_in_the_envelope(target: Target) -> None:
    """An undocumented method gets `Allow` and the shape of the contract's 401, whatever else is wrong."""
    for operation in target.contract.operations:
        wanted = envelope(target.ask("GET", operation.path, "", ()))
        for method in METHODS:
            reply = target.ask(method, operation.path, "%FF=%00", ())

            assert (reply.status_code, envelope(reply)) == (405, wanted), method
            assert reply.headers["Allow"] == "GET, HEAD"
