"""What a body means that leaves out properties with a documented `default`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.server.generation.values.acceptance import Acceptance

_DEEPEST = 4
"""Objects inside each other in which defaults are looked for."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the properties of one object are where a request does not say it."""

    own: Mapping[str, Any] = field(default_factory=dict)
    inner: Mapping[str, Defaults] = field(default_factory=dict)
    """Those of objects in it, by property: they are asked where the request has such an object."""
    kinds: Sequence[tuple[Callable[[Any], bool], Defaults]] = ()
    """Those of each of several kinds, with what takes a body of it: the first that does says them."""

    def __bool__(self) -> bool:
        return bool(self.own or self.inner or self.kinds)


def defaults_of(operation: Operation) -> Defaults:
    """The documented defaults of an operation's body, of the first media type that has any."""
    content = operation.body.content if operation.body else {}
    found = (_defaults(operation.contract.schemas, schema, 0) for schema in content.values())
    return next((each for each in found if each), Defaults())


def _defaults(schemas: Schemas, schema: Any, depth: int) -> Defaults:
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    properties = whole.get("properties") or {}
    if not isinstance(properties, dict) or depth > _DEEPEST:
        return Defaults()
    choices: list[Any] = next(
        (whole[each] for each in ("oneOf", "anyOf") if isinstance(whole.get(each), list)), []
    )
    kinds = [
        (Acceptance(schemas, each, closed=False), defaults)
        for each in choices
        if (defaults := _defaults(schemas, each, depth + 1))
    ]
    fields = {name: together(schemas, each) for name, each in properties.items() if isinstance(each, dict)}
    said = {name: each for name, each in fields.items() if each.get("readOnly") is not True}
    inner = {name: _defaults(schemas, properties[name], depth + 1) for name in said}
    return Defaults(
        {name: each["default"] for name, each in said.items() if "default" in each},
        {name: each for name, each in inner.items() if each},
        kinds,
    )


def completed(body: Any, defaults: Defaults) -> Any:
    """A body with what it leaves out; what is no object stays, and no body at all is an empty object."""
    given = {} if body is None else body
    if not isinstance(given, dict):
        return body
    whole = {**copy.deepcopy(dict(defaults.own)), **given}
    for name, each in defaults.inner.items():
        if isinstance(whole.get(name), dict):
            whole[name] = completed(whole[name], each)
    kind = next((each for takes, each in defaults.kinds if takes(whole)), None)
    return whole if kind is None else completed(whole, kind)
