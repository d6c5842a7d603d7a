from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import Operation, load_contract
from tests.work import steps_of

DEFAULTS = {"span": "day", "detail": True}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([], {}),
        ([("span", "week")], {"span": "week"}),
        ([("span", "year"), ("span", "week")], {"span": "week"}),
        ([("limit", "5"), ("limit", "7")], {"limit": 7}),
        ([("limit", "007")], {"limit": 7}),
        ([("detail", "false")], {"detail": False}),
        ([("zone", "Asia/Calcutta")], {"zone": "Asia/Calcutta"}),
        ([("unheard", "of")], {}),
    ],
)
def test_sound_parameters_become_values(
    usage: Operation, query: list[tuple[str, str]], expected: dict[str, object]
) -> None:
    """Defaults are filled in, absent optionals left out, and of repeated ones the last counts."""
    assert usage.read(query, {}) == ({**DEFAULTS, **expected}, ())


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("span", "year", "enum"),
        ("span", "Week", "enum"),
        ("span", "", "empty"),
        ("span", "week\0", "encoding"),
        ("span", "\udce9", "encoding"),
        ("limit", "0", "minimum"),
        ("limit", "101", "maximum"),
        ("limit", "5.0", "type"),
        ("limit", "+5", "type"),
        ("limit", " 5", "type"),
        ("limit", "1_0", "type"),
        ("limit", "\u0665", "type"),
        ("limit", "nan", "type"),
        ("limit", "9223372036854775808", "type"),
        ("limit", "9" * 10_000, "type"),
        ("detail", "True", "type"),
        ("detail", "1", "type"),
        ("zone", "utc", "format"),
        ("zone", "Mars/Olympus", "format"),
        ("zone", "../etc/passwd", "format"),
    ],
)
def test_a_faulty_parameter_is_one_violation(usage: Operation, name: str, text: str, kind: str) -> None:
    """Its place, name and kind are told; its default does not take its place."""
    values, violations = usage.read([(name, text)], {})
    assert [(found.location, found.name, found.kind) for found in violations] == [("query", name, kind)]
    assert name not in values


def test_every_violation_is_told(usage: Operation) -> None:
    """Three faulty parameters are three violations."""
    _, violations = usage.read([("span", "x"), ("limit", "x"), ("detail", "x")], {})
    assert {found.name for found in violations} == {"span", "limit", "detail"}


def test_strict_reading_refuses_unknown_query_parameters(usage: Operation) -> None:
    """An unknown name is a violation only in strict mode."""
    _, violations = usage.read([("spam", "1")], {}, strict=True)
    assert [(found.name, found.kind) for found in violations] == [("spam", "unknown")]


def test_a_field_of_an_object_that_the_query_spells_out_is_no_unknown_parameter(
    usage: Operation, altered: Callable[[str, str], Path]
) -> None:
    """Any name is a field of it, whether the object takes it or refuses it."""
    path = altered("type: string\n        format: iana-timezone\n", "type: object\n")
    operation = load_contract(path).operation("getUsage")
    assert (usage.is_unknown("spam"), usage.is_unknown("zone"), operation.is_unknown("spam")) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(("text", "left_out"), [("main", False), ("", True), ("null", True), (" ", True)])
def test_a_header_may_say_that_it_is_left_out(usage: Operation, text: str, left_out: bool) -> None:  # noqa: FBT001
    """Empty and `null` count as left out, as `x-absent` says."""
    values, violations = usage.read([], {"x-workspace-id": text})
    assert violations == ()
    assert ("X-Workspace-Id" not in values) is left_out


def test_a_required_parameter_must_be_there(altered: Callable[[str, str], Path]) -> None:
    """A required parameter that is absent is a violation; one that is faulty is told once."""
    path = altered("name: zone\n      in: query\n", "name: zone\n      in: query\n      required: true\n")
    operation = load_contract(path).operation("getUsage")
    assert [found.kind for found in operation.read([], {})[1]] == ["missing"]
    assert [found.kind for found in operation.read([("zone", "x")], {})[1]] == ["format"]


def test_a_list_parameter_takes_every_repetition(altered: Callable[[str, str], Path]) -> None:
    """Where the contract wants a list, all of the repeated ones count."""
    path = altered("type: boolean\n        default: true", "type: array\n        items: {type: boolean}")
    operation = load_contract(path).operation("getUsage")
    assert operation.read([("detail", "true"), ("detail", "false")], {})[0]["detail"] == [True, False]
    assert [found.kind for found in operation.read([("detail", "x")], {})[1]] == ["type"]


def test_reading_is_quick(usage: Operation) -> None:
    """Three parameters that have come twice before take a few dozen steps, which are microseconds."""
    query = [("span", "week"), ("limit", "5"), ("zone", "Europe/Paris")]
    for _ in range(2):
        usage.read(query, {})
    assert steps_of(lambda: usage.read(query, {})) < 100
