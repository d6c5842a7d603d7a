"""How a value is written as a request body: JSON, a form, the parts of a multipart body, or a text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from metermock.contract.composing import together
from metermock.contract.media import is_json, plain
from metermock.contract.parameter import text_of
from metermock.contract.schemas import Schemas
from metermock.contract.styles import Form, Style

_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "metermock-0b5c1f7e9d2a"
"""Always the same, so that a check repeats its requests."""
_OF_FILES = ("contentMediaType", "contentEncoding")
_BYTES = "application/octet-stream"

Encodings = Mapping[str, Mapping[str, Any]]


def body_of(
    value: Any, media: str, *, schemas: Schemas, schema: Any, encodings: Encodings
) -> tuple[bytes, str]:
    """The bytes of a value, and their Content-Type."""
    if is_json(media):
        return _json(value).encode(), media
    if isinstance(value, dict) and media == _FORM:
        return urlencode(list(_pairs(value, encodings))).encode(), media
    if isinstance(value, dict) and media.startswith("multipart/"):
        fields = together(schemas, schema).get("properties", {})
        files = {name for name, each in fields.items() if _is_file(together(schemas, each))}
        parts = b"".join(_parts(value, encodings, files))
        return parts + f"--{_BOUNDARY}--\r\n".encode(), f"{media}; boundary={_BOUNDARY}"
    return (value if isinstance(value, str) else _json(value)).encode(), media


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pairs(value: Mapping[str, Any], encodings: Encodings) -> Iterator[tuple[str, str]]:
    """The pairs of a form: by the style of a field's encoding; without one a list is repeated."""
    for name, each in value.items():
        encoding = encodings.get(name, {})
        if "style" in encoding or "explode" in encoding:
            style = encoding.get("style", "form")
            explode = encoding.get("explode", style in ("form", "deepObject"))
            yield from Style(name, style, explode, _form(each)).to_query(_texts(each))
        else:
            yield from ((name, text_in_form(item)) for item in (each if isinstance(each, list) else [each]))


def _form(value: Any) -> Form:
    if isinstance(value, list):
        return "list"
    return "map" if isinstance(value, dict) else "text"


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(each) for name, each in value.items()}
    return [_texts(each) for each in value] if isinstance(value, list) else text_of(value)


def text_in_form(value: Any) -> str:
    """The text of a field, or of an item of a field's list."""
    return _json(value) if isinstance(value, (dict, list)) else text_of(value)


def _parts(value: Mapping[str, Any], encodings: Encodings, files: set[str]) -> Iterator[bytes]:
    """A part of each field, and of each item of a list."""
    for name, each in value.items():
        kind = plain(str(encodings.get(name, {}).get("contentType", "")).partition(",")[0])
        for item in each if isinstance(each, list) else [each]:
            is_file = name in files
            made = "application/json" if isinstance(item, (dict, list)) else _BYTES if is_file else ""
            media = kind if kind and "*" not in kind else made
            head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            head += f'; filename="{name}"' if is_file else ""
            head += f"\r\nContent-Type: {media}" if media else ""
            yield f"{head}\r\n\r\n{text_in_form(item)}\r\n".encode()


def _is_file(schema: Mapping[str, Any]) -> bool:
    if schema.get("type") == "array":
        schema = schema.get("items", {})
    return schema.get("format") == "binary" or any(name in schema for name in _OF_FILES)
