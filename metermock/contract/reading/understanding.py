"""From the parts of a bundled document to operations: parameters, bodies and responses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from metermock import json_pointer
from metermock.contract.contract import Contract, Operation, sent_path
from metermock.contract.json_types import ABSENT, ValueReader, alternatives, types_of
from metermock.contract.media import by_media, is_json, plain, spellings
from metermock.contract.parameter import Parameter
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.example_texts import items_of_each, read_text
from metermock.contract.reading.fragments import marks_of
from metermock.contract.reading.soundness import is_nameless
from metermock.contract.reading.structure import Pointer
from metermock.contract.reading.upgrade import WHOLE_QUERY
from metermock.contract.reading.written import TEMPLATE, Written
from metermock.contract.references import CHOICES
from metermock.contract.response import Body, Header, Response, Responses
from metermock.contract.schemas import Schemas
from metermock.contract.sequences import is_sequence
from metermock.contract.styles import DEFAULT_STYLES, IGNORED_HEADERS, STYLES, Style

_CODE = re.compile(r"[1-5][0-9]{2}|[1-5]XX|default", re.IGNORECASE)
_ORDER = ("path", "query", "querystring", "header", "cookie")
_HIGHEST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_LOWEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
"""Bounds of which the highest, or the lowest, holds where several schemas have one."""
_DEEPEST = 8
"""Choices in each other that are followed to the one kind that is not null."""


class Understanding:
    """Makes operations; what is odd becomes a note of the bundle."""

    def __init__(self, contract: Contract, made: Bundle) -> None:
        self._contract = contract
        self._made = made
        self._schemas = contract.schemas
        self._taken: dict[str, str] = {}
        self._named: set[int] = set()
        """The operations that got a made name; paths that share a path item share them."""

    def operation(self, written: Written) -> Operation:
        """The operation.

        Raises ValueError, LookupError, TypeError or AttributeError where it is not as OpenAPI has it.
        """
        document = written.document
        responses = document.get("responses", {})
        id_ = self._id(written)
        if isinstance(document, dict):
            # In the model every operation has the id that everybody calls it by.
            document["operationId"] = id_
        parameters = tuple(self._parameters(written))
        return Operation(
            self._contract,
            document,
            id=id_,
            path=sent_path(written.path),
            method=written.method,
            parameters=parameters,
            marks=marks_of(written.path, parameters),
            responses=Responses(self._responses(responses, (*written.pointer, "responses"))),
            body=self._body(document.get("requestBody"), (*written.pointer, "requestBody")),
            pointer=written.pointer,
        )

    # Names -------------------------------------------------------------------------------------------

    def _id(self, written: Written) -> str:
        """The operationId, or where it is missing or taken a name made of method and path."""
        named = written.document.get("operationId")
        if isinstance(named, str) and named and id(written.document) not in self._named:
            if named.lower() not in self._taken:
                self._taken[named.lower()] = written.title
                return named
            taken = self._taken[named.lower()]
            where = (*written.pointer, "operationId")
            self._made.note(where, f"the operationId {named!r} is taken by {taken}")
        self._named.add(id(written.document))
        made = plainly = written.plain_name
        number = 2
        while made.lower() in self._taken:
            made, number = f"{plainly}_{number}", number + 1
        self._taken[made.lower()] = written.title
        return made

    # Parameters --------------------------------------------------------------------------------------

    def _parameters(self, written: Written) -> Iterator[Parameter]:
        found: dict[tuple[str, str], Parameter] = {}
        lists = (
            (written.item.get("parameters"), (*written.item_pointer, "parameters")),
            (written.document.get("parameters"), (*written.pointer, "parameters")),
        )
        for entries, where in lists:
            for index, entry in enumerate(entries or ()):
                parameter = self._parameter(entry, (*where, index))
                if parameter is not None:
                    # The names of headers are the same in upper and lower case (RFC 9110, 5.1).
                    name = parameter.name.lower() if parameter.location == "header" else parameter.name
                    found[name, parameter.location] = parameter
        self._complete_path(written, found)
        self._leave_out_credentials(written, found)
        names: dict[str, list[Parameter]] = {}
        for parameter in found.values():
            names.setdefault(parameter.name, []).append(parameter)
        for parameter in found.values():
            alike = sorted(names[parameter.name], key=lambda each: _ORDER.index(each.location))
            key = parameter.name if alike[0] is parameter else f"{parameter.location}.{parameter.name}"
            yield _with_key(parameter, key)

    def _leave_out_credentials(self, written: Written, found: dict[tuple[str, str], Parameter]) -> None:
        """Pass over parameters that are a credential again: a made value for one is a wrong credential."""
        schemes = self._contract.security_schemes
        for asked in written.document.get("security", self._contract.document.get("security")) or ():
            for scheme in map(schemes.get, asked):
                if not isinstance(scheme, dict) or scheme.get("type") != "apiKey":
                    continue
                place, name = scheme.get("in"), str(scheme.get("name"))
                if found.pop((name.lower() if place == "header" else name, str(place)), None) is not None:
                    problem = (
                        f"the {place} parameter {name} is passed over: it is a credential of the security"
                    )
                    self._made.note(written.pointer, problem)

    def _complete_path(self, written: Written, found: dict[tuple[str, str], Parameter]) -> None:
        """Hold the path's parameters to its template: none more, none less."""
        in_template = TEMPLATE.findall(sent_path(written.path))
        for name, place in list(found):
            if place == "path" and name not in in_template:
                self._made.note(
                    written.pointer, f"the path has no {{{name}}}, so its parameter is passed over"
                )
                del found[name, place]
        for name in in_template:
            if (name, "path") not in found:
                self._made.note(
                    written.pointer, f"the path's {{{name}}} has no parameter; it is read as a text"
                )
                entry = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                parameter = self._parameter(entry, written.pointer)
                if parameter is not None:
                    found[name, "path"] = parameter

    def _parameter(self, entry: Any, pointer: Pointer) -> Parameter | None:
        pointer = self._leads_to(entry, pointer)
        entry = self._schemas.follow(entry)
        name, place = entry["name"], entry["in"]
        if is_nameless(entry):
            return None
        if place == "header" and name.lower() in IGNORED_HEADERS:
            self._made.note(pointer, f"the header parameter {name} is ignored, as OpenAPI says")
            return None
        media, schema = self._described(entry)
        reader = ValueReader(self._schemas, schema, self._compiled)
        types = reader.types if not reader.is_untyped else frozenset({"string"})
        return Parameter(
            name=name,
            location=place,
            required=bool(entry.get("required", False)) or place == "path",
            schema=schema,
            types=frozenset(types - {"null"}) or frozenset({"string"}),
            absent=_absent(entry, types),
            default=_default(self._schemas, schema),
            examples=self._examples(entry, schema),
            invalid_examples=self._invalid_examples(entry),
            pointer=pointer,
            resolved=_resolved(self._schemas, schema),
            style=self._style(entry, reader, pointer, is_text=bool(media)),
            reader=reader,
            media=media,
            key=name,
            document=entry,
        )

    def _described(self, entry: Mapping[str, Any]) -> tuple[str, Any]:
        """The media type of a parameter's or header's value, empty for none, and its schema."""
        content = entry.get("content")
        if "schema" not in entry and isinstance(content, dict) and content:
            media, described = next(iter(content.items()))
            return plain(media), self._schemas.follow(described).get("schema", {})
        return "", entry.get("schema", {})

    def _style(
        self, entry: Mapping[str, Any], reader: ValueReader, pointer: Pointer, *, is_text: bool
    ) -> Style:
        place = entry.get("in", "header")
        named = entry.get("style", DEFAULT_STYLES[place])
        if named not in STYLES[place]:
            known = ", ".join(STYLES[place])
            self._made.note(
                (*pointer, "style"), f"{named!r} is no style of a {place} parameter; there are {known}"
            )
            named = DEFAULT_STYLES[place]
        explode = entry.get("explode")
        return Style(
            name=entry.get("name", ""),
            style=named,
            explode=explode if isinstance(explode, bool) else named in ("form", "deepObject", "cookie"),
            form="text" if is_text else reader.form,
            members=frozenset(reader.members),
            is_open=reader.is_open or WHOLE_QUERY in entry,
            forms=frozenset() if is_text else reader.forms,
        )

    def _compiled(self, schema: Any) -> Any:
        return self._schemas.validator(schema, closed=False)

    # Bodies ------------------------------------------------------------------------------------------

    def _body(self, entry: Any, pointer: Pointer) -> Body | None:
        if entry is None:
            return None
        pointer = self._leads_to(entry, pointer)
        entry = self._schemas.follow(entry)
        content = by_media(
            {media: self._schemas.follow(each) for media, each in (entry.get("content") or {}).items()}
        )
        sequences = frozenset(
            media for media, each in content.items() if "itemSchema" in each and is_sequence(media)
        )
        examples = {
            media: self._examples(each, each.get("schema"), media if is_json(media) else "")
            for media, each in content.items()
        }
        return Body(
            required=bool(entry.get("required", False)),
            content={
                media: _schema(each) if media in sequences else each.get("schema", True)
                for media, each in content.items()
            },
            examples={
                media: items_of_each(media, shown) if media in sequences else shown
                for media, shown in examples.items()
            },
            pointer=pointer,
            encodings={media: each.get("encoding", {}) for media, each in content.items()},
            part_headers={
                media: {name: self._headers(each) for name, each in described.get("encoding", {}).items()}
                for media, described in content.items()
            },
            sequences=sequences,
        )

    def _headers(self, entry: Mapping[str, Any]) -> dict[str, Header]:
        """The headers of a response, or of a part of a body."""
        return {
            name: self._header(name, self._schemas.follow(header))
            for name, header in (entry.get("headers") or {}).items()
            if name.lower() != "content-type"  # OpenAPI ignores it here
        }

    def _responses(self, written: Mapping[str, Any], pointer: Pointer) -> Iterator[Response]:
        for code, entry in written.items():
            if code.startswith("x-"):
                continue
            if not _CODE.fullmatch(code):
                self._made.note((*pointer, code), f"the response {code!r} is no status, so it is passed over")
                continue
            yield self._response(code, entry, (*pointer, code))

    def _response(self, code: str, entry: Any, pointer: Pointer) -> Response:
        pointer = self._leads_to(entry, pointer)
        entry = self._schemas.follow(entry)
        content = by_media(
            {media: self._schemas.follow(each) for media, each in (entry.get("content") or {}).items()}
        )
        first: Mapping[str, Any] = next(iter(content.values()), {})
        notes = first.get("examples") or {}
        return Response(
            code=code,
            headers=self._headers(entry),
            content={media: _schema(each) for media, each in content.items()},
            shown={media: self._examples(each, None, media) for media, each in content.items()},
            notes={name: self._schemas.follow(each) for name, each in notes.items()},
            pointer=pointer,
            sequences=frozenset(media for media, each in content.items() if "itemSchema" in each),
            spellings=spellings(entry.get("content") or ()),
        )

    def _header(self, name: str, header: Mapping[str, Any]) -> Header:
        media, schema = self._described(header)
        reader = ValueReader(self._schemas, schema, self._compiled)
        style = Style(
            name,
            "simple",
            header.get("explode") is True,
            "text" if media else reader.form,
            forms=frozenset() if media else reader.forms,
        )
        example = next(iter(self._examples(header, schema).values()), None)
        told = str(header.get("description") or "")
        return Header(name, bool(header.get("required", False)), schema, reader, style, example, media, told)

    # Small things ------------------------------------------------------------------------------------

    def _leads_to(self, entry: Any, pointer: Pointer) -> Pointer:
        """Where an object stands that a reference may stand for."""
        seen = 0
        while isinstance(entry, dict) and isinstance(entry.get("$ref"), str) and seen < 50:  # noqa: PLR2004 - see Schemas.follow
            pointer, seen = json_pointer.path_of(entry["$ref"]), seen + 1
            entry = self._schemas.at(entry["$ref"])
        return pointer

    def _examples(self, entry: Mapping[str, Any], schema: Any, media: str = "") -> dict[str, Any]:
        """The values of `examples`, by name; a single `example` is named like that, the schema's own last.

        With `media`, those that are written as bodies of it count too.
        """
        named: dict[str, Any] = {}
        for name, each in (entry.get("examples") or {}).items():
            value = self._schemas.follow(each)
            value = value if isinstance(value, dict) else {}
            if media and "serializedValue" in value:
                named[name] = read_text(value["serializedValue"], media)
            for key in ("dataValue", "value"):
                if key in value:
                    named[name] = value[key]
        if named:
            return named
        if "example" in entry:
            return {"example": entry["example"]}
        for part in alternatives(self._schemas, schema):
            if "example" in part:
                return {"example": part["example"]}
            if isinstance(part.get("examples"), list) and part["examples"]:
                return {"example": part["examples"][0]}
        return {}

    def _invalid_examples(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The values of `x-invalid-examples`, by name; those without a value are reported elsewhere."""
        listed = entry.get("x-invalid-examples")
        found = listed.items() if isinstance(listed, dict) else ()
        return {name: each["value"] for name, each in found if isinstance(each, dict) and "value" in each}


def _absent(entry: Mapping[str, Any], types: frozenset[str]) -> frozenset[str]:
    """The texts that leave a header out: its `x-absent`, or empty and `null` where its schema allows null."""
    listed = entry.get("x-absent", ["", "null"] if "null" in types else [])
    texts = listed if isinstance(listed, list) else []
    return frozenset(each for each in texts if isinstance(each, str))


def _schema(described: Mapping[str, Any]) -> Any:
    """The schema of a media type; of a sequence it is that of the list of its items."""
    whole = described.get("schema", True)
    if "itemSchema" not in described:
        return whole
    items = {"type": "array", "items": described["itemSchema"]}
    return items if whole is True else {"allOf": [whole, items]}


def _with_key(parameter: Parameter, key: str) -> Parameter:
    return parameter if parameter.key == key else replace(parameter, key=key)


def _default(schemas: Schemas, schema: Any) -> Any:
    return next((part["default"] for part in alternatives(schemas, schema) if "default" in part), ABSENT)


def _resolved(schemas: Schemas, schema: Any) -> dict[str, Any]:
    """One map of the keywords that all hold together: the schema's, its reference's, those of `allOf`.

    What a value is that may be null is said by its other kind: `anyOf` of a list of values and null, as
    FastAPI writes it.
    """
    found: dict[str, Any] = {}
    for part in _conjuncts(schemas, schema, 0):
        for name, value in part.items():
            if name in _HIGHEST and name in found:
                found[name] = max(found[name], value)
            elif name in _LOWEST and name in found:
                found[name] = min(found[name], value)
            else:
                found.setdefault(name, value)
    return found


def _conjuncts(schemas: Schemas, schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    for part in schemas.conjuncts(schema):
        yield part
        for name in CHOICES if depth <= _DEEPEST else ():
            kinds = [each for each in part.get(name, ()) if types_of(schemas, each) != {"null"}]
            if len(kinds) == 1:
                yield from _conjuncts(schemas, kinds[0], depth + 1)
