"""The values of parameters with which rules ran: one value shows little of a rule that speaks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from metermock.contract import Operation
from metermock.contract.cel import syntax
from metermock.contract.exchange import Exchange
from metermock.contract.rules import Rule

Single = Mapping[tuple[str, str], str]
"""By rule and parameter, the only value."""
_ENOUGH = 2
"""Values that a rule is tried with by a check that does not try all."""


@dataclass
class Variation:
    """By operation, rule and parameter, the first values with which a *must* rule ran."""

    _named: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    _values: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def note(self, operation: Operation, exchange: Exchange, ran: Iterable[str]) -> None:
        """Note the rules that ran on a reply."""
        named = self._parameters(operation)
        for rule in ran if named else ():
            for parameter in named.get(rule, ()):
                values = self._values.setdefault((operation.id, rule, parameter), set())
                if len(values) < _ENOUGH:
                    values.add(repr(exchange.parameters.get(parameter)))

    def single(self, operation: Operation) -> Single:
        """The rules that ran with one value only of a parameter that they speak of, and that value."""
        return {
            (rule, parameter): next(iter(values))
            for rule, parameters in self._parameters(operation).items()
            for parameter in sorted(parameters)
            if len(values := self._values.get((operation.id, rule, parameter), set())) == 1
        }

    def _parameters(self, operation: Operation) -> Mapping[str, frozenset[str]]:
        """The parameters that each rule speaks of, by its id."""
        if operation.id not in self._named:
            keys = {each.key for each in operation.parameters}
            found: dict[str, set[str]] = {}
            for rule in operation.rules:
                if rule.level == "must" and (spoken := keys & set(_spoken_of(rule))):
                    found.setdefault(rule.id, set()).update(spoken)
            self._named[operation.id] = {rule: frozenset(names) for rule, names in found.items()}
        return self._named[operation.id]


def _spoken_of(rule: Rule) -> Iterator[str]:
    for expression in filter(None, (rule.rule, rule.when)):
        if "request" in expression.names:
            yield from _members(syntax.parse(expression.text))


def _members(node: syntax.Node) -> Iterator[str]:
    """The fields of `request` in an expression."""
    if isinstance(node, syntax.Member):
        operand = node.operand
        if isinstance(operand, syntax.Name) and operand.name == "request":
            yield node.name
    for part in syntax.children(node):
        yield from _members(part)
