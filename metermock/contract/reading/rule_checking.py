"""Finds what is wrong with an expression before it runs: names, kinds, arguments, division by zero.

What it cannot know for certain it lets pass. A part that was reported gets the type ANYTHING, so that one
mistake is told once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from metermock.contract.cel import syntax
from metermock.contract.cel.built_in import TYPE_NAMES
from metermock.contract.cel.function import NUMBERS, Kind
from metermock.contract.reading.call_checking import Calls
from metermock.contract.reading.problems import Problem, Problems, suggestion
from metermock.contract.reading.value_types import (
    ANYTHING,
    ListType,
    MapType,
    ScalarType,
    ValueType,
    common,
    in_words,
    of_literal,
    with_article,
)

Scope = dict[str, ValueType]

_TIMES: frozenset[Kind] = frozenset({"timestamp", "duration"})
_TIME_ARITHMETIC: Mapping[tuple[Kind, str, Kind], Kind] = {
    ("timestamp", "-", "timestamp"): "duration",
    ("timestamp", "+", "duration"): "timestamp",
    ("timestamp", "-", "duration"): "timestamp",
    ("duration", "+", "duration"): "duration",
    ("duration", "-", "duration"): "duration",
}
"""The arithmetic of times that the evaluator has; `duration + timestamp` is not in it."""


def check(
    expression: str,
    variables: Mapping[str, ValueType],
    *,
    gives: Kind = "bool",
    fields: Collection[str] | None = None,
) -> list[Problem]:
    """What is wrong with an expression over these variables.

    `gives` is the kind that it must have. `fields` are those that its map, or each map of its list, may have.
    """
    problems = Problems(expression)
    try:
        tree = syntax.parse(expression)
        found = _Checker(problems).type_of(tree, dict(variables))
    except syntax.CelSyntaxError as problem:
        return [Problem(problem.at, str(problem))]
    except RecursionError:
        return [Problem(0, "has too many parts in one another to be read", "split it into several rules")]
    if found.kinds and not found.is_only(gives):
        problems.add(tree.start, f"gives {in_words(found)}, not {with_article(gives)}")
    maps = found.item() if gives == "list" else found
    for name in maps.fields() if fields is not None else ():
        if name not in (fields or ()):
            problems.add(tree.start, f"there is no parameter {name!r}", suggestion(name, fields or ()))
    return problems.found


class _Checker:
    """Goes through a tree; each kind of node has the method of its name."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._calls = Calls(problems)

    def type_of(self, node: syntax.Node, scope: Scope) -> ValueType:
        """The type of a part; problems inside it are reported on the way."""
        method = getattr(self, f"_{type(node).__name__.lower()}")
        found: ValueType = method(node, scope)
        return found

    def _literal(self, node: syntax.Literal, scope: Scope) -> ValueType:  # noqa: ARG002 - one of a family
        return of_literal(node.value)

    def _name(self, node: syntax.Name, scope: Scope) -> ValueType:
        if node.name not in scope and node.name not in TYPE_NAMES:
            text = f"there is no variable {node.name!r}"
            self._problems.add(node.start, text, suggestion(node.name, scope))
        return scope.get(node.name, ANYTHING)

    def _member(self, node: syntax.Member, scope: Scope) -> ValueType:
        operand = self.type_of(node.operand, scope)
        found = operand.field(node.name)
        if found is not None and (not operand.kinds or "map" in operand.kinds):
            return found
        whole = self._problems.source(node.operand)
        if operand.kinds and "map" not in operand.kinds:
            text = f"{whole} is {in_words(operand)} and has no field {node.name!r}"
            self._problems.add(node.name_at, text)
        else:
            text = f"there is no field {node.name!r} in {whole}"
            self._problems.add(node.name_at, text, suggestion(node.name, operand.fields()))
        return ANYTHING

    def _index(self, node: syntax.Index, scope: Scope) -> ValueType:
        operand, key = self.type_of(node.operand, scope), self.type_of(node.key, scope)
        if operand.is_only("list"):
            if not key.is_only("int") and key.kinds:
                text = f"a list's place is an int, and {self._problems.source(node.key)} is {in_words(key)}"
                self._problems.add(node.key.start, text)
            return operand.item()
        return operand.member()

    def _listof(self, node: syntax.ListOf, scope: Scope) -> ValueType:
        return ListType(common([self.type_of(item, scope) for item in node.items]))

    def _mapof(self, node: syntax.MapOf, scope: Scope) -> ValueType:
        fields: dict[str, ValueType] = {}
        is_open = False
        for key, value in node.entries:
            found = self.type_of(value, scope)
            self.type_of(key, scope)
            if isinstance(key, syntax.Literal) and isinstance(key.value, str):
                fields[key.value] = found
            else:
                is_open = True
        return MapType(fields, is_open=is_open)

    def _unary(self, node: syntax.Unary, scope: Scope) -> ValueType:
        operand = self.type_of(node.operand, scope)
        if node.sign == "!":
            self._problems.want(node.operand, operand, ("bool",), "'!'")
            return ScalarType("bool")
        self._problems.want(node.operand, operand, NUMBERS, "'-'")
        return operand

    def _choice(self, node: syntax.Choice, scope: Scope) -> ValueType:
        self._problems.want(node.test, self.type_of(node.test, scope), ("bool",), "'?'")
        return common([self.type_of(node.yes, scope), self.type_of(node.no, scope)])

    def _binary(self, node: syntax.Binary, scope: Scope) -> ValueType:
        left, right = self.type_of(node.left, scope), self.type_of(node.right, scope)
        if node.sign in ("&&", "||"):
            self._problems.want(node.left, left, ("bool",), f"'{node.sign}'")
            self._problems.want(node.right, right, ("bool",), f"'{node.sign}'")
        elif node.sign not in syntax.COMPARISONS:
            return self._arithmetic(node, left, right)
        elif node.sign != "in":
            self._compare(node, left, right)
        return ScalarType("bool")

    def _compare(self, node: syntax.Binary, left: ValueType, right: ValueType) -> None:
        is_equality = node.sign in syntax.EQUALITIES
        one, other = _comparable(left), _comparable(right)
        if not one or not other or one & other or (is_equality and "null" in one | other):
            return
        sides = " and ".join(
            f"{self._problems.source(side)} ({in_words(found)})"
            for side, found in ((node.left, left), (node.right, right))
        )
        verb = "are never equal" if is_equality else "have no common order"
        self._problems.add(node.start, f"{sides} {verb}")

    def _arithmetic(self, node: syntax.Binary, left: ValueType, right: ValueType) -> ValueType:
        if node.sign in "/%" and isinstance(node.right, syntax.Literal) and node.right.value == 0:
            self._problems.add(node.right.start, "divides by zero")
        one, other = left.kinds - {"null"}, right.kinds - {"null"}
        if not one or not other:
            return ANYTHING
        if one | other <= set(NUMBERS) and (one != other or "number" in one):
            self._report_mixed(node, left, right)
        elif (one | other) & _TIMES:
            return self._time_arithmetic(node, left, right)
        elif one.isdisjoint(other):
            self._report_unknown(node, left, right)
        return left if one == other else ANYTHING

    def _time_arithmetic(self, node: syntax.Binary, left: ValueType, right: ValueType) -> ValueType:
        found = {
            _TIME_ARITHMETIC.get((one, node.sign, other)) for one in left.kinds for other in right.kinds
        } - {None}
        if not found:
            self._report_unknown(node, left, right)
        return ScalarType(*(kind for kind in found if kind is not None))

    def _report_mixed(self, node: syntax.Binary, left: ValueType, right: ValueType) -> None:
        which = "each that may be an int" if "number" in left.kinds | right.kinds else "the int"
        text = f"{self._problems.source(node)} has {in_words(left)} and {in_words(right)}"
        advice = f"CEL does not mix int and double: write double(…) around {which}"
        self._problems.add(node.start, text, advice)

    def _report_unknown(self, node: syntax.Binary, left: ValueType, right: ValueType) -> None:
        self._problems.add(node.start, f"CEL has no {in_words(left)} {node.sign} {in_words(right)}")

    def _invocation(self, node: syntax.Invocation, scope: Scope) -> ValueType:
        if node.name in syntax.MACROS:
            return self._macro(node, scope)
        types = [self.type_of(operand, scope) for operand in node.operands]
        if node.name == "has" and node.target is None:
            return ScalarType("bool")
        return self._calls.type_of(node, types)

    def _macro(self, node: syntax.Invocation, scope: Scope) -> ValueType:
        variable, *bodies = node.arguments or (None,)
        wanted = (1, 2) if node.name == "map" else (1,)
        if node.target is None or not isinstance(variable, syntax.Name) or len(bodies) not in wanted:
            self._problems.add(node.name_at, f"{node.name} is written list.{node.name}(x, …)")
            return ANYTHING
        rows = self.type_of(node.target, scope)
        if rows.kinds and not rows.kinds & {"list", "map"}:
            text = f"{self._problems.source(node.target)} is {in_words(rows)}, and {node.name} wants a list"
            self._problems.add(node.name_at, text)
        # Over a map a macro goes through the names of its fields.
        item = ScalarType("text") if rows.is_only("map") else rows.item()
        types = [self.type_of(body, {**scope, variable.name: item}) for body in bodies]
        # The last part of a `map` is what it makes of each row; every other part is a test.
        tests = bodies if node.name != "map" else bodies[:-1]
        for body, found in zip(tests, types, strict=False):
            self._problems.want(body, found, ("bool",), node.name)
        if node.name == "map":
            return ListType(types[-1])
        return rows if node.name == "filter" else ScalarType("bool")


def _comparable(value_type: ValueType) -> set[str]:
    # Numbers of any kind compare with each other.
    return {"number" if kind in NUMBERS else kind for kind in value_type.kinds}
