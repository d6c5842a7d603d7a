"""Request bodies: what to send with an operation that takes one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from metermock.contract import Contract, Operation
from metermock.contract.media import is_json
from metermock.contract.parameters import text_of
from metermock.contract.samples import Samples

NOTHING = (b"", "")


class Bodies:
    """Good bodies of a contract's operations: an example, else what the schema suggests."""

    def __init__(self, contract: Contract) -> None:
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
                return _written(value, media), media
        return NOTHING


def _written(value: Any, media: str) -> bytes:
    if is_json(media):
        return json.dumps(value, ensure_ascii=False).encode()
    if media == "application/x-www-form-urlencoded" and isinstance(value, dict):
        return urlencode({name: _field(each) for name, each in value.items()}, doseq=True).encode()
    return value.encode() if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()


def _field(value: Any) -> Any:
    if isinstance(value, list):
        return [_field(each) for each in value]
    return json.dumps(value) if isinstance(value, dict) else text_of(value)
