"""Bodies with new names: a deployment may have things of the old ones, and refuse a second."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from metermock.checker.inputs.branches import Branch, branches
from metermock.contract.composing import together
from metermock.contract.samples import FORMATS
from metermock.contract.schemas import Schemas

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NAMES = frozenset(
    {
        "name",
        "title",
        "slug",
        "code",
        "key",
        "label",
        "email",
        "mail",
        "login",
        "username",
        "handle",
        "alias",
        "identifier",
        "reference",
        "number",
        "sku",
        "domain",
        "hostname",
        "subject",
        "symbol",
        "external",
    }
)
"""Words of fields that name the thing itself."""
_POINTS = frozenset({"id", "ids", "uuid", "uuids"})
"""The last word of fields that point to another thing, which must be there."""
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_SHORT = 3
"""Letters of a field's name that may stand in any word of a text."""

Names = frozenset[str]
"""Names of fields, at whatever depth of a body."""


def ways_to_rename(value: Any, told: str, kept: Collection[str] = ()) -> list[Names]:
    """Which fields to give new names, the likeliest first: those that a refusal names, names, then all.

    `told` is the text of the refusal; `kept` are the fields that nobody may change.
    """
    every = frozenset(_fields(value)) - set(kept)
    found = (
        frozenset(each for each in every if is_told(each, told)),
        frozenset(each for each in every if names_itself(each)),
        every,
    )
    return [each for each in dict.fromkeys(found) if each]


def names_itself(field: str) -> bool:
    """Whether a field is called as one that names the thing which the body describes."""
    words = [word.lower() for word in _WORD.findall(field)]
    if len(words) > 1 and words[-1] in _POINTS:
        return words[0] in ("external", "client")
    return words in (["id"], ["uuid"]) or not _NAMES.isdisjoint(words)


def renamed(schemas: Schemas, schema: Any, value: Any, fields: Names) -> Any:
    """The value with a new text in each of these fields that may have another, at any depth of objects."""
    return _renamed_in(schemas, schema, value, fields, secrets.token_hex(3))


def _renamed_in(schemas: Schemas, schema: Any, value: Any, fields: Names, end: str) -> Any:
    if not isinstance(value, dict):
        return value
    whole = together(schemas, schema)
    discriminator = whole.get("discriminator")
    kind = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    known: dict[str, Any] = {}
    for form in branches(schemas, schema):
        known |= {name: each for name, each in form.whole.get("properties", {}).items() if name not in known}
    found = dict(value)
    for name, each in value.items():
        if isinstance(each, dict):
            found[name] = _renamed_in(schemas, known.get(name, {}), each, fields, end)
        elif isinstance(each, str) and name in fields and name != kind:
            found[name] = _new_text(schemas, known.get(name, {}), each, end)
    return found


def _new_text(schemas: Schemas, schema: Any, text: str, end: str) -> str:
    """Another text that the schema accepts; the text itself where it is refused, or has to be as it is."""
    validator = schemas.validator(schema, closed=False, is_request=True)
    if not validator.is_valid(text):
        return text
    proposed = (each for form in branches(schemas, schema) for each in _proposed(form, text, end))
    return next((each for each in proposed if validator.is_valid(each)), text)


def _proposed(form: Branch, text: str, end: str) -> Iterator[str]:
    if not form.is_text:
        return
    named = form.whole.get("format")
    if named in ("email", "idn-email", "hostname", "idn-hostname"):
        yield f"{end.translate(_LETTERS)}.{text}"
    elif named == "uuid":
        yield str(uuid.uuid4())
    elif named in ("uri", "url", "iri"):
        yield f"{text}-{end}"
    elif named not in FORMATS:
        letters = end.translate(_LETTERS)
        ends = (f"-{end}", f"_{end}", end, letters, letters.upper(), f"_{end.upper()}")
        most = form.whole.get("maxLength")
        for each in ends:
            if most is None:
                yield f"{text}{each}"
            elif most >= len(each):
                yield f"{text[: most - len(each)]}{each}"


def _fields(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if isinstance(each, str):
                yield name
            yield from _fields(each)


def is_told(field: str, text: str) -> bool:
    """Whether a text speaks of a field."""
    if len(field) <= _SHORT:
        return re.search(rf"\b{re.escape(field)}\b", text, re.IGNORECASE) is not None
    return _plain(field) in _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
