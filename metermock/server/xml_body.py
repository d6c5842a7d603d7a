"""A body in XML, read as the value that its schema describes by `xml`: names, attributes, wrapped lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, ALL, ValueReader, types_of
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Compiled, Schemas
from metermock.server.body_error import BodyError

_DEEPEST = 100
"""Elements inside each other that are read."""
_MOST = 500
"""Schemas of one body that are looked at for what they say of XML."""


@dataclass(slots=True)
class Element:
    """An element of a body; names are without their prefixes."""

    name: str
    attributes: dict[str, str]
    is_nil: bool = False
    inner: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that stands in it."""
        return "".join(self.parts)


def element_of(raw: bytes, charset: str | None) -> Element:
    """The root of a body; BodyError for what is not well-formed, and for entities, which may have no end."""
    top = Element("", {})
    open_ones = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) > _DEEPEST:
            raise BodyError(f"the body has elements inside each other, more than {_DEEPEST}", "xml")
        told = {key: value for key, value in attributes.items() if key.partition(":")[0] != "xmlns"}
        is_nil = told.pop("xsi:nil", "") in ("true", "1")
        own = {_local(key): value for key, value in told.items() if not key.startswith("xsi:")}
        element = Element(_local(name), own, is_nil)
        open_ones[-1].inner.append(element)
        open_ones.append(element)

    def end(_: str) -> None:
        open_ones.pop()

    def tell(text: str) -> None:
        open_ones[-1].parts.append(text)

    def refuse(*_: Any) -> None:
        raise BodyError("the body declares entities, which are not read", "xml")

    parser = expat.ParserCreate(charset)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tell
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - the end; it takes no keyword
    except expat.ExpatError as error:
        raise BodyError(f"the body is not XML: {error}", "xml") from None
    except (LookupError, ValueError) as error:
        raise BodyError(f"the body is in no charset that is read: {error}", "encoding") from None
    return top.inner[0]


class XmlReader:
    """Reads bodies of one schema."""

    def __init__(self, schemas: Schemas, schema: Any, compiled: Callable[[Any], Compiled]) -> None:
        self._schemas = schemas
        self._schema = schema
        self._compiled = compiled
        self.is_documented = any("xml" in each for each in self._described(schema))
        """Whether the document says how it is written in XML; else nobody is held to a form."""

    def read(self, raw: bytes, charset: str | None) -> Any:
        """The value of a body; BodyError where it is not XML, or another element than the documented one."""
        root = element_of(raw, charset)
        name = self._xml(self._schema).get("name")
        if isinstance(name, str) and name != root.name:
            raise BodyError(f"the body is <{root.name}>; the document calls it <{name}>", "xml")
        return self._value(self._schema, root)

    def _described(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """The schema and those inside of it, each once."""
        waiting = [schema]
        seen: set[int] = set()
        while waiting and len(seen) < _MOST:
            one = waiting.pop()
            if not isinstance(one, dict):
                continue
            for part in self._schemas.conjuncts(one):
                if id(part) in seen:
                    continue
                seen.add(id(part))
                yield part
                fields = part.get("properties")
                waiting += fields.values() if isinstance(fields, dict) else ()
                waiting += [part.get("items"), *(each for name in CHOICES for each in part.get(name, ()))]

    def _xml(self, schema: Any) -> Mapping[str, Any]:
        about = together(self._schemas, schema).get("xml") if isinstance(schema, dict) else None
        return about if isinstance(about, dict) else {}

    def _value(self, schema: Any, element: Element) -> Any:
        """What an element says, as its schema has it."""
        if element.is_nil:
            return None
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        choices = [each for name in CHOICES for each in whole.get(name, ())]
        if choices:
            rest = {name: value for name, value in whole.items() if name not in CHOICES}
            read = [self._value({"allOf": [each, rest]}, element) for each in choices]
            accepts = self._compiled(schema).is_valid
            return next((value for value in read if accepts(value)), read[0])
        types = types_of(self._schemas, schema)
        if "properties" in whole or (types != ALL and "object" in types):
            return self._object(whole, element)
        if "items" in whole or (types != ALL and "array" in types):
            return [self._value(whole.get("items", True), each) for each in element.inner]
        if element.inner or element.attributes:
            return self._object({}, element)
        return self._text(schema, element.text)

    def _text(self, schema: Any, text: str) -> Any:
        if types_of(self._schemas, schema) == ALL:
            return text
        reader = ValueReader(self._schemas, schema, self._compiled)
        for each in (text, text.strip()):
            value = reader.read(each)
            if value is not ABSENT:
                return value
        return text

    def _object(self, whole: Mapping[str, Any], element: Element) -> dict[str, Any]:
        made: dict[str, Any] = {}
        read: set[str] = set()
        fields = whole.get("properties", {})
        taken = {self._xml(each).get("name") for each in fields.values()}
        for key, schema in fields.items():
            about = self._xml(schema)
            name = about["name"] if isinstance(about.get("name"), str) else key
            kind = about.get("nodeType", "attribute" if about.get("attribute") is True else "")
            if kind == "attribute":
                if name in element.attributes:
                    made[key] = self._text(schema, element.attributes[name])
                    read.add(f"@{name}")
            elif kind in ("text", "cdata"):
                made[key] = self._text(schema, element.text)
            else:
                is_wrapped = about.get("wrapped") is True or kind == "element"
                named = {name, key} if is_wrapped else self._names(schema, name, key)
                # The key alone is a lenient name: not where the document calls another field so.
                named -= {key} & taken if about.get("name") not in (None, key) else set()
                found = [each for each in element.inner if each.name in named]
                read |= named
                made |= self._field(key, schema, found, is_wrapped=is_wrapped)
        rest = whole.get("additionalProperties", True)
        return {**made, **self._others(rest, element, read)}

    def _names(self, schema: Any, name: str, key: str) -> set[str]:
        """What the elements of a field may be called: those of a list as its items are."""
        items = together(self._schemas, schema).get("items") if isinstance(schema, dict) else None
        own = self._xml(items).get("name")
        return {name, key} if not isinstance(own, str) else {own, key}

    def _field(self, key: str, schema: Any, found: list[Element], *, is_wrapped: bool) -> dict[str, Any]:
        if not found:
            return {}
        types = types_of(self._schemas, schema)
        if types != ALL and "array" in types and not is_wrapped:
            items = together(self._schemas, schema).get("items", True)
            return {key: [self._value(items, each) for each in found]}
        # An element twice is a list, which the schema of one thing refuses.
        values = [self._value(schema, each) for each in found]
        return {key: values[0] if len(values) == 1 else values}

    def _others(self, schema: Any, element: Element, read: set[str]) -> dict[str, Any]:
        """What no field documents: elements, those of one name as a list, and attributes."""
        found: dict[str, list[Any]] = {}
        for name, text in element.attributes.items():
            if f"@{name}" not in read:
                found.setdefault(name, []).append(text)
        for each in element.inner:
            if each.name not in read:
                found.setdefault(each.name, []).append(self._value(schema, each))
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _local(name: str) -> str:
    """A name without its prefix, which stands for a namespace that nobody is held to."""
    return name.rpartition(":")[2]
