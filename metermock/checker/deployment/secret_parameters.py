"""Given values of parameters and of body fields; `format: password` says that one is a secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metermock.checker.deployment.body_fields import BodyField, body_field, is_body_field
from metermock.checker.deployment.secret import Secret, read_secret
from metermock.contract import Contract
from metermock.errors import UsageError

Values = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""Good values of parameters, by operation and parameter."""


def with_secrets(
    contract: Contract, values: Values, folder: Path, env: Mapping[str, str]
) -> tuple[dict[str, dict[str, tuple[Any, ...]]], tuple[Secret, ...]]:
    """The values, secret ones read like credentials and those of bodies as JSON, and what has to be hidden.

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
    in_bodies = _in_bodies(contract, values)
    secrets |= {key for key, field in in_bodies.items() if field.is_secret}

    def read_one(operation: str, key: str, value: Any) -> Any:
        if (operation, key) in secrets and isinstance(value, str):
            value = read(operation, key, value)
        if (operation, key) not in in_bodies:
            return value
        try:
            return in_bodies[operation, key].read(value)
        except ValueError as problem:
            message = f"{operation}.{key}: {problem}"
            raise UsageError(message) from None

    read_values = {
        operation: {
            key: tuple(read_one(operation, key, value) for value in given)
            for key, given in of_operation.items()
        }
        for operation, of_operation in values.items()
    }
    return read_values, tuple(found)


def _in_bodies(contract: Contract, values: Values) -> dict[tuple[str, str], BodyField]:
    """The fields of bodies among the keys."""
    operations = {operation.id: operation for operation in contract.operations}
    return {
        (name, key): body_field(operations[name], key)
        for name, given in values.items()
        for key in given
        if is_body_field(operations[name], key)
    }
