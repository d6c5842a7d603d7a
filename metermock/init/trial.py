"""Holds suggested rules against the document's examples, and against the replies that a mock makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from metermock.contract import Contract, Exchange, Operation
from metermock.contract.json_types import ABSENT
from metermock.contract.lint.examples import exchange_of
from metermock.contract.media import is_json
from metermock.contract.parameter import Parameter
from metermock.contract.samples import Samples
from metermock.errors import Refused
from metermock.ledger.calendar import instant_text
from metermock.ledger.world import World
from metermock.project import Service
from metermock.server.generation.handlers import completed
from metermock.server.handling import Reply, Request

GOOD = range(200, 300)
MOST_VALUES = 3
MOST_CHANGES = 8
"""Values of a parameter that are tried."""
_UNLIKE = ("steady", "empty", "over-limit")
"""The accounts whose replies differ most."""


def contradicted(operation: Operation) -> dict[str, tuple[str, str]]:
    """The rules that an example of the document breaks, by id, with the example's name and what it shows."""
    found: dict[str, tuple[str, str]] = {}
    for example in operation.examples:
        if example.status in GOOD:
            for rule, shown in _broken(operation, exchange_of(operation, example)):
                found.setdefault(rule, (example.name, shown))
    return found


def unkept(service: Service, plain: Contract) -> dict[str, dict[str, str]]:
    """The rules that replies of the mock break, by operation, each with what the first such reply shows.

    They are made from the `plain` document: from one with the rules they are repaired until they keep even
    wrong ones. Only an example is repaired: it may name another thing than the one that is asked for.
    """
    found: dict[str, dict[str, str]] = {}
    for tried, dynamic in ((service, False), (replace(service, contract=plain), True)):
        handlers = completed(tried, dynamic=dynamic, tells=False).handlers.operations
        for operation in service.contract.operations:
            if not operation.rules or (not dynamic and not _is_shown(operation)):
                continue
            broken = found.setdefault(operation.id, {})
            for request in _requests(operation, service.world):
                # A text that the schema allows may be no cursor that the mock gave out.
                with suppress(Refused):
                    broken.update(_of_reply(operation, request, handlers[operation.id](request)) | broken)
    return found


def _is_shown(operation: Operation) -> bool:
    """Whether the mock answers with an example, so that `--dynamic` answers otherwise."""
    if operation.examples:
        return True
    follow = operation.contract.schemas.follow
    good = [response for response in operation.responses.all if response.code.startswith("2")]
    schemas = [follow(schema) for response in good for schema in response.content.values()]
    return any(isinstance(schema, dict) and "example" in schema for schema in schemas) or any(
        any(response.shown.values()) for response in good
    )


def _of_reply(operation: Operation, request: Request, reply: Reply | Any) -> dict[str, str]:
    if not isinstance(reply, Reply) or isinstance(reply.body, bytes):
        return {}
    headers = {name.lower(): value for name, value in reply.headers.items()}
    if not is_json(headers.get("content-type", "")):
        return {}
    now = instant_text(request.now)
    given = {**_defaults(operation), **request.parameters}
    exchange = Exchange(operation.id, given, {}, reply.status, headers, reply.body, now)
    return dict(_broken(operation, exchange))


def _broken(operation: Operation, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """The rules that a reply breaks, each with the place in its body and what was found there."""
    rules = {rule.id for rule in operation.rules}
    for breach in operation.judge(exchange).breaches:
        if breach.rule in rules:
            yield breach.rule, f"{breach.pointer}: {breach.received}" if breach.pointer else breach.received


def _defaults(operation: Operation) -> Mapping[str, Any]:
    return {each.key: each.default for each in operation.parameters if each.default is not ABSENT}


def _requests(operation: Operation, world: World) -> Iterator[Request]:
    """Good requests of unlike accounts, each with one parameter changed."""
    values = {each.key: _values(operation, each) for each in operation.parameters}
    needed = {each.key for each in operation.parameters if each.required and values[each.key]}
    base = {**_defaults(operation), **{key: values[key][0] for key in needed}}
    # Other parameters only choose what is listed; of those that a rule names every value matters.
    named = " ".join(rule.rule.text for rule in operation.rules)
    tried = {
        key: several if f"request.{key}" in named else several[:1]
        for key, several in sorted(values.items(), key=lambda each: f"request.{each[0]}" not in named)
    }
    changes = [{}, *({key: value} for key, several in tried.items() for value in several)][:MOST_CHANGES]
    body = _body(operation)
    for account in (world.accounts[name] for name in _UNLIKE if name in world.accounts):
        for change in changes:
            yield Request(
                operation=operation.id,
                parameters={**base, **change},
                account=account,
                key=None,
                usage=None,
                now=world.clock,
                settings=world.settings,
                world=world,
                headers={},
                body=body,
            )


def _values(operation: Operation, parameter: Parameter) -> list[Any]:
    accepts = operation.validator(parameter).is_valid
    samples = Samples(operation.contract.schemas).proposed(parameter.schema)
    candidates = [*parameter.examples.values(), *islice(samples, 3 * MOST_VALUES)]
    return [value for value in candidates if value is not None and accepts(value)][:MOST_VALUES]


def _body(operation: Operation) -> Any:
    """A good JSON body; None for an operation that takes none."""
    for media, schema in operation.body.content.items() if operation.body else ():
        if is_json(media):
            shown = operation.body.examples.get(media, {}) if operation.body else {}
            return next(iter([*shown.values(), *Samples(operation.contract.schemas).accepted(schema)]), None)
    return None
