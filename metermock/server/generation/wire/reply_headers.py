"""The documented headers of a reply: made by their names and descriptions, as the fields of a body are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Protocol

from metermock.contract.media import plain
from metermock.contract.response import Header, Response
from metermock.contract.schemas import Schemas
from metermock.server.generation.makers.valid_values import ReplyError
from metermock.server.generation.values.scene import Scene, changed, child
from metermock.server.generation.wire.header_values import UNUSUAL, header_text, standard
from metermock.server.generation.wire.limits import counted
from metermock.server.generation.wire.rate_headers import RateHeaders, described, role_of
from metermock.server.generation.words import names
from metermock.server.headers import OF_MESSAGES

_DEEPEST = 1
"""Objects inside each other in a body in which the fields are looked for that headers repeat."""


class MakeValue(Protocol):
    """Makes a value of a schema by the name of its field; ReplyError where none was found."""

    def __call__(self, schema: Any, scene: Scene, key: int, name: str = "") -> Any:
        """The value."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the headers of one response are made, decided when it is first given."""

    response: Response
    make: Mapping[str, Callable[[Scene, int], Any]]
    rates: RateHeaders
    shared: Mapping[str, str]
    """The headers that may repeat a field of the body, by the name of the field."""


class ReplyHeaders:
    """Makes the documented headers of the responses of one operation."""

    def __init__(self, schemas: Schemas, value: MakeValue) -> None:
        self._schemas = schemas
        self._value = value
        self._plans: dict[str, _Plan] = {}

    def __call__(self, response: Response, scene: Scene, key: int) -> dict[str, str]:
        """The headers of a response, as texts."""
        if not response.headers:
            return {}
        plan = self._plan(response)
        values = {name: make(scene, child(key, name)) for name, make in plan.make.items()}
        plan.rates.agree(values, scene)
        texts = {
            name: text
            for name, value in values.items()
            if (text := header_text(response.headers[name], value)) is not None
        }
        return texts if scene.reads is None else counted(texts, scene.reads, scene.now)

    def repeat(self, headers: dict[str, str], response: Response, body: Any, scene: Scene) -> None:
        """Let headers say what the body says under the same name, such as the id of the request."""
        shared = self._plan(response).shared if response.headers else {}
        for field, value in _fields(body) if shared else ():
            name = shared.get(field)
            header = None if name is None or name not in headers else response.headers[name]
            if header is None or names.plain(header.name) in scene.said:
                continue
            if not (header.reader.accepts(value) or header.reader.accepts(str(value))):
                continue
            text = header_text(header, value)
            if text is not None:
                headers[header.name] = text

    def _plan(self, response: Response) -> _Plan:
        plan = self._plans.get(response.code)
        if plan is None or plan.response is not response:
            headers = {
                name: header for name, header in response.headers.items() if name.lower() not in OF_MESSAGES
            }
            media = plain(next(iter(response.content), ""))
            plan = self._plans[response.code] = _Plan(
                response,
                {name: self._maker(name, header, media) for name, header in headers.items()},
                RateHeaders(self._schemas, headers),
                {
                    _bare(name): name
                    for name, header in headers.items()
                    if header.example is None and "_" in _bare(name)
                    # HTTP has its own ways of writing, and a limit is counted apart from the body.
                    if standard(name, 0, 0, "") is None and role_of(name) is None
                },
            )
        return plan

    def _maker(self, name: str, header: Header, media: str) -> Callable[[Scene, int], Any]:
        """What makes the value of a header: its example, what HTTP says of it, or what its name tells."""
        if header.example is not None:
            return lambda _scene, _key: header.example
        if name.lower() in UNUSUAL and not header.required:
            return lambda _scene, _key: None
        schema, bare, echoed = _told(header), _bare(name), names.plain(name)
        accepts = self._schemas.validator(header.schema, closed=False).is_valid
        is_dated = name.lower() == "retry-after" and _is_dated(described(header))

        def make(scene: Scene, key: int) -> Any:
            said = scene.said.get(echoed) if _names_a_request(echoed) else None
            if said is not None and accepts(said):
                return said
            usual = standard(name, scene.now, child(key, name), media)
            if is_dated and usual is not None and usual.isdecimal():
                usual = formatdate(scene.now + int(usual), usegmt=True)
            for value in (usual, *([int(usual)] if usual is not None and usual.isdecimal() else [])):
                if value is not None and accepts(value):
                    return value
            try:
                return self._value(schema, changed(scene, said={}, page=None), child(key, name), bare)
            except ReplyError:
                return None

        return make


def _is_dated(told: str) -> bool:
    """Whether a header's description says that it is a date, and not a number of seconds."""
    return re.search(r"(?i)\bdate\b", told) is not None and not re.search(r"(?i)\bsec(?:ond)?s?\b", told)


def _told(header: Header) -> Any:
    """The schema of a header with what its document says of it."""
    told = described(header)
    return (
        {**header.schema, "description": told} if told and isinstance(header.schema, dict) else header.schema
    )


def _bare(name: str) -> str:
    """The name of a header as a field of a body has it."""
    return names.plain(name).removeprefix("x_").replace("ratelimit", "rate_limit")


def _names_a_request(name: str) -> bool:
    """Whether a header says what a request is called, which a client may choose."""
    return name.endswith(("request_id", "correlation_id", "trace_id", "idempotency_key"))


def _fields(body: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The plain values of a body and of the objects in it, by their names and by those with the object's."""
    for name, value in body.items() if isinstance(body, dict) else ():
        own = names.plain(name)
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _fields(value, own, depth + 1)
        elif isinstance(value, str | int | float):
            yield own, value
            if before:
                yield f"{before}_{own}", value
