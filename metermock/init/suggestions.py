"""Rules that the names and the structure of a reply suggest: an author keeps, changes or removes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from metermock.contract import Operation, page_names
from metermock.contract.media import is_json
from metermock.init.parameters import echoes, page_sizes
from metermock.init.places import ROW, Field, Place, negated, places_of
from metermock.init.suggestion import Suggestion
from metermock.server.generation.agreeing.bills import Sums, billed, line_of, sums_of
from metermock.server.generation.agreeing.columns import Sum, sums_of_rows
from metermock.server.generation.agreeing.counted_rows import counts
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.ordering import days, quantiles
from metermock.server.generation.agreeing.parts import outcomes, shares
from metermock.server.generation.agreeing.quotas import quotas
from metermock.server.generation.agreeing.wholes import sums
from metermock.server.generation.asked.responses import usual
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.words import names

MOST_FIELDS = 6
"""Fields of one rule about counts."""
_COUNTED = frozenset(
    {"count", "requests", "calls", "tokens", "characters", "bytes", "hits", "events", "errors", "used"}
    | {"total", "messages", "units", "seats", "invocations", "images", "seconds", "words", "pages"}
)
_SIGNED = frozenset(
    {"balance", "amount", "delta", "change", "difference", "offset", "growth", "limit", "quota"}
    | {"remaining", "left", "available", "trend", "adjustment", "net", "discount", "score", "id"}
)
_PAIRS = (
    ("created", "updated"),
    ("created", "modified"),
    ("start", "end"),
    ("started", "ended"),
    ("started", "finished"),
    ("started", "completed"),
    ("starting", "ending"),
    ("starts", "ends"),
    ("begin", "end"),
    ("from", "to"),
    ("first", "last"),
    ("opened", "closed"),
)


def suggestions(operation: Operation, builder: Builder) -> list[Suggestion]:
    """What the reply of an operation can be held to, by what its fields and parameters are called."""
    response = usual(operation)
    if response is None or not response.has_json or response.code == "default":
        return []
    places = places_of(operation, response, builder)
    is_paged = any(names.plain(each.name) in page_names.ALL for each in operation.parameters)
    found: list[Suggestion] = []
    for place in places:
        found += [
            *_limits(place),
            *_sums(place),
            *_of_parts(place),
            *_of_bills(place),
            *_orders(place),
            *_counts(place),
        ]
        found += [*_of_lists(place, is_paged=is_paged)]
    if places:
        found += [*page_sizes(operation, places[0]), *echoes(operation, places)]
    if not all(is_json(media) for media in response.content):
        # A rule would have no value for a reply that is a text.
        found = [each.also_when("headers['content-type'].contains('json')") for each in found]
    return list(dict.fromkeys(found))


def _stated(place: Place, fields: Iterable[Field], message: str, rule: str, why: str) -> Suggestion:
    """A rule about fields of a place: about each row, if it is one; where they have a value."""
    guards = dict.fromkeys(guard for field in fields for guard in field.guards)
    if not place.rows:
        return Suggestion(message, rule, " && ".join(guards), why)
    each = " || ".join([*map(negated, guards), rule])
    return Suggestion(message, f"{place.rows}.all({ROW}, {each})", " && ".join(place.guards), why)


def _limits(place: Place) -> Iterator[Suggestion]:
    for group in quotas(place.facts):
        role = {name: place.fields[facts.name] for name, facts in group.items()}
        if not {"limit", "used"} <= role.keys():
            continue
        limit, used = role["limit"], role["used"]
        below = f"{limit.text} > 0 && {used.text} <= {limit.text}"
        for name, left in role.items():
            why = f"the names say so: {used.name}, {left.name}, {limit.name}"
            fields = (limit, used, left)
            if name == "left":
                message = f"{used.name} and {left.name} make {limit.name}, and nothing is left above it"
                yield _stated(place, fields, message, _left(limit, used, left), why)
            elif name == "percent" and not names.has(left.name, names.LEFT):
                part = "percent" if left.facts.scale > 1 else "ratio"
                near = f"near({left.text}, {part}({used.text}, {limit.text}), {_tolerance(left)})"
                message = (
                    f"{left.name} is the part of {limit.name} that {used.name} is, while it is not above"
                )
                yield _stated(place, fields, message, f"!({below}) || {near}", why)


def _left(limit: Field, used: Field, left: Field) -> str:
    if any(field.may_be_double for field in (limit, used, left)):
        return f"near({left.text}, max([{limit.number} - {used.number}, 0.0]), 0.01)"
    return f"{left.text} == ({limit.text} > {used.text} ? {limit.text} - {used.text} : 0)"


def _tolerance(field: Field) -> float:
    if field.facts.scale == 1:
        return 0.01
    # An integer is rounded, in whatever way.
    return 0.1 if field.may_be_double else 1


def _sums(place: Place) -> Iterator[Suggestion]:
    bill = sums_of(place.facts)
    for total, parts in sums(place.facts):
        if total is bill.total and (bill.taxes or bill.discounts):
            # What is taken off an invoice is no part of its total.
            continue
        whole, *fields = place.of(total, *parts)
        message = f"{whole.name} is {' + '.join(field.name for field in fields)}"
        why = "the names say so: a total beside its parts"
        if any(field.may_be_double for field in (whole, *fields)):
            rule = f"near({whole.text}, {' + '.join(field.number for field in fields)}, 0.01)"
        else:
            rule = f"{whole.text} == {' + '.join(field.text for field in fields)}"
        yield _stated(place, (whole, *fields), message, rule, why)


def _of_parts(place: Place) -> Iterator[Suggestion]:
    """Outcomes make what they are of, other parts are not above it, and a line is quantity times price."""
    for whole, parts in outcomes(place.facts):
        total, *fields = place.of(whole, *parts)
        message = f"{total.name} is {' + '.join(field.name for field in fields)}"
        rule = f"near({total.number}, {' + '.join(field.number for field in fields)}, 0.01)"
        yield _stated(place, (total, *fields), message, rule, "the names say so: all, and what came of them")
    for share in shares(place.facts):
        part, total = place.of(share.part, share.whole)
        why = f"the names say so: {part.name} is a part of {total.name}"
        message = f"{part.name} is not above {total.name}"
        yield _stated(place, (part, total), message, f"{part.number} <= {total.number}", why)
    line = line_of(place.facts)
    if line is not None and not any(scale_of(each.name) > 1 for each in line):
        quantity, price, amount = place.of(*line)
        message = f"{amount.name} is {quantity.name} times {price.name}"
        rule = f"near({amount.number}, {quantity.number} * {price.number}, 0.01)"
        yield _stated(place, (quantity, price, amount), message, rule, "the names are of an invoice's line")


def _of_bills(place: Place) -> Iterator[Suggestion]:
    """An invoice adds up its lines, then the tax; what is due is the rest of what is paid."""
    bill = sums_of(place.facts)
    why = "the names are of an invoice"
    whole = bill.subtotal or (None if bill.taxes or bill.discounts else bill.total)
    if bill.lines is not None and whole is not None and bill.is_plain and _are_alike(whole, bill.lines[1]):
        rows, column = bill.lines
        listed, total = place.of(rows, whole)
        message = f"{total.name} is the sum of {column.name} over {rows.name}"
        rule = f"near({total.number}, sum(column({listed.text}, '{column.name}')), 0.01)"
        conditions = " && ".join(dict.fromkeys([*total.guards, *listed.guards]))
        if not place.rows:
            yield _with_column(listed, column.name, Suggestion(message, rule, conditions, why))
    if bill.subtotal is not None and bill.total is not None and bill.is_plain and _one_at_most(bill):
        first, last, *others = place.of(bill.subtotal, bill.total, *bill.taxes, *bill.discounts)
        added, taken = others[: len(bill.taxes)], others[len(bill.taxes) :]
        if others and _are_alike(*(each.facts for each in (first, last, *others))):
            named = " + ".join(each.name for each in (first, *added))
            message = f"{last.name} is {' - '.join([named, *(each.name for each in taken)])}"
            text = " + ".join(each.number for each in (first, *added))
            rule = f"near({last.number}, {' - '.join([text, *(each.number for each in taken)])}, 0.01)"
            yield _stated(place, (first, last, *others), message, rule, why)
    if bill.rest is not None and _are_alike(*bill.rest):
        total, some, left = place.of(*bill.rest)
        message = f"{left.name} is {total.name} without {some.name}"
        rule = f"near({left.number}, {total.number} - {some.number}, 0.01)"
        yield _stated(place, (total, some, left), message, rule, why)


def _are_alike(*amounts: Facts) -> bool:
    """Whether amounts are in one unit: all of them in cents, or none."""
    return len({scale_of(each.name) for each in amounts}) == 1


def _one_at_most(bill: Sums) -> bool:
    return len(bill.taxes) <= 1 and len(bill.discounts) <= 1


def _orders(place: Place) -> Iterator[Suggestion]:
    for first, last in _pairs(place):
        message = f"{first.name} is not after {last.name}"
        rule = f"{first.text} <= {last.text}"
        if first.facts.notation == "date-time":
            rule = f"seconds({first.text}) <= seconds({last.text})"
        yield _stated(place, (first, last), message, rule, "the names say so: one begins what the other ends")
    for group in quantiles(place.facts):
        fields = place.of(*group)
        for low, high in pairwise(fields):
            message = f"{low.name} is not above {high.name}"
            yield _stated(
                place,
                (low, high),
                message,
                f"{low.text} <= {high.text}",
                "the names are of least, mean and most",
            )


def _pairs(place: Place) -> Iterator[tuple[Field, Field]]:
    by_words = {names.words_of(name): field for name, field in place.fields.items()}
    for words, field in by_words.items():
        for begin, end in _PAIRS:
            if begin not in words or field.facts.notation not in (
                "date",
                "date-time",
                "seconds",
                "milliseconds",
            ):
                continue
            other = by_words.get(tuple(end if word == begin else word for word in words))
            if other is not None and other.facts.notation == field.facts.notation:
                yield field, other
                break


def _counts(place: Place) -> Iterator[Suggestion]:
    """Counts are not negative, where the schema does not say it."""
    fields = [
        field
        for field in place.fields.values()
        if field.facts.is_number
        and names.has(field.name, _COUNTED)
        and not names.has(field.name, _SIGNED)
        and not any(name in field.whole for name in ("minimum", "exclusiveMinimum"))
    ]
    if fields:
        named = fields[:MOST_FIELDS]
        texts = [field.name for field in named]
        several = f"{', '.join(texts[:-1])} and {texts[-1]} are" if len(texts) > 1 else f"{texts[0]} is"
        message = f"{several} not negative"
        # A field without a value is no reason to look at none of the others.
        rules = [" || ".join([*map(negated, _own(place, field)), f"{field.text} >= 0"]) for field in named]
        texts = [f"({rule})" if "||" in rule and len(rules) > 1 else rule for rule in rules]
        rule, outer = " && ".join(texts), " && ".join(place.guards)
        why = "the names are of counts, and the schema sets no minimum"
        if place.rows:
            rule = f"{place.rows}.all({ROW}, {rule})"
        yield Suggestion(message, rule, outer, why)


def _own(place: Place, field: Field) -> tuple[str, ...]:
    """What must hold of a field itself, besides what must hold of its object."""
    return tuple(guard for guard in field.guards if guard not in place.guards)


def _of_lists(place: Place, *, is_paged: bool) -> Iterator[Suggestion]:
    if place.rows:
        yield from _ids(place)
        return
    for rows, begin, _ in days(place.facts):
        (field,) = place.of(rows)
        column = f"column({field.text}, '{begin.name}')"
        message = f"{rows.name} are in the order of {begin.name}"
        why = f"each of {rows.name} is a span of time"
        rule = f"ascending({column}) || descending({column})"
        yield _with_column(field, begin.name, Suggestion(message, rule, " && ".join(field.guards), why))
    for each in () if is_paged else sums_of_rows(place.facts):
        # A rule adds up a column in its own unit.
        if _are_alike(each.total, each.column):
            yield _total(place, each)
    amounts = billed(place.facts)
    for rows, counter, is_whole in counts(place.facts):
        if counter.name in amounts:
            continue
        field, number = place.of(rows, counter)
        sign = ">=" if is_whole and is_paged else "=="
        message = f"{counter.name} counts {rows.name}" + (
            ", those of other pages too" if sign == ">=" else ""
        )
        why = f"the name says so, and {rows.name} is the only list beside it"
        yield _stated(place, (field, number), message, f"{number.text} {sign} size({field.text})", why)


def _with_column(rows: Field, name: str, suggestion: Suggestion) -> Suggestion:
    """A rule about one field of every row, for replies in which every row has it."""
    items = rows.whole.get("items")
    is_sure = isinstance(items, dict) and "$ref" not in items and name in items.get("required", ())
    has = "" if is_sure else f"{rows.text}.all({ROW}, has({ROW}.{name}) && {ROW}.{name} != null)"
    return replace(suggestion, when=" && ".join(each for each in (suggestion.when, has) if each))


def _total(place: Place, each: Sum) -> Suggestion:
    rows, column, total = each.rows.name, each.column.name, each.total.name
    listed = place.fields[rows]
    if each.around is not None:
        outer = place.fields[each.around.name]
        text = f"{outer.text}.{total}"
        guards = [*outer.guards, f"has({text})", f"{text} != null"]
    else:
        text, guards = place.fields[total].text, list(place.fields[total].guards)
    conditions = " && ".join(dict.fromkeys([*guards, *listed.guards]))
    message = f"{total} is the sum of {column} over {rows}"
    rule = f"near({text}, sum(column({listed.text}, '{column}')), 0.01)"
    why = f"the names say so, and {rows} is the only list beside it"
    return _with_column(listed, column, Suggestion(message, rule, conditions, why))


def _ids(place: Place) -> Iterator[Suggestion]:
    field = place.fields.get("id")
    if field is not None and field.types in ({"string"}, {"integer"}) and not field.guards:
        rule = f"unique(column({place.rows}, 'id'))"
        yield Suggestion("nothing is listed twice", rule, " && ".join(place.guards), "each row has an id")
