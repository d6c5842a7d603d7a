"""The schemas of a document: follows references, forbids undocumented fields, compiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from metermock.contract.compiling import Compiled, Compiler, Needed
from metermock.contract.references import References, Schema, UnknownReferenceError

__all__ = ["Compiled", "Schemas", "UnknownReferenceError"]


class Schemas(References):
    """The schemas of one document, by what they are needed for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self._compiler = Compiler(self)

    def expect(self, used: Callable[[], Iterable[Needed]]) -> None:
        """Tell which schemas may be asked for, so that large ones are compiled together."""
        self._compiler.used = used

    def validator(self, schema: Schema, *, closed: bool, is_request: bool = False) -> Compiled:
        """A compiled schema; `closed` forbids fields that it does not document.

        In a request fields that are only read are not demanded, elsewhere those that are only written.
        """
        return self._compiler.compiled(schema, closed=closed, is_request=is_request)

    def reaches(self, schema: Schema, keyword: str) -> bool:
        """Whether a schema, or one that it reaches, has a keyword."""
        return self._compiler.reaches(schema, keyword)
