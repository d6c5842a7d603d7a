"""Compiles schemas into the nodes that make their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.composing import schema_of_name, together
from metermock.contract.families import Families, is_base
from metermock.contract.json_types import ADDED_NULL, ALL, types_of
from metermock.contract.media import is_json
from metermock.contract.references import CHOICES
from metermock.contract.samples import Samples
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.agreement import Agreement
from metermock.server.generation.agreeing.buckets import nested
from metermock.server.generation.agreeing.facts import Facts, facts_of
from metermock.server.generation.agreeing.limit_rows import limited
from metermock.server.generation.agreeing.line_texts import line_owner
from metermock.server.generation.agreeing.meters import Meters
from metermock.server.generation.agreeing.monthly_bills import bill_of
from metermock.server.generation.agreeing.ordering import categories, days
from metermock.server.generation.agreeing.own_addresses import own_addresses
from metermock.server.generation.agreeing.page_fields import form_in, holds_page
from metermock.server.generation.agreeing.plans import is_code
from metermock.server.generation.agreeing.progress import may_come
from metermock.server.generation.agreeing.units import of_limits
from metermock.server.generation.asked.summaries import Summaries
from metermock.server.generation.makers.bill_lists import BillList
from metermock.server.generation.makers.categories import ByCategory
from metermock.server.generation.makers.excerpts import shown
from metermock.server.generation.makers.fields import Field, tag_of
from metermock.server.generation.makers.inside import list_in
from metermock.server.generation.makers.limit_lists import LimitRows
from metermock.server.generation.makers.lists import List
from metermock.server.generation.makers.map_keys import map_of
from metermock.server.generation.makers.money_types import MoneyTypes
from metermock.server.generation.makers.nodes import (
    Choice,
    Fixed,
    Flag,
    Instant,
    Lazy,
    Never,
    Node,
    Number,
    OrNull,
    Text,
    Written,
    not_null,
)
from metermock.server.generation.makers.objects import Object, Rows, identity_of, main_of
from metermock.server.generation.makers.pairs import pairs_in
from metermock.server.generation.makers.references import Collections, as_id
from metermock.server.generation.makers.series import Series, in_month, series_in
from metermock.server.generation.makers.shared import Currencies
from metermock.server.generation.values import figures, texts
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.amounts import amount_of
from metermock.server.generation.values.dated import dated
from metermock.server.generation.values.instants import notation_of
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import salt
from metermock.server.generation.words import flags, names, sizes
from metermock.server.generation.words.called import called, whose
from metermock.server.generation.words.row_counts import is_of_page

_LONGEST = 50
"""References and lists of one part that are followed to a name; a longer chain is a circle."""
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "object",
        frozenset({"properties", "additionalProperties", "required", "patternProperties", "minProperties"}),
    ),
    ("array", frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"})),
    ("string", frozenset({"pattern", "format", "minLength", "maxLength"})),
    ("number", frozenset({"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"})),
)


class Builder:
    """The nodes of one document's schemas."""

    def __init__(self, schemas: Schemas, operations: Sequence[Operation] = ()) -> None:
        self._schemas = schemas
        self._summaries = Summaries(schemas, operations)
        self._asked = flags.asked_of(operations)
        self._families = Families(schemas)
        self._samples = Samples(schemas)
        self._currencies = Currencies(schemas)
        self._money = MoneyTypes(schemas)
        self.meters = Meters(schemas)
        """What operations count together."""
        self.collections = Collections()
        """The lists that ids refer to."""
        self._known: dict[tuple[int, str, str, str], tuple[Lazy, Any]] = {}
        self._series: dict[Lazy, Series | None] = {}
        self._lists: dict[Lazy, tuple[List, Sequence[str]] | None] = {}
        self._accepted: dict[int, tuple[list[Any], Any]] = {}

    def node(self, schema: Any, name: str = "", owner: str = "", kind: str = "") -> Lazy:
        """The node of a schema: of a field `name` of the type `owner`; `kind` is the type's own name."""
        key = id(schema), name, owner, kind
        if key not in self._known:
            # The schema is held too: its id is its name as long as it lives.
            self._known[key] = Lazy(partial(self._build, schema, name, owner, kind)), schema
        return self._known[key][0]

    def accepted(self, schema: Any) -> list[Any]:
        """Plain values that a schema accepts, for where its node made none; searched for once."""
        if id(schema) not in self._accepted:
            self._accepted[id(schema)] = self._samples.accepted(schema, is_request=False), schema
        return self._accepted[id(schema)][0]

    def kind_of(self, schema: Any) -> str:
        """The name of a schema's type: the last that its references name."""
        found = ""
        for _ in range(_LONGEST):
            if not isinstance(schema, dict):
                break
            reference = schema.get("$ref")
            if isinstance(reference, str):
                found = json_pointer.path_of(reference)[-1]
                schema = self._schemas.at(reference)
                continue
            parts = schema.get("allOf")
            if found or not isinstance(parts, list) or len(parts) != 1:
                break
            schema = parts[0]
        return found

    def _build(self, schema: Any, name: str, owner: str, kind: str) -> Node:
        if not isinstance(schema, dict):
            return Never() if schema is False else Text(texts.maker(name, owner, {}))
        thing = self._summaries.of(schema, kind or self.kind_of(schema))
        kind, target = thing.kind, self._schemas.follow(schema)
        if is_base(target) and (children := self._families.children(target)):
            return Choice([self.node({"$ref": each}, name, owner) for each in children])
        whole = self._money.sized(name, schema, together(self._schemas, schema))
        if "const" in whole or isinstance(whole.get("enum"), list):
            return self._currencies.listed(whole, name, owner)
        if any(whole.get(choice) for choice in CHOICES):
            return self._choice(schema, whole, name, owner, kind)
        build = self._conditional if "if" in whole else self._typed
        return shown(build(whole, name, owner, kind), thing, self.node)

    def _choice(
        self, schema: Mapping[str, Any], whole: Mapping[str, Any], name: str, owner: str, kind: str
    ) -> Node:
        choice = next(each for each in CHOICES if whole.get(each))
        base = {key: value for key, value in whole.items() if key != choice and (value or key not in CHOICES)}
        nodes: list[Node] = []
        kinds: list[str] = []
        fits: list[Acceptance] = []
        can_be_null = False
        for part in whole[choice]:
            if types_of(self._schemas, part) == {"null"}:
                can_be_null = True
                continue
            merged = {"allOf": [part, base]} if base else part
            kinds.append(self.kind_of(part))
            own = as_id(self._schemas, name, part, whole[choice])
            nodes.append(self.node(merged, own, owner, kinds[-1] or kind))
            if choice == "oneOf":
                fits.append(Acceptance(self._schemas, merged, closed=False))
        if not nodes:
            return Fixed([None])
        accepts = Acceptance(self._schemas, schema, closed=False) if "oneOf" in whole else None
        node = nodes[0] if len(nodes) == 1 else Choice(nodes, accepts, kinds, fits)
        # Validators that read `nullable` to the letter refuse this null: it only ends what would never end.
        return OrNull(node, name, is_last_resort=ADDED_NULL in whole) if can_be_null else node

    def _conditional(self, whole: Mapping[str, Any], name: str, owner: str, kind: str) -> Node:
        rest = {key: value for key, value in whole.items() if key not in ("if", "then", "else")}
        ways = [
            {"allOf": [rest, whole["if"], whole.get("then", {})]},
            {"allOf": [rest, whole.get("else", {})]},
        ]
        return Choice([self.node(each, name, owner, kind) for each in ways])

    def _typed(self, whole: dict[str, Any], name: str, owner: str, kind: str) -> Node:
        types = types_of(self._schemas, whole)
        if types == ALL:
            shape = next((each for each, keys in _SHAPES if not keys.isdisjoint(whole)), "string")
            types = frozenset({shape})
        rest = types - {"null"}
        if not rest:
            return Fixed([None])
        node = self._of_type(whole, rest, name, owner, kind)
        return OrNull(node, name, is_deep=bool(rest & {"array", "object"})) if "null" in types else node

    def _of_type(self, whole: dict[str, Any], types: frozenset[str], *given: str) -> Node:
        name, owner, kind = given
        example = whole.get("example")
        if "object" in types:
            return self._object(whole, name, kind)
        if "array" in types:
            return self._list(whole, name, owner)
        notation = notation_of(name, whole, types)
        if notation is not None:
            return Instant(name, notation)
        if "string" in types and not (isinstance(example, int | float) and types & {"integer", "number"}):
            return self._text(whole, name, owner)
        if types & {"integer", "number"}:
            told = sizes.told(name, owner)
            draw = figures.maker(told, whole, integer=figures.is_whole(told, whole, types))
            return Number(draw, is_limit=sizes.is_limit(name))
        return Flag(name, whole.get("default"), self._asked) if "boolean" in types else Never()

    def _text(self, whole: Mapping[str, Any], name: str, owner: str) -> Node:
        if isinstance(whole.get("contentSchema"), dict) and is_json(whole.get("contentMediaType", "")):
            return Written(self.node(whole["contentSchema"], name, owner))
        found = amount_of(name, owner, whole) or dated(name, whole)
        if found is not None:
            return found
        draw = texts.maker(name, owner, whole)
        return self._currencies.text(name, owner, whole, draw) or Text(draw)

    def _list(self, whole: Mapping[str, Any], name: str, owner: str) -> Node:
        item = names.singular(name)
        first = [self.node(each, item, owner) for each in whole.get("prefixItems", ())]
        low = int(whole.get("minItems", 0))
        if "contains" in whole:
            count = int(whole.get("minContains", 1))
            first += [self.node({"allOf": [whole["contains"], whole.get("items", {})]}, item, owner)] * count
            low = max(low, len(first))
        rest = whole.get("items", True if not first else whole.get("unevaluatedItems", False))
        most = len(first) if rest is False else whole.get("maxItems")
        high = None if most is None else int(most)
        items = self.node(rest, item, name or owner)
        if (pairs := pairs_in(self._schemas, name, whole, items)) is not None:
            return pairs if name else Rows(pairs, Agreement([]))
        facts = self.facts(name, whole)
        found = None if first else categories(facts)
        spanned = None if found is None else (facts, found.begin, found.end)
        steps = spanned or (None if first else next(days([facts]), None))
        listed: Node
        if steps is None:
            listed = List(
                items, first=first, low=low, high=high, unique=bool(whole.get("uniqueItems")), schema=rest
            )
            bill = bill_of(facts.rows, (item, self.kind_of(rest)), None)
            if bill is not None and not first and not listed.unique:
                listed = BillList.of(listed, bill)
            elif not first and (limits := limited(facts.rows)) is not None:
                listed = LimitRows.of(listed, limits)
        else:
            inside = partial(nested, self._schemas, rest)
            series = Series(items, name, facts.rows, *steps[1:], low=low, high=high, inside=inside)
            listed = ByCategory.of(series, self._schemas, rest, found) if found is not None else series
        return listed if name else Rows(listed, Agreement([facts]))

    def series(self, schema: Any) -> Series | None:
        """The series that a reply of a schema is about, if it is about one."""
        node = self.node(schema)
        if node not in self._series:
            self._series[node] = series_in(node)
        return self._series[node]

    def listed(self, schema: Any) -> tuple[List, Sequence[str]] | None:
        """The list that a reply of a schema is about, and the fields that lead to it."""
        node = self.node(schema)
        if node not in self._lists:
            self._lists[node] = list_in(node)
        return self._lists[node]

    def _object(self, whole: dict[str, Any], name: str, kind: str) -> Node:
        known = kind or names.singular(name)
        merged = whole
        dependent = whole.get("dependentSchemas")
        if isinstance(dependent, dict) and dependent:
            fitting = [each for field, each in dependent.items() if field in whole.get("properties", {})]
            merged = together(self._schemas, {"allOf": [whole, *fitting]})
        fields = merged.get("properties", {})
        required = dict.fromkeys(merged.get("required", ()))
        rest = self._rest(merged, name, known, fields, required)
        if not fields and rest is not None:
            return rest
        tag, is_limit = tag_of(merged, kind), of_limits(name, fields)
        owner = whose(line_owner(known, fields), name, fields)
        listed: Sequence[Field] = [
            self._field(field, each, owner, fields, is_required=field in required, tag=tag, is_limit=is_limit)
            for field, each in fields.items()
            if not self._is_hidden(each)
        ]
        facts = [self.facts(each.name, fields[each.name], each) for each in listed]
        listed = in_month(facts, listed)
        identity = identity_of(listed, known, self._summaries.named(known))
        listed = self.collections.referring(listed, identity)
        own, paths = None if identity is None else identity.name, self._summaries.paths(known)
        addresses = own_addresses(self._schemas, fields, known if own or name else "", paths, own)
        return Object(
            listed,
            kind=kind,
            identity=identity,
            main=main_of(listed),
            rest=rest,
            agreement=Agreement(facts, owner=known, name=name, identity=own, last=[*addresses]),
            name=name,
        )

    def _field(
        self,
        name: str,
        schema: Any,
        owner: str,
        beside: Mapping[str, Any],
        *,
        is_required: bool,
        tag: tuple[str, str] | None,
        is_limit: bool,
    ) -> Field:
        types = types_of(self._schemas, schema)
        parts = self._schemas.conjuncts(schema)
        shown = called(name, types, beside, is_limit=is_limit, parts=parts)
        is_tag = tag is not None and name == tag[0]
        node: Node = self.node(schema, shown, owner)
        accepts = Acceptance(self._schemas, schema, closed=False)
        is_plan = is_code(name, owner) and "enum" in together(self._schemas, schema)
        if tag is not None and is_tag and accepts(tag[1]):
            node = Fixed([tag[1]])
        untyped = types == ALL
        return Field(
            name,
            names.plain(name),
            node,
            is_required,
            is_list="array" in types and not untyped,
            is_deep=bool(types & {"array", "object"}) and not untyped,
            is_fact=not types & {"array", "object"} and (is_plan or texts.is_fact(shown, owner)),
            accepts=accepts,
            echoes=Acceptance(self._schemas, schema, closed=True),
            # The `code` of a plan is the `plan` of the account.
            salt=salt("plan" if is_plan else names.plain(name)),
            form=form_in(self._schemas, name, schema, owner),
            is_page=types == {"object"} and holds_page(self._schemas, schema),
            is_of_page=is_of_page(self._schemas, name, schema),
        )

    def _is_hidden(self, schema: Any) -> bool:
        """Whether a field is never in a reply."""
        return schema is False or any(
            part.get("writeOnly") is True
            for part in self._schemas.conjuncts(schema)
            if isinstance(part, dict)
        )

    def _rest(
        self,
        whole: Mapping[str, Any],
        name: str,
        owner: str,
        fields: Mapping[str, Any],
        required: Iterable[str],
    ) -> Node | None:
        """What makes the fields that have no schema of their own, where some must or may be there."""
        missing = [name for name in required if name not in fields]
        patterns = whole.get("patternProperties", {})
        other = whole.get("additionalProperties", whole.get("unevaluatedProperties", not patterns))
        low = int(whole.get("minProperties", 0)) - len(fields)
        if missing:
            return self._demanded({name: schema_of_name(name, other, patterns) for name in missing}, owner)
        if (fields and low <= 0) or (other is False and not patterns):
            return None
        pattern, values = next(iter(patterns.items()), (None, other))
        if values is True or values == {}:
            values, name = {"type": "string", "examples": list(pool("meta_value"))}, ""
        return map_of(self._schemas, whole, name, owner, self.node(values, "", owner), pattern=pattern)

    def _demanded(self, schemas: Mapping[str, Any], owner: str) -> Node:
        """What makes fields that are required and not documented."""
        listed = [
            Field(
                name,
                names.plain(name),
                self.node(schema, name, owner),
                required=True,
                is_list=False,
                is_deep=False,
                is_fact=False,
                accepts=lambda _: True,
                echoes=lambda _: False,
                salt=salt(names.plain(name)),
            )
            for name, schema in schemas.items()
        ]
        return Object(listed, kind="", identity=None, main=None, rest=None, agreement=Agreement([]))

    def facts(self, name: str, schema: Any, field: Field | None = None) -> Facts:
        """What agreement has to know about a field of this name and schema."""
        if field is None:
            return facts_of(self._schemas, name, schema)
        draw = partial(not_null, field.node) if may_come(name) else None
        found = facts_of(self._schemas, name, schema, field.accepts, is_required=field.required)
        return found if draw is None else replace(found, draw=draw)
