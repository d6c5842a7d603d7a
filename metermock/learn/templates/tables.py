"""Templates of tables: a text that a parameter's value decides, such as the unit of a view."""

from __future__ import annotations

from metermock.contract import ABSENT
from metermock.contract.parameters import Parameter
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import Condition, asked, literal
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import Scope, Term

LEAST = 3
"""Replies that have to show the text of each value."""
LEAST_ACCOUNTS = 2
MOST_VALUES = 10


class Tables:
    """The texts of a reply, beside the parameters with a few values."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.texts = [
            term
            for term in scope.texts
            if term.pointers and not term.is_outer and term.weight == 1 and not _is_time(term)
        ]

    def candidates(self) -> list[Candidate]:
        """A table for each text that is the same for a parameter's value, and not for all of them."""
        found = []
        for parameter in self.scope.operation.parameters:
            values = [value for value in parameter.resolved.get("enum", ()) if isinstance(value, str)]
            if not 1 < len(values) <= MOST_VALUES or "[" in asked(parameter.name):
                continue
            for text in self.texts:
                table = self._table(text, parameter)
                # A text that says the value back needs no table.
                if len(set(table.values())) > 1 and any(name != value for name, value in table.items()):
                    found.append(self._stated(text, parameter, table))
        return found

    def _table(self, text: Term, parameter: Parameter) -> dict[str, str]:
        """The text of each value; nothing where a value has two, or too few replies show it."""
        table: dict[str, str] = {}
        shown: dict[str, list[str]] = {}
        for exchange, value, who in zip(self.scope.exchanges, text.values, self.scope.accounts, strict=True):
            name = exchange.parameters.get(parameter.key)
            if not isinstance(name, str) or value is None:
                continue
            if table.setdefault(name, value) != value:
                return {}
            shown.setdefault(name, []).append(who)
        enough = all(len(its) >= LEAST and len(set(its)) >= LEAST_ACCOUNTS for its in shown.values())
        return table if enough else {}

    def _stated(self, text: Term, parameter: Parameter, table: dict[str, str]) -> Candidate:
        request = asked(parameter.name)
        listed = ", ".join(f"{literal(name)}: {literal(value)}" for name, value in sorted(table.items()))
        names = ", ".join(map(literal, sorted(table)))
        lacks = f"has({request}) && " if not parameter.required and parameter.default is ABSENT else ""
        return stated(
            self.scope,
            "table",
            f"{text.name} is that of {parameter.name}",
            f"{text.text} == {{{listed}}}[{request}]",
            [text],
            chance=0.0,
            condition=Condition(f"{lacks}{request} in [{names}]", "", None),
        )


def _is_time(term: Term) -> bool:
    """Whether it is a date or an instant: what a parameter has to do with it, windows tell."""
    return any(value is not None and (is_date(value) or is_instant(value)) for value in term.values)
