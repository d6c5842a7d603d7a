"""CEL over JSON values in plain Python, for what both languages answer alike.

An expression is first tried here, since the evaluator takes ten times as long: it copies a variable whenever
an expression names it, and converts what a function of ours takes and gives.
Onepin's summary, 7 KB and 38 rules:

| | ms of processor time |
|---|---|
| the evaluator, a reply handed over once for all rules | 6.5 to 14, of that 0.4 to 0.6 for handing over |
| the evaluator, all rules in one expression | 6.4 to 11 |
| here | 0.4 to 0.7 |

Where the evaluator might give something else, nothing is answered here: a missing field, operands of unlike
kinds, an overflow, any error. Then the evaluator answers, and its words tell the problem.
tests/contract/cel/test_plain.py holds both against each other.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import singledispatchmethod
from typing import Any

from metermock.contract.cel import syntax
from metermock.contract.cel.built_in import BUILT_IN
from metermock.contract.cel.functions import FUNCTIONS
from metermock.contract.cel.plain_values import (
    BINARY,
    UNARY,
    UnsureError,
    a_list,
    a_map,
    is_plain,
    item_at,
    truth,
    whole,
)

Scope = dict[str, Any]
Step = Callable[[Scope], Any]

MEMO = ""
"""The name in a scope of the results that are kept for other rules; no expression can name it."""
_FOREIGN = re.compile(r"\\|\b\d\w*[uU]\b")
"""Escapes and unsigned numbers, which Python does not have as CEL has them."""


def scope_of(variables: Mapping[str, Any]) -> Scope | None:
    """A scope for expressions; None where the two languages do not have a value alike."""
    return {**variables, MEMO: {}} if all(map(is_plain, variables.values())) else None


def with_variable(scope: Scope, name: str, value: Any) -> Scope | None:
    """The scope with one more variable, which may hide another."""
    return {**scope, name: value, MEMO: {}} if is_plain(value) else None


def compiled(text: str) -> Step | None:
    """Gives an expression's value in a scope, or raises any error; None where a part is unknown here."""
    if _FOREIGN.search(text):
        return None
    try:
        return _Compiler(text).step(syntax.parse(text), frozenset())
    except Exception:  # noqa: BLE001 - whatever it is, the evaluator compiles the text as well
        return None


class _Compiler:
    """Makes a closure of each part of an expression; `bound` are the variables of the macros around it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def steps(self, nodes: Iterable[syntax.Node], bound: frozenset[str]) -> list[Step]:
        """One for each part."""
        return [self.step(node, bound) for node in nodes]

    @singledispatchmethod
    def step(self, node: syntax.Node, _: frozenset[str]) -> Step:
        """What gives the value of a part."""
        raise UnsureError(node)

    @step.register(syntax.Literal)
    def _(self, node: syntax.Literal, _: frozenset[str]) -> Step:
        if isinstance(node.value, bytes):
            raise UnsureError
        return _constant(node.value)

    @step.register(syntax.Name)
    def _(self, node: syntax.Name, _: frozenset[str]) -> Step:
        return operator.itemgetter(node.name)

    @step.register(syntax.Member)
    def _(self, node: syntax.Member, bound: frozenset[str]) -> Step:
        names, operand = [node.name], node.operand
        while isinstance(operand, syntax.Member):
            names.insert(0, operand.name)
            operand = operand.operand
        if isinstance(operand, syntax.Name):
            return _path(operand.name, names)
        return _members(self.step(operand, bound), names)

    @step.register(syntax.Index)
    def _(self, node: syntax.Index, bound: frozenset[str]) -> Step:
        operand, key = self.steps((node.operand, node.key), bound)
        return lambda scope: item_at(operand(scope), key(scope))

    @step.register(syntax.ListOf)
    def _(self, node: syntax.ListOf, bound: frozenset[str]) -> Step:
        items = self.steps(node.items, bound)
        if _is_constant(node):
            return _constant([item({}) for item in items])
        return lambda scope: [item(scope) for item in items]

    @step.register(syntax.MapOf)
    def _(self, node: syntax.MapOf, bound: frozenset[str]) -> Step:
        entries = [(_key(key), self.step(value, bound)) for key, value in node.entries]
        if all(_is_constant(value) for _, value in node.entries):
            return _constant({name: value({}) for name, value in entries})
        return lambda scope: {name: value(scope) for name, value in entries}

    @step.register(syntax.Unary)
    def _(self, node: syntax.Unary, bound: frozenset[str]) -> Step:
        operand, work = self.step(node.operand, bound), UNARY[node.sign]
        return lambda scope: work(operand(scope))

    @step.register(syntax.Binary)
    def _(self, node: syntax.Binary, bound: frozenset[str]) -> Step:
        if node.sign in ("&&", "||"):
            one, other = self._test(node.left, bound), self._test(node.right, bound)
            if node.sign == "&&":
                return lambda scope: one(scope) and other(scope)
            return lambda scope: one(scope) or other(scope)
        left, right = self.steps((node.left, node.right), bound)
        work = BINARY[node.sign]
        return lambda scope: work(left(scope), right(scope))

    @step.register(syntax.Choice)
    def _(self, node: syntax.Choice, bound: frozenset[str]) -> Step:
        test, (yes, no) = self._test(node.test, bound), self.steps((node.yes, node.no), bound)
        return lambda scope: yes(scope) if test(scope) else no(scope)

    @step.register(syntax.Invocation)
    def _(self, node: syntax.Invocation, bound: frozenset[str]) -> Step:
        if node.name == "has" and node.target is None:
            return self._has(node, bound)
        if node.name in syntax.MACROS and node.target is not None:
            return self._macro(node, node.target, bound)
        steps = self.steps(node.operands, bound)
        function = FUNCTIONS.get(node.name) or BUILT_IN.get(node.name)
        if function is None or function.call is None or node.form not in function.forms:
            raise UnsureError
        made = _called(function.call, steps)
        if function.gives not in _NO_NUMBER:
            made = _fitting(made)
        # Several rules sum the same column: a result is kept for the reply, under the text of the call.
        # A call that names a macro's variable comes to something else in each row, and is made anew.
        if node.name in FUNCTIONS and bound.isdisjoint(_names(node)):
            return _remembered(self._text[node.start : node.end], made)
        return made

    def _test(self, node: syntax.Node, bound: frozenset[str]) -> Step:
        """What gives true or false, and nothing else."""
        step = self.step(node, bound)
        return step if _gives_truth(node) else lambda scope: truth(step(scope))

    def _has(self, node: syntax.Invocation, bound: frozenset[str]) -> Step:
        (field,) = node.arguments
        if not isinstance(field, syntax.Member):
            raise UnsureError
        operand, name = self.step(field.operand, bound), field.name
        return lambda scope: name in a_map(operand(scope))

    def _macro(self, node: syntax.Invocation, target: syntax.Node, bound: frozenset[str]) -> Step:
        variable, *parts = node.arguments
        if (
            not isinstance(variable, syntax.Name)
            or not parts
            or len(parts) > (2 if node.name == "map" else 1)
        ):
            raise UnsureError
        inner, rows = bound | {variable.name}, _Rows(self.step(target, bound), variable.name)
        if len(parts) > 1:
            return _some_mapped(self._test(parts[0], inner), self.step(parts[1], inner), rows)
        if node.name == "map":
            return _mapped(self.step(parts[0], inner), rows)
        return _MACROS[node.name](self._test(parts[0], inner), rows)


def _names(node: syntax.Node) -> Iterator[str]:
    if isinstance(node, syntax.Name):
        yield node.name
    for part in syntax.children(node):
        yield from _names(part)


def _key(node: syntax.Node) -> str:
    if not isinstance(node, syntax.Literal) or not isinstance(node.value, str):
        raise UnsureError
    return node.value


def _is_constant(node: syntax.Node) -> bool:
    if isinstance(node, syntax.ListOf):
        return all(map(_is_constant, node.items))
    return isinstance(node, syntax.Literal)


def _constant(value: Any) -> Step:
    return lambda _: value


def _gives_truth(node: syntax.Node) -> bool:
    """Whether a part has no other values than true and false, by what it is."""
    if isinstance(node, syntax.Binary):
        return node.sign in _TESTS
    if isinstance(node, syntax.Invocation):
        function = FUNCTIONS.get(node.name)
        return node.name in _GIVE_TRUTH or (function is not None and function.gives == "bool")
    return isinstance(node, syntax.Unary) and node.sign == "!"


def _path(variable: str, names: list[str]) -> Step:
    """What gives a field of a variable. Most are at most three names deep: a step for each would take longer.

    What has no fields raises an error of its own: of JSON's values only a map takes a name.
    """
    first, *rest = names
    if not rest:
        return lambda scope: scope[variable][first]
    second, *rest = rest
    if not rest:
        return lambda scope: scope[variable][first][second]
    third, *rest = rest
    if not rest:
        return lambda scope: scope[variable][first][second][third]
    return _members(lambda scope: scope[variable][first][second][third], rest)


def _members(operand: Step, names: list[str]) -> Step:
    def step(scope: Scope) -> Any:
        found = operand(scope)
        for name in names:
            found = found[name]
        return found

    return step


def _called(function: Callable[..., Any], steps: list[Step]) -> Step:
    if len(steps) == 1:
        (only,) = steps
        return lambda scope: function(only(scope))
    if len(steps) == 2:  # noqa: PLR2004 - nearly all functions take one or two
        one, other = steps
        return lambda scope: function(one(scope), other(scope))
    return lambda scope: function(*[each(scope) for each in steps])


def _fitting(made: Step) -> Step:
    def step(scope: Scope) -> Any:
        found = made(scope)
        return whole(found) if type(found) is int else found

    return step


def _remembered(text: str, made: Step) -> Step:
    def step(scope: Scope) -> Any:
        memo: dict[str, Any] = scope[MEMO]
        if text not in memo:
            memo[text] = made(scope)
        return memo[text]

    return step


class _Rows:
    """The scope of a macro's part, row after row.

    It is one and the same dictionary, changed for each row: a copy per row would cost more than the test.
    It shares the kept results of the scope around it, since those do not depend on the row.
    """

    __slots__ = ("name", "target")

    def __init__(self, target: Step, name: str) -> None:
        self.target = target
        self.name = name

    def __call__(self, scope: Scope) -> Iterator[Scope]:
        inner, name = dict(scope), self.name
        for row in a_list(self.target(scope)):
            inner[name] = row
            yield inner


def _all(test: Step, rows: _Rows) -> Step:
    def step(scope: Scope) -> bool:
        for row in rows(scope):  # noqa: SIM110 - all() would ask a second generator for each row
            if not test(row):
                return False
        return True

    return step


def _exists(test: Step, rows: _Rows) -> Step:
    def step(scope: Scope) -> bool:
        for row in rows(scope):  # noqa: SIM110 - see above
            if test(row):
                return True
        return False

    return step


def _exists_one(test: Step, rows: _Rows) -> Step:
    return lambda scope: sum([test(row) for row in rows(scope)]) == 1


def _mapped(part: Step, rows: _Rows) -> Step:
    return lambda scope: [part(row) for row in rows(scope)]


def _some_mapped(test: Step, part: Step, rows: _Rows) -> Step:
    return lambda scope: [part(row) for row in rows(scope) if test(row)]


def _filtered(test: Step, rows: _Rows) -> Step:
    name = rows.name
    return lambda scope: [row[name] for row in rows(scope) if test(row)]


_MACROS = {"all": _all, "exists": _exists, "exists_one": _exists_one, "filter": _filtered}
_TESTS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"})
_NO_NUMBER = ("bool", "text")
_GIVE_TRUTH = frozenset({"has", "all", "exists", "exists_one"})
