"""Finds what is wrong with an expression before it ever runs: names, kinds, arity, division by zero."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from metermock.contract.cel import syntax as cel
from metermock.contract.cel.functions import FUNCTIONS, Function
from metermock.contract.reading.shapes import ANYTHING, ListShape, MapShape, Shape, Simple, of_value

Scope = dict[str, Shape]

_BUILTINS = {
    "size": (1, "int"),
    **dict.fromkeys(("contains", "startsWith", "endsWith", "matches"), (2, "bool")),
    "int": (1, "int"),
    "uint": (1, "int"),
    "double": (1, "double"),
    "string": (1, "text"),
    "type": (1, ""),
    "dyn": (1, ""),
    "timestamp": (1, ""),
    "duration": (1, ""),
}
_TYPE_NAMES = frozenset({"int", "uint", "double", "string", "bool", "list", "map", "bytes", "null_type"})
_ARGUMENT_KINDS = {
    **dict.fromkeys(("list", "rows", "lists", "names"), ("list",)),
    **dict.fromkeys(("text", "instant", "start", "end", "date", "later", "zone", "name"), ("text",)),
    **dict.fromkeys(("n", "digits", "seconds"), ("int",)),
    **dict.fromkeys(("a", "b", "x", "low", "high", "tolerance"), ("int", "double", "number")),
    "map": ("map", "list"),
}
_NUMBERS = frozenset({"int", "double", "number"})
_PLAIN = _NUMBERS | {"text", "bool", "list", "map"}


class Problem(NamedTuple):
    """What is wrong with an expression; `at` is the offset in its text."""

    at: int
    problem: str
    advice: str = ""


def check(
    expression: str,
    variables: Mapping[str, Shape],
    *,
    gives: str = "bool",
    fields: Collection[str] | None = None,
) -> list[Problem]:
    """What is wrong with an expression over these variables.

    `gives` is the kind that it must have; `fields` those that its map, or the maps of its list, may have.
    """
    try:
        tree = cel.parse(expression)
    except cel.CelSyntaxError as problem:
        return [Problem(problem.at, str(problem))]
    checker = _Checker(expression)
    shape = checker.shape(tree, dict(variables))
    if shape.kinds and not shape.is_only(gives):
        checker.report(tree.start, f"gives {_kinds(shape)}, not {_article(gives)}")
    maps = shape.item() if gives == "list" else shape
    for name in maps.fields() if fields is not None else ():
        if name not in (fields or ()):
            checker.report(tree.start, f"there is no parameter {name!r}", suggestion(name, fields or ()))
    return checker.problems


class _Checker:
    def __init__(self, expression: str) -> None:
        self._text = expression
        self.problems: list[Problem] = []

    def report(self, at: int, problem: str, advice: str = "") -> None:
        self.problems.append(Problem(at, problem, advice))

    def shape(self, node: cel.Node, scope: Scope) -> Shape:
        """The shape of a part; problems inside it are reported on the way."""
        method = getattr(self, f"_{type(node).__name__.lower()}")
        found: Shape = method(node, scope)
        return found

    def _literal(self, node: cel.Literal, scope: Scope) -> Shape:  # noqa: ARG002 - one of a family
        return of_value(node.value)

    def _name(self, node: cel.Name, scope: Scope) -> Shape:
        if node.name not in scope and node.name not in _TYPE_NAMES:
            self.report(node.start, f"there is no variable {node.name!r}", suggestion(node.name, scope))
        return scope.get(node.name, ANYTHING)

    def _member(self, node: cel.Member, scope: Scope) -> Shape:
        operand = self.shape(node.operand, scope)
        found = operand.field(node.name)
        if found is not None and (not operand.kinds or "map" in operand.kinds):
            return found
        whole = self._source(node.operand)
        if operand.kinds and "map" not in operand.kinds:
            self.report(node.name_at, f"{whole} is {_kinds(operand)} and has no field {node.name!r}")
        else:
            advice = suggestion(node.name, operand.fields())
            self.report(node.name_at, f"there is no field {node.name!r} in {whole}", advice)
        return ANYTHING

    def _index(self, node: cel.Index, scope: Scope) -> Shape:
        operand, key = self.shape(node.operand, scope), self.shape(node.key, scope)
        if operand.is_only("list"):
            if not key.is_only("int") and key.kinds:
                self.report(
                    node.key.start, f"a list's place is an int, and {self._source(node.key)} is {_kinds(key)}"
                )
            return operand.item()
        return _alike([operand.field(name) or ANYTHING for name in operand.fields()])

    def _listof(self, node: cel.ListOf, scope: Scope) -> Shape:
        return ListShape(_alike([self.shape(item, scope) for item in node.items]))

    def _mapof(self, node: cel.MapOf, scope: Scope) -> Shape:
        fields: dict[str, Shape] = {}
        is_open = False
        for key, value in node.entries:
            shape = self.shape(value, scope)
            self.shape(key, scope)
            if isinstance(key, cel.Literal) and isinstance(key.value, str):
                fields[key.value] = shape
            else:
                is_open = True
        return MapShape(fields, is_open=is_open)

    def _unary(self, node: cel.Unary, scope: Scope) -> Shape:
        operand = self.shape(node.operand, scope)
        if node.sign == "!":
            self._want(node.operand, operand, ("bool",), "'!'")
            return Simple("bool")
        self._want(node.operand, operand, tuple(_NUMBERS), "'-'")
        return operand

    def _choice(self, node: cel.Choice, scope: Scope) -> Shape:
        self._want(node.test, self.shape(node.test, scope), ("bool",), "'?'")
        return _alike([self.shape(node.yes, scope), self.shape(node.no, scope)])

    def _binary(self, node: cel.Binary, scope: Scope) -> Shape:
        left, right = self.shape(node.left, scope), self.shape(node.right, scope)
        if node.sign in ("&&", "||"):
            self._want(node.left, left, ("bool",), f"'{node.sign}'")
            self._want(node.right, right, ("bool",), f"'{node.sign}'")
        elif node.sign in ("==", "!=", "<", "<=", ">", ">="):
            self._compare(node, left, right)
        elif node.sign != "in":
            return self._arithmetic(node, left, right)
        return Simple("bool")

    def _compare(self, node: cel.Binary, left: Shape, right: Shape) -> None:
        one, other = _broad(left), _broad(right)
        if one and other and not one & other and not (node.sign in ("==", "!=") and "null" in one | other):
            verb = "are never equal" if node.sign in ("==", "!=") else "have no common order"
            sides = (
                f"{self._source(node.left)} ({_kinds(left)}) and {self._source(node.right)} ({_kinds(right)})"
            )
            self.report(node.start, f"{sides} {verb}")

    def _arithmetic(self, node: cel.Binary, left: Shape, right: Shape) -> Shape:
        if node.sign in "/%" and isinstance(node.right, cel.Literal) and node.right.value == 0:
            self.report(node.right.start, "divides by zero")
        one, other = left.kinds - {"null"}, right.kinds - {"null"}
        mixed = one and other and one | other <= _NUMBERS and (one != other or "number" in one)
        if mixed:
            advice = "CEL does not mix int and double: write double(…) around " + (
                "each that may be an int" if "number" in one | other else "the int"
            )
            self.report(node.start, f"{self._source(node)} has {_kinds(left)} and {_kinds(right)}", advice)
        elif one and other and one.isdisjoint(other) and one | other <= _PLAIN:
            self.report(node.start, f"CEL has no {_kinds(left)} {node.sign} {_kinds(right)}")
        return left if one == other else ANYTHING

    def _call(self, node: cel.Call, scope: Scope) -> Shape:
        if node.name in cel.MACROS and node.target is not None:
            return self._macro(node, node.target, scope)
        if node.name == "has" and node.target is None:
            return self._has(node, scope)
        shapes = [self.shape(operand, scope) for operand in node.operands]
        if node.name in FUNCTIONS:
            return self._function(node, FUNCTIONS[node.name], shapes)
        return self._builtin(node)

    def _has(self, node: cel.Call, scope: Scope) -> Shape:
        for argument in node.arguments:
            self.shape(argument, scope)
        return Simple("bool")

    def _macro(self, node: cel.Call, target: cel.Node, scope: Scope) -> Shape:
        rows = self.shape(target, scope)
        variable, *bodies = node.arguments or (None,)
        wanted = (1, 2) if node.name == "map" else (1,)
        if not isinstance(variable, cel.Name) or len(bodies) not in wanted:
            self.report(node.name_at, f"{node.name} is written list.{node.name}(x, …)")
            return ANYTHING
        if rows.kinds and not rows.kinds & {"list", "map"}:
            self.report(
                node.name_at, f"{self._source(target)} is {_kinds(rows)}, and {node.name} wants a list"
            )
        item = Simple("text") if rows.is_only("map") else rows.item()
        shapes = [self.shape(body, {**scope, variable.name: item}) for body in bodies]
        tests = bodies if node.name != "map" else bodies[:-1]
        for body, shape in zip(tests, shapes, strict=False):
            self._want(body, shape, ("bool",), node.name)
        if node.name == "map":
            return ListShape(shapes[-1])
        return rows if node.name == "filter" else Simple("bool")

    def _builtin(self, node: cel.Call) -> Shape:
        known = _BUILTINS.get(node.name)
        if node.name.startswith("get") and node.target is not None:
            return Simple("int")
        if known is None:
            advice = suggestion(node.name, [*FUNCTIONS, *_BUILTINS, *cel.MACROS])
            self.report(node.name_at, f"there is no function {node.name!r}", advice)
            return ANYTHING
        arity, gives = known
        self._arity(node, arity)
        return Simple(gives) if gives else ANYTHING

    def _arity(self, node: cel.Call, wanted: int, signature: str = "") -> bool:
        given = len(node.operands)
        if given != wanted:
            advice = f"it is written {signature}" if signature else ""
            self.report(node.name_at, f"{node.name} takes {wanted} arguments and got {given}", advice)
        return given == wanted

    def _function(self, node: cel.Call, function: Function, shapes: list[Shape]) -> Shape:
        if not self._arity(node, len(function.takes), function.signature):
            return ANYTHING
        for name, operand, shape in zip(function.takes, node.operands, shapes, strict=True):
            self._want(operand, shape, _ARGUMENT_KINDS.get(name, ()), function.name)
        return self._result(node, function, shapes)

    def _result(self, node: cel.Call, function: Function, shapes: list[Shape]) -> Shape:
        first = shapes[0]
        if function.name in ("column", "where", "between", "during"):
            field = self._column(node, first)
            return ListShape(field) if function.name == "column" else first
        if function.name in ("omit", "pick", "sums"):
            return self._members(node, first)
        if function.gives == "same":
            return first
        if function.gives in ("item", "flat"):
            return first.item()
        if function.name in ("sum", "clamp"):
            parts = [first.item()] if function.name == "sum" else shapes
            return Simple("int") if all(part.is_only("int") for part in parts) else Simple("number")
        return Simple(function.gives)

    def _column(self, node: cel.Call, rows: Shape) -> Shape:
        name, row = node.operands[1], rows.item()
        if not isinstance(name, cel.Literal) or not isinstance(name.value, str):
            return ANYTHING
        found = row.field(name.value)
        if found is None:
            text = f"the rows of {self._source(node.operands[0])} have no field {name.value!r}"
            self.report(name.start, text, suggestion(name.value, row.fields()))
        return found or ANYTHING

    def _members(self, node: cel.Call, value: Shape) -> Shape:
        row = value.item() if value.is_only("list") else value
        listed = node.operands[1]
        names = [item for item in getattr(listed, "items", ()) if isinstance(item, cel.Literal)]
        for name in names:
            if row.field(str(name.value)) is None:
                text = f"there is no field {name.value!r} in {self._source(node.operands[0])}"
                self.report(name.start, text, suggestion(str(name.value), row.fields()))
        if len(names) != len(getattr(listed, "items", ())) or not row.fields():
            return ANYTHING if node.name == "sums" else value
        wanted = {str(name.value) for name in names}
        if node.name == "sums":
            return MapShape({name: Simple("number") for name in wanted})
        kept = [name for name in row.fields() if (name in wanted) == (node.name == "pick")]
        left = MapShape({name: row.field(name) or ANYTHING for name in kept})
        return ListShape(left) if value.is_only("list") else left

    def _want(self, node: cel.Node, shape: Shape, kinds: tuple[str, ...], who: str) -> None:
        known = shape.kinds - {"null"}
        if kinds and known and not known & set(kinds) and not (known == {"number"} and "double" in kinds):
            wanted = " or ".join(_article(kind) for kind in kinds if kind != "number")
            self.report(node.start, f"{who} wants {wanted}, and {self._source(node)} is {_kinds(shape)}")

    def _source(self, node: cel.Node) -> str:
        return " ".join(self._text[node.start : node.end].split())


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean 'total'?`, or what there is to choose from."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are: {', '.join(names[:20])}" if names else ""


def _broad(shape: Shape) -> set[str]:
    return {"number" if kind in _NUMBERS else kind for kind in shape.kinds}


def _alike(shapes: list[Shape]) -> Shape:
    known = [shape for shape in shapes if shape.kinds != {"null"}]
    if not known or any(shape.kinds != known[0].kinds for shape in known):
        return ANYTHING
    return known[0] if len(known) == 1 or known[0].kinds.isdisjoint({"list", "map"}) else _joined(known)


def _joined(shapes: list[Shape]) -> Shape:
    if all(shape.kinds == {"list"} for shape in shapes):
        return ListShape(_alike([shape.item() for shape in shapes]))
    if any(shape.fields() != shapes[0].fields() for shape in shapes):
        return ANYTHING
    return shapes[0]


def _kinds(shape: Shape) -> str:
    named = " or ".join(sorted(shape.kinds, key=lambda kind: (kind == "null", kind)))
    return _article(named) if named else "unknown"


def _article(kind: str) -> str:
    return f"an {kind}" if kind.startswith("int") else kind if kind.startswith("null") else f"a {kind}"
