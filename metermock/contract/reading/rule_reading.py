"""Reads `x-rules` and `x-relations`, compiles them, and checks them against the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock.contract.cel.expressions import CompileError, Expression
from metermock.contract.cel.function import Kind
from metermock.contract.contract import Contract, Operation
from metermock.contract.exchange import Level
from metermock.contract.parameter import Parameter
from metermock.contract.reading import rule_checking
from metermock.contract.reading.problems import suggestion
from metermock.contract.reading.scopes import relation_scope, reply_scope
from metermock.contract.reading.value_types import ValueType
from metermock.contract.relations import Relation, RequestSpec
from metermock.contract.rules import SUCCESS, Rule
from metermock.errors import RuleError

Pointer = tuple[str | int, ...]
_RULE_KEYS = frozenset({"id", "level", "message", "rule", "when", "status", "x-source"})
_RELATION_KEYS = frozenset({"id", "level", "message", "requests", "rule", "when", "x-source"})
_REQUEST_KEYS = ("operation", "each", "follow", "later")
_SOURCES = {
    "x-values-from": ("operation", "values", "gone"),
    "x-belongs": ("given", "values", "refused", "complete"),
}
"""Where a parameter may say that its values stand in replies, with the keys of each."""
_LATEST = 600
"""Seconds that a request of a relation may be sent later than the one before."""


def read_rules(contract: Contract) -> Iterator[RuleError]:
    """Give every operation its rules and relations; yields what is wrong with them."""
    reader = _Reader(contract)
    for operation in contract.operations:
        rules = [reader.rule(operation, *entry) for entry in reader.entries(operation, "x-rules")]
        operation.rules = tuple(rule for rule in rules if rule is not None)
        relations = [reader.relation(operation, *entry) for entry in reader.entries(operation, "x-relations")]
        operation.relations = tuple(relation for relation in relations if relation is not None)
        for parameter in operation.parameters:
            reader.values_from(operation, parameter)
    yield from reader.problems


class _Reader:
    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.problems: list[RuleError] = []
        self._levels: dict[tuple[str, str, str], str] = {}

    def entries(self, operation: Operation, key: str) -> list[tuple[Mapping[str, Any], Pointer]]:
        """The entries under a key of an operation, each with its pointer; malformed ones are reported."""
        pointer = (*operation.pointer, key)
        listed = operation.document.get(key, [])
        if not isinstance(listed, list):
            self._report(pointer, f"{key} is not a list")
            return []
        found: list[tuple[Mapping[str, Any], Pointer]] = []
        for index, entry in enumerate(listed):
            if isinstance(entry, dict):
                found.append((entry, (*pointer, index)))
            else:
                self._report((*pointer, index), f"an entry of {key} is not a map")
        return found

    def rule(self, operation: Operation, entry: Mapping[str, Any], pointer: Pointer) -> Rule | None:
        """A rule, or None where it cannot be one."""
        # All problems of an entry are told, not only its first; an entry with any is no rule.
        before = len(self.problems)
        id_, level, message = self._common(entry, pointer, _RULE_KEYS)
        statuses = self._statuses(operation, entry, pointer)
        scope = reply_scope(operation, statuses)
        rule = self._expression(entry, "rule", pointer, scope)
        when = self._expression(entry, "when", pointer, scope) if "when" in entry else None
        if rule is None or len(self.problems) > before:
            return None
        return Rule(id_, level, message, rule, when, statuses, pointer)

    def relation(self, operation: Operation, entry: Mapping[str, Any], pointer: Pointer) -> Relation | None:
        """A relation, or None where it cannot be one."""
        before = len(self.problems)
        id_, level, message = self._common(entry, pointer, _RELATION_KEYS)
        specs = self._requests(operation, entry, pointer)
        scope = relation_scope(self._contract, specs.values())
        rule = self._expression(entry, "rule", pointer, scope)
        when = self._expression(entry, "when", pointer, scope) if "when" in entry else None
        if rule is None or len(self.problems) > before:
            return None
        return Relation(id_, level, message, operation.id, specs, rule, when, pointer)

    def _report(self, pointer: Pointer, problem: str, advice: str = "") -> None:
        source, place = self._contract.place(pointer)
        line, column = source.line(place)
        self.problems.append(RuleError(source.path, problem, line, column, advice))

    def _common(
        self, entry: Mapping[str, Any], pointer: Pointer, keys: frozenset[str]
    ) -> tuple[str, Level, str]:
        for key in entry:
            if key not in keys:
                self._report((*pointer, key), f"unknown key {key!r}", suggestion(key, keys))
        texts = {key: entry.get(key) for key in ("id", "level", "message")}
        for key, value in texts.items():
            if not isinstance(value, str) or not value.strip():
                self._report(pointer, f"the rule {texts['id'] or ''} has no {key}".replace("  ", " "))
        if isinstance(texts["level"], str) and texts["level"] not in ("must", "should"):
            self._report((*pointer, "level"), f"unknown level {texts['level']!r}", "it is must or should")
        level: Level = "should" if texts["level"] == "should" else "must"
        return str(texts["id"]), level, str(texts["message"])

    def values_from(self, operation: Operation, parameter: Parameter) -> None:
        """Check where values of a parameter are said to stand in replies."""
        for key, known in _SOURCES.items():
            if key in parameter.document:
                pointer = (*parameter.pointer, key)
                self._source(operation, parameter, parameter.document[key], pointer, known)

    def _source(
        self,
        operation: Operation,
        parameter: Parameter,
        entry: Any,
        pointer: Pointer,
        known: tuple[str, ...],
    ) -> None:
        if not isinstance(entry, dict) or not entry.keys() <= set(known):
            keys = f"{', '.join(known[:-1])} and {known[-1]}"
            self._report(pointer, f"{pointer[-1]} of {parameter.name} has other keys than {keys}")
            return
        target = self._target(operation, entry, pointer)
        self._expression(entry, "values", pointer, reply_scope(target, frozenset({SUCCESS})), gives="list")
        given = entry.get("given", {})
        if not isinstance(given, dict):
            self._report((*pointer, "given"), "given is not a map", "write parameters and their values")
            given = {}
        for name, value in given.items():
            self._check_change(target, name, value, (*pointer, "given", name))
        if not isinstance(entry.get("complete", False), bool):
            self._report((*pointer, "complete"), f"complete is {entry['complete']!r}", "it is true or false")
        refusal = "refused" if "refused" in known else "gone"
        if refusal in entry or refusal == "refused":
            self._documented(operation, entry.get(refusal), (*pointer, refusal))

    def _statuses(
        self, operation: Operation, entry: Mapping[str, Any], pointer: Pointer
    ) -> frozenset[int] | None:
        given = entry.get("status", SUCCESS)
        if given == "any":
            return None
        listed = given if isinstance(given, list) else [given]
        at = (*pointer, "status") if "status" in entry else pointer
        for status in listed:
            self._documented(operation, status, at, ", any")
        return frozenset(status for status in listed if isinstance(status, int))

    def _documented(self, operation: Operation, status: Any, pointer: Pointer, besides: str = "") -> None:
        if not isinstance(status, int) or operation.responses.judged(status) is None:
            known = f"{operation.responses.documented}{besides}"
            self._report(pointer, f"the status {status!r} is not documented", f"there are: {known}")

    def _expression(
        self,
        entry: Mapping[str, Any],
        key: str,
        pointer: Pointer,
        scope: Mapping[str, ValueType],
        *,
        gives: Kind = "bool",
        fields: frozenset[str] | None = None,
    ) -> Expression | None:
        text, at = entry.get(key), (*pointer, key)
        if not isinstance(text, str) or not text.strip():
            self._report(
                at, f"{key} is missing or is no text", "write an expression; quote it if it has ': ' or ' #'"
            )
            return None
        try:
            expression = Expression(text)
        except CompileError as problem:
            self._report_inside(at, text, problem.at, str(problem))
            return None
        for found in rule_checking.check(text, scope, gives=gives, fields=fields):
            self._report_inside(at, text, *found)
        return expression

    def _report_inside(self, pointer: Pointer, text: str, at: int, problem: str, advice: str = "") -> None:
        source, place = self._contract.place(pointer)
        line, column = source.line_inside(place, at)
        start, end = max(0, at - 20), at + 40
        cut = " ".join(text[start:end].split())
        shown = f"{'…' * (start > 0)}{cut}{'…' * (end < len(text))}"
        hint = f"{advice}\n  in: {shown}" if advice else f"in: {shown}"
        self.problems.append(RuleError(source.path, problem, line, column, hint))

    def _requests(
        self, operation: Operation, entry: Mapping[str, Any], pointer: Pointer
    ) -> dict[str, RequestSpec]:
        at = (*pointer, "requests")
        listed = entry.get("requests")
        if not isinstance(listed, dict) or not listed:
            self._report(at, "requests is missing, empty or no map", "name each request: once: {}, again: {}")
            return {}
        specs: dict[str, RequestSpec] = {}
        for name, changes in listed.items():
            spec = self._request(operation, name, changes or {}, (*at, name), specs)
            if spec is not None:
                specs[name] = spec
        return specs

    def _request(
        self, operation: Operation, name: str, entry: Any, pointer: Pointer, before: Mapping[str, RequestSpec]
    ) -> RequestSpec | None:
        if not isinstance(entry, dict):
            self._report(pointer, f"the request {name} is no map of parameters")
            return None
        target = self._target(operation, entry, pointer)
        changes = {key: value for key, value in entry.items() if key not in _REQUEST_KEYS}
        for parameter, value in changes.items():
            self._check_change(target, parameter, value, (*pointer, parameter))
        takes = frozenset(parameter.name for parameter in target.parameters)
        each = follow = None
        if "each" in entry:
            scope = relation_scope(self._contract, before.values())
            each = self._expression(entry, "each", pointer, scope, gives="list", fields=takes)
        if "follow" in entry:
            scope = reply_scope(target, frozenset({SUCCESS}))
            follow = self._expression(entry, "follow", pointer, scope, gives="map", fields=takes)
        later = entry.get("later", 0)
        if not isinstance(later, int) or isinstance(later, bool) or not 0 <= later <= _LATEST:
            self._report((*pointer, "later"), f"later is {later!r}", f"write seconds, from 1 to {_LATEST}")
            later = 0
        return RequestSpec(name, target.id, changes, each, follow, takes, later)

    def _target(self, operation: Operation, entry: Mapping[str, Any], pointer: Pointer) -> Operation:
        wanted = entry.get("operation")
        # Where a parameter has that name, `operation` is its value and names no other operation.
        if wanted is None or operation.parameter("operation") is not None:
            return operation
        known = {each.id: each for each in self._contract.operations}
        if wanted not in known:
            advice = suggestion(str(wanted), known)
            self._report((*pointer, "operation"), f"there is no operation {wanted!r}", advice)
        return known.get(wanted, operation)

    def _check_change(self, operation: Operation, name: str, value: Any, pointer: Pointer) -> None:
        parameter = operation.parameter(name)
        if parameter is None:
            known = [each.name for each in operation.parameters]
            advice = suggestion(name, [*known, *_REQUEST_KEYS])
            self._report(pointer, f"{operation.id} has no parameter {name!r}", advice)
        elif value is not None and not operation.validator(parameter).is_valid(value):
            self._report(pointer, f"{value!r} is not valid for the parameter {name}")
