from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.cel import evaluator, syntax
from metermock.contract.cel.built_in import BUILT_IN, TYPE_NAMES
from metermock.contract.cel.function import Form, Function
from metermock.contract.cel.functions import FUNCTIONS, calls

FORMS: tuple[Form, ...] = ("function", "method")
EVERY = {**BUILT_IN, **FUNCTIONS}
VALUES = {
    "int": ["5"],
    "double": ["2.5"],
    "text": ["'5'", "'90s'", "'2026-01-01T00:00:00Z'"],
    "bool": ["true"],
    "list": ["[5]"],
    "map": ["{'a': 5}"],
    "timestamp": ["timestamp('2026-01-01T00:00:00Z')"],
    "duration": ["duration('90s')"],
}
"""Values of each kind; of texts such as some function can read."""
CLAIMS = [
    (name, index, kind)
    for name, function in BUILT_IN.items()
    for index in range(len(function.takes))
    for kind in VALUES
]


def found_call(function: Function) -> syntax.Invocation:
    """The first call of the function in its own example."""
    left: list[syntax.Node] = [syntax.parse(function.example)]
    while left:
        node = left.pop(0)
        if isinstance(node, syntax.Invocation) and node.name == function.name:
            return node
        left.extend(syntax.children(node))
    raise AssertionError(f"the example of {function.name} does not call it")


def written(name: str, operands: list[str], form: Form) -> str:
    """A call in one of the two forms."""
    if form == "function":
        return f"{name}({', '.join(operands)})"
    return f"({operands[0]}).{name}({', '.join(operands[1:])})"


def operands_of(function: Function) -> list[str]:
    """The operands of the call in its example."""
    return [function.example[each.start : each.end] for each in found_call(function).operands]


def evaluated(text: str) -> Any:
    """What the evaluator gives, without plain Python before it."""
    return evaluator.compile_text(text).execute(evaluator.Context(variables={}, functions=calls()))


def is_taken(text: str) -> bool:
    """Whether the evaluator has a value for an expression."""
    try:
        evaluated(text)
    except Exception:  # noqa: BLE001 - the evaluator raises nearly every kind there is
        return False
    return True


@pytest.mark.parametrize("name", EVERY)
def test_an_example_is_true_for_the_evaluator(name: str) -> None:
    """The evaluator itself has every function of both tables."""
    assert evaluated(EVERY[name].example) is True


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EVERY)
def test_the_evaluator_takes_the_forms_of_the_table_and_no_other(name: str, form: Form) -> None:
    """The call of the example, written in either form, has a value exactly where the table says so."""
    function = EVERY[name]
    assert is_taken(written(name, operands_of(function), form)) == (form in function.forms)


@pytest.mark.parametrize(("name", "index", "kind"), CLAIMS)
def test_the_evaluator_takes_the_kinds_of_the_table_and_no_other(name: str, index: int, kind: str) -> None:
    """One argument of the example is put as a value of each kind."""
    function = BUILT_IN[name]
    argument = function.takes[index]
    taken = []
    for value in VALUES[kind]:
        operands = operands_of(function)
        operands[index] = value
        taken.append(is_taken(written(name, operands, function.forms[0])))
    assert any(taken) == (not argument.kinds or kind in argument.kinds)


@pytest.mark.parametrize("name", ["abs", "bool", "charAt", "join", "lowerAscii", "split"])
def test_what_the_table_leaves_out_the_evaluator_does_not_have(name: str) -> None:
    """Functions of CEL's extensions are no functions here."""
    assert name not in EVERY
    assert not any(is_taken(written(name, ["'5'"], form)) for form in FORMS)


@pytest.mark.parametrize("name", sorted(TYPE_NAMES))
def test_a_type_has_a_name(name: str) -> None:
    """What `type(x)` is compared with is a name that the evaluator knows."""
    assert evaluated(f"type({name}) == type(int)") is True
