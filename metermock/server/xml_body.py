"""A body in XML, read as the value that its schema describes by `xml`: names, attributes, wrapped lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from xml.parsers import expat

from metermock.contract.json_types import ABSENT, ALL, ValueReader
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Compiled, Schemas
from metermock.server.body_error import BodyError
from metermock.server.xml_forms import Form, Forms

_DEEPEST = 100
"""Elements inside each other that are read."""
_MOST = 500
"""Schemas of one body that are looked at for what they say of XML."""
MOST_STEPS = 1_000_000
"""Steps of reading one body: an element read by one schema, or `_JUDGED` elements judged by one."""
_JUDGED = 10


@dataclass(slots=True)
class Element:
    """An element of a body; names are without their prefixes."""

    name: str
    attributes: dict[str, str]
    is_nil: bool = False
    inner: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    size: int = 1
    """Elements that it is made of, with itself."""

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
        size = open_ones.pop().size
        open_ones[-1].size += size

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
        self._forms = Forms(schemas)
        self.is_documented = any("xml" in each for each in self._described(schema))
        """Whether the document says how it is written in XML; else nobody is held to a form."""

    def read(self, raw: bytes, charset: str | None) -> Any:
        """The value of a body.

        BodyError where it is not XML, another element than the documented one, or too much work to read.
        """
        root = element_of(raw, charset)
        name = self._forms.of(self._schema).xml.get("name")
        if isinstance(name, str) and name != root.name:
            raise BodyError(f"the body is <{root.name}>; the document calls it <{name}>", "xml")
        try:
            return _Reading(self._schemas, self._forms, self._compiled).value(self._schema, root)
        except RecursionError:
            # Each choice among choices is one step further in, at each of the elements inside each other.
            raise BodyError("the body has elements too deep in each other for its schema", "size") from None

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
                waiting += [*part.get("patternProperties", {}).values(), *part.get("prefixItems", ())]
                waiting += [part.get("items"), *(each for name in CHOICES for each in part.get(name, ()))]


class _Reading:
    """The reading of one body: what an element is by a schema is found once, however many choices ask."""

    def __init__(self, schemas: Schemas, forms: Forms, compiled: Callable[[Any], Compiled]) -> None:
        self._schemas = schemas
        self._forms = forms
        self._compiled = compiled
        self._known: dict[tuple[int, int], Any] = {}
        self._readers: dict[int, ValueReader] = {}
        self._steps = 0

    def value(self, schema: Any, element: Element) -> Any:
        """What an element says, as its schema has it."""
        form = self._forms.of(schema)
        key = id(form), id(element)
        self._spend(1)
        if key not in self._known:
            self._known[key] = self._read(form, element)
        return self._known[key]

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise BodyError(f"the body takes more than {MOST_STEPS} steps to read by its schema", "size")

    def _read(self, form: Form, element: Element) -> Any:
        is_bare = not (element.inner or element.attributes)
        if element.is_nil or (form.is_null_when_empty and is_bare and not element.text.strip()):
            return None
        if form.choices:
            return self._choice(form, element)
        if form.is_object:
            return self._object(form, element)
        if form.is_list:
            return self._items(form, element.inner)
        # Attributes that are not documented take no text away from what is one.
        if element.inner or (element.attributes and form.types == ALL):
            return self._object(self._forms.open, element)
        return self._text(form, element.text)

    def _choice(self, form: Form, element: Element) -> Any:
        """What the first choice reads that the schema accepts, else what the first one reads."""
        accepts = self._compiled(form.schema).is_valid
        choices = form.choices
        if element.attributes:
            # A text takes what it is called with too, and would lose what an object has of it.
            choices = sorted(choices, key=lambda each: not self._forms.of(each).is_object)
        first = ABSENT
        for choice in choices:
            value = self.value(choice, element)
            self._spend(element.size // _JUDGED)
            if accepts(value):
                return value
            first = value if first is ABSENT else first
        return first

    def _text(self, form: Form, text: str) -> Any:
        if form.types == ALL:
            return text
        reader = self._readers.get(id(form))
        if reader is None:
            reader = ValueReader(self._schemas, form.schema, self._compiled)
            self._readers[id(form)] = reader
        for each in (text, text.strip()):
            value = reader.read(each)
            if value is not ABSENT:
                return value
        return text

    def _object(self, form: Form, element: Element) -> dict[str, Any]:
        made: dict[str, Any] = {}
        read: set[str] = set()
        named: dict[str, list[tuple[int, Element]]] = {}
        for place, each in enumerate(element.inner):
            named.setdefault(each.name, []).append((place, each))
        for one in form.fields_of(element.attributes, named):
            if one.kind == "attribute":
                made[one.key] = self._text(self._forms.of(one.schema), element.attributes[one.name])
                read.add(f"@{one.name}")
            elif one.kind == "text":
                made[one.key] = self._text(self._forms.of(one.schema), element.text)
            else:
                read |= one.names
                groups = [named[name] for name in one.names if name in named]
                # Under two names, they are in the order of the body still.
                found = sorted(chain(*groups), key=lambda each: each[0]) if len(groups) > 1 else groups[0]
                inner = [each for _, each in found]
                made[one.key] = self._field(one.schema, inner, is_wrapped=one.is_wrapped)
        return {**made, **self._others(form, element.attributes, named, read)}

    def _items(self, form: Form, found: list[Element]) -> list[Any]:
        return [self.value(form.item(number), each) for number, each in enumerate(found)]

    def _field(self, schema: Any, found: list[Element], *, is_wrapped: bool) -> Any:
        form = self._forms.of(schema)
        if form.types != ALL and "array" in form.types and not is_wrapped:
            return self._items(form, found)
        # An element twice is a list, which the schema of one thing refuses.
        values = [self.value(schema, each) for each in found]
        return values[0] if len(values) == 1 else values

    def _others(
        self,
        form: Form,
        attributes: Mapping[str, str],
        named: Mapping[str, list[tuple[int, Element]]],
        read: set[str],
    ) -> dict[str, Any]:
        """What no field documents: elements, those of one name as a list, and attributes."""
        found: dict[str, Any] = {
            key: self._text(self._forms.of(form.other(key)), text)
            for key, text in attributes.items()
            if f"@{key}" not in read
        }
        for name, group in named.items():
            if name in read:
                continue
            schema = form.other(name)
            is_wrapped = self._forms.of(schema).is_wrapped
            value = self._field(schema, [each for _, each in group], is_wrapped=is_wrapped)
            if name in found:  # an attribute is called so too
                value = [found[name], *(value if len(group) > 1 else [value])]
            found[name] = value
        return found


def _local(name: str) -> str:
    """A name without its prefix, which stands for a namespace that nobody is held to."""
    return name.rpartition(":")[2]
