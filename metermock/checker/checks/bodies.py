"""Request bodies: what to send with an operation that takes one."""

from __future__ import annotations

from metermock.checker.checks.body_texts import body_of
from metermock.contract import Contract, Operation
from metermock.contract.samples import Samples

NOTHING = (b"", "")


class Bodies:
    """Good bodies of a contract's operations: an example, else what the schema suggests."""

    def __init__(self, contract: Contract) -> None:
        self._schemas = contract.schemas
        self._samples = Samples(contract.schemas)
        self._known: dict[str, tuple[bytes, str]] = {}

    def of(self, operation: Operation) -> tuple[bytes, str]:
        """A body and its media type; both are empty where none is known or wanted."""
        if operation.body is None:
            return NOTHING
        if operation.id not in self._known:
            self._known[operation.id] = self._made(operation)
        return self._known[operation.id]

    def _made(self, operation: Operation) -> tuple[bytes, str]:
        body = operation.body
        if body is None:
            return NOTHING
        for media, schema in body.content.items():
            values = [*body.examples.get(media, {}).values(), *self._samples.accepted(schema)]
            for value in values[:1]:
                encodings = body.encodings.get(media, {})
                return body_of(value, media, schemas=self._schemas, schema=schema, encodings=encodings)
        return NOTHING
