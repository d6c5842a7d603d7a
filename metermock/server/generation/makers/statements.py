"""Python statements as syntax trees, from texts that stand in this package.

No text of a document is ever read as Python: its values are a tree's constants, or have names of their own.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from metermock.contract.cel.python_texts import statements
from metermock.server.generation.values.scene import CHANCE, FACTOR, MASK, PRIME

OWN = "KEY ^ SALT"
"""The key of a part."""
PARTED = "THIS = (OWN) * FACTOR & MASK"
"""`parted`, without a call of it."""


class Names:
    """What a function that is made so can name, besides its arguments."""

    def __init__(self, **known: Any) -> None:
        self.values: dict[str, Any] = {"__builtins__": {}, **known}

    def of(self, value: Any) -> ast.expr:
        """A name of the function's own for a value."""
        name = self.free("value")
        self.values[name] = value
        return ast.Name(name, ast.Load())

    def free(self, begin: str) -> str:
        """A name that nothing has."""
        name = f"{begin}{len(self.values)}"
        self.values[name] = None
        return name


Part = ast.expr | Sequence[ast.stmt]
"""What is put in the place of a name: an expression, or statements where the name stands alone."""


_CONSTANTS: Mapping[str, Part] = {
    name: ast.Constant(value)
    for name, value in (("MASK", MASK), ("FACTOR", FACTOR), ("PRIME", PRIME), ("CHANCE", CHANCE))
}


@functools.cache
def _parsed(text: str) -> Sequence[ast.stmt]:
    return statements(text)


def written(text: str, **put_in: Part) -> list[ast.stmt]:
    """Statements of a text, with something in the place of its names in capitals."""
    made: list[ast.stmt] = _with([*_parsed(text)], {**_CONSTANTS, **put_in})
    return made


def valued(text: str, **put_in: Part) -> ast.expr:
    """The same of a text that is one expression."""
    (statement,) = written(text, **put_in)
    value: ast.expr = statement.value  # type: ignore[attr-defined]  # of an expression that stands alone
    return value


def around(text: str, work: Sequence[ast.stmt], **put_in: Part) -> list[ast.stmt]:
    """Statements of a text with others in the place of `WORK`."""
    return written(text, WORK=work, **put_in)


def _with(node: Any, put_in: Mapping[str, Part]) -> Any:
    """A copy of a part of a tree, with other parts in the place of some names."""
    if isinstance(node, list):
        return [part for each in node for part in _several(each, put_in)]
    if not isinstance(node, ast.AST):
        return node
    if isinstance(node, ast.Name) and node.id in put_in:
        return _in_context(put_in[node.id], node.ctx)
    return type(node)(**{name: _with(value, put_in) for name, value in ast.iter_fields(node)})


def _several(node: Any, put_in: Mapping[str, Part]) -> Sequence[Any]:
    """What stands for one part of a list: several statements for a name that stands alone."""
    is_alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Name)
    found = put_in.get(node.value.id) if is_alone else None
    return found if isinstance(found, Sequence) else [_with(node, put_in)]


def _in_context(part: Part, context: ast.expr_context) -> Part:
    """A name, to be read or to be set."""
    return ast.Name(part.id, context) if isinstance(part, ast.Name) else part
