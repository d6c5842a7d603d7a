"""What a request asks for: the scene of its reply, and the key by which it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, repeat
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from metermock.contract import Operation, page_names
from metermock.contract.composing import together
from metermock.contract.parameter import Parameter
from metermock.ledger import dice
from metermock.remembered import remembered
from metermock.server.generation import given_ids
from metermock.server.generation.agreeing.meters import Meters
from metermock.server.generation.asked import paging
from metermock.server.generation.asked.body_defaults import completed, defaults_of
from metermock.server.generation.asked.members import fields_of, parameters_of, spread
from metermock.server.generation.asked.page_links import PageLinks
from metermock.server.generation.asked.spans import Spans, says_time
from metermock.server.generation.past import Pasts
from metermock.server.generation.rows import shown_fields
from metermock.server.generation.rows.filters import said_of_plurals
from metermock.server.generation.rows.listing import Listing
from metermock.server.generation.values.scene import DEEP, Opened, Page, Scene, changed, closed
from metermock.server.generation.words import names
from metermock.server.handling import Request

_encode = json.JSONEncoder(sort_keys=True, default=str).encode

_SHOWN = shown_fields.SHOWN | {"format", "pretty", "locale"}
"""Parameters that say how things are shown, and not which."""
_OF_TIME = frozenset(
    {"period", "interval", "granularity", "timeframe", "time", "range", "date", "day", "month", "year"}
)
"""Words of names that say a time and nothing else."""
_WAYS = frozenset(
    {"group", "groups", "by", "breakdown", "dimension", "dimensions", "metric", "metrics", "view"}
) | {
    *(
        "aggregation",
        "aggregate",
        "zone",
        "tz",
        "timezone",
        "interval",
        "granularity",
        "unit",
        "units",
        "order",
    ),
    *("verbose", "detailed", "details", "include", "currency", "lang", "language", "version"),
}
"""Words of parameters that choose no part of what is used."""
_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: int.__repr__,
    bool: {False: "false", True: "true"}.__getitem__,
    type(None): lambda _: "null",
}
"""How JSON writes what a query most often says, by its type."""


def text_of(said: Any) -> str:
    """What was said, as a text that does not depend on the order in which it was said."""
    # Most often a few plain values by name: what the encoder sets up for each call takes longer than they do.
    if type(said) is not dict or not _WRITTEN.keys() >= set(map(type, said.values())):
        return _encode(said)
    quoted = encode_basestring_ascii
    return (
        "{"
        + ", ".join([f"{quoted(name)}: {_WRITTEN[type(said[name])](said[name])}" for name in sorted(said)])
        + "}"
    )


Begins = Sequence[tuple[str, str]]
"""Names in their order, each with how its pair begins in `text_of`."""
_Known = tuple[tuple[str, ...], frozenset[str], tuple[str, ...], tuple[str, ...]]
"""The names of all that a request says, of what says a time, of what chooses rows, of what sorts them."""


class _Parts(NamedTuple):
    """Which of the names that a request says are what: most requests of an operation say the same ones."""

    asked: Sequence[str]
    are_all: bool
    """Whether that is all of them."""
    named: Begins
    """Those that say whose reply it is."""
    chosen: Begins
    """Those that choose a part of it."""


def begins_of(said: Iterable[str]) -> Begins:
    """How the pairs of these names begin, in the order of `text_of`, each with what stands before it."""
    return tuple(
        (name, f"{mark}{encode_basestring_ascii(name)}: ")
        for name, mark in zip(sorted(said), chain("{", repeat(", ")), strict=False)
    )


def text_of_parts(parts: Begins, values: Mapping[str, Any]) -> str:
    """`text_of` the values of these names."""
    text = ""
    try:
        # No list of them: to make one takes a call of its own, and most often there is one pair.
        for name, begin in parts:
            text += begin + _WRITTEN[type(value := values[name])](value)
    except KeyError:
        return _encode({name: values[name] for name, _ in parts})
    return text + "}" if parts else "{}"


_key_of_asked = remembered(4096)(dice.begun("asked"))
"""The key of what a query says; most queries of a client say the same, or nothing but defaults."""


@remembered(4096)
def _renamed(given: tuple[str, ...]) -> tuple[str, ...] | None:
    """The plain names of what a request says, None where they are plain; most requests say the same."""
    plain = tuple(map(names.plain, given))
    return None if plain == given else plain


def _plainly(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a request says by plain names, without its objects."""
    if dict in map(type, given.values()):
        return {names.plain(name): each for name, each in given.items() if not isinstance(each, dict)}
    plain = _renamed(tuple(given))
    return given if plain is None else dict(zip(plain, given.values(), strict=True))


class Asking:
    """Reads the requests of one operation."""

    def __init__(
        self,
        operation: Operation,
        seed: int,
        *,
        event: str = "",
        listing: Callable[[], Listing | None] = lambda: None,
        meters: Meters,
    ) -> None:
        self.event = event
        """What its requests do to the thing of the reply, as a scene says it."""
        self.listing = listing
        self.operation = operation
        self.seed = seed
        parameters = parameters_of(operation)
        self.fields = fields_of(operation)
        """The fields of objects in the query, which choose like parameters."""
        self.known = frozenset(names.plain(each.name) for each in parameters if each.location == "query")
        self._shown = _SHOWN | {
            names.plain(each.name) for each in parameters if shown_fields.is_of_type(each.name)
        }
        self.path = re.findall(r"\{([^{}]*)\}", operation.path)
        """The names of the path's parameters as they stand in it: documents list them in any order."""
        self.spans = Spans(operation)
        self.naming = tuple(
            sorted({names.plain(each.name) for each in operation.parameters if _names_a_thing(each)})
        )
        """The parameters that say whose reply this is."""
        self.pasts = Pasts(operation, meters, self.naming)
        self.links = PageLinks(operation)
        self._given_by_server = frozenset(map(names.plain, _read_only(operation)))
        """The fields of its bodies that are not for the client to say."""
        self._defaults = (defaults_of(operation) or None) if event == "made" else None
        """What a body means that leaves something out."""
        self.base = next((paging.base_of(each) for each in parameters if _is_number(each)), 1)
        """The number of a list's first page."""
        said_words = names.words_of(f"{operation.path} {operation.id}")
        self.about = frozenset(map(names.singular, said_words))
        self._of_accounts: dict[str, tuple[int, int]] = {}
        """The keys of the accounts of a world, where nothing else says whose reply it is."""
        self._key_of_reply = dice.ended(operation.id)
        """Makes the key of a reply from that of what it is about."""
        self._homes: dict[str, dice.Begun] = {}
        """What makes the keys of what each of these accounts is, or of the things that are named."""
        self.ends_in_id = given_ids.ends_in_id(operation.path)
        self._parents = given_ids.parents_of(operation.path)
        self._parts = remembered(256)(self._find_parts)
        self._has_pages = not self.known.isdisjoint(page_names.ALL)

    def scene(self, request: Request) -> tuple[Scene, int]:
        """What the request says, and the key of its reply."""
        account = request.account.name if request.account else "steady"
        now = request.now - request.lag
        body = request.body if self._defaults is None else completed(request.body, self._defaults)
        given = spread(request.parameters, self.fields) if self.fields else request.parameters
        values = _plainly(given)
        span, timing = self.spans.read(given, request.body, now)
        listing = self.listing()
        # Things with a date of their own may be of any time: of `/orders/today` there might be none.
        if self._has_usual_span and (listing is None or listing.filters.birth is None):
            span = self.pasts.spanned(self.spans.of_path(span, now), now)
        wanted, sorts = listing.read(given, now) if listing is not None and listing.reads else ({}, {})
        parts = self._parts((tuple(values), timing, tuple(wanted), tuple(sorts)))
        # What an account is does not depend on what is asked of it, nor do the days of its series.
        home, key = self._keys(account, parts.named, values)
        if request.body is not None:
            key = dice.key(key, text_of(request.body))
        which = _key_of_asked(text_of_parts(parts.chosen, values)) if parts.chosen else 0
        page = None
        if self._has_pages:
            paged = {name: value for name, value in values.items() if name not in timing}
            page = self._page(request, paged, key, which, is_empty=account == "empty")
        said = values if parts.are_all else {name: values[name] for name in parts.asked}
        if wanted or isinstance(body, dict):
            said = {**self._said_in(body), **said, **wanted}
        if listing is not None and listing.names:
            said = {**said_of_plurals(listing.names, values), **said}
        if self._parents or self._spelled:
            said = dict(said)
            given_ids.tell(said, self._parents, is_list=listing is not None)
            given_ids.spell(said, self._spelled)
        if timing and listing is not None and (others := timing & self.spans.edges & listing.untimed):
            said = {name: value for name, value in said.items() if name not in others}
        opened = Opened(
            now=now,
            said=said,
            subject=request.parameters.get(self.path[-1]) if self.path and self.ends_in_id else None,
            account=account,
            sparse=False,
            page=page,
            seed=self.seed,
            # An example is one situation, that of the world's first account: the others have their own.
            shows_examples=request.account is None or account == next(iter(request.world.accounts), account),
            span=span,
            home=home,
            asked=which,
            reads=request.reads,
            event=self.event,
            chosen=wanted,
            sorts=sorts,
            rows=None,
            past=None,
            deep=DEEP,
            is_excerpt=False,
            about=self.about,
            request=request,
            links=self.links,
        )
        return self._with_past(closed(opened), parts.chosen, values), key

    @cached_property
    def _spelled(self) -> Sequence[given_ids.Parent]:
        """The parameters of the path that fields of the reply spell in another way."""
        return given_ids.spelled_of(self.operation)

    @cached_property
    def _has_usual_span(self) -> bool:
        """Whether its replies may be of some span where nothing is asked."""
        return bool(self.spans.named) or self.pasts.is_by_month

    def _said_in(self, body: Any) -> Mapping[str, Any]:
        """What a body says of the fields that are for the client to say."""
        said = {names.plain(name): value for name, value in body.items()} if isinstance(body, dict) else {}
        return {name: value for name, value in said.items() if name not in self._given_by_server}

    def _find_parts(self, known: _Known) -> _Parts:
        """What the values of these names say, all of them, those of time, of a choice and of an order."""
        said, timing, *listed = known
        out = page_names.ALL.union(*listed)
        asked = [name for name in said if name not in out]
        named = [name for name in self.naming if name in asked]
        chosen = [name for name in asked if not (name in named or name in timing or name in self._shown)]
        return _Parts(asked, len(asked) == len(said), begins_of(named), begins_of(chosen))

    def _page(
        self, request: Request, values: Mapping[str, Any], key: int, which: int, *, is_empty: bool
    ) -> Page | None:
        """The page of a list that is asked for, with the addresses of those beside it."""
        page = paging.page_of(values, key, part=which, is_empty=is_empty, known=self.known, base=self.base)
        if page is None or not page.goes_on:
            return page
        return replace(page, address=partial(self.links.url, request))

    def _keys(self, account: str, named: Begins, values: Mapping[str, Any]) -> tuple[int, int]:
        """The keys of what an account is, or of the thing of it that is named, and of the reply about it."""
        if not named:
            if account not in self._of_accounts:
                self._of_accounts[account] = self._keyed(account, "")
            return self._of_accounts[account]
        return self._keyed(account, text_of_parts(named, values))

    def _keyed(self, account: str, said_name: str) -> tuple[int, int]:
        if account not in self._homes:
            self._homes[account] = dice.begun("home", self.seed, self.operation.contract.name, account)
        home = self._homes[account](said_name)
        return home, self._key_of_reply(home)

    def _with_past(self, scene: Scene, chosen: Begins, values: Mapping[str, Any]) -> Scene:
        """The scene with what the account's history tells of it, of the part that a request chooses."""
        if not self.pasts.are_told:
            return scene
        alone = Scene(
            now=scene.now,
            account=scene.account,
            seed=scene.seed,
            shows_examples=scene.shows_examples,
            home=scene.home,
        )
        narrowed = {name: values[name] for name, _ in chosen if not self._is_no_part(name)}
        past = self.pasts.of(alone, _key_of_asked(text_of(narrowed)) if narrowed else 0)
        return scene if past is None else changed(scene, past=past)

    def _is_no_part(self, name: str) -> bool:
        """Whether a parameter chooses no part of what is used: one of time, or of how it is shown."""
        words = names.words_of(name)
        # A `from` may be a country, a `resolution` one of videos, a `step` one of a funnel.
        is_time = name in self.spans.words and not _OF_TIME.isdisjoint(words)
        return is_time or not _WAYS.isdisjoint(words)


def _read_only(operation: Operation) -> Iterator[str]:
    """The fields of the bodies that are `readOnly`."""
    schemas = operation.contract.schemas
    for schema in operation.body.content.values() if operation.body else ():
        whole = together(schemas, schema) if isinstance(schema, dict) else {}
        for name, field in (whole.get("properties") or {}).items():
            if isinstance(field, dict) and together(schemas, field).get("readOnly") is True:
                yield name


def _is_number(parameter: Parameter) -> bool:
    return parameter.location == "query" and names.plain(parameter.name) in page_names.NUMBERS


def _names_a_thing(parameter: Parameter) -> bool:
    """Whether a parameter says whose reply is wanted: one of the path, or a text that must be there."""
    if parameter.location != "query":
        return parameter.location == "path"
    is_choice = "enum" in parameter.resolved or parameter.types != {"string"}
    plain = names.plain(parameter.name)
    return parameter.required and not is_choice and plain not in page_names.ALL and not says_time(parameter)
