from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import ABSENT, Contract, Operation, load_contract
from metermock.errors import ContractError


def test_an_operation_knows_what_its_document_says(usage: Operation, shop: Contract) -> None:
    """Method, path, security, responses, rules and relations are as written."""
    assert (usage.method, usage.path, usage.security) == ("GET", "/usage", ({"apiKey": []},))
    assert list(usage.responses) == [200, 422]
    assert [rule.id for rule in usage.rules] == ["SH-1", "SH-2", "SH-3", "SH-4"]
    assert [relation.id for relation in usage.relations] == ["SH-5", "SH-6"]
    assert shop.name == "shop"
    assert shop.security_schemes["apiKey"]["name"] == "X-Key"


def test_parameters_carry_defaults_and_examples(usage: Operation) -> None:
    """A default stands beside the reference; a parameter without one is ABSENT."""
    span, limit = usage.parameter("span"), usage.parameter("limit")
    assert span is not None
    assert limit is not None
    assert (span.default, dict(span.examples)) == ("day", {"week": "week", "unknownSpan": "year"})
    assert (limit.default, dict(limit.examples)) == (ABSENT, {"example": 5})


def test_examples_of_one_name_pair_an_input_with_a_reply(usage: Operation) -> None:
    """`unknownSpan` of the parameter leads to `unknownSpan` of 422."""
    found = [(example.name, dict(example.parameters), example.status) for example in usage.examples]
    assert found == [("week", {"span": "week"}, 200), ("unknownSpan", {"span": "year"}, 422)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('openapi: "3.1.0"', 'openapi: "3.0.3"', "is not OpenAPI 3.1: openapi is '3.0.3'"),
        ("      operationId: getUsage\n", "", "GET /usage has no operationId"),
        ("/Refusal", "/Refused", "'#/components/schemas/Refused' leads nowhere"),
        ("in: query", "in: somewhere", "is not valid OpenAPI 3.1"),
        ('"422":', "default:", "the response 'default' is no status"),
        (
            "name: zone\n      in: query",
            "name: zone\n      in: cookie",
            "the cookie parameter zone is not read",
        ),
        ("paths:", "x-paths:", "has no operations"),
        (
            "type: integer\n          format: int64",
            "type: integre",
            'is no JSON Schema: "integre" is not a type; there are',
        ),
        (
            "minimum: 0",
            "minimum: few",
            'is no JSON Schema: "few" is not of type "number"',
        ),
    ],
)
def test_a_document_that_cannot_be_used_is_refused(
    altered: Callable[[str, str], Path], old: str, new: str, problem: str
) -> None:
    """Other versions, missing ids, broken references and what is no OpenAPI end with file and line."""
    with pytest.raises(ContractError) as caught:
        load_contract(altered(old, new))
    assert problem in str(caught.value)
    assert caught.value.line > 0


def test_two_operations_of_one_id_are_refused(altered: Callable[[str, str], Path]) -> None:
    """Ids are unique whatever their case; the second is pointed at."""
    again = """  /again:
    get:
      operationId: GETUSAGE
      responses: {'200': {description: x}}
components:
"""
    with pytest.raises(ContractError, match=r"the operationId 'GETUSAGE' is taken by GET /usage"):
        load_contract(altered("components:\n", again))
