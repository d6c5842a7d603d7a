"""Checks `x-absent` and `x-invalid-examples`, which a parameter may have besides its schema and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock import json_pointer
from metermock.contract.contract import Contract, Operation
from metermock.contract.parameter import Parameter
from metermock.contract.reading.structure import Pointer
from metermock.errors import ContractError

Found = tuple[Pointer, str, str]
"""Where it stands, what is wrong, and what to do."""


def extension_problems(contract: Contract) -> Iterator[ContractError]:
    """What is wrong with these extensions; a parameter that several operations share is told once."""
    seen: set[Pointer] = set()
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.pointer in seen:
                continue
            seen.add(parameter.pointer)
            declared = json_pointer.at(contract.document, parameter.pointer, {})
            for pointer, problem, advice in _problems(operation, parameter, declared):
                source, there = contract.place(pointer)
                yield ContractError(source.path, problem, *source.line(there), advice)


def _problems(operation: Operation, parameter: Parameter, declared: Mapping[str, Any]) -> Iterator[Found]:
    if "x-absent" in declared:
        at = (*parameter.pointer, "x-absent")
        yield from _absent_problems(parameter, declared["x-absent"], at)
    if "x-invalid-examples" in declared:
        at = (*parameter.pointer, "x-invalid-examples")
        yield from _example_problems(operation, parameter, declared["x-invalid-examples"], at)


def _absent_problems(parameter: Parameter, listed: Any, at: Pointer) -> Iterator[Found]:
    if parameter.location != "header":
        yield at, f"x-absent of {parameter.name} is not in a header", "only a header's text can leave it out"
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        yield at, f"x-absent of {parameter.name} is not a list of texts", 'write ["", "null"]'


def _example_problems(
    operation: Operation, parameter: Parameter, listed: Any, at: Pointer
) -> Iterator[Found]:
    if not isinstance(listed, dict):
        yield at, f"x-invalid-examples of {parameter.name} is not a map", "write names, each with a value"
        return
    validator = operation.validator(parameter)
    for name, entry in listed.items():
        where, told = (*at, name), f"the invalid example {name!r} of {parameter.name}"
        if not isinstance(entry, dict) or "value" not in entry:
            yield where, f"{told} has no value", "write value: and what is refused"
        elif validator.is_valid(entry["value"]):
            yield where, f"{told}, {entry['value']!r}, is valid", "put it under examples"
        if name in parameter.examples:
            yield where, f"{told} is among its examples too", "a name has one value"
