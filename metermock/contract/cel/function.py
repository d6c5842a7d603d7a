"""What is known of a function of the rule language: its arguments, its result, how it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["int", "double", "number", "text", "bool", "null", "list", "map", "timestamp", "duration"]
"""What a value may be. A `number` is an int or a double, as JSON Schema's is."""
NUMBERS: tuple[Kind, ...] = ("int", "double", "number")

Result = Kind | Literal["same", "item", "flat", "column", "sums", "omitted", "picked", "any"]
"""What a function gives: a kind, or what follows from the arguments.

`number` is an int where all arguments, and the items of all lists, are ints. Of the first argument are
`same` (its own kind), `item` (its items' kind) and `flat` (its items put together), and with the fields that
another argument names: `column` (a list of that field), `sums` (a map of them), `omitted` (without them) and
`picked` (with them only). `any` is not known before it runs.
"""
_SHOWN = {"column": "list", "sums": "map", "omitted": "same", "picked": "same"}

Form = Literal["function", "method"]
"""A call is written `f(x, …)`, or `x.f(…)`."""
BOTH: tuple[Form, ...] = ("function", "method")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a function, with the kinds that it may have; without kinds it may be anything."""

    name: str
    kinds: tuple[Kind, ...] = ()
    names_fields: bool = False
    """Whether it names one field, or a list of fields, of the first argument or its rows."""

    @property
    def shown(self) -> str:
        """`name: kind`, or the name alone where it says the kind, or where every kind will do."""
        return f"{self.name}: {self.kind}" if self.kind not in ("", self.name) else self.name

    @property
    def kind(self) -> str:
        """The kinds in words: `number or text`."""
        wide = NUMBERS[:2] if "number" in self.kinds else ()
        return " or ".join(kind for kind in self.kinds if kind not in wide)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the rule language: what is checked, what runs, and what the manual says.

    `call` is what answers in Python. It is None where CEL has the function and Python cannot stand in.
    """

    name: str
    takes: tuple[Argument, ...]
    gives: Result
    call: Callable[..., Any] | None
    about: str
    example: str
    forms: tuple[Form, ...] = BOTH
    culprit: Callable[[Any], str | None] | None = None
    """Finds what to show of a long first argument that makes it false; None to show all arguments."""

    @property
    def signature(self) -> str:
        """`name(argument: kind, …) → result`; of what is only a method `kind.name(…) → result`."""
        head, takes = self.name, self.takes
        if "function" not in self.forms:
            target = takes[0].kind
            head, takes = f"({target}).{head}" if " " in target else f"{target}.{head}", takes[1:]
        return f"{head}({', '.join(each.shown for each in takes)}) → {_SHOWN.get(self.gives, self.gives)}"
