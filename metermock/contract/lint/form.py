"""What the specification's own schema has against a document, said in the words of OpenAPI."""

from __future__ import annotations

import difflib
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from metermock import json_pointer
from metermock.contract.contract import Contract
from metermock.errors import ContractError

_LONG = 300
_UNEXPECTED = frozenset({"additionalProperties", "unevaluatedProperties"})
_OF_31 = frozenset(
    {"$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$schema", "const", "contains"}
    | {"contentEncoding", "contentMediaType", "contentSchema", "dependentRequired", "dependentSchemas"}
    | {"if", "then", "else", "examples", "maxContains", "minContains", "patternProperties", "prefixItems"}
    | {"propertyNames", "unevaluatedItems", "unevaluatedProperties"}
)
"""Keywords of a schema that came with OpenAPI 3.1."""
_NEWER = "or make the document OpenAPI 3.1"
_INSTEAD = {"const": f"write `enum` with one value, {_NEWER}"}


def form_problems(contract: Contract) -> Iterator[ContractError]:
    """What the specification's own schema has against a document, at the deepest place of each error."""
    written = contract.source.document
    schema = _specification(str(written["openapi"])[:3])
    validator = jsonschema_rs.validator_for(schema)
    errors = [] if validator.is_valid(written) else list(validator.iter_errors(written))
    told: set[tuple[Any, ...]] = set()
    leaves = [leaf for error in errors for leaf in _leaves(error)]
    places = {tuple(leaf.instance_path) for leaf in leaves if leaf.kind.name not in _UNEXPECTED}
    for leaf in leaves:
        for where, problem, advice in _Words(schema, written, places).of(leaf):
            if where not in told:
                told.add(where)
                yield contract.written(where, problem, advice)


def _specification(version: str) -> Any:
    spec = importlib.util.find_spec("openapi_spec_validator")
    folder = Path(str(((spec and spec.submodule_search_locations) or [""])[0]))
    return json.loads((folder / f"resources/schemas/v{version}/schema.json").read_text("utf-8"))


def _leaves(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """The errors of the alternative that fits best, where none of several fits; else the error itself."""
    alternatives = [each for each in getattr(error.kind, "context", ()) if each]
    if not alternatives:
        yield error
        return
    for each in min(alternatives, key=lambda errors: _misfit(error, errors)):
        yield from _leaves(each)


def _misfit(around: jsonschema_rs.ValidationError, errors: list[jsonschema_rs.ValidationError]) -> int:
    """How little an alternative is meant: not at all where it is a reference, or of another kind."""
    depth = len(around.instance_path)
    worst = 0
    for error in errors:
        if getattr(error.kind, "property", "") == "$ref":
            return 3
        here = len(error.instance_path)
        # An object says its kind in a field of its own, as `in: path` does.
        if error.kind.name in ("enum", "const") and here == depth + 1:
            worst = max(worst, 2)
        elif error.kind.name == "type" and here == depth:
            worst = max(worst, 1)
    return worst


class _Words:
    """Says what one error is to an author."""

    def __init__(self, schema: Any, written: Any, places: set[tuple[Any, ...]]) -> None:
        self._schema = schema
        self._written = written
        self._places = places
        self._is_old = str(written["openapi"]).startswith("3.0")

    def of(self, error: jsonschema_rs.ValidationError) -> Iterator[tuple[tuple[Any, ...], str, str]]:
        """Where it is, what is wrong, and what to do; several for several names."""
        where = tuple(error.instance_path)
        if error.kind.name in _UNEXPECTED:
            yield from self._unexpected(error, where)
            return
        missing = getattr(error.kind, "property", "")
        if missing == "required" and self._is_in_path(where):
            name = json_pointer.at(self._written, where).get("name")
            problem = f"the path parameter {name!r} has no required: true"
            yield where, problem, "OpenAPI demands it of every path parameter"
        elif where[-1:] == ("required",) and self._is_in_path(where[:-1]):
            yield where, "a path parameter is required", "write required: true"
        elif missing:
            yield where, f"is not valid OpenAPI: {missing!r} is missing here", ""
        elif self._is_old and where[-1:] == ("type",) and isinstance(error.instance, list):
            advice = f"write one type, with `nullable: true` for null, {_NEWER}"
            yield where, "type is a list, which OpenAPI 3.0 does not have", advice
        else:
            message = error.message if len(error.message) < _LONG else f"breaks {error.kind.name}"
            yield where, f"is not valid OpenAPI: {message}", ""

    def _is_in_path(self, where: tuple[Any, ...]) -> bool:
        value = json_pointer.at(self._written, where)
        return isinstance(value, dict) and value.get("in") == "path"

    def _unexpected(
        self, error: jsonschema_rs.ValidationError, where: tuple[Any, ...]
    ) -> Iterator[tuple[tuple[Any, ...], str, str]]:
        schema = tuple(error.schema_path)[:-1]
        known = self._known(json_pointer.at(self._schema, schema))
        for name in map(str, getattr(error.kind, "unexpected", ())):
            if where == ("paths",):
                advice = "write it with a slash, or begin its name with x-"
                yield (*where, name), f"the path {name!r} does not begin with a slash", advice
            elif self._is_old and name in _OF_31 and schema[-1:] == ("Schema",):
                advice = _INSTEAD.get(name, f"leave it out, {_NEWER}")
                yield (*where, name), f"OpenAPI 3.0 has no {name!r} in a schema", advice
            elif name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                advice = f"did you mean {near[0]!r}?" if near else "leave it out, or begin its name with x-"
                yield (*where, name), f"{name!r} is no field that OpenAPI has here", advice
            elif not any(place[: len(where)] == where for place in self._places):
                # Else the other error of the object is why its fields count as unexpected.
                yield (*where, name), f"is not valid OpenAPI: {name!r} does not fit the other fields", ""

    def _known(self, schema: Any, seen: frozenset[str] = frozenset()) -> set[str]:
        """The fields of an object, in whatever part of its schema they are."""
        if isinstance(schema, list):
            return set().union(*(self._known(each, seen) for each in schema))
        if not isinstance(schema, dict):
            return set()
        found = set(schema.get("properties", {}))
        reference = schema.get("$ref", "")
        if reference.startswith("#/") and reference not in seen:
            found |= self._known(
                json_pointer.at(self._schema, json_pointer.path_of(reference[1:])), seen | {reference}
            )
        for name, each in schema.items():
            if name not in ("properties", "$defs"):
                found |= self._known(each, seen)
        return found
