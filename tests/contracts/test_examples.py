from __future__ import annotations

import pytest

from metermock.contract import Exchange, NamedExample, Operation
from metermock.project import open_project

CLOCK = "2026-03-18T15:42:07Z"
"""The clock of the worlds, as of which the examples are."""

KEYS = {"invalidKey": {"x-api-key": "gn_live_wrong"}}
"""What a client sent that got the example of this name, where a rule asks."""

CASES = [
    pytest.param(operation, example, id=f"{operation.id}-{example.status}-{example.name}")
    for contract in ("essarion", "glyphnet", "onceonly")
    for operation in open_project().load_contract(contract).operations
    for example in operation.examples
]


@pytest.mark.parametrize(("operation", "example"), CASES)
def test_an_example_keeps_the_rules_of_its_operation(operation: Operation, example: NamedExample) -> None:
    """A documented reply, sent with the documented headers at the worlds' clock, keeps its own contract."""
    documented = operation.responses[example.status].headers.values()
    headers = {header.name.lower(): str(header.example) for header in documented}
    headers["content-type"] = "application/json"
    sent = [(name, str(value)) for name, value in example.parameters.items()]
    parameters, _ = operation.read(sent, {})
    exchange = Exchange(
        operation.id, parameters, KEYS.get(example.name, {}), example.status, headers, example.body, CLOCK
    )
    assert operation.judge(exchange).breaches == []
