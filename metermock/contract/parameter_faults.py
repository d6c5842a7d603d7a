"""What is wrong with the value of a parameter, in words of ours where the validator's are of schemas."""

from __future__ import annotations

import jsonschema_rs

_CHOICES = ("anyOf", "oneOf")


def kind_of(error: jsonschema_rs.ValidationError) -> str:
    """The keyword that a value breaks: `format` too where an alternative of `anyOf` misses nothing else."""
    name = str(error.kind.name)
    if name not in _CHOICES:
        return name
    alternatives = [{kind_of(part) for part in parts} for parts in _alternatives(error)]
    return "format" if {"format"} in alternatives else name


def plain(error: jsonschema_rs.ValidationError) -> str:
    """What is wrong with a value; of alternatives what each of them misses, save that it is not null."""
    if error.kind.name not in _CHOICES:
        return error.message
    # Where several alternatives fit, those miss nothing.
    missed = [parts[0] for parts in _alternatives(error) if parts]
    told = dict.fromkeys(map(plain, [each for each in missed if not _wants_null(each)] or missed))
    return ", and ".join(told) or f"the value fits several of the forms under {error.kind.name}"


def _alternatives(error: jsonschema_rs.ValidationError) -> list[list[jsonschema_rs.ValidationError]]:
    return list(getattr(error.kind, "context", ()))


def _wants_null(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "type" and error.message.endswith('is not of type "null"')
