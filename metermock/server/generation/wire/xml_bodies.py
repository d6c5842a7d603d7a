"""JSON values as XML, by the names and forms that their schemas say in `xml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from metermock.contract.composing import schema_of_name, together
from metermock.contract.schemas import Schemas

_ROOT = "reply"
"""What the root is called where the document has no name for it."""
_LETTERS = r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff"
"""What a name may begin with, in a class of characters."""
_NO_START = re.compile(f"(?![{_LETTERS}])")
_NO_NAME = re.compile(f"[^{_LETTERS}0-9.\\-\u00b7\u0300-\u036f]")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no way to write."""
_NIL = {"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xsi:nil": "true"}


@dataclass
class _Element:
    """An element that is being written."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The element with all that is in it."""
        told = "".join(f" {name}={quoteattr(_sound(value))}" for name, value in self.attributes.items())
        inner = "".join(self.parts)
        return f"<{self.name}{told}>{inner}</{self.name}>" if inner else f"<{self.name}{told}/>"


class XmlWriter:
    """Writes values of one document's schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def body(self, schema: Any, value: Any) -> bytes:
        """The XML of a value: one element, called as the schema or its component is."""
        about = self._xml(schema)
        name = _named(about, _component(schema) or _ROOT)
        element = self._element(schema, value, name, about)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{element.text()}\n'.encode()

    def _element(self, schema: Any, value: Any, name: str, about: Mapping[str, Any]) -> _Element:
        element = _Element(name, _namespace(about))
        if isinstance(value, dict):
            self._fill(element, schema, value)
        elif isinstance(value, list):
            element.parts += self._items(schema, value, name, is_root=True)
        elif value is None:
            element.attributes |= _NIL
        else:
            element.parts.append(_escaped(value))
        return element

    def _fill(self, element: _Element, schema: Any, value: Mapping[str, Any]) -> None:
        """Write the fields of an object into its element."""
        fields = self._fields(schema, value)
        for key, each in value.items():
            inner = fields.get(key, True)
            about = self._xml(inner)
            name = _named(about, key)
            kind = about.get("nodeType", "attribute" if about.get("attribute") is True else "")
            if kind == "attribute":
                # An attribute cannot be null; without a prefix, its namespace would be the element's.
                declared = _namespace(about) if _prefix(about) else {}
                element.attributes |= declared | ({} if each is None else {name: _text(each)})
            elif kind in ("text", "cdata") and not isinstance(each, dict | list):
                element.parts += [] if each is None else [_escaped(each)]
            elif isinstance(each, list) and not (about.get("wrapped") is True or kind == "element"):
                element.parts += self._items(inner, each, key, is_root=False)
            else:
                element.parts.append(self._element(inner, each, name, about).text())

    def _items(self, schema: Any, value: list[Any], name: str, *, is_root: bool) -> Iterator[str]:
        """The elements of a list, called as its items say, else as the list is."""
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        first, rest = whole.get("prefixItems", ()), whole.get("items", True)
        for items, each in zip(chain(first, repeat(rest)), value, strict=False):
            about = self._xml(items)
            usual = (_component(items) or "item") if is_root and name == _ROOT else name
            yield self._element(items, each, _named(about, usual), about).text()

    def _xml(self, schema: Any) -> Mapping[str, Any]:
        """The XML Object of a schema; an empty one where it has none."""
        about = together(self._schemas, schema).get("xml") if isinstance(schema, dict) else None
        return about if isinstance(about, dict) else {}

    def _fields(self, schema: Any, value: Any) -> dict[str, Any]:
        """The schemas of an object's fields, those of the choice that it is too."""
        if not isinstance(schema, dict):
            return {}
        whole = together(self._schemas, schema)
        found: dict[str, Any] = {}
        for choice in (*whole.get("oneOf", ()), *whole.get("anyOf", ())):
            if self._schemas.validator(choice, closed=False).is_valid(value):
                found |= self._fields(choice, value)
        rest = whole.get("additionalProperties", True)
        own, patterns = whole.get("properties", {}), whole.get("patternProperties", {})
        return {**{name: schema_of_name(name, rest, patterns) for name in value}, **found, **own}


def _component(schema: Any) -> str:
    """The name of the component that a schema is; empty where it has none."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else ""


def _named(about: Mapping[str, Any], usual: str) -> str:
    """A name as XML may have it, behind its prefix."""
    own, prefix = about.get("name"), _prefix(about)
    name = _sound_name(own if isinstance(own, str) and own else usual)
    return f"{prefix}:{name}" if prefix else name


def _sound_name(text: str) -> str:
    """A text as a name: what a name may not have is `_`, and one that would begin so has one before it."""
    name = _NO_NAME.sub("_", text)
    return f"_{name}" if _NO_START.match(name) else name


def _prefix(about: Mapping[str, Any]) -> str:
    prefix = about.get("prefix")
    return _sound_name(prefix) if isinstance(prefix, str) and prefix else ""


def _namespace(about: Mapping[str, Any]) -> dict[str, str]:
    """The attribute that declares a namespace; a prefix must have one, and gets one of its own."""
    prefix, namespace = _prefix(about), about.get("namespace")
    if prefix == "xml":
        return {}  # as of `xml:lang`: XML declares it itself, and lets nobody else
    if not isinstance(namespace, str) or not namespace:
        return {f"xmlns:{prefix}": f"urn:{prefix}"} if prefix else {}
    return {f"xmlns:{prefix}" if prefix else "xmlns": namespace}


def _escaped(value: Any) -> str:
    """A value as the text of an element; a bare carriage return would be read as the end of a line."""
    return escape(_text(value), {"\r": "&#13;"})


def _text(value: Any) -> str:
    """A value as XML Schema writes it; what has parts is JSON."""
    return _sound(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _sound(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text)
