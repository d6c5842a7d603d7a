"""What the lines of bills are called: so many of what, in which month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.bills import AMOUNTS, QUANTITIES
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.windows import edges_of
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_TEXTS = ("description", "memo", "text")
_THINGS = (
    *("product", "product_name", "item", "item_name", "service", "service_name"),
    *("meter", "metric", "metric_name", "plan", "plan_name", "feature"),
)
"""The fields that say what a line bills, the likeliest first."""
_TIMES = " \N{MULTIPLICATION SIGN} "
_MONTH = dt.timedelta(days=27), dt.timedelta(days=31)


def line_owner(owner: str, names_of_all: Iterable[str]) -> str:
    """What an object is called, as a line where its fields are those of one: so many of it, for so much."""
    plain = set(map(names.plain, names_of_all))
    is_line = not plain.isdisjoint(QUANTITIES) and not plain.isdisjoint(AMOUNTS)
    return f"{owner}_line" if is_line else owner


def described(fields: Sequence[Facts]) -> Iterator[Step]:
    """`description` of a line is its quantity and what it bills, with the month where it says one."""
    plain = {names.plain(each.name): each for each in fields}
    text = next((plain[name] for name in _TEXTS if name in plain and plain[name].is_text), None)
    numbers = {names.plain(each.name): each for each in numbers_of(fields)}
    quantity = next((numbers[name] for name in QUANTITIES if name in numbers), None)
    if text is None or quantity is None or numbers.keys().isdisjoint(AMOUNTS):
        return
    things = [plain[name] for name in _THINGS if name in plain and not plain[name].is_number]
    edges = edges_of(fields)
    own, number = text.name, quantity.name

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        value, count = made.get(own), made.get(number)
        # What was said of a line before its numbers were known is said anew.
        what = value.rpartition(_TIMES)[2].partition(", ")[0] if isinstance(value, str) else ""
        if what not in pool("charge") or not is_number(count):
            return {}
        known = (made.get(each.name) for each in things)
        what = next((each for each in known if isinstance(each, str) and each), what)
        month = "" if edges is None else _month(made, *edges)
        return {own: f"{count:,.10g}{_TIMES}{what}{month}"}

    yield step


def _month(made: Mapping[str, Any], begin: Facts, end: Facts) -> str:
    """The month of a line, where it is of one."""
    instants = [instant_of(made.get(each.name), each.notation or "date") for each in (begin, end)]
    if None in instants:
        return ""
    first, last = (dt.datetime.fromtimestamp(each or 0, dt.UTC) for each in instants)
    is_month = first.day == 1 and _MONTH[0] <= last - first <= _MONTH[1]
    return f", {first:%B %Y}" if is_month else ""
