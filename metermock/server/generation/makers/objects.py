"""Objects: their identity, what the request said of them, and fields that agree."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from metermock.ledger import dice
from metermock.server.generation.agreeing.agreement import Agreement
from metermock.server.generation.makers.agreed_inside import agreed_inside
from metermock.server.generation.makers.drawn import Drawn
from metermock.server.generation.makers.fields import Field
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.makers.turning import Turning, is_about_pages
from metermock.server.generation.makers.unrolled import Fill, unrolled
from metermock.server.generation.makers.weights import reach
from metermock.server.generation.values.scene import (
    DEEP,
    DEEPEST,
    FACTOR,
    MASK,
    Scene,
    TooDeepError,
    changed,
    child,
    salt,
)
from metermock.server.generation.words import names

OFTEN = 24
"""Objects of a type that are made before a function is made of its fields, which takes as long as some."""
_NOTHING: frozenset[str] = frozenset()
_OF_ACCOUNTS = frozenset(
    {"", "data", "result", "account", "user", "me", "customer", "organization", "plan", "subscription"}
    | {"usage", "quota", "limits", "billing", "summary", "workspace", "team", "profile", "response"}
)
"""Objects whose facts are those of the account itself."""


_OF_REQUESTS = frozenset(
    {"query", "filters", "request", "params", "parameters", "criteria", "applied_filters"}
)
"""Objects beside the answer that say what was asked."""
_OF_SPANS = frozenset({"period", "range", "date_range", "time_range", "window", "meta", "metadata"})
"""Those that say of what time and in which form the answer is."""
_ASKED = frozenset(
    {"timezone", "time_zone", "tz", "granularity", "interval", "resolution", "group_by", "currency", "from"}
    | {"to", "start", "end", "start_date", "end_date", "since", "until", "unit", "locale", "bucket"}
)


_SHOWN_ONCE = frozenset(
    {"secret", "token", "key", "plaintext", "plain_text", "plaintext_key", "plaintext_token", "client_secret"}
    | {"raw_key", "raw_token", "secret_key", "signing_secret", "api_key", "message", "success", "warning"}
)
"""What a reply that makes a thing says beside it."""


class Object:
    """An object of documented fields."""

    def __init__(
        self,
        fields: Sequence[Field],
        *,
        kind: str,
        identity: Field | None,
        main: Field | None,
        rest: Node | None,
        agreement: Agreement,
        name: str = "",
    ) -> None:
        self.fields = fields
        self.kind = kind
        """The name of its type; empty for one without."""
        self.identity = identity
        """The field that tells things of the type apart."""
        self.main = main
        """The list, or the object, that a reply of this type is about."""
        self.rest = rest
        """What makes fields that must be there and are not documented."""
        self.agreement = agreement
        self._turning = Turning([each for each in fields if each is not identity], kind, name)
        self.drawn = [
            Drawn(each.name, each.node, each.salt, each.required, each.is_deep, each.is_fact, each is main)
            for each in fields
            if each is not identity
        ]
        """What is made from the key of the thing, which its identity is a part of."""
        self._salt = 0 if names.plain(name) in _OF_ACCOUNTS else salt(names.plain(name))
        """What tells the facts of an account in this object from those in others: one limit from another."""
        self._echoed = frozenset(field.plain for field in fields if field is not identity)
        """What a request may say of its fields."""
        plain = names.plain(name)
        self._is_of_request = identity is None and plain in _OF_REQUESTS | _OF_SPANS
        """Whether it says what was asked, where it stands beside what the reply is about."""
        self._repeated = self._echoed & _ASKED if plain in _OF_SPANS else self._echoed
        """What it says of it there."""
        self.weights: dict[int, int] = {}
        """How many values it has about, by the levels of optional ones; counted when it is needed."""
        self._made_in_order = identity is None or fields[0] is identity
        """Whether the fields are made in the order in which they are documented."""
        self._only_settles = self.rest is None and self._made_in_order and not self._turning.is_beside
        """Whether its fields have but to agree, where neither a page nor a request says anything of them."""
        self._is_plain = self._only_settles and agreement.is_still
        """Whether its fields stay as they are made, where the reply is about something else."""
        self._fill: Fill = self._begin
        self._times = 0

    @functools.cached_property
    def reach(self) -> int:
        """The levels below it to which optional objects and lists are made."""
        return reach(self)

    @property
    def is_only_of_fields(self) -> bool:
        """Whether its fields in their order are all it has, and none is left out before those around it."""
        return (
            self.rest is None
            and self._made_in_order
            and not (self._turning.is_beside or self._is_of_request)
            and self.reach >= DEEP
        )

    @functools.cached_property
    def speaks_of_pages(self) -> bool:
        """Whether it, or an object in it, says which page of a list a reply is."""
        return bool(self._turning.roles) or any(
            field.is_deep and is_about_pages(field.name) for field in self.fields
        )

    @functools.cached_property
    def several(self) -> Sequence[str]:
        """The lists of its `_embedded`, where it is about none of them."""
        inner = self.main.node if self.main is not None and self.main.name == "_embedded" else None
        inner = getattr(inner, "node", inner)
        if not isinstance(inner, Object) or inner.main is not None:
            return ()
        return [each.name for each in inner.fields if each.is_list]

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> dict[str, Any]:
        """An object: the same thing has the same fields wherever it is shown."""
        if depth > DEEPEST:
            raise TooDeepError
        made: dict[str, Any] = {}
        known = self.identity
        if known is None:
            key = key * FACTOR & MASK  # `parted`, without a call of it
        else:
            own = self._id(scene, known, key, depth, main=main)
            made[known.name] = own
            key = self._key_of(scene, own)
            if scene.home and not (main and scene.past is not None and scene.past.is_of(self.kind)):
                scene = changed(scene, subject=None, home=0, asked=0, past=None)
        inner = scene
        if (deep := depth + self.reach) < scene.deep:
            inner = changed(scene, deep=deep)
        # What a reply is about is no part of what stands around it: its rows have their own reach.
        of_reply = scene if main and known is None else inner
        self._fill(made, inner, of_reply, key, scene.home ^ self._salt if scene.home else key, depth, main)
        if self._is_of_request and scene.home and not main and not self._repeated.isdisjoint(scene.said):
            return self._completed(made, scene, key, depth, main=False)
        if self._is_plain and not main and scene.past is None:
            return made
        if (
            self._only_settles
            and scene.past is None
            and not scene.event
            and (not main or (scene.page is None and self._echoed.isdisjoint(scene.said)))
        ):
            if not self.agreement.is_still:
                self.agreement.settle(made, scene, _NOTHING)
            return made
        return self._completed(made, scene, key, depth, main=main)

    def make_all(
        self, scene: Scene, keys: Iterable[int], depth: int, *, main: bool = False
    ) -> list[dict[str, Any]]:
        """What `make` makes by each of these keys: what is alike in the rows of a list is decided once."""
        is_usual = (
            self._only_settles
            and depth <= DEEPEST
            and not (scene.home or scene.event or scene.subject is not None)
            and scene.past is None
            and (not main or (scene.page is None and self._echoed.isdisjoint(scene.said)))
        )
        if not is_usual:
            return [self.make(scene, key, depth, main=main) for key in keys]
        known, settle = self.identity, self.agreement.settling(scene)
        deep = depth + self.reach
        inner = changed(scene, deep=deep) if deep < scene.deep else scene
        of_reply = scene if main and known is None else inner
        if known is not None:
            thing = dice.begun("thing", scene.seed, self.kind, scene.account)
        rows = []
        for key in keys:
            made: dict[str, Any] = {}
            if known is None:
                own = key * FACTOR & MASK
            else:
                made[known.name] = one = self._id(scene, known, key, depth, main=main)
                own = thing(one) if type(one) is str else self._key_of(scene, one)
            self._fill(made, inner, of_reply, own, own, depth, main)
            if settle is not None:
                settle(made, scene, _NOTHING)
            rows.append(made)
        return rows

    def _key_of(self, scene: Scene, one: Any) -> int:
        """The key of a thing: another account that asks for the same id does not see this one."""
        return dice.key("thing", scene.seed, self.kind, scene.account, one)

    def _completed(
        self, made: dict[str, Any], scene: Scene, key: int, depth: int, *, main: bool
    ) -> dict[str, Any]:
        """The object with what is not made field by field, in the documented order."""
        filled = len(made)
        if self.rest is not None:
            made.update(self.rest.make(scene, child(key, "rest"), depth))
        said: frozenset[str] = frozenset()
        if scene.page is not None and (main or self._turning.tells_pages):
            self._turning.turn(made, scene.page)
            said = self._turning.counts - self.agreement.sums
        echoed = self._echoed if main else self._repeated if self._is_of_request and scene.home else _NOTHING
        if not echoed.isdisjoint(scene.said):
            said |= self._repeat(made, scene, echoed)
        # What is made begins now, also where nothing else of it has to agree.
        if not self.agreement.is_still or scene.past is not None or (main and scene.event):
            inner = changed(scene, event="") if scene.event and not main else scene
            self.agreement.settle(made, inner, said)
        if self._made_in_order and len(made) == filled:
            return made
        ordered = {field.name: made[field.name] for field in self.fields if field.name in made}
        return ordered if len(ordered) == len(made) else {**ordered, **made}

    def _begin(self, *given: Any) -> None:
        """Make the fields of the first objects one by one, and then a function for those of all others."""
        self._times += 1
        if self._times == OFTEN:
            self._fill = unrolled(self.drawn)
            self.agreement.agreed_inside = agreed_inside(self.drawn, self.agreement.texts)
        self.fill(*given)

    def fill(  # noqa: PLR0917 - as a `Fill` takes them
        self,
        made: dict[str, Any],
        scene: Scene,
        of_reply: Scene,
        key: int,
        of_account: int,
        depth: int,
        main: bool,  # noqa: FBT001 - as a `Fill` takes it
    ) -> None:
        """Make the fields; below a depth only those that have to be there."""
        sparse, is_low = scene.sparse, depth >= scene.deep
        for each in self.drawn:
            if not each.is_required and (sparse or (is_low and each.is_deep)):
                continue
            own = (of_account if each.is_fact else key) ^ each.salt
            try:
                made[each.name] = each.node.make(
                    of_reply if each.is_main else scene, own, depth + 1, main=main and each.is_main
                )
            except TooDeepError:
                if each.is_required:
                    raise

    def _id(self, scene: Scene, known: Field, key: int, depth: int, *, main: bool) -> Any:
        subject = scene.subject
        if subject is None and scene.event and scene.home:
            # Whoever makes a thing may name it; rows have no home.
            subject = scene.said.get(known.plain)
        if main and subject is not None:
            for form in _forms(subject):
                if known.accepts(form):
                    return form
        return known.node.make(scene, key ^ known.salt, depth + 1)

    def _repeat(self, made: dict[str, Any], scene: Scene, echoed: frozenset[str]) -> frozenset[str]:
        """Take over what the request says of fields of the same names."""
        taken = set()
        for field in self.fields:
            if field.plain not in echoed or field.plain not in scene.said:
                continue
            value = scene.said[field.plain]
            if value != made.get(field.name) and not field.echoes(value):
                continue
            made[field.name] = value
            taken.add(field.name)
        return frozenset(taken)


class Rows:
    """A list that is no field, whose rows agree as those of a field do."""

    def __init__(self, listed: Node, agreement: Agreement) -> None:
        self.listed = listed
        self.agreement = agreement

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        """The rows."""
        if self.agreement.is_still and scene.past is None:
            return self.listed.make(scene, key, depth, main=main)
        made = {"": self.listed.make(scene, key, depth, main=main)}
        self.agreement.settle(made, scene, frozenset())
        return made[""]


def _forms(value: Any) -> tuple[Any, ...]:
    """An id as it was said, and as the other type that it may have."""
    if isinstance(value, str):
        return (value, int(value)) if value.isdecimal() and value.isascii() and len(value) < 19 else (value,)  # noqa: PLR2004 - digits of 64 bits
    return value, str(value)


def identity_of(fields: Sequence[Field], kind: str, named: str = "") -> Field | None:
    """The field that tells things of a type apart: `named` in paths, else `id`, or `user_id` of a User."""
    by_name = {field.plain: field for field in fields if not field.is_deep}
    own = "_".join(names.words_of(kind))
    last = names.words_of(kind)[-1:]
    wanted = (
        *([named] if named else []),
        *("id", "uuid", "uid"),
        f"{own}_id",
        f"{own}_uuid",
        *(f"{word}_id" for word in last),
        "sid",
        "key_id",
    )
    return next((by_name[name] for name in wanted if name in by_name), None)


def main_of(fields: Sequence[Field]) -> Field | None:
    """The field that a reply is about: the list that its name says, else its only list or object."""
    lists = [field for field in fields if field.is_list]
    listed = ("data", "items", "results", "rows", "records", "entries", "list", "value", "values", "content")
    by_name = {field.plain: field for field in fields}
    for name in listed:
        if name in by_name and (by_name[name].is_deep or by_name[name].is_list):
            return by_name[name]
    if len(lists) == 1:
        return lists[0]
    embedded = next((field for field in fields if field.name == "_embedded" and field.is_deep), None)
    if embedded is not None and not lists and identity_of(fields, "") is None:
        # HAL: the rows of a page lie there, and beside them what is said of the page.
        return embedded
    objects = [field for field in fields if field.is_deep and not field.is_list]
    pages = [] if lists or identity_of(fields, "") else [each for each in objects if each.is_page]
    if len(pages) == 1:
        return pages[0]
    if (
        not lists
        and len(objects) == 1
        and {field.plain for field in fields if field is not objects[0]} <= _SHOWN_ONCE
    ):
        return objects[0]
    return None
