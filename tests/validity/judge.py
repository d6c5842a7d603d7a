"""Judges replies by documents, with nothing of metermock: a YAML reader, `referencing` and `jsonschema`.

The mock makes and judges replies with jsonschema-rs and its own reading of documents; this shares neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import create, extend  # type: ignore[import-untyped]
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource, Specification
from referencing.jsonschema import DRAFT202012

_OWN_ERRORS = "application/problem+json"


class _Loader(yaml.SafeLoader):
    """YAML as JSON has it: dates are texts, and only `true` and `false` are booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp" and (tag != "tag:yaml.org,2002:bool" or first in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _inside(contents: Any) -> Iterator[Any]:
    """All objects inside: a schema with an `$id` or an `$anchor` may stand anywhere in a document."""
    values = (
        contents.values() if isinstance(contents, dict) else contents if isinstance(contents, list) else ()
    )
    for value in values:
        if isinstance(value, dict | list):
            yield value


ANYWHERE: Specification[Any] = Specification(  # type: ignore[call-arg]  # mypy knows no attrs here
    name="OpenAPI",
    id_of=lambda contents: (
        contents.get("$id") or contents.get("$self") if isinstance(contents, dict) else None
    ),
    subresources_of=_inside,
    anchors_in=lambda _, contents: DRAFT202012.anchors_in(contents) if isinstance(contents, dict) else [],
    maybe_in_subresource=lambda segments, resolver, subresource: resolver,  # noqa: ARG005 - named by its caller
)


def _read(uri: str) -> Resource[Any]:
    return ANYWHERE.create_resource(yaml.load(Path(uri.removeprefix("file://")).read_text("utf-8"), _Loader))  # noqa: S506


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Match a pattern as far as Python reads it: it has no classes of Unicode."""
    try:
        fits = not isinstance(value, str) or re.search(pattern, value) is not None
    except re.error:
        return
    if not fits:
        yield ValidationError(f"{value!r} does not match {pattern!r}")


OF_3_0 = create(
    OAS30Validator.META_SCHEMA,
    {**OAS30Validator.VALIDATORS, "pattern": _pattern},
    type_checker=OAS30Validator.TYPE_CHECKER,
    format_checker=OAS30Validator.FORMAT_CHECKER,
    # What stands beside a reference means nothing in 3.0.
    applicable_validators=lambda schema: (
        [("$ref", schema["$ref"])] if isinstance(schema.get("$ref"), str) else schema.items()
    ),
)
OF_3_1 = extend(OAS31Validator, {"pattern": _pattern})


class Judge:
    """Judges the replies of one document."""

    def __init__(self, document: Path) -> None:
        self.uri = document.resolve().as_uri()
        resource = _read(self.uri)
        self.root = resource.contents
        own = self.root.get("$self", self.uri)
        empty: Registry[Any] = Registry(retrieve=_read)  # type: ignore[call-arg]  # as above
        self.registry = empty.with_resources([(self.uri, resource), (own, resource)])
        self.version = str(self.root["openapi"])

    def errors(
        self, path: str, method: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """What is wrong with a reply to a method of a path, as the document writes it."""
        if status >= 500:
            return [f"status {status}"]
        response, uri = self.response(path, method, status)
        media = headers.get("content-type", "").partition(";")[0].lower()
        if response is None:
            return [] if status >= 400 else [f"status {status} is not documented"]
        found = [*self._of_headers(response, uri, headers)]
        content = response.get("content") or {}
        name = _fitting(media, content)
        if name is None:
            is_own_error = media == _OWN_ERRORS and status >= 400
            is_nothing = not content and not body
            is_fine = is_own_error or is_nothing or method == "head"
            return found if is_fine else [*found, f"{media or 'nothing'} is not documented"]
        schema = content[name].get("schema")
        if schema is None or not _is_json(media):
            return found
        try:
            value = json.loads(body)
        except ValueError:
            return [*found, "the body is no JSON"]
        return found + self.judged(schema, uri, value)

    def response(self, path: str, method: str, status: int) -> tuple[Any, str]:
        """The Response Object of a status, and the URI of the file that it stands in."""
        item, uri = self.follow(self.root["paths"][path], self.uri)
        written = item.get(method) or item.get("additionalOperations", {}).get(method.upper())
        operation, uri = self.follow(written, uri)
        responses = {str(code).upper(): each for code, each in operation["responses"].items()}
        for code in (str(status), f"{status // 100}XX", "DEFAULT"):
            if code in responses:
                return self.follow(responses[code], uri)
        return None, uri

    def follow(self, node: Any, uri: str) -> tuple[Any, str]:
        """What a reference leads to, and where that stands."""
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            found = self.registry.resolver(uri).lookup(node["$ref"])
            rest = {key: value for key, value in node.items() if key in ("get", "post", "put", "parameters")}
            node, uri = found.contents, found.resolver._base_uri
            node = {**node, **rest} if rest else node
        return node, uri

    def judged(self, schema: Any, uri: str, value: Any) -> list[str]:
        """What a schema says against a value."""
        kind = OF_3_0 if self.version.startswith("3.0") else OF_3_1
        validator = kind(
            schema,
            registry=self.registry,
            format_checker=kind.FORMAT_CHECKER,
            _resolver=self.registry.resolver(uri),
        )
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def _of_headers(self, response: Mapping[str, Any], uri: str, headers: Mapping[str, str]) -> Iterator[str]:
        for name, each in (response.get("headers") or {}).items():
            header, at = self.follow(each, uri)
            if name.lower() == "content-type":
                continue
            if name not in headers:
                if header.get("required"):
                    yield f"the header {name} is missing"
                continue
            schema, _ = self.follow(header.get("schema", {}), at)
            value: Any = headers[name]
            if schema.get("type") in ("integer", "number", "boolean"):
                try:
                    value = json.loads(value)
                except ValueError:
                    yield f"the header {name} is {value!r}"
                    continue
            elif schema.get("type") != "string":
                continue
            yield from (f"the header {name}: {each}" for each in self.judged(schema, at, value))


def _fitting(media: str, content: Mapping[str, Any]) -> str | None:
    names = {name.partition(";")[0].lower(): name for name in content}
    kind = media.partition("/")[0]
    return next((names[each] for each in (media, f"{kind}/*", "*/*") if media and each in names), None)


def _is_json(media: str) -> bool:
    return media in ("application/json", "text/json") or media.endswith("+json")
