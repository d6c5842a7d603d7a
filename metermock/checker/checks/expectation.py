"""What reply a request should get, and how a finding names it otherwise."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import (
    FAILURE,
    GONE,
    INVALID,
    NOT_FOUND,
    NOT_MODIFIED,
    OK,
    OTHERWISE_BY_NOW,
    REDIRECT,
    REFUSAL,
    SUCCESS,
)
from metermock.checker.inputs.allowed import names_thing
from metermock.checker.inputs.refused import about_values
from metermock.contract import Operation, Parameter
from metermock.contract.exchange import Level
from metermock.contract.json_types import is_number
from metermock.contract.page_names import NUMBERS, OFFSETS
from metermock.contract.words import plain

_FEW = 4
"""Statuses that a text lists; more of them are a range."""


@functools.lru_cache(maxsize=4096)
def successes(operation: Operation) -> frozenset[int]:
    """The statuses that an operation documents for a request that it allows.

    Where it documents no response to a good request, or only `default`, any success will do; 200 where it
    has 304 alone.
    """
    for good in (SUCCESS, REDIRECT):
        exact = frozenset(each for each in operation.responses if each in good and each != NOT_MODIFIED)
        if operation.responses.has_range(f"{good.start // 100}XX"):
            return frozenset(good)
        if exact:
            return exact
    is_open = operation.responses.has_range("default") or not operation.responses.has_good
    return frozenset(SUCCESS) if is_open else OK


@dataclass(frozen=True, slots=True)
class Expectation:
    """The statuses that a request may get, and the rule that any other status breaks."""

    about: str = "a valid request"
    """What the request is, as the finding's message says it."""
    statuses: frozenset[int] = frozenset()
    """Empty: those that the operation documents for a request that it allows."""
    rule: str = ""
    """The broken rule's id; empty: the one that valid requests are answered, or what refuses too much."""
    form_rule: str = ""
    """The rule that a reply of a wrong form breaks; empty: the built-in rules about the form."""
    level: Level | None = None
    """How grave it is to break the rule, where the document says so at this place; None: as the rule is."""
    unclear: frozenset[int] = frozenset()
    """Statuses that tell nothing about the rule: another thing was in the way."""
    group: str = ""
    """Requests of one group that get the same wrong status are one finding."""
    declared: str = ""
    """Where the document says what the request breaks, as a JSON pointer; empty: where it says the reply."""
    because: str = ""
    """What the document has against the request, in words; empty where that is plain."""

    @property
    def wanted(self) -> str:
        """The statuses as a text: `401 or 403`."""
        if len(self.statuses) > _FEW:
            return f"{min(self.statuses) // 100}xx"
        return " or ".join(str(status) for status in sorted(self.statuses))

    @property
    def is_refusal(self) -> bool:
        """Whether only a refusal will do."""
        return all(status in REFUSAL for status in self.statuses)

    def of(self, operation: Operation) -> Expectation:
        """The same with the operation's own statuses, where it names none."""
        return self if self.statuses else replace(self, statuses=successes(operation))

    def is_grouped(self, status: int) -> bool:
        """Whether a finding about this status is shared; a deployment that fails does so each time anew."""
        if status in SUCCESS and not self.is_refusal:
            return True
        return bool(self.group) and status not in FAILURE

    def kind(self, status: int) -> str:
        """What tells a finding about this status from others of its rule."""
        return f"{self.group} {self.wanted} {status}" if self.is_grouped(status) else self.about

    def variant(self, status: int) -> str:
        """Which member of its group the request is; empty where the finding is not shared."""
        return self.about.removeprefix(f"{self.group}: ") if self.is_grouped(status) else ""


ALLOWED = Expectation()
"""Of a request that the contract allows."""


def unless_unknown(operation: Operation) -> Expectation:
    """What a request with a made value may get: also a documented refusal of what is not there."""
    documented = {status for status in (*INVALID, NOT_FOUND) if operation.responses.find(status)}
    return Expectation(statuses=successes(operation) | documented)


def after_changes(operation: Operation) -> Expectation:
    """What a good request may get where requests before it have changed data: a documented conflict too."""
    return Expectation(statuses=successes(operation), unclear=conflicts(operation))


def unless_elsewhere(operation: Operation, values: Mapping[str, Any]) -> Expectation:
    """What a good request may get: a documented 404 where other parameters may say where the thing is not.

    The id of a thing is known beside the usual values of the other parameters, such as a region.
    """
    things = {each.key for each in operation.parameters if names_thing(each)}
    if not things or things >= values.keys():
        return ALLOWED
    return Expectation(unclear=frozenset(status for status in GONE if operation.responses.find(status)))


def unless_unfit(operation: Operation) -> Expectation:
    """What a body that is made may get: also a documented refusal of what it says."""
    refusals = frozenset(status for status in about_values() if operation.responses.find(status))
    return Expectation(statuses=successes(operation), unclear=conflicts(operation) | refusals)


def conflicts(operation: Operation) -> frozenset[int]:
    """The documented statuses of a thing that is there already, or there no longer."""
    return frozenset(status for status in OTHERWISE_BY_NOW if status in operation.responses)


def is_behind_last_page(operation: Operation, request: Request, status: int) -> bool:
    """Whether a request is for a later page, of which an operation documents that it may not be there.

    How many pages there are no document says.
    """
    if status not in GONE or operation.responses.find(status) is None:
        return False
    later = {each.name: _later(each) for each in operation.parameters if each.location == "query"}
    return any(
        text.isascii() and text.isdecimal() and int(text) > first
        for name, text in request.pairs
        if (first := later.get(name)) is not None
    )


def _later(parameter: Parameter) -> float | None:
    """The number of the first page, where a parameter counts pages or rows."""
    name = plain(parameter.name)
    if name not in NUMBERS | OFFSETS:
        return None
    least = parameter.resolved.get("minimum", 1 if name in NUMBERS else 0)
    return least if is_number(least) else None
