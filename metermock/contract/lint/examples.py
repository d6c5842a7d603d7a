"""Checks the examples of a document against its schemas and rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metermock.contract.contract import Contract, Operation
from metermock.contract.exchange import Exchange
from metermock.contract.json_types import ABSENT
from metermock.contract.parameter import Parameter
from metermock.contract.response import NamedExample
from metermock.contract.schema_breaches import breaches_of
from metermock.errors import ContractError

FIRST_REFUSAL = 400
LONGEST = 80
"""Characters of a value that is shown."""


def example_problems(contract: Contract) -> Iterator[ContractError]:
    """The problems of a document's examples: parameters, bodies, headers and rules."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield from _parameter_problems(operation, parameter)
        for example in operation.examples:
            yield from _reply_problems(operation, example)


def exchange_of(operation: Operation, example: NamedExample) -> Exchange:
    """The request and reply that an example shows.

    Parameters are the inputs of the same name, else what the body echoes under a parameter's name, else
    defaults. Headers are their own examples, or the example's `x-headers`. `now` is the example's `x-now`,
    else the body's `timestamp`, else the document's `x-now`.
    """
    parameters: dict[str, Any] = {}
    for parameter in operation.parameters:
        value = example.parameters.get(parameter.name, ABSENT)
        if value is ABSENT:
            value = _echoed(operation, parameter, example.body)
        if value is not ABSENT:
            parameters[parameter.name] = value
    return Exchange(
        operation=operation.id,
        parameters=parameters,
        request_headers={},
        status=example.status,
        headers=_headers(operation, example),
        body=example.body,
        now=_now(operation, example),
    )


def _headers(operation: Operation, example: NamedExample) -> dict[str, str]:
    response = operation.responses[example.status]
    shown = {
        header.name: header.example for header in response.headers.values() if header.example is not None
    }
    shown.update(example.notes.get("x-headers", {}))
    media = next(iter(response.content), "application/json")
    return {"content-type": media, **{name.lower(): str(value) for name, value in shown.items()}}


def _now(operation: Operation, example: NamedExample) -> str:
    found = example.notes.get("x-now") or _find(example.body, "timestamp")
    return found if isinstance(found, str) else str(operation.contract.document.get("x-now", ""))


def _parameter_problems(operation: Operation, parameter: Parameter) -> Iterator[ContractError]:
    """Examples are valid; each invalid example has a refusal of the same name, in one operation at least."""
    validator = operation.validator(parameter)
    for name, value in parameter.examples.items():
        if not validator.is_valid(value):
            called = "the example" if name == "example" else f"the example {name!r}"
            why = next((breach.expected for breach in breaches_of(validator, value)), "another value")
            problem = f"{called} of {parameter.name}, {_short(value)}, is not valid: expected {why}"
            advice = "mend it; what must be refused stands under x-invalid-examples"
            yield _error(operation, parameter.pointer, problem, advice)
    at = parameter.pointer
    operations = operation.contract.operations
    sharing = [each for each in operations if at in {one.pointer for one in each.parameters}]
    refused = {one.name for each in sharing for one in each.examples if one.status >= FIRST_REFUSAL}
    for name in sorted(parameter.invalid_examples.keys() - refused):
        problem = f"no refusal has an example {name!r}, as {parameter.name} has"
        advice = "give a refusal (4xx) an example of the same name: it is the reply to that value"
        yield _error(operation, (*at, "x-invalid-examples", name), problem, advice)


def _reply_problems(operation: Operation, example: NamedExample) -> Iterator[ContractError]:
    called = "the example" if example.name == "example" else f"the example {example.name!r}"
    what = f"{operation.id}: {called} of {example.status}"
    rules = {rule.id for rule in operation.rules}
    for breach in operation.judge(exchange_of(operation, example)).breaches:
        if example.status >= FIRST_REFUSAL and breach.rule in rules:
            continue  # rules about refusals need the credentials and inputs, which an example does not show
        where = f" at {breach.pointer}" if breach.pointer else ""
        problem = f"{what} breaks {breach.rule}{where}: {breach.message}"
        advice = f"expected: {breach.expected}\n  received: {breach.received}"
        yield _error(operation, example.pointer, problem, advice)


def _error(operation: Operation, pointer: tuple[str | int, ...], problem: str, advice: str) -> ContractError:
    source, place = operation.contract.place(pointer)
    line, column = source.line(place)
    return ContractError(source.path, problem, line, column, advice)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _echoed(operation: Operation, parameter: Parameter, body: Any) -> Any:
    found = _find(body, parameter.name)
    if found is not ABSENT and found is not None and operation.validator(parameter).is_valid(found):
        return found
    return parameter.default


def _find(body: Any, name: str) -> Any:
    """The member of that name that is nearest to the top; lists are not searched."""
    level = [body]
    while level:
        maps = [each for each in level if isinstance(each, dict)]
        found = next((each[name] for each in maps if name in each), ABSENT)
        if found is not ABSENT:
            return found
        level = [value for each in maps for value in each.values()]
    return ABSENT


def header_problems(contract: Contract) -> Iterator[ContractError]:
    """The examples of headers that break their schemas."""
    for operation in contract.operations:
        for response in operation.responses.values():
            for header in response.headers.values():
                if header.example is None:
                    continue
                validator = contract.schemas.validator(header.schema, closed=False)
                for breach in breaches_of(validator, header.example):
                    problem = f"the example of {header.name} is not valid: {breach.received}"
                    pointer = (*response.pointer, "headers", header.name)
                    yield _error(operation, pointer, problem, f"expected: {breach.expected}")
