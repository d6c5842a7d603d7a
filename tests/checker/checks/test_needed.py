"""A choice of rules is a choice of requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.contract import Contract

GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'


def keyed(seen: Any) -> tuple[int, dict[str, str], bytes]:
    """A server that knows one token, and takes every number of days."""
    if "s3cret-token" not in seen.headers.get("authorization", ""):
        return 401, {}, b'{"error": "unauthorized"}'
    return 200, {}, GOOD


@pytest.mark.parametrize(
    ("rule", "is_refused", "has_bounds"),
    [
        ("T-1", False, True),
        ("repeatable", False, False),
        ("credentials", True, False),
        ("schema", True, True),
    ],
)
def test_only_requests_of_the_chosen_rule_are_sent(
    serve: Callable[..., Any],
    contract: Contract,
    target: Target,
    rule: str,
    *,
    is_refused: bool,
    has_bounds: bool,
) -> None:
    """Bad credentials go with rules about refusals, and bounds of parameters with rules about replies."""
    served = serve(keyed)
    options = Options(trust_env=False, fuzz=False, rules=(rule,), later=0.0)
    check(Target("tiny", contract, served.url, target.accounts), options)
    answers = [keyed(seen)[0] for seen in served.seen]
    assert (401 in answers) == is_refused
    assert any("days=31" in seen.target for seen in served.seen) == has_bounds


def test_no_rule_has_to_run_where_only_an_answer_is_wanted(
    serve: Callable[..., Any], contract: Contract, target: Target
) -> None:
    """Where tests choose the rules, and chose only that the deployment can be tested."""
    url = serve(keyed).url
    named = {"T-1", "T-2", "schema", "status", "header", "media-type", "json", "integer-as-float"}
    everything = frozenset(("getUsage", rule) for rule in named)
    options = Options(trust_env=False, fuzz=False, rules=("T-*",), unwanted=everything, later=0.0)
    assert check(Target("tiny", contract, url, target.accounts), options).verdict == "kept"
