"""Requests that a contract allows."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from metermock.checker.inputs.allowed import candidates, combinations, is_closed
from metermock.checker.inputs.values import ZONES
from metermock.contract import Operation
from metermock.contract.parameter import text_of
from tests.checker.engine.plain import NAMES, contract_of

NOW = "2026-03-18T15:42:07Z"
OPERATIONS = [(name, operation) for name in NAMES for operation in contract_of(name).operations]
EACH = pytest.mark.parametrize(
    "operation", [pytest.param(operation, id=operation.id) for _, operation in OPERATIONS]
)
CLOCKS = pytest.mark.parametrize("now", [NOW, "2026-03-01T00:00:00Z", "2028-02-29T23:59:59Z"])


def found(operation: Operation, now: str = NOW, seed: int = 0) -> list[dict[str, Any]]:
    """What is asked of an operation whose deployment told nothing more."""
    return combinations(operation, {}, now, seed)


def operation(name: str, identifier: str) -> Operation:
    """One operation of a contract."""
    return contract_of(name).operation(identifier)


@EACH
@CLOCKS
def test_good_requests_are_good(operation: Operation, now: str) -> None:
    """Our own reading of the contract refuses none of them."""
    places = {parameter.name: parameter.location for parameter in operation.parameters}
    for values in found(operation, now):
        query = [(name, text_of(value)) for name, value in values.items() if places[name] == "query"]
        headers = {name.lower(): text_of(value) for name, value in values.items() if places[name] == "header"}
        assert operation.read(query, headers)[1] == ()


@EACH
def test_every_enum_value_and_bound_is_asked_for(operation: Operation) -> None:
    """Each value of an enum, both values of a boolean, the lowest and the highest number."""
    asked = {(name, repr(value)) for values in found(operation) for name, value in values.items()}
    for parameter in operation.parameters:
        schema = parameter.resolved
        wanted = [value for value in schema.get("enum", ()) if value is not None]
        wanted += [schema[bound] for bound in ("minimum", "maximum") if bound in schema]
        wanted += [True, False] if "boolean" in parameter.types else []
        assert {(parameter.name, repr(value)) for value in wanted} <= asked


@EACH
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_pair_of_closed_values_is_asked_for(operation: Operation, seed: int) -> None:
    """Whatever the seed, two values that go wrong only together stand in one request."""
    closed = {p.name: candidates(p) for p in operation.parameters if is_closed(p)}
    requests = found(operation, seed=seed)
    for one, other in itertools.combinations(closed, 2):
        wanted = set(itertools.product(closed[one], closed[other]))
        asked = {(values[one], values[other]) for values in requests if one in values and other in values}
        assert wanted <= asked


@EACH
def test_no_two_requests_are_alike(operation: Operation) -> None:
    """The first has no parameters, and each is asked once."""
    requests = found(operation)
    texts = [str(sorted((name, text_of(value)) for name, value in values.items())) for values in requests]
    assert requests[0] == {}
    assert len(texts) == len(set(texts))


@CLOCKS
def test_ranges_are_never_inverted(now: str) -> None:
    """A start is never after its end, at a month's first second and on a leap day too."""
    requests = found(operation("glyphnet", "getOrganizationUsage"), now)
    spans = [
        (values["start_date"][:10], values["end_date"][:10]) for values in requests if "start_date" in values
        and "end_date" in values
    ]  # fmt: skip
    assert spans
    assert [span for span in spans if span[0] > span[1]] == []
    assert any(start.endswith("-02-29") for start, _ in spans)


def test_half_open_ranges_stay_on_their_side_of_now() -> None:
    """Only a start lies not after today, only an end neither, so that neither turns the range round."""
    requests = found(operation("glyphnet", "getOrganizationUsage"))
    alone = [
        values.get("start_date", values.get("end_date", ""))
        for values in requests
        if ("start_date" in values) != ("end_date" in values)
    ]
    assert alone
    assert max(alone)[:10] <= NOW[:10]


def test_zones_of_every_kind_are_asked_for() -> None:
    """Half and quarter hours, both edges of the date line, and a link name."""
    summary = operation("onepin", "getUsageSummary")
    asked = {values["timezone"] for values in found(summary) if "timezone" in values}
    assert set(ZONES) <= asked
    assert {"Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "US/Eastern"} <= asked


def test_a_seed_chooses_other_requests_and_repeats_its_own() -> None:
    """The same seed asks the same; another asks something else."""
    usage = operation("zkscore", "getDeveloperUsage")
    assert found(usage, seed=1) == found(usage, seed=1)
    assert found(usage, seed=1) != found(usage, seed=2)


def test_known_values_are_asked_for() -> None:
    """An identifier that a reply showed is asked for, alone and among others."""
    usage = operation("zkscore", "getDeveloperUsage")
    requests = combinations(usage, {"keyId": ("key_1",)}, NOW, 0)
    assert {"keyId": "key_1"} in requests
    assert any(len(values) > 1 for values in requests if "keyId" in values)
