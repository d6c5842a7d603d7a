"""CEL over JSON values in plain Python, for what both languages answer alike.

An expression is first tried here, since the evaluator takes ten times as long: it copies a variable whenever
an expression names it, and converts what a function of ours takes and gives.
Onepin's summary, 7 KB and 38 rules:

| | ms of processor time |
|---|---|
| the evaluator, a reply handed over once for all rules | 6.5 to 14, of that 0.4 to 0.6 for handing over |
| the evaluator, all rules in one expression | 6.4 to 11 |
| here | 0.5 to 0.9 |

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
Rows = Callable[[Scope], Iterator[Scope]]

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
        operand, name = self.step(node.operand, bound), node.name
        return lambda scope: a_map(operand(scope))[name]

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
        left, right = self.steps((node.left, node.right), bound)
        if node.sign == "&&":
            return lambda scope: truth(left(scope)) and truth(right(scope))
        if node.sign == "||":
            return lambda scope: truth(left(scope)) or truth(right(scope))
        work = BINARY[node.sign]
        return lambda scope: work(left(scope), right(scope))

    @step.register(syntax.Choice)
    def _(self, node: syntax.Choice, bound: frozenset[str]) -> Step:
        test, yes, no = self.steps((node.test, node.yes, node.no), bound)
        return lambda scope: yes(scope) if truth(test(scope)) else no(scope)

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
        # Several rules sum the same column: a result is kept for the reply, under the text of the call.
        # A call that names a macro's variable comes to something else in each row, and is made anew.
        if node.name in FUNCTIONS and bound.isdisjoint(_names(node)):
            return _remembered(self._text[node.start : node.end], made)
        return made

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
        steps = self.steps(parts, bound | {variable.name})
        rows = _rows(self.step(target, bound), variable.name)
        if len(steps) > 1:
            return _some_mapped(*steps, rows=rows)
        if node.name == "filter":
            return _filtered(steps[0], variable.name, rows)
        return _MACROS[node.name](steps[0], rows)


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


def _called(function: Callable[..., Any], steps: list[Step]) -> Step:
    def step(scope: Scope) -> Any:
        found = function(*[each(scope) for each in steps])
        return whole(found) if type(found) is int else found

    return step


def _remembered(text: str, made: Step) -> Step:
    def step(scope: Scope) -> Any:
        memo: dict[str, Any] = scope[MEMO]
        if text not in memo:
            memo[text] = made(scope)
        return memo[text]

    return step


def _rows(target: Step, name: str) -> Rows:
    """The scope of a macro's part, row after row.

    It is one and the same dictionary, changed for each row: a copy per row would cost more than the test.
    It shares the kept results of the scope around it, since those do not depend on the row.
    """

    def rows(scope: Scope) -> Iterator[Scope]:
        inner = dict(scope)
        for row in a_list(target(scope)):
            inner[name] = row
            yield inner

    return rows


def _all(part: Step, rows: Rows) -> Step:
    return lambda scope: all(truth(part(row)) for row in rows(scope))


def _exists(part: Step, rows: Rows) -> Step:
    return lambda scope: any(truth(part(row)) for row in rows(scope))


def _exists_one(part: Step, rows: Rows) -> Step:
    return lambda scope: sum([truth(part(row)) for row in rows(scope)]) == 1


def _mapped(part: Step, rows: Rows) -> Step:
    return lambda scope: [part(row) for row in rows(scope)]


def _some_mapped(test: Step, part: Step, *, rows: Rows) -> Step:
    return lambda scope: [part(row) for row in rows(scope) if truth(test(row))]


def _filtered(part: Step, name: str, rows: Rows) -> Step:
    return lambda scope: [row[name] for row in rows(scope) if truth(part(row))]


_MACROS = {"all": _all, "exists": _exists, "exists_one": _exists_one, "map": _mapped}
