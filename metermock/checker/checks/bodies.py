"""Request bodies: what to send with an operation that takes one."""

from __future__ import annotations

from metermock.checker.inputs.written_bodies import NOTHING, SentBody, good_bodies
from metermock.contract import Contract, Operation
from metermock.contract.samples import Samples


class Bodies:
    """Good bodies of a contract's operations; the preflight tells which of them gave a good reply."""

    def __init__(self, contract: Contract) -> None:
        self._samples = Samples(contract.schemas)
        self._known: dict[str, list[SentBody]] = {}
        self._chosen: dict[str, SentBody] = {}

    def all(self, operation: Operation) -> list[SentBody]:
        """Every good body that is known; one of no bytes where none is wanted."""
        if operation.id not in self._known:
            self._known[operation.id] = good_bodies(operation, self._samples)
        return self._known[operation.id]

    def of(self, operation: Operation) -> SentBody:
        """The body that was answered, else the first that is known; empty where none is known or wanted."""
        return self._chosen.get(operation.id) or next(iter(self.all(operation)), NOTHING)

    def settle(self, operation: Operation, body: SentBody) -> None:
        """Keep the body that gave a good reply."""
        self._chosen[operation.id] = body
