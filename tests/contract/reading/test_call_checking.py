from __future__ import annotations

import pytest

from metermock.contract.cel.built_in import BUILT_IN
from metermock.contract.cel.function import Function, Kind
from metermock.contract.cel.functions import FUNCTIONS
from metermock.contract.reading.rule_checking import check

EVERY = {**BUILT_IN, **FUNCTIONS}
VALUES: dict[Kind, str] = {
    "int": "5",
    "double": "2.5",
    "text": "'n'",
    "bool": "true",
    "list": "[{'n': 5}]",
    "map": "{'n': 5}",
    "timestamp": "timestamp('2026-01-01T00:00:00Z')",
    "duration": "duration('90s')",
}
WRONG = [
    (name, index, kind)
    for name, function in EVERY.items()
    for index, argument in enumerate(function.takes)
    for kind in VALUES
    if argument.kinds and kind not in argument.kinds
]


def call(function: Function, kinds: list[Kind]) -> str:
    """A call with arguments of these kinds, in a form that the function has."""
    first, *others = [VALUES[kind] for kind in kinds]
    if "function" in function.forms:
        return f"{function.name}({', '.join([first, *others])})"
    return f"({first}).{function.name}({', '.join(others)})"


def right(function: Function) -> list[Kind]:
    """A right kind for each argument."""
    return [argument.kinds[0] if argument.kinds else "int" for argument in function.takes]


def problems(text: str) -> list[str]:
    """What is wrong with an expression, whatever it gives."""
    return [problem for _, problem, _ in check(f"[{text}] == []", {})]


@pytest.mark.parametrize("name", EVERY)
def test_a_call_with_right_kinds_is_sound(name: str) -> None:
    """Every function can be called: the table does not contradict itself."""
    assert problems(call(EVERY[name], right(EVERY[name]))) == []


@pytest.mark.parametrize(("name", "index", "kind"), WRONG)
def test_a_wrong_kind_of_any_argument_is_told_at_load(name: str, index: int, kind: Kind) -> None:
    """The message names the function, what it wants, and the argument that came."""
    kinds = right(EVERY[name])
    kinds[index] = kind
    (problem,) = problems(call(EVERY[name], kinds))
    assert problem.startswith(f"{name} wants ")
    assert VALUES[kind] in problem


@pytest.mark.parametrize("name", [name for name, function in EVERY.items() if len(function.forms) == 1])
def test_a_form_that_cel_lacks_is_told_at_load(name: str) -> None:
    """The advice is the same call in the form that CEL has, and that is sound."""
    function = EVERY[name]
    operands = [VALUES[kind] for kind in right(function)]
    text = f"{operands[0]}.{name}({', '.join(operands[1:])})"
    if function.forms == ("method",):
        text = f"{name}({', '.join(operands)})"
    (found,) = check(f"[{text}] == []", {})
    assert found.problem == f"CEL has {name} only as a {function.forms[0]}"
    assert found.advice.startswith("write ")
    assert problems(found.advice.removeprefix("write ")) == []


@pytest.mark.parametrize(
    ("text", "problem", "advice"),
    [
        ("5.double() == 5.0", "CEL has double only as a function", "write double(5)"),
        ("matches('a' + 'b', 'c')", "CEL has matches only as a method", "write ('a' + 'b').matches('c')"),
        ("contains()", "CEL has contains only as a method", "write text.contains()"),
        ("substring('abc', 'x', 2) == ''", "substring wants an int, and 'x' is a text", ""),
        ("last([1], 'x') == []", "last wants an int, and 'x' is a text", ""),
        ("size(5) == 1", "size wants a text or a list or a map, and 5 is an int", ""),
        ("'a'.getHours() == 1", "getHours wants a timestamp or a duration, and 'a' is a text", ""),
        (
            "near(1, 2)",
            "near takes 3 arguments and got 2",
            "it is written near(a: number, b: number, tolerance: number) → bool",
        ),
        ("'a'.matches()", "matches takes 2 arguments and got 1", "it is written text.matches(pattern: text)"),
        ("column([{'n': 1}], ['m']) == []", "column wants a text, and ['m'] is a list", ""),
        ("all([1], x, true)", "all is written list.all(x, …)", ""),
        ("'a'.getHour() == 1", "there is no function 'getHour'", "did you mean 'getHours'?"),
    ],
)
def test_a_call_that_cannot_run_is_told_with_what_to_write(text: str, problem: str, advice: str) -> None:
    """One mistake is one problem."""
    (found,) = check(text, {})
    assert found.problem == problem
    assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("timestamp(now) - timestamp(now) < duration('1h')", ""),
        ("timestamp(now) + duration('1h') > timestamp(now)", ""),
        ("(timestamp(now) - duration('1h')).getHours() == 1", ""),
        ("duration('1h') - duration('1m') + duration('1m') == duration('1h')", ""),
        ("timestamp(now) + timestamp(now) == null", "CEL has no a timestamp + a timestamp"),
        ("duration('1h') + timestamp(now) == null", "CEL has no a duration + a timestamp"),
        ("timestamp(now) - 5 == null", "CEL has no a timestamp - an int"),
        ("duration('1h') * 2 == null", "CEL has no a duration * an int"),
        ("timestamp(now) < now", "timestamp(now) (a timestamp) and now (a text) have no common order"),
        ("timestamp(now) == now", "timestamp(now) (a timestamp) and now (a text) are never equal"),
    ],
)
def test_times_are_reckoned_as_the_evaluator_does(text: str, problem: str) -> None:
    """A difference of timestamps is a duration; what the evaluator refuses is told at load."""
    text = text.replace("now", "instant(60)")
    found = [each for _, each, _ in check(text, {})]
    assert found == ([problem.replace("now", "instant(60)")] if problem else [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sum([1, 2]) % 2 == 1", ""),
        ("clamp(5, 0, 9) % 2 == 1", ""),
        ("sum([1.5]) % 2 == 1", "has a number and an int"),
        ("clamp(5, 0.0, 9) % 2 == 1", "has a number and an int"),
    ],
)
def test_a_number_of_ints_is_an_int(text: str, problem: str) -> None:
    """Where all arguments, and the items of all lists, are ints, so is the result."""
    found = " ".join(each for _, each, _ in check(text, {}))
    assert (problem in found) if problem else (found == "")
