"""Asks the mock for the replies that are exported: per operation, account and value of a parameter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from metermock.contract import Contract, Operation, Parameter
from metermock.contract.json_types import ABSENT
from metermock.contract.samples import Samples
from metermock.errors import UsageError
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.project import scheme_of
from metermock.server.pages.curl_lines import Line, body_of, is_good, needed, together

if TYPE_CHECKING:  # it imports connexion, which `asgi_app` imports in its own way
    from metermock.server.dispatcher import Dispatcher

NOBODY = "no-credential"
STRANGER = "unknown-credential"
"""The names of requests without a credential, and with one that nobody was given."""
UNTOLD = {"content-length", "connection", "accept-encoding", "vary"}
"""Headers of replies that speak of the message and not of what it says."""
LONGEST_LIST = 12
"""Values of an enum that are asked for; of a longer one, the first."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where a request carries a credential, or a part of one: `place` is header, cookie or query."""

    place: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A request, before it is asked."""

    operation: str
    account: str
    method: str
    path: str
    """As it is spelled in a URL, with the values of its parameters."""
    query: Pairs
    """Without the credential."""
    defaults: Pairs
    """What is the same in a query as left out."""
    choice: tuple[str, str] | None
    """The parameter that is asked for beside the needed ones, and its value."""
    credentials: tuple[Carrier, ...]
    headers: Pairs
    """Those that are sent besides the credential."""
    body: str
    is_refused: bool
    """Whether the credential is refused, so that no parameter matters."""

    @property
    def sent(self) -> Pairs:
        """All headers that are sent, the credential's among them."""
        own = tuple((each.name, each.value) for each in self.credentials if each.place == "header")
        cookies = [f"{each.name}={each.value}" for each in self.credentials if each.place == "cookie"]
        cookies += [value for name, value in self.headers if name == "Cookie"]
        others = tuple(pair for pair in self.headers if pair[0] != "Cookie")
        return (*own, *((("Cookie", "; ".join(cookies)),) if cookies else ()), *others)

    @property
    def whole_query(self) -> Pairs:
        """The query with the credential."""
        return (*((each.name, each.value) for each in self.credentials if each.place == "query"), *self.query)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A question and the mock's reply to it."""

    question: Question
    status: int
    headers: Pairs
    content: bytes


def record(app: Dispatcher, questions: Sequence[Question]) -> list[Recorded]:
    """Ask the mock; the replies are in the order of the questions."""
    return asyncio.run(_asked(app, questions))


async def _asked(app: Dispatcher, questions: Sequence[Question]) -> list[Recorded]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock", trust_env=False) as client:
        # What httpx would send by itself is no part of a question.
        client.headers = httpx.Headers({"accept-encoding": "identity"})
        return [await _reply(client, each) for each in questions]


async def _reply(client: httpx.AsyncClient, question: Question) -> Recorded:
    # A query that is spelled here is not spelled again by httpx.
    query = str(httpx.QueryParams(question.whole_query))
    url = httpx.URL("http://mock", raw_path=f"{question.path}{'?' if query else ''}{query}".encode())
    sent = [(name.encode(), value.encode()) for name, value in question.sent]
    reply = await client.request(question.method, url, headers=sent, content=question.body or None)
    headers = tuple(pair for pair in reply.headers.multi_items() if pair[0] not in UNTOLD)
    return Recorded(question, reply.status_code, headers, reply.content)


def questions(
    contract: Contract,
    world: World,
    *,
    accounts: Sequence[str] = (),
    operations: Sequence[str] = (),
    query: Mapping[str, str] | None = None,
) -> list[Question]:
    """Return what is asked: each operation as each account, in the orders of document and world.

    Without `accounts` or `operations` all are meant; `query` goes with each operation that has
    such parameters. UsageError for a name that there is not.
    """
    query = query or {}
    has = {each.name for one in contract.operations for each in one.parameters if each.location == "query"}
    _chosen(list(query), sorted(has), contract.name, "parameter of a query")
    chosen = _chosen(operations, [each.id for each in contract.operations], contract.name, "operation")
    known = [each.name for each in world.credentials]
    names = _chosen(accounts, [*known, NOBODY, STRANGER], contract.name, "account")
    return [
        question
        for operation in contract.operations
        if operation.id in chosen
        for way in _ways_in(operation, contract, world)
        if way.account in names
        for question in _of_account(operation, way, query)
    ]


def _chosen(wanted: Sequence[str], known: Sequence[str], contract: str, kind: str) -> set[str]:
    """Return what is wanted, or all; UsageError for what is not known."""
    for each in wanted:
        if each not in known:
            raise UsageError(f"{contract} has no {kind} {each!r}.\n  It has {', '.join(known) or 'none'}.")
    return set(wanted or known)


@dataclass(frozen=True, slots=True)
class _Way:
    """Who asks, and what is sent for that."""

    account: str
    credentials: tuple[Carrier, ...] = ()
    is_refused: bool = False


def _ways_in(operation: Operation, contract: Contract, world: World) -> Iterator[_Way]:
    """Yield the accounts that may ask an operation, then nobody and a stranger."""
    schemes = {scheme for alternative in operation.security for scheme in alternative}
    for credential in world.credentials:
        if credential.scheme in schemes:
            joined = [
                carrier
                for each in together(operation, world, credential)
                for carrier in _carriers(contract, world, each)
            ]
            yield _Way(credential.name, tuple(joined), credential.refused is not None)
    yield _Way(NOBODY, (), is_refused=bool(schemes) and all(operation.security))
    known = [each for each in world.credentials if each.scheme in schemes]
    if known:
        odd = replace(known[0], value="metermock-unknown", headers={})
        carriers = tuple(_carriers(contract, world, known[0], odd))
        yield _Way(STRANGER, carriers, is_refused=world.others is None)


def _carriers(
    contract: Contract, world: World, credential: Credential, sent: Credential | None = None
) -> Iterator[Carrier]:
    """Yield where a credential stands in a request; `sent` is another one that is sent in its place."""
    line = Line("")
    line.add_credential(scheme_of(contract, world, credential), sent or credential)
    for name, value in line.headers.items():
        yield Carrier("header", name, value)
    for pair in line.cookies:
        yield Carrier("cookie", *pair.partition("=")[::2])
    for name, value in line.query:
        yield Carrier("query", name, value)


def _of_account(operation: Operation, way: _Way, query: Mapping[str, str]) -> Iterator[Question]:
    """Yield an operation's request with nothing but what it needs, then one for each value of a choice."""
    own = {each.name for each in operation.parameters if each.location == "query"}
    given = tuple(pair for pair in query.items() if pair[0] in own)
    plain = [pair for pair in needed(operation) if pair[0].location != "query" or pair[0].name not in query]
    yield _question(operation, way, plain, given, None)
    if way.is_refused:
        return
    for parameter in operation.parameters:
        if not parameter.required and parameter.name not in query:
            for value in _choices(operation, parameter):
                yield _question(operation, way, plain, given, (parameter, value))


def _choices(operation: Operation, parameter: Parameter) -> list[object]:
    """Return the values of a parameter of the query that has a list of them, without its default."""
    types = parameter.types
    if parameter.location != "query" or not ("enum" in parameter.resolved or types == {"boolean"}):
        return []
    values = Samples(operation.contract.schemas).accepted(parameter.schema)
    return [each for each in values if is_good(parameter, each) and each != parameter.default][:LONGEST_LIST]


def _question(
    operation: Operation,
    way: _Way,
    plain: list[tuple[Parameter, object]],
    given: Pairs,
    choice: tuple[Parameter, object] | None,
) -> Question:
    line = Line(operation.path)
    for parameter, value in [*plain, *([choice] if choice else [])]:
        line.add_parameter(parameter, value)
    media, body = body_of(operation)
    headers = {**line.headers, **({"Content-Type": media} if media else {})}
    if line.cookies:
        headers["Cookie"] = "; ".join(line.cookies)
    told = None if choice is None else (choice[0].name, choice[0].text(choice[1]))
    return Question(
        operation.id,
        way.account,
        operation.method,
        line.url,
        (*given, *line.query),
        _defaults(operation),
        told,
        way.credentials,
        tuple(headers.items()),
        body,
        way.is_refused,
    )


def _defaults(operation: Operation) -> Pairs:
    """Return the pairs that say the default of a parameter of the query."""
    return tuple(
        pair
        for each in operation.parameters
        if each.location == "query" and each.default is not ABSENT
        for pair in each.pairs(each.default)
    )
