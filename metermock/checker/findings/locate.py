"""Where in a contract's document the part stands that a finding is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from metermock import json_pointer
from metermock.address import shown
from metermock.contract import Contract


class Locator:
    """Finds rules, replies, schemas and parameters in the document of a contract, as JSON pointers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._document: Any = contract.document
        self._operations: dict[str, json_pointer.Path] = {
            operation.id: operation.pointer for operation in contract.operations
        }

    def operation(self, operation: str) -> str:
        """The operation itself; empty for one that the document lacks."""
        return json_pointer.text_of(self._operations.get(operation, ()))

    def rule(self, operation: str, rule: str, message: str = "") -> str:
        """The rule or relation of that id; empty where the document does not write it down.

        Of several entries with one id it is the one with that message, else the first.
        """
        root = self._operations.get(operation, ())
        found = ""
        for path, key in ((root, "x-rules"), (root, "x-relations"), ((), "x-relations")):
            for index, entry in enumerate(self._at(path).get(key, [])):
                if not isinstance(entry, dict) or entry.get("id") != rule:
                    continue
                if entry.get("message") == message:
                    return json_pointer.text_of((*path, key, index))
                found = found or json_pointer.text_of((*path, key, index))
        return found

    def parameter(self, operation: str, name: str) -> str:
        """The declaration of a parameter; the operation's, where it has none of that name."""
        root = self._operations.get(operation, ())
        for path in (root, root[:-1]):
            for index, entry in enumerate(self._at(path).get("parameters", [])):
                at = self._followed((*path, "parameters", index))
                if self._at(at).get("name", entry.get("name")) == name:
                    return json_pointer.text_of(at)
        return json_pointer.text_of(root)

    def body(self, operation: str) -> str:
        """The request body of an operation."""
        return json_pointer.text_of(self._followed((*self._operations.get(operation, ()), "requestBody")))

    def security(self, operation: str) -> str:
        """What an operation demands of credentials: its own `security`, else the document's."""
        root = self._operations.get(operation, ())
        return json_pointer.text_of((*(root if "security" in self._at(root) else ()), "security"))

    def status(self, operation: str, status: int | None) -> str:
        """The response of an operation for that status; all of its responses, where it has none."""
        root = self._operations.get(operation, ())
        responses = self._at((*root, "responses"))
        key = _key_of(status, responses)
        return json_pointer.text_of((*root, *(("responses",) if responses else ()), *((key,) if key else ())))

    def reply(self, operation: str, status: int | None, place: str = "", *, missing: str = "") -> str:
        """The schema of that place of a reply, as deep as the document has it; else what is around it.

        Of several forms it is the one that alone demands the field that is `missing`.
        """
        root = self._operations.get(operation, ())
        responses = self._at((*root, "responses"))
        key = _key_of(status, responses)
        if key is None:
            return json_pointer.text_of((*root, "responses") if responses else root)
        response = self._followed((*root, "responses", key))
        if place.startswith("headers/"):
            header = next(
                (h for h in self._at(response).get("headers", {}) if f"headers/{h.lower()}" == place), None
            )
            return json_pointer.text_of((*response, "headers", header) if header else response)
        content = self._at(response).get("content", {})
        if not content:
            return json_pointer.text_of(response)
        schema: json_pointer.Path = (*response, "content", next(iter(content)), "schema")
        found = self._deepest(schema, json_pointer.path_of(place))
        return json_pointer.text_of(self._demanding(found, missing) if missing else found)

    def line(self, place: str) -> tuple[Path | str, int]:
        """The file and the line of a JSON pointer; line 0 for the document as a whole."""
        if not place:
            return shown(self._contract.path), 0
        source, there = self._contract.place(json_pointer.path_of(place))
        line, _ = source.line(there)
        return shown(source.path), line

    def _deepest(self, schema: json_pointer.Path, place: Sequence[str]) -> json_pointer.Path:
        schema = self._followed(schema)
        if not place:
            return schema
        # A property may stand in any part of a schema that is put together with allOf, anyOf or oneOf.
        for part in self._parts(schema):
            found = self._at(part)
            if place[0] in found.get("properties", {}):
                return self._deepest((*part, "properties", place[0]), place[1:])
            if "items" in found and (place[0].isdigit() or place[0] == "*"):
                return self._deepest((*part, "items"), place[1:])
            if isinstance(found.get("additionalProperties"), dict):
                return self._deepest((*part, "additionalProperties"), place[1:])
        return schema

    def _demanding(self, schema: json_pointer.Path, field: str) -> json_pointer.Path:
        """The one part of a schema that demands a field; the schema itself where none or several do."""
        parts = dict.fromkeys(self._parts(schema))
        found = [part for part in parts if field in self._at(part).get("required", ())]
        return found[0] if len(found) == 1 else schema

    def _parts(self, schema: json_pointer.Path) -> Iterator[json_pointer.Path]:
        """The schema, and those that it is put together from."""
        yield schema
        for key in ("allOf", "anyOf", "oneOf"):
            for index in range(len(self._at(schema).get(key, []))):
                yield from self._parts(self._followed((*schema, key, index)))

    def _followed(self, path: json_pointer.Path) -> json_pointer.Path:
        """Where a path leads once its `$ref`, if it has one, is followed."""
        # Bounded: references may lead in a circle.
        for _ in range(20):
            reference = self._at(path).get("$ref", "")
            if not reference.startswith("#/"):
                break
            path = tuple(json_pointer.path_of(reference[1:]))
        return path

    def _at(self, path: json_pointer.Path) -> dict[str, Any]:
        value = json_pointer.at(self._document, path)
        return value if isinstance(value, dict) else {}


def _key_of(status: int | None, responses: Mapping[str, Any]) -> str | None:
    # As OpenAPI has it: the status itself, then its range, then the default.
    return next((key for key in (str(status), f"{str(status)[0]}XX", "default") if key in responses), None)
