"""Checks a call of a function against the function's row in its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from metermock.contract.cel import syntax
from metermock.contract.cel.built_in import BUILT_IN
from metermock.contract.cel.function import Function
from metermock.contract.cel.functions import FUNCTIONS
from metermock.contract.reading.problems import Problems, suggestion
from metermock.contract.reading.value_types import ANYTHING, ListType, MapType, ScalarType, ValueType

# Ours come last: `min` and `max` are also functions of CEL, and a rule gets ours.
_ALL = {**BUILT_IN, **FUNCTIONS}


class Calls:
    """Checks calls: the name, the form, the number of arguments, their kinds, the fields that they name."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def type_of(self, node: syntax.Invocation, types: Sequence[ValueType]) -> ValueType:
        """The type of a call whose operands have these types."""
        function = _ALL.get(node.name)
        if function is None:
            advice = suggestion(node.name, [*_ALL, *syntax.MACROS])
            self._problems.add(node.name_at, f"there is no function {node.name!r}", advice)
            return ANYTHING
        if not self._has_form(node, function) or not self._has_arity(node, function):
            return ANYTHING
        for argument, operand, found in zip(function.takes, node.operands, types, strict=True):
            is_right = self._problems.want(operand, found, argument.kinds, function.name)
            if argument.names_fields and is_right:
                self._check_fields(node, operand, types[0])
        return self._result(node, function, types)

    def _has_form(self, node: syntax.Invocation, function: Function) -> bool:
        if node.form in function.forms:
            return True
        operands = [self._problems.source(operand) for operand in node.operands]
        if node.form == "method":
            text, advice = "a function", f"{node.name}({', '.join(operands)})"
        else:
            target = operands[0] if operands else function.takes[0].name
            if node.operands and isinstance(node.operands[0], syntax.Unary | syntax.Binary | syntax.Choice):
                target = f"({target})"
            text, advice = "a method", f"{target}.{node.name}({', '.join(operands[1:])})"
        self._problems.add(node.name_at, f"CEL has {node.name} only as {text}", f"write {advice}")
        return False

    def _has_arity(self, node: syntax.Invocation, function: Function) -> bool:
        wanted, given = len(function.takes), len(node.operands)
        if given != wanted:
            text = f"{node.name} takes {wanted} arguments and got {given}"
            self._problems.add(node.name_at, text, f"it is written {function.signature}")
        return given == wanted

    def _check_fields(self, node: syntax.Invocation, names: syntax.Node, value: ValueType) -> None:
        source = self._problems.source(node.operands[0])
        one = isinstance(names, syntax.Literal)
        row = value.item() if one else _row(value)
        for name in _literals(names):
            if row.field(name.value) is None:
                text = f"there is no field {name.value!r} in {source}"
                if one:
                    text = f"the rows of {source} have no field {name.value!r}"
                self._problems.add(name.start, text, suggestion(name.value, row.fields()))

    def _result(self, node: syntax.Invocation, function: Function, types: Sequence[ValueType]) -> ValueType:
        first = types[0]
        match function.gives:
            case "any":
                found = ANYTHING
            case "same":
                found = first
            case "item" | "flat":
                found = first.item()
            case "number":
                parts = [each.item() if "list" in each.kinds else each for each in types]
                found = ScalarType("int" if all(part.is_only("int") for part in parts) else "number")
            case "column":
                found = ListType(_field(first.item(), node.operands[1]))
            case "sums" | "omitted" | "picked":
                found = _of_fields(function.gives, first, node.operands[1])
            case _:
                found = ScalarType(function.gives)
        return found


def _field(row: ValueType, name: syntax.Node) -> ValueType:
    found = row.field(name.value) if isinstance(name, syntax.Literal) else None
    return found or ANYTHING


def _row(value: ValueType) -> ValueType:
    return value.item() if value.is_only("list") else value


def _literals(names: syntax.Node) -> list[syntax.Literal]:
    """The names that are written out, of a single one or of a list."""
    listed = names.items if isinstance(names, syntax.ListOf) else (names,)
    return [each for each in listed if isinstance(each, syntax.Literal) and isinstance(each.value, str)]


def _of_fields(
    gives: Literal["sums", "omitted", "picked"], value: ValueType, names: syntax.Node
) -> ValueType:
    row, wanted = _row(value), [name.value for name in _literals(names)]
    is_known = isinstance(names, syntax.ListOf) and len(wanted) == len(names.items) and row.fields()
    if gives == "sums":
        return MapType(dict.fromkeys(wanted, ScalarType("number"))) if is_known else ANYTHING
    if not is_known:
        return value
    kept = [name for name in row.fields() if (name in wanted) == (gives == "picked")]
    left = MapType({name: row.field(name) or ANYTHING for name in kept})
    return ListType(left) if value.is_only("list") else left
