"""The address of a thing in its own fields: `self`, `uri`, `_links.self.href`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.facts import Step
from metermock.server.generation.agreeing.page_fields import HREFS, Form, form_in, form_of, role_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_SUFFIXES = (".json", ".xml")
_LINKS = frozenset({"links", "link"})
_BARE = frozenset({"uri", "href", "url", "link", "resource_url", "resource_uri", "api_url"})
"""Fields that may be the thing's own address."""
_SURE = frozenset({"uri", "href", "resource_url", "resource_uri", "api_url"})
"""Those that are, where neither an example nor what the thing is says otherwise."""
_ELSEWHERE = frozenset(
    {"webhook", "hook", "callback", "endpoint", "link", "redirect", "file", "image", "photo", "picture"}
    | {"document", "attachment", "download", "avatar", "media", "video", "audio", "asset", "site", "website"}
    | {"bookmark", "page", "feed", "source", "target", "destination", "origin", "repository", "upload"}
)
"""Types of things with an address that is somewhere else: a webhook is called at its `url`."""
_OWN = re.compile(
    r"(?i)\b(uri|url|address|link)\b[^.]{0,40}\b(of|to|for) (this|the) (\w+ )?"
    r"(resource|object|instance|record)\b"
    r"|\b(resource|object)('s)? (uri|url)\b|\bapi (endpoint|url|uri)\b"
    r"|\bcanonical (uri|url)\b|\bself[- ]link\b"
)
"""How a description says that an address is the thing's own."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an object has its own address."""

    way: tuple[str, ...]
    """The fields that lead to it."""
    form: Form


def own_addresses(
    schemas: Schemas, fields: Mapping[str, Any], kind: str, templates: Sequence[str], identity: str | None
) -> Iterator[Step]:
    """Let the fields of a thing that are its own address say the path of its page, with its id.

    `templates` are the paths on which things of its type are shown. What has no id and is not `kind` of
    anything is a reply, and its `self` is what was asked for.
    """
    if identity is not None and templates:
        path_of = _Paths(templates, identity, is_of_type=bool(kind))
        for place in _places(schemas, fields, kind, templates):
            yield _step(place, path_of, lambda scene, path: scene.link(path))
    elif identity is None and not kind:
        beside = {name: form_in(schemas, name, each, "") for name, each in fields.items()}
        is_page = any(form and role_of(name, form) == "next" for name, form in beside.items())
        own = [_Place((each,), beside[each]) for each in fields if is_page and names.plain(each) in _SURE]
        found = [(place, _asked_unless_told) for place in _places(schemas, fields, "", ())]
        for place, url_of in (*found, *((each, _asked) for each in own)):
            if place.form not in ("query", ""):
                yield _step(place, lambda _made, scene: "" if scene.home else None, url_of)


def _asked(scene: Scene, _path: str) -> str | None:
    """The URL of a request."""
    return None if scene.links is None or scene.request is None else scene.links.here(scene.request)


def _asked_unless_told(scene: Scene, path: str) -> str | None:
    """The same; None where a page says it already, by the parameters of pages."""
    is_told = scene.page is not None and scene.page.address is not None
    return None if is_told else _asked(scene, path)


def _places(
    schemas: Schemas, fields: Mapping[str, Any], kind: str, templates: Sequence[str]
) -> Iterator[_Place]:
    """The fields of an object that are its own address."""
    for name, schema in fields.items():
        if form := _form(schemas, name, schema, kind, templates):
            yield _Place(_way(schemas, name, schema), form)
        whole = together(schemas, schema) if isinstance(schema, dict) and names.has(name, _LINKS) else {}
        for inner, each in (whole.get("properties") or {}).items():
            form = form_in(schemas, inner, each, name)
            if form and role_of(inner, form) == "self":
                yield _Place((name, *_way(schemas, inner, each)), form)


def _form(schemas: Schemas, name: str, schema: Any, kind: str, templates: Sequence[str]) -> Form:
    """How a field writes the thing's own address; empty for one that is none."""
    form = form_in(schemas, name, schema, "")
    if names.plain(name) == "self":
        return form or ("url" if "string" in types_of(schemas, schema) else "")
    if form and role_of(name, form) == "self" and names.words_of(name)[0] == "self":
        return form
    if names.plain(name) not in _BARE or "string" not in types_of(schemas, schema) or not templates:
        return ""
    whole = together(schemas, schema)
    shown = whole.get("example", next(iter(whole.get("examples") or ()), None))
    if isinstance(shown, str) and shown:
        known = any(_taking(each).search(urlsplit(shown).path) for each in templates)
        return form_of(name, "", whole) if known else ""
    if _OWN.search(str(whole.get("description", ""))):
        return form or "url"
    is_sure = names.plain(name) in _SURE and _ELSEWHERE.isdisjoint(names.words_of(kind))
    return (form or "url") if is_sure else ""


def _way(schemas: Schemas, name: str, schema: Any) -> tuple[str, ...]:
    inner = together(schemas, schema).get("properties") if isinstance(schema, dict) else None
    href = next((each for each in inner or () if names.plain(each) in HREFS), None)
    return (name,) if href is None else (name, href)


def _taking(template: str) -> re.Pattern[str]:
    """What finds the paths of a template, behind whatever a server has before them."""
    steps = _PARAMETER.split(template)
    return re.compile(
        "".join("[^/]+" if at % 2 else re.escape(each) for at, each in enumerate(steps)) + "/?$"
    )


class _Paths:
    """The path of a thing's page, of its id and of what else the path names."""

    def __init__(self, templates: Sequence[str], identity: str, *, is_of_type: bool) -> None:
        self._templates = templates
        self._is_of_type = is_of_type
        self._identity = identity
        self._best: dict[str, str | None] = {}

    def __call__(self, made: Mapping[str, Any], scene: Scene) -> str | None:
        """The path; None where something that it names is not known."""
        if scene.links is None or scene.request is None:
            return None
        asked = scene.links.template
        if asked not in self._best:
            self._best[asked] = _best_of(self._templates, asked, is_of_type=self._is_of_type)
        template = self._best[asked]
        if template is None:
            return None
        known = {names.plain(name): value for name, value in scene.request.parameters.items()}
        own = {names.plain(name): value for name, value in made.items()}
        *before, last = _PARAMETER.findall(template)
        values = {last: own.get(names.plain(last), made.get(self._identity))}
        # What the request names is what it belongs to, unless the thing says another.
        values |= {each: own.get(names.plain(each), known.get(names.plain(each))) for each in before}
        if not all(isinstance(each, str | int) and each != "" for each in values.values()):
            return None
        return _PARAMETER.sub(lambda found: quote(str(values[found[1]]), safe=""), template)


def _best_of(templates: Sequence[str], asked: str, *, is_of_type: bool) -> str | None:
    """The path of a page that is meant in an operation: its own, or the only one of the things' type."""
    suffix = next((each for each in _SUFFIXES if asked.endswith(each)), "")
    list_of = asked.rstrip("/").removesuffix(suffix)
    near = (each for each in templates if asked == each or _is_in(each, list_of, suffix))
    if (found := next(near, None)) is not None:
        return found
    collections = {each.split("/")[-2] for each in templates}
    return templates[0] if len(collections) == 1 and is_of_type else None


def _is_in(template: str, list_of: str, suffix: str) -> bool:
    """Whether a path is that of a thing in the list of another path."""
    before, _, last = template.rpartition("/")
    return before == list_of and (not suffix or last.endswith(suffix))


def _step(
    place: _Place,
    path_of: Callable[[Mapping[str, Any], Scene], str | None],
    url_of: Callable[[Scene, str], str | None],
) -> Step:
    name, *way = place.way

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        path = path_of(made, scene) if made.get(name) is not None else None
        url = None if path is None else url_of(scene, path)
        return {} if url is None else {name: _written(made[name], way, _spelt(url, place.form))}

    return step


def _spelt(url: str, form: Form) -> str:
    if form == "url":
        return url
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _written(value: Any, way: Sequence[str], text: str) -> Any:
    """A value with the address where it belongs; as it is where nothing stands there."""
    if not way:
        return text if isinstance(value, str) else value
    if not isinstance(value, dict) or value.get(way[0]) is None:
        return value
    return {**value, way[0]: _written(value[way[0]], way[1:], text)}
