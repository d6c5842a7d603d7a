"""Parameters that are secrets: `format: password` is how a document says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metermock.checker.deployment.secret import Secret, read_secret
from metermock.contract import Contract
from metermock.errors import UsageError

Values = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""Good values of parameters, by operation and parameter."""


def with_secrets(
    contract: Contract, values: Values, folder: Path, env: Mapping[str, str]
) -> tuple[dict[str, dict[str, tuple[Any, ...]]], tuple[Secret, ...]]:
    """The values, those of secret parameters read like credentials, and what has to be hidden.

    Raises UsageError, which names operation and parameter, for one that cannot be had.
    """
    found: list[Secret] = []

    def read(operation: str, key: str, value: Any) -> Any:
        try:
            secret = read_secret(value, operation, key, folder, env)
        except ValueError as problem:
            message = f"{operation}.{key}: {problem}"
            raise UsageError(message) from None
        found.append(secret)
        return secret.value

    secrets = {
        (operation.id, parameter.key)
        for operation in contract.operations
        for parameter in operation.parameters
        if parameter.resolved.get("format") == "password"
    }
    read_values = {
        operation: {
            key: tuple(
                read(operation, key, value)
                if (operation, key) in secrets and isinstance(value, str)
                else value
                for value in given
            )
            for key, given in of_operation.items()
        }
        for operation, of_operation in values.items()
    }
    return read_values, tuple(found)
