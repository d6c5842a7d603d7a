"""What is wrong with the value of a parameter, in words of ours where the validator's are of schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema_rs

from metermock.errors import Violation

_CHOICES = ("anyOf", "oneOf")
MOST_NAMED = 12
"""Allowed values that a message names."""


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
        return plainly(error)
    # Where several alternatives fit, those miss nothing.
    missed = [parts[0] for parts in _alternatives(error) if parts]
    told = dict.fromkeys(map(plain, [each for each in missed if not _wants_null(each)] or missed))
    return ", and ".join(told) or f"the value fits several of the forms under {error.kind.name}"


def plainly(error: jsonschema_rs.ValidationError) -> str:
    """What an error says, with the values that there may be instead of how many there are."""
    if error.kind.name == "enum":
        return one_of(error.instance, error.kind.as_dict()["options"])
    return error.message


def one_of(value: Any, options: Sequence[Any]) -> str:
    """What to say of a value that is none of some; of many only the first are named."""
    texts = [json.dumps(each, ensure_ascii=False) for each in options]
    if len(texts) > MOST_NAMED:
        texts = [*texts[:MOST_NAMED], f"{len(texts) - MOST_NAMED} others"]
    several = f"{', '.join(texts[:-1])} or {texts[-1]}" if len(texts) > 1 else "".join(texts)
    return f"{json.dumps(value, ensure_ascii=False)} is not one of {several}"


def _alternatives(error: jsonschema_rs.ValidationError) -> list[list[jsonschema_rs.ValidationError]]:
    return list(getattr(error.kind, "context", ()))


def _wants_null(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "type" and error.message.endswith('is not of type "null"')


def unknown(name: str, text: str) -> Violation:
    """What is wrong with a pair of a query that no parameter has."""
    shown = name.encode("utf-8", "backslashreplace").decode()
    return Violation("query", shown, f"{_short(shown)} is not a parameter of this operation", "unknown", text)


def unreadable_in(raw: Any) -> str | None:
    """The first text of a raw value, or of its parts, that is no Unicode or has a NUL."""
    texts = (raw,) if isinstance(raw, str) else _texts(raw)
    return next((text for text in texts if not is_text(text)), None)


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        yield from raw
        for each in raw.values():
            yield from _texts(each)
    else:
        for each in raw:
            yield from _texts(each)


def is_text(text: str) -> bool:
    """Whether a text is Unicode without a NUL."""
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def cut(raw: Any) -> str:
    """A raw value as a message shows it."""
    return repr(_short(raw if isinstance(raw, str) else str(raw)))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - a line of a message
