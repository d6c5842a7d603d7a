"""Which bad values of random requests are no more than unusual."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.inputs.lenient import is_lenient
from metermock.contract import Operation, load_contract
from metermock.errors import Violation
from tests.checker.small import document, operation

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 20}}
IDS = {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}}


def listing(folder: Path, parameter: dict[str, Any]) -> Operation:
    """An operation with one parameter."""
    found = operation(schema={"type": "object"}, operationId="list", parameters=[parameter])
    (folder / "api.json").write_text(json.dumps(document(paths={"/calls": {"get": found}})))
    (known,) = load_contract(folder / "api.json").operations
    return known


@pytest.mark.parametrize(
    ("parameter", "values", "expected"),
    [
        pytest.param(LIMIT, [""], True, id="an empty value that may be none"),
        pytest.param({**LIMIT, "required": True}, [""], False, id="an empty value that must be there"),
        pytest.param(LIMIT, ["abc"], False, id="no number"),
        pytest.param(LIMIT, ["abc", "21"], False, id="two values, none of them good"),
        pytest.param(LIMIT, ["7", "21"], True, id="the first one is good"),
        pytest.param(LIMIT, ["abc", "7", ""], True, id="the middle one is good"),
        pytest.param(IDS, ["7", "x"], False, id="a list, of which each item counts"),
    ],
)
def test_what_a_deployment_may_read_is_no_must(
    tmp_path: Path, parameter: dict[str, Any], values: list[str], *, expected: bool
) -> None:
    """As of directed requests: `limit=` and `limit=7&limit=21` are warnings where nothing is promised."""
    known = listing(tmp_path, parameter)
    pairs = tuple((parameter["name"], each) for each in values)
    request = Request("list", "GET", "http://127.0.0.1/calls", query=pairs)

    (violation, *_) = known.read(pairs, {}, path={})[1]

    assert is_lenient(known, request, violation) is expected


@pytest.mark.parametrize(
    ("value", "wanted"), [([""], True), (["a,b"], True), (["a", "x"], False), ("a,b", False), ("", False)]
)
def test_a_list_may_be_split_again_or_empty(tmp_path: Path, value: Any, *, wanted: bool) -> None:
    """What many servers read of a list is no must; of a single value it is."""
    request = Request("list", "GET", "http://127.0.0.1/calls")
    violation = Violation("query", "ids", "ids: no member", "enum", value)

    assert is_lenient(listing(tmp_path, IDS), request, violation) is wanted
