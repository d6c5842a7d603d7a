"""The syntax tree of a CEL expression, with the place of every part.

The evaluator does not show its own tree. This one serves to check expressions before they run, to answer them
in plain Python, and to explain why one is false.
Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from metermock.contract.cel.function import Form
from metermock.contract.cel.python_texts import literal

MACROS = ("all", "exists", "exists_one", "map", "filter")
_TOKEN = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*)+)
    |(?P<text>[rRbB]{0,2}(?:'{3}(?:\\.|[^\\])*?'{3}|"{3}(?:\\.|[^\\])*?"{3}|'(?:\\.|[^\\'\n])*'|"(?:\\.|[^\\"\n])*"))
    |(?P<float>\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.\d+(?:[eE][-+]?\d+)?)
    |(?P<int>0[xX][0-9a-fA-F]+[uU]?|\d+[uU]?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
EQUALITIES = ("==", "!=")
COMPARISONS = (*EQUALITIES, "<", "<=", ">", ">=", "in")
_MEANT = {"=": "==", "=>": ">=", "=<": "<="}
"""Signs of no expression, each with the one that is meant."""
_BINDING = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(COMPARISONS, 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
"""How strongly an operator binds its operands: `a + b * c` is `a + (b * c)`."""
_WORDS = {"true": True, "false": False, "null": None}


class CelSyntaxError(ValueError):
    """The expression has a part that this grammar does not know."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.at = at


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; `start` and `end` are offsets into its text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, bool or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`operand.name`, or `operand['name']`; `name_at` is where the name stands."""

    operand: Node
    name: str
    name_at: int


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`operand[key]` where the key is no literal text."""

    operand: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Invocation(Node):
    """`name(…)`, or `target.name(…)`."""

    target: Node | None
    name: str
    arguments: tuple[Node, ...]
    name_at: int

    @property
    def operands(self) -> tuple[Node, ...]:
        """The target, if there is one, and the arguments."""
        return self.arguments if self.target is None else (self.target, *self.arguments)

    @property
    def form(self) -> Form:
        """Whether it is written as a function or as a method."""
        return "function" if self.target is None else "method"


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[…]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    """`{…}`."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!x` or `-x`."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left sign right`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


_VALUES: dict[str, Callable[[str], Any]] = {
    "text": literal,
    "float": float,
    "int": lambda text: int(text.rstrip("uU"), 0),
}


def _value(token: _Token) -> Any:
    """What a text or a number means."""
    try:
        return _VALUES[token.kind](token.text)
    except (ValueError, SyntaxError):
        # Such as 08, or a text with a NUL in it, which CEL might take.
        raise CelSyntaxError(f"{token.text!r} cannot be read here", token.at) from None


def parse(expression: str) -> Node:
    """The tree of an expression; CelSyntaxError, with its offset, for any other text."""
    parser = _Parser(_tokens(expression), len(expression))
    node = parser.expression()
    parser.end()
    return node


def _tokens(expression: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            sign = expression[at : at + 2] if expression[at : at + 2] in _MEANT else expression[at]
            means = f": write {_MEANT[sign]} to compare" if sign in _MEANT else ""
            raise CelSyntaxError(f"{sign!r} means nothing here{means}", at)
        if found.lastgroup != "space":
            tokens.append(_Token(str(found.lastgroup), found.group(), at))
        at = found.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens; binary operators by their binding (precedence climbing)."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._next = 0
        self._length = length

    def expression(self) -> Node:
        test = self._binary(1)
        if not self._accept("?"):
            return test
        yes = self._binary(1)
        self._expect(":")
        no = self.expression()
        return Choice(test.start, no.end, test, yes, no)

    def end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise CelSyntaxError(f"{token.text!r} is not expected here", token.at)

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else _Token("end", "", self._length)

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _accept(self, sign: str) -> bool:
        token = self._peek()
        if token.text != sign or token.kind == "text":
            return False
        self._next += 1
        return True

    def _expect(self, sign: str) -> int:
        token = self._take()
        if token.text != sign or token.kind == "text":
            early = "ends too early: " if token.kind == "end" else ""
            raise CelSyntaxError(f"{early}{sign!r} is missing", token.at)
        return token.at + len(sign)

    def _binary(self, least: int) -> Node:
        """Operands and operators that bind at least as strongly as `least`."""
        left = self._unary()
        while True:
            token = self._peek()
            binding = _BINDING.get(token.text, 0) if token.kind in ("sign", "name") else 0
            if binding < least:
                return left
            self._next += 1
            # One more than its own binding: a second operator of the same kind ends the right side, so that
            # `a - b - c` is `(a - b) - c`.
            right = self._binary(binding + 1)
            left = Binary(left.start, right.end, token.text, left, right)

    def _unary(self) -> Node:
        token = self._peek()
        if token.kind == "sign" and token.text in "!-":
            self._next += 1
            operand = self._unary()
            return Unary(token.at, operand.end, token.text, operand)
        return self._postfix(self._primary())

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._accept("."):
                node = self._member(node)
            elif self._accept("["):
                key = self.expression()
                end = self._expect("]")
                node = _indexed(node, key, end)
            else:
                return node

    def _member(self, operand: Node) -> Node:
        token = self._take()
        if token.kind != "name":
            early = "ends too early: " if token.kind == "end" else ""
            raise CelSyntaxError(f"{early}a name is missing after '.'", token.at)
        if self._accept("("):
            arguments, end = self._listed(")")
            return Invocation(operand.start, end, operand, token.text, arguments, token.at)
        return Member(operand.start, token.at + len(token.text), operand, token.text, token.at)

    def _listed(self, closing: str) -> tuple[tuple[Node, ...], int]:
        items: list[Node] = []
        while self._peek().text != closing:
            items.append(self.expression())
            if not self._accept(","):
                break
        return tuple(items), self._expect(closing)

    def _primary(self) -> Node:
        token = self._take()
        end = token.at + len(token.text)
        if token.kind in _VALUES:
            return Literal(token.at, end, _value(token))
        if token.kind == "name":
            return self._named(token, end)
        return self._bracketed(token)

    def _named(self, token: _Token, end: int) -> Node:
        if token.text in _WORDS:
            return Literal(token.at, end, _WORDS[token.text])
        if self._accept("("):
            arguments, end = self._listed(")")
            return Invocation(token.at, end, None, token.text, arguments, token.at)
        return Name(token.at, end, token.text)

    def _bracketed(self, token: _Token) -> Node:
        if token.text == "(":
            node = self.expression()
            # The brackets belong to the part: its text alone must be an expression that means the same.
            return replace(node, start=token.at, end=self._expect(")"))
        if token.text == "[":
            items, end = self._listed("]")
            return ListOf(token.at, end, items)
        if token.text == "{":
            return self._map(token.at)
        raise CelSyntaxError(
            f"{token.text!r} is not expected here" if token.text else "ends too early", token.at
        )

    def _map(self, start: int) -> Node:
        entries: list[tuple[Node, Node]] = []
        while self._peek().text != "}":
            key = self.expression()
            self._expect(":")
            entries.append((key, self.expression()))
            if not self._accept(","):
                break
        return MapOf(start, self._expect("}"), tuple(entries))


def _indexed(operand: Node, key: Node, end: int) -> Node:
    # `a['b']` and `a.b` are the same field, and are checked and explained alike.
    if isinstance(key, Literal) and isinstance(key.value, str):
        return Member(operand.start, end, operand, key.value, key.start)
    return Index(operand.start, end, operand, key)


def children(node: Node) -> tuple[Node, ...]:
    """The parts that a part is made of, from left to right."""
    match node:
        case Member(operand=operand) | Unary(operand=operand):
            found: tuple[Node, ...] = (operand,)
        case Index():
            found = (node.operand, node.key)
        case Invocation():
            found = node.operands
        case ListOf():
            found = node.items
        case MapOf():
            found = tuple(part for entry in node.entries for part in entry)
        case Binary():
            found = (node.left, node.right)
        case Choice():
            found = (node.test, node.yes, node.no)
        case _:
            found = ()
    return found
