"""What the schemas of a document say of an element: how its value is read, found once per schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from metermock.contract.composing import schema_of_name, together
from metermock.contract.json_types import ALL, types_of
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Schemas

_EMPTY = frozenset({"string", "object", "array"})
"""Types that have a value with nothing in it."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of an object: `kind` is "attribute", "text" or, for elements, empty."""

    key: str
    schema: Any
    kind: str
    name: str
    names: frozenset[str]
    """What its elements may be called; empty where it is none."""
    is_wrapped: bool


class Forms:
    """The forms of one document's schemas.

    A schema that is put together anew, as of a choice and what holds beside it, has one form for the same
    parts. So there are no more of them than the document has ways to put parts together, however deep
    elements lie in each other.
    """

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._known: dict[tuple[int, ...], Form] = {}
        self._near: dict[int, tuple[Form, Any]] = {}
        self.open = self.of({})
        """That of what the document says nothing of."""

    def of(self, schema: Any) -> Form:
        """The form of a schema."""
        near = self._near.get(id(schema))
        if near is not None:
            return near[0]
        key = tuple(dict.fromkeys(map(id, _parts(schema))))
        form = self._known.get(key) or self._known.setdefault(key, Form(self, schema))
        # The schema is held too: its id is its name as long as it lives.
        self._near[id(schema)] = form, schema
        return form

    def xml(self, schema: Any) -> Mapping[str, Any]:
        """The XML Object of a schema; an empty one where it has none."""
        return self.of(schema).xml


class Form:
    """How values of a schema stand in an element."""

    def __init__(self, forms: Forms, schema: Any) -> None:
        self._forms = forms
        self.schema = schema
        self._whole = together(forms.schemas, schema) if isinstance(schema, dict) else {}
        about = self._whole.get("xml")
        self.xml: Mapping[str, Any] = about if isinstance(about, dict) else {}
        self.types = types_of(forms.schemas, schema)
        self.is_object = "properties" in self._whole or (self.types != ALL and "object" in self.types)
        self.first: Sequence[Any] = self._whole.get("prefixItems", ())
        """The schemas of its first items, each of one."""
        self.is_list = (
            "items" in self._whole or bool(self.first) or (self.types != ALL and "array" in self.types)
        )
        self.is_null_when_empty = "null" in self.types and self.types.isdisjoint(_EMPTY)
        """Whether nothing in it is null: no text and no list may be meant."""
        self.is_wrapped = self.xml.get("wrapped") is True or self.xml.get("nodeType") == "element"
        self.items = self._whole.get("items", True)

    def item(self, number: int) -> Any:
        """The schema of an item."""
        return self.first[number] if number < len(self.first) else self.items

    def other(self, name: str) -> Any:
        """The schema of a field that is not documented by its name."""
        rest = self._whole.get("additionalProperties", True)
        return schema_of_name(name, rest, self._whole.get("patternProperties", {}))

    @cached_property
    def choices(self) -> list[Any]:
        """The schemas of `anyOf` and `oneOf`, each with what holds beside them; null after all others."""
        found = [each for name in CHOICES for each in self._whole.get(name, ())]
        # An empty element is an empty text, where it may be one, rather than null.
        found.sort(key=lambda each: types_of(self._forms.schemas, each) == {"null"})
        rest = {name: value for name, value in self._whole.items() if name not in CHOICES}
        return [{"allOf": [each, rest]} for each in found]

    def fields_of(self, attributes: Collection[str], elements: Collection[str]) -> Iterator[FormField]:
        """The fields that stand in an element, in the document's order; those that are its text always do."""
        found = {place for name in elements for place in self._by_name.get(name, ())}
        found.update(place for name in attributes for place in self._by_name.get(f"@{name}", ()))
        found.update(self._by_name.get("", ()))
        return (self._fields[place] for place in sorted(found))

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """The places of fields by the names of elements and, behind `@`, attributes; empty for the text's."""
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self._fields):
            own = {"attribute": {f"@{one.name}"}, "text": {""}}.get(one.kind, one.names)
            for name in own:
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def _fields(self) -> list[FormField]:
        fields = self._whole.get("properties", {})
        taken = {self._forms.xml(each).get("name") for each in fields.values()}
        return [self._field(key, schema, taken) for key, schema in fields.items()]

    def _field(self, key: str, schema: Any, taken: Collection[Any]) -> FormField:
        form = self._forms.of(schema)
        name = form.xml["name"] if isinstance(form.xml.get("name"), str) else key
        kind = form.xml.get("nodeType", "attribute" if form.xml.get("attribute") is True else "")
        if kind in ("attribute", "text", "cdata"):
            kind = "text" if kind == "cdata" else kind
            return FormField(key, schema, kind, name, frozenset(), is_wrapped=False)
        # The elements of a list are called as its items are.
        items = (
            []
            if form.is_wrapped
            else [self._forms.xml(each).get("name") for each in (*form.first, form.items)]
        )
        names = {own if isinstance(own, str) else name for own in items or [None]} | {key}
        if form.xml.get("name") not in (None, key) and key in taken:
            # The key alone is a lenient name: not where the document calls another field so.
            names.discard(key)
        return FormField(key, schema, "", name, frozenset(names), is_wrapped=form.is_wrapped)


def _parts(schema: Any) -> Iterator[Any]:
    """The document's schemas of one that only puts schemas together."""
    if isinstance(schema, dict) and len(schema) == 1 and isinstance(schema.get("allOf"), list):
        for each in schema["allOf"]:
            yield from _parts(each)
    else:
        yield schema
