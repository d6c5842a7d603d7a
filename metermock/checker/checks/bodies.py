"""Request bodies: what to send with an operation that takes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from metermock.checker.deployment.body_fields import Path, body_field, is_body_field
from metermock.checker.deployment.target import Parameters
from metermock.checker.inputs.new_names import Names
from metermock.checker.inputs.written_bodies import NOTHING, SentBody, fresh_body, good_bodies
from metermock.contract import Contract, Operation
from metermock.contract.samples import Samples


class Bodies:
    """Good bodies of a contract's operations; the preflight tells which of them gave a good reply."""

    def __init__(self, contract: Contract, given: Parameters = MappingProxyType({})) -> None:
        self._samples = Samples(contract.schemas)
        self._given = given
        self._known: dict[str, list[SentBody]] = {}
        self._chosen: dict[str, SentBody] = {}
        self._ways: dict[str, Names] = {}

    def all(self, operation: Operation) -> list[SentBody]:
        """Every good body that is known; one of no bytes where none is wanted."""
        if operation.id not in self._known:
            self._known[operation.id] = good_bodies(operation, self._samples, self.given(operation))
        return self._known[operation.id]

    def of(self, operation: Operation) -> SentBody:
        """The body that was answered, else the first that is known; empty where none is known or wanted.

        Where names must be new, it has new ones each time.
        """
        body = self._chosen.get(operation.id) or next(iter(self.all(operation)), NOTHING)
        return self.renewed(operation, body)

    def renewed(self, operation: Operation, body: SentBody) -> SentBody:
        """The body with new names where the deployment wants such; else as it is."""
        way = self._ways.get(operation.id)
        return fresh_body(operation, body, way) if way else body

    def note_taken(self, operation: Operation, way: Names) -> None:
        """Note that the deployment takes a body only with new texts in these fields."""
        self._ways[operation.id] = way

    def given(self, operation: Operation) -> Mapping[Path, Sequence[Any]]:
        """The values that the user gives for fields of the body."""
        values = self._given.get(operation.id, {})
        return {
            body_field(operation, key).path: several
            for key, several in values.items()
            if is_body_field(operation, key)
        }

    def kept(self, operation: Operation) -> frozenset[str]:
        """The names of the fields for which the user gives values."""
        return frozenset(str(path[-1]) for path in self.given(operation))

    def settle(self, operation: Operation, body: SentBody) -> None:
        """Keep the body that gave a good reply."""
        self._chosen[operation.id] = body
