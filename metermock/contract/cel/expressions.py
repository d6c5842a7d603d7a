"""CEL expressions: compiled once, evaluated over plain JSON values, explained when they do not hold."""

from __future__ import annotations

import logging
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from metermock import json_pointer
from metermock.contract.cel import evaluator, plain, syntax
from metermock.contract.cel.function_error import as_text
from metermock.contract.cel.functions import FUNCTIONS, calls

# The evaluator logs every failing function before it raises; what it raises says the same.
logging.getLogger("cel").setLevel(logging.CRITICAL + 1)

_CALLS = calls()
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_FUNCTION = re.compile(
    r"Function '(\w+)' error: Python function call failed: (?:\w+: )?(.*?)\. Check function arg.*", re.DOTALL
)


class CompileError(ValueError):
    """A text is no CEL expression; `at` is the offset of what is wrong."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.at = at


class EvaluationError(ValueError):
    """An expression has no value for what it was given."""


class Reason(NamedTuple):
    """Why an expression is false: the place in the reply, the part that failed, and what it came to."""

    pointer: str
    expected: str
    received: str


class Environment:
    """The variables that expressions see.

    `scope` has them for plain Python. The evaluator gets them as its context, made once, when the first
    expression needs it: converting a large reply costs more than judging it.
    """

    def __init__(self, variables: Mapping[str, Any], scope: plain.Scope | None = None) -> None:
        self.variables = dict(variables)
        self.scope = scope or plain.scope_of(self.variables)
        self._context: Any = None
        if self.scope is None:
            self._context = self._made()

    @property
    def context(self) -> Any:
        """The variables as the evaluator has them."""
        if self._context is None:
            self._context = self._made()
        return self._context

    def _made(self) -> Any:
        try:
            return evaluator.Context(variables=self.variables, functions=_CALLS)
        except ValueError as problem:
            raise EvaluationError(f"the reply cannot be looked into: {problem}") from None

    def with_variable(self, name: str, value: Any) -> Environment:
        """The same variables and one more."""
        scope = self.scope and plain.with_variable(self.scope, name, value)
        return Environment({**self.variables, name: value}, scope)


class Expression:
    """A CEL expression, compiled."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._program = evaluator.compile_text(text)
        except ValueError as problem:
            raise _compile_error(text, str(problem)) from None

    @cached_property
    def _plainly(self) -> plain.Step | None:
        return plain.compiled(self.text)

    @property
    def names(self) -> frozenset[str]:
        """The variables that it names, including those of its own macros."""
        return frozenset(self._program.variables())

    def value(self, environment: Environment) -> Any:
        """What it comes to; EvaluationError where it has no value.

        Do not change it: it may be a part of the reply, or of the expression.
        """
        if environment.scope is not None and self._plainly is not None:
            # Of any error here, the evaluator says below what it is, in its own words. `suppress` takes as
            # long as a short rule.
            try:
                return self._plainly(environment.scope)
            except Exception:  # noqa: BLE001, S110 - see above
                pass
        try:
            return self._program.execute(environment.context)
        except Exception as problem:  # noqa: BLE001 - the evaluator raises nearly every kind there is
            raise EvaluationError(_worded(problem)) from None

    def holds(self, environment: Environment) -> bool:
        """Whether it is true; EvaluationError where it has no value, or one that is no bool."""
        value = self.value(environment)
        if not isinstance(value, bool):
            raise EvaluationError(f"it gives {as_text(value)}, not true or false")
        return value

    def why_not(self, environment: Environment) -> Reason:
        """Why it is false."""
        tree = syntax.parse(self.text)
        try:
            return _why(tree, self.text, environment, {})
        except (EvaluationError, CompileError):
            return Reason("", _shown(tree, self.text), "false")


def _compile_error(text: str, problem: str) -> CompileError:
    # The evaluator lists every token of its grammar; what our own reading says is shorter.
    try:
        syntax.parse(text)
    except syntax.CelSyntaxError as own:
        return CompileError(str(own), own.at)
    except RecursionError:
        pass
    found = _PLACE.search(problem)
    if found is None:
        return CompileError(problem.splitlines()[0], 0)
    # The evaluator counts lines and columns, from 1; we point by the offset in the text.
    line, column, message = int(found[1]), int(found[2]), found[3]
    start = sum(len(each) + 1 for each in text.split("\n")[: line - 1])
    return CompileError(message.removeprefix("Syntax error: "), min(start + column - 1, len(text)))


def _worded(problem: Exception) -> str:
    text = str(problem)
    if isinstance(problem, KeyError):
        return f"there is no field {text}"
    found = _FUNCTION.match(text)
    if found:
        return f"{found[1]}: {found[2]}"
    return text.split(". CEL does not coerce", maxsplit=1)[0].split(". Check that", maxsplit=1)[0]


_DIGITS = 13
"""Of a calculated number; what comes behind them is what doubles add."""
_NOISE = 64
"""How many units in the last place of a double its steps may add; a larger difference says something."""
_AS_SENT = (syntax.Member, syntax.Index, syntax.Name, syntax.Literal)
"""What stands in a reply or in a rule as it is."""
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

Places = dict[str, str]
"""JSON pointers by the name of the macro's variable that stands for what is there."""


def _why(node: syntax.Node, text: str, environment: Environment, places: Places, row: str = "") -> Reason:
    """Why a part of an expression is false; `row` is the innermost row that it was tried on.

    It goes down to the first part of a conjunction that fails, and to the first row that breaks an `all`.
    """
    if isinstance(node, syntax.Binary) and node.sign == "&&":
        left = _value(node.left, text, environment)
        return _why(node.right if left else node.left, text, environment, places, row)
    if isinstance(node, syntax.Invocation) and node.name == "all" and node.target is not None:
        return _why_not_all(node, node.target, text, environment, places)
    return Reason(_pointer(node, places), _shown(node, text), _received(node, text, environment) + row)


def _why_not_all(
    node: syntax.Invocation, target: syntax.Node, text: str, environment: Environment, places: Places
) -> Reason:
    variable, test = node.arguments
    name, pointer = text[variable.start : variable.end], _pointer(target, places)
    expression = Expression(text[test.start : test.end])
    for index, row in enumerate(_value(target, text, environment)):
        inner = environment.with_variable(name, row)
        if not expression.value(inner):
            # Of `[body.a, body.b].all(…)` the item's own place is meant, not the second of a list.
            if isinstance(target, syntax.ListOf):
                place = _pointer(target.items[index], places)
            else:
                place = pointer and f"{pointer}/{index}"
            here = {**places, name: place} if place else places
            reason = _why(test, text, inner, here, f" for {as_text(row)}")
            return Reason(reason.pointer or place, reason.expected, reason.received)
    return Reason(pointer, _shown(node, text), "false")


def _received(node: syntax.Node, text: str, environment: Environment) -> str:
    if isinstance(node, syntax.Binary) and node.sign in syntax.COMPARISONS:
        sides = [_readable(side, text, environment) for side in (node.left, node.right)]
        sides = _without_noise((node.left, node.right), sides, _HOLDS.get(node.sign))
        if node.sign == "==":
            place, one, other = json_pointer.difference(*sides)
            return f"{as_text(one)} == {as_text(other)} is false" + (f" at {place}" if place else "")
        return f"{as_text(sides[0])} {node.sign} {as_text(sides[1])} is false"
    if isinstance(node, syntax.Invocation) and node.name not in syntax.MACROS:
        values = [_value(operand, text, environment) for operand in node.operands]
        function = FUNCTIONS.get(node.name)
        told = function.culprit(values[0]) if function is not None and function.culprit is not None else None
        values = _without_noise(node.operands, values, function.call if function is not None else None)
        return told or f"{node.name}({', '.join(as_text(value) for value in values)}) is false"
    return "false"


def _without_noise(
    nodes: Sequence[syntax.Node], values: list[Any], holds: Callable[..., Any] | None
) -> list[Any]:
    """Calculated numbers as a reader needs them: 26521 for 26520.999999999996.

    They stay as they are where `holds` finds that the rule would hold with the shorter ones.
    """
    short = [
        value if isinstance(node, _AS_SENT) else _short(value)
        for node, value in zip(nodes, values, strict=True)
    ]
    if holds is None or not all(isinstance(each, int | float) for each in values):
        return values
    return values if holds(*short) else short


def _short(value: Any) -> Any:
    if not isinstance(value, float) or value.is_integer():
        return value
    short = float(f"{value:.{_DIGITS}g}")
    if not abs(short - value) <= _NOISE * math.ulp(value):
        return value
    return int(short) if short.is_integer() else short


def _readable(node: syntax.Node, text: str, environment: Environment) -> Any:
    """The value of a side; of `seconds(…)` the instant, which people read."""
    value = _value(node, text, environment)
    if isinstance(node, syntax.Invocation) and node.name == "seconds" and node.target is None:
        return _value(node.arguments[0], text, environment)
    return value


def _value(node: syntax.Node, text: str, environment: Environment) -> Any:
    return Expression(text[node.start : node.end]).value(environment)


def _shown(node: syntax.Node, text: str) -> str:
    return " ".join(text[node.start : node.end].split())


def _pointer(node: syntax.Node, places: Places) -> str:
    """The place in the reply of the leftmost `body.…` or `headers.…` in a part of an expression."""
    for inner in _walk(node):
        path = _path(inner)
        if path and path[0] in places:
            return places[path[0]] + json_pointer.text_of(list(path[1:]))
        if "body" in path[:2]:
            return json_pointer.text_of(list(path[path.index("body") + 1 :]))
        if "headers" in path[:2] and len(path) > path.index("headers") + 1:
            return f"headers/{path[path.index('headers') + 1]}"
    return ""


def _path(node: syntax.Node) -> list[str]:
    names: list[str] = []
    while isinstance(node, syntax.Member):
        names.append(node.name)
        node = node.operand
    return [node.name, *reversed(names)] if isinstance(node, syntax.Name) else []


def _walk(node: syntax.Node) -> list[syntax.Node]:
    found = [node]
    for inner in syntax.children(node):
        found.extend(_walk(inner))
    return found
