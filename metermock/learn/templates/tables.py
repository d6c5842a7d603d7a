"""Templates of tables: a text that a parameter's value decides, such as the unit of a view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from metermock.contract import ABSENT
from metermock.contract.parameter import Parameter
from metermock.learn.candidate import Candidate, corrected, stated
from metermock.learn.conditions import Condition, asked, literal
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import Scope, Term

LEAST_ACCOUNTS = 2
MOST_VALUES = 10


@dataclass(frozen=True, slots=True)
class _Shown:
    """A value that was asked for with the text that came; `request` is all that was asked."""

    value: str
    text: str
    account: str
    request: str


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
        tried = 0
        for parameter in self.scope.operation.parameters:
            values = [value for value in parameter.resolved.get("enum", ()) if isinstance(value, str)]
            if not 1 < len(values) <= MOST_VALUES or "[" in asked(parameter.name):
                continue
            for text in self.texts:
                tried += 1
                shown = self._shown(text, parameter)
                table = {each.value: each.text for each in shown}
                # A text that says the value back needs no table.
                if _is_told(shown, table) and any(name != value for name, value in table.items()):
                    found.append(self._stated(text, parameter, table, _chance(shown, table)))
        return corrected(found, tried)

    def _shown(self, text: Term, parameter: Parameter) -> set[_Shown]:
        """What was asked with the parameter, as whom, and the text that came; the same again is one."""
        rows = zip(self.scope.exchanges, text.values, self.scope.accounts, strict=True)
        return {
            _Shown(name, value, who, repr(sorted(exchange.parameters.items())))
            for exchange, value, who in rows
            if isinstance(name := exchange.parameters.get(parameter.key), str) and value is not None
        }

    def _stated(self, text: Term, parameter: Parameter, table: dict[str, str], chance: float) -> Candidate:
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
            chance=chance,
            condition=Condition(f"{lacks}{request} in [{names}]", "", None),
        )


def _is_told(shown: Iterable[_Shown], table: Mapping[str, str]) -> bool:
    """Whether each value has one text, shown by accounts enough, and it is the value that decides.

    What an account has whatever it is asked may look like a table, if each account asked for other values.
    """
    accounts: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, set[str]] = defaultdict(set)
    for each in shown:
        if table[each.value] != each.text:
            return False
        accounts[each.value].add(each.account)
        texts[each.account].add(each.text)
    differing = sum(len(its) > 1 for its in texts.values())
    return differing >= LEAST_ACCOUNTS and all(len(its) >= LEAST_ACCOUNTS for its in accounts.values())


def _chance(shown: Collection[_Shown], table: Mapping[str, str]) -> float:
    """How likely a table holds by chance: each request after the first with its value is a test.

    It is passed by chance once in as many times as there are texts.
    """
    return float(len(set(table.values())) ** -(len(shown) - len(table)))


def _is_time(term: Term) -> bool:
    """Whether it is a date or an instant: what a parameter has to do with it, windows tell."""
    return any(value is not None and (is_date(value) or is_instant(value)) for value in term.values)
