"""The reply of one operation, made from its document: an example, or a value of the schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, ALL, types_of
from metermock.contract.media import is_json, is_xml, plain
from metermock.contract.response import BODILESS, Response
from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.remembered import remembered
from metermock.server.generation import given_ids
from metermock.server.generation.agreeing.fresh import ACCEPTED, CREATED, event_of
from metermock.server.generation.asked.cursors import turned_to
from metermock.server.generation.asked.inverted import Inverted
from metermock.server.generation.asked.location import Location
from metermock.server.generation.asked.responses import (
    names_nothing,
    refused_media,
    says_nothing,
    status_of,
    unmade,
    usual,
)
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.asking import Asking, text_of
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.inside import page_of_several, several_in, speaks_of_pages
from metermock.server.generation.makers.lists import FEW
from metermock.server.generation.makers.nodes import made
from metermock.server.generation.makers.series import Series
from metermock.server.generation.makers.valid_values import ReplyError, ValidValues
from metermock.server.generation.repair.repairing import Repair
from metermock.server.generation.rows.listing import Listing
from metermock.server.generation.shaping import Shaping, shaping
from metermock.server.generation.text_examples import meant, structured
from metermock.server.generation.values.scene import Page, Scene, between, changed, mixed
from metermock.server.generation.wire.header_values import tell_page
from metermock.server.generation.wire.negotiation import best, spoken
from metermock.server.generation.wire.raw_bodies import raw_body
from metermock.server.generation.wire.reply_headers import ReplyHeaders
from metermock.server.generation.wire.rewriting import Rewriting, data_text, rewritings
from metermock.server.generation.wire.streams import Streams
from metermock.server.generation.wire.tables import is_table
from metermock.server.handling import Reply, Request

FIRST_ERROR = 400
_TAG = re.compile(r'"[0-9a-f]+"')


class Replies:
    """Makes the replies of one operation."""

    def __init__(
        self, operation: Operation, builder: Builder, seed: int, tally: Tally, *, dynamic: bool
    ) -> None:
        self.operation = operation
        self.builder = builder
        self.seed = seed
        self.tally = tally
        self.dynamic = dynamic
        self.always_shows = False
        """Whether each account is shown the document's example."""
        self.unacceptable: Callable[[Response, Request], Reply] = refused_media
        self.schemas: Schemas = operation.contract.schemas
        self.value = ValidValues(builder, self.schemas).value
        """Makes a value that a schema accepts; ReplyError where none was found."""
        self.response = usual(operation)
        self.status = status_of(self.response)
        content = self.response.content if self.response else {}
        self._best: Callable[[str], str | None] = remembered(64)(partial(best, offered=content))
        """The media type of the usual reply that an Accept header asks for."""
        self._has_several = len(content) > 1
        self.asking = Asking(
            operation,
            seed,
            event=event_of(operation, self.status),
            listing=lambda: self.listing,
            meters=builder.meters,
        )
        self.location = Location(operation, self.asking.links)
        self.scene = self.asking.scene
        """What a request says, and the key of its reply."""
        self.paired = [each for each in operation.examples if each.parameters]
        self.streams = Streams(self.schemas)
        self.inverted = Inverted(operation)
        self.headers = ReplyHeaders(self.schemas, self.value)
        self._examples: dict[tuple[str, str], Any] = {}
        self._only_shown: dict[tuple[str, str], bool] = {}
        self._told: dict[str, tuple[Response, str, bool]] = {}
        self._stays: dict[int, tuple[bool, Any]] = {}
        self.repair = Repair(operation, builder, tally) if operation.rules else None
        """What makes replies keep the operation's rules; None where it has none."""

    def __call__(self, request: Request) -> Reply:
        """The reply to a request."""
        wanted = self.rewriting(request) if self._has_several else None
        if wanted is not None:
            anew = wanted.written(self.made(wanted.asked(request)), self.schemas)
            if anew is not None:
                return anew
        return self.made(request)

    def rewriting(self, request: Request) -> Rewriting | None:
        """How the media type that a request likes best is made of the JSON; None where it is not."""
        media = self._best(request.headers.get("accept", ""))
        return None if media is None else self.rewritings.get(media)

    @cached_property
    def rewritings(self) -> Mapping[str, Rewriting]:
        """The media types of the usual reply that are made of its JSON."""
        return rewritings(self.response, self.schemas)

    def made(self, request: Request) -> Reply:
        """The reply to a request, made in the media type that it asks for."""
        scene, key = self.scene(request)
        reply = self.unrepaired(request, scene, key)
        return reply if self.repair is None else self.repair(reply, request, scene, key)

    def unrepaired(self, request: Request, scene: Scene, key: int) -> Reply:
        """The reply before the rules of its document are asked."""
        shown = self.shown(request, scene, key)
        if shown is not None:
            return shown
        self.inverted.refuse(request)
        return self.reply(self.response, self.status, request, scene, key)

    def reply(
        self, response: Response | None, status: int, request: Request, scene: Scene, key: int
    ) -> Reply:
        """A documented response in the media type that the request likes best."""
        if response is None:
            return Reply(200)
        accept = request.headers.get("accept", "") if response.content else ""
        media = self._best(accept) if response is self.response else best(accept, response.content)
        if response.content and media is None:
            return self.unacceptable(response, request)
        reply = self.fill(response, status, media, scene, key)
        is_new = status == CREATED or (status == ACCEPTED and scene.event == "made")
        if not is_new or scene.subject is not None:
            return reply
        return self.location(reply, request, response, key)

    def shown(self, request: Request, scene: Scene, key: int) -> Reply | None:
        """The example whose input of the same name is the request's; None where no input is.

        A success is the situation of one account, and others get a reply of their own; a refusal is for all,
        and so is what the rules of the document make a reply of.
        """
        for each in self.paired:
            if any(request.parameters.get(name) != value for name, value in each.parameters.items()):
                continue
            response = self.operation.responses[each.status]
            media = next(iter(response.content))
            # From a whole example more rules can be kept than from made values.
            is_for_all = each.status >= FIRST_ERROR or self.repair is not None
            shows = is_for_all or scene.shows_examples or self.always_shows
            body = self.example_of(response, media, each.body) if shows else ABSENT
            if body is ABSENT:
                return self.reply(response, each.status, request, scene, key)
            headers = self.headers(response, scene, key) | {"content-type": spoken(response, media)}
            return Reply(each.status, body, headers)
        return None

    def shown_as(self, response: Response, status: int, media: str, value: Any, request: Request) -> Reply:
        """An example of a response as a reply, whatever was asked."""
        scene, key = self.scene(request)
        headers = self.headers(response, scene, key) | {"content-type": spoken(response, media)}
        if not is_json(media):
            return Reply(status, self.raw(response, media, value, scene, key), headers)
        read = self.example_of(response, media, value)
        value = value if read is ABSENT else read
        return Reply(status, b"null" if value is None else value, headers)

    def fill(self, response: Response, status: int, media: str | None, scene: Scene, key: int) -> Reply:
        """A documented response, filled."""
        headers = self.headers(response, scene, key)
        if media is None or status in BODILESS:
            return Reply(status, None, headers)
        headers["content-type"], is_data = self.told(response, media)
        # What is no JSON cannot be made as well as its author shows it.
        shows = self.always_shows or (scene.shows_examples and not self.dynamic)
        shown = (
            self.example(response, media)
            if shows or not is_data or self._is_only_shown(response, media)
            else ABSENT
        )
        if shown is not ABSENT and scene.chosen and self.listing is not None:
            shown = self.example_of(response, media, self.listing.cut(shown, scene))
        try:
            if not is_data:
                return Reply(status, self.raw(response, media, shown, scene, key), headers)
            schema = response.content[media]
            turned = scene if self.stays(schema, scene) else self.turned(schema, scene, key)
            body = self.value(schema, turned, key) if shown is ABSENT else shown
            if response.headers:
                self.headers.repeat(headers, response, body, scene)
            tell_page(headers, response, turned.page, is_made=shown is ABSENT)
            if response is self.response and self.shown_fields is not None:
                body = self.shown_fields(body, scene, is_made=shown is ABSENT)
        except ReplyError as error:
            return unmade(self.operation, response, media, error.nearest, self.tally)
        # The tag of one page is not that of the next.
        for name in response.headers:
            if name.lower() != "etag" or name not in headers:
                continue
            if response.headers[name].example is None and _TAG.fullmatch(headers[name]):
                headers[name] = f'"{dice.key(headers[name], text_of(body)):x}"'
        return Reply(status, b"null" if body is None else body, headers)

    def _is_only_shown(self, response: Response, media: str) -> bool:
        """Whether nothing but an example says what is in a body."""
        known = response.code, media
        if known not in self._only_shown:
            self._only_shown[known] = names_nothing(self.schemas.follow(response.content[media]))
        return self._only_shown[known]

    def told(self, response: Response, media: str) -> tuple[str, bool]:
        """The Content-Type of a documented media type, and whether its bodies are JSON and no files."""
        known = self._told.get(media)
        if known is None or known[0] is not response:
            is_data = is_json(media) and not self.is_file(response, media)
            known = self._told[media] = response, self.spoken(response, media), is_data
        return known[1:]

    def stays(self, schema: Any, scene: Scene) -> bool:
        """Whether `turned` has nothing to change: most replies are no lists, or nothing is asked of them."""
        if scene.page is not None or scene.chosen or scene.sorts:
            return False
        # The schema is held too: its id is its name as long as it lives.
        if (known := self._stays.get(id(schema))) is None:
            is_turned = speaks_of_pages(self.builder.node(schema)) or (
                self.builder.series(schema) is not None
                if self.listing is None
                else bool(self.listing.filters.birth or self.listing.filters.keys) or self._is_of_one
            )
            known = self._stays[id(schema)] = not is_turned, schema
        return known[0]

    def turned(self, schema: Any, scene: Scene, key: int) -> Scene:
        """The scene at the page that is asked for, also by the id of a row.

        Raises Refused as `turned_to` does.
        """
        page = scene.page
        series = self.builder.series(schema) if page is not None or self.listing is None else None
        if series is not None:
            if page is None:
                total = 0 if scene.is_empty else len(series.steps(scene)[1])
                return self.all_of(scene, schema, total) if total <= series.high else scene
            return changed(scene, page=series.page(page, scene))
        node = self.builder.node(schema)
        if page is not None and (several := several_in(node)):
            page = page_of_several(made(node, changed(scene, page=None), key), several, page)
            return changed(scene, page=page)
        if page is not None and page.unread is not None:
            whole = replace(page, numbers=range(page.total), size=page.total)
            every = changed(scene, page=whole)
            body = made(node, self.arranged(every, schema, key), key)
            scene = changed(scene, page=turned_to(self.operation, page, page.unread[1], body))
        scene = self.arranged(scene, schema, key)
        is_told = scene.page is None and speaks_of_pages(node)
        found = self.builder.listed(schema) if is_told else None
        if found is None:
            return scene
        if scene.rows is not None:
            return self.all_of(scene, schema, len(scene.rows))
        few = 0 if scene.is_empty else between(mixed(key), *FEW)
        return self.all_of(scene, schema, found[0].bounded(few))

    def all_of(self, scene: Scene, schema: Any, count: int) -> Scene:
        """The scene of a list that no parameter cuts, where its reply says that there is no more of it."""
        if not speaks_of_pages(self.builder.node(schema)):
            return scene
        return changed(scene, page=Page(range(count), count, count))

    def arranged(self, scene: Scene, schema: Any, key: int) -> Scene:
        """The scene that shows the rows that are asked for, in their order."""
        listing = self.listing
        if listing is None or self.builder.listed(schema) is None:
            return scene
        if self._is_of_one and not scene.is_empty:
            return given_ids.one_row(scene)
        node = self.builder.node(schema)
        return listing.arranged(scene, key, node)

    @cached_property
    def listing(self) -> Listing | None:
        """The list that the operation answers with; None where it answers with none."""
        schema = self.usual_schema()
        found = None if schema is None or says_nothing(schema) else self.builder.listed(schema)
        if found is None or self.operation.method.lower() != "get":
            return None
        return Listing(self.operation, self.schemas, found[0], frozenset(self.asking.naming), found[1])

    @cached_property
    def _is_of_one(self) -> bool:
        """Whether the list is of the one thing that the path names."""
        found = None if self.listing is None else self.builder.listed(self.usual_schema())
        return found is not None and given_ids.is_of_one(self.operation.path, found[1], found[0].items)

    def usual_schema(self) -> Any:
        """The schema of the usual reply; None where it has none that is JSON."""
        content = self.response.content if self.response is not None else {}
        return next((each for media, each in content.items() if is_json(media)), None)

    @cached_property
    def shown_fields(self) -> Shaping | None:
        """What changes replies to the fields that a request speaks of; None where it changes nothing."""
        return shaping(self.operation, self.builder, self.usual_schema(), self.asking.event)

    def usual_series(self) -> Series | None:
        """The series that the usual reply is about, if it is about one."""
        schema = self.usual_schema()
        return None if schema is None else self.builder.series(schema)

    def usual_body(self, scene: Scene) -> Any:
        """The body of the usual reply to an account that asks for nothing; None where it is no JSON."""
        response = self.response
        media = next((media for media in response.content if is_json(media)), None) if response else None
        if response is None or media is None:
            return None
        shown = self.example(response, media) if scene.shows_examples and not self.dynamic else ABSENT
        if shown is not ABSENT:
            return shown
        body = made(
            self.builder.node(response.content[media]), scene, dice.key(scene.home, self.operation.id)
        )
        return None if body is ABSENT else body

    def naming(self) -> Sequence[str]:
        """The parameters that say whose reply it is."""
        return self.asking.naming

    def example(self, response: Response, media: str) -> Any:
        """The first example of a response that its schema accepts; `ABSENT` where there is none."""
        key = response.code, media
        if key not in self._examples:
            self._examples[key] = self._find_example(response, media)
        return self._examples[key]

    def _find_example(self, response: Response, media: str) -> Any:
        schema = response.content[media]
        found = [*response.shown[media].values()]
        target = self.schemas.follow(schema)
        found += [target["example"]] if isinstance(target, dict) and "example" in target else []
        read = (self.example_of(response, media, each) for each in found)
        return next((each for each in read if each is not ABSENT), ABSENT)

    def example_of(self, response: Response, media: str, shown: Any) -> Any:
        """An example that the schema takes, `ABSENT` for any other; what is no JSON is taken as it stands."""
        if not is_json(media):
            return shown
        schema = response.content[media]
        if says_nothing(schema):
            return structured(shown)
        return meant(shown, self.schemas.validator(schema, closed=False).is_valid)

    def raw(self, response: Response, media: str, value: Any, scene: Scene, key: int) -> bytes:
        """The bytes of a body that is no JSON: of its example, of its schema, or as its media type has it."""
        schema = response.content[media]
        if isinstance(value, str):
            return value.encode()
        sent = plain(self.spoken(response, media))
        listed = self.streams.schema_of(response, media, sent)
        if listed is not None:
            items = self.value(listed, scene, key) if value is ABSENT else value
            return self.streams.text(listed, sent, items if isinstance(items, list) else [items]).encode()
        if value is not ABSENT:
            return data_text(sent, schema, value, self.schemas)
        made_bytes = raw_body(sent, scene.now, key)
        types = types_of(self.schemas, schema) if isinstance(schema, dict) and schema else ALL
        if "string" not in types and (is_table(sent) or is_xml(sent) or sent == "text/plain"):
            return data_text(sent, schema, self.value(schema, scene, key), self.schemas)
        accepts = self.schemas.validator(schema, closed=False).is_valid
        if types == ALL or "string" not in types or accepts(made_bytes.decode("latin-1")):
            return made_bytes
        return str(self.value(schema, scene, key)).encode()

    def is_file(self, response: Response, media: str) -> bool:
        """Whether a range of media types stands for a file: bytes, of which JSON has none."""
        if "*" not in media:
            return False
        whole = together(self.schemas, response.content[media])
        return whole.get("type") == "string" and (
            whole.get("format") == "binary" or "contentMediaType" in whole
        )

    def spoken(self, response: Response, media: str) -> str:
        """The Content-Type that a documented media type is sent with."""
        is_open = plain(media) in ("*/*", "application/*") and self.is_file(response, media)
        return "application/octet-stream" if is_open else spoken(response, media)
