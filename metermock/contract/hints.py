"""What a document advises of the values in a reply, marked since JSON Schema lets others pass.

A breach of such a schema is known by the way to it, which leads through `then` three times: no author writes
that.
"""

from __future__ import annotations

from collections.abc import Iterable

import jsonschema_rs

from metermock.contract.references import Schema

_WAY = ["then"] * 3


def marked(schema: Schema) -> Schema:
    """A schema that says the same, and is known in a breach."""
    for then in _WAY:
        schema = {"if": True, then: schema}
    return schema


def forbidden(names: Iterable[str]) -> Schema:
    """A schema that refuses these fields."""
    return {"properties": dict.fromkeys(names, False)}


def is_advice(error: jsonschema_rs.ValidationError) -> bool:
    """Whether only a marked schema refuses the value."""
    return _leads(list(error.evaluation_path))


def is_choice(error: jsonschema_rs.ValidationError) -> bool:
    """Whether a discriminator has selected the schema that refuses the value."""
    path = list(error.evaluation_path)
    return is_advice(error) and not (is_of_forbidden(error) and not _leads(path[: -len(_WAY) - 2]))


def is_of_forbidden(error: jsonschema_rs.ValidationError) -> bool:
    """Whether a field is there that `forbidden` names."""
    path = list(error.evaluation_path)
    return error.kind.name == "falseSchema" and path[-5:-1] == [*_WAY, "properties"]


def _leads(path: list[str | int]) -> bool:
    return any(path[at : at + len(_WAY)] == _WAY for at in range(len(path)))
