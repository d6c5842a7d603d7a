"""A contract: an OpenAPI document, read, understood, and known to be sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metermock.contract.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from metermock.contract.operation import Operation
    from metermock.source import Source

SUFFIXES = (".openapi.yaml", ".openapi.yml", ".openapi.json", ".yaml", ".yml", ".json")


class Contract:
    """An OpenAPI document with its operations; `name` is its file's, without `.openapi.yaml`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.path: Path = source.path
        self.text: bytes = source.text
        self.document: dict[str, Any] = source.document
        self.schemas = Schemas(self.document)
        self.name = name_of(source.path)
        self.operations: tuple[Operation, ...] = ()

    def __repr__(self) -> str:
        return f"<Contract {self.name}: {len(self.operations)} operations>"

    @property
    def security_schemes(self) -> Mapping[str, dict[str, Any]]:
        """The declared security schemes by name."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        return {name: self.schemas.follow(scheme) for name, scheme in schemes.items()}

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id, or KeyError."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)


def name_of(path: Path) -> str:
    """A contract's name, from its file's."""
    return next(
        (path.name.removesuffix(suffix) for suffix in SUFFIXES if path.name.endswith(suffix)), path.stem
    )
