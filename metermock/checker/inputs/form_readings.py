"""What a form says: it has texts only, so that a value of a wrong type may be a good text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from metermock.checker.inputs.body_texts import text_in_form
from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, Given, ValueReader
from metermock.contract.media import is_json
from metermock.contract.samples import Samples

_STYLED = ("style", "explode")


def is_form(media: str) -> bool:
    """Whether a media type is a form, whose value is an object."""
    return media == "application/x-www-form-urlencoded" or media.startswith("multipart/")


def told_by_form(operation: Operation, media: str, value: Any, samples: Samples) -> Any:
    """The value with an entry in each map that a style would say nothing of, and without its empty lists."""
    if operation.body is None or not is_form(media) or not isinstance(value, dict):
        return value
    encodings = operation.body.encodings.get(media, {})
    schemas = operation.contract.schemas
    fields = together(schemas, operation.body.content[media]).get("properties", {})
    told: dict[str, Any] = {}
    for name, each in value.items():
        if each == {} and _is_styled(encodings.get(name, {})):
            entry = together(schemas, fields.get(name, True)).get("additionalProperties", {})
            told[name] = next(({"name": item} for item in samples.proposed(entry)), {})
        elif each != []:
            told[name] = each
    return told


def is_refused_form(operation: Operation, media: str, good: Mapping[str, Any], value: Any) -> bool:
    """Whether the schema refuses every reading of the texts that say a value, a good one with a change."""
    if operation.body is None or not isinstance(value, dict):
        return False
    changed = {name for name in value if name not in good or value[name] != good[name]}
    encodings = operation.body.encodings.get(media, {})
    if any(_is_unsure(value[name], encodings.get(name, {})) for name in changed):
        return False
    schemas, schema = operation.contract.schemas, operation.body.content[media]
    compiled = partial(schemas.validator, closed=False, is_request=True)
    reader, validator = ValueReader(schemas, schema, compiled), compiled(schema)
    # A style says an unchanged field as it is, and not as one text.
    as_is = {name: _given(each) for name, each in value.items() if _is_styled(encodings.get(name, {}))}
    for raws in ({name: _texts(each) for name, each in value.items()} | as_is, _json_too(value) | as_is):
        read = reader.read({name: raw for name, raw in raws.items() if raw != []})
        if read is not ABSENT and validator.is_valid(read):
            return False
    return True


def _is_unsure(value: Any, encoding: Mapping[str, Any]) -> bool:
    """Whether no form says that value, or the way in which it does may say another one too."""
    media = str(encoding.get("contentType", "text/plain")).partition(",")[0]
    return value is None or _is_styled(encoding) or is_json(media)


def _is_styled(encoding: Mapping[str, Any]) -> bool:
    return any(name in encoding for name in _STYLED)


def _texts(value: Any) -> Any:
    return [text_in_form(each) for each in value] if isinstance(value, list) else text_in_form(value)


def _json_too(value: Mapping[str, Any]) -> dict[str, Any]:
    """The raw values where objects and lists are read as the JSON that says them."""
    return {
        name: [_given(item) for item in each] if isinstance(each, list) else _given(each)
        for name, each in value.items()
    }


def _given(value: Any) -> Any:
    return Given(value) if isinstance(value, (dict, list)) else text_in_form(value)
