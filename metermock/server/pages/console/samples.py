"""What the replies of a contract say of an account, asked of its handlers as the cards are drawn."""

from __future__ import annotations

import logging
from typing import Any

import orjson

from metermock.contract import Operation
from metermock.contract.wire_text import decoded
from metermock.ledger.calendar import day_edges, local_date
from metermock.server.grant import Grant
from metermock.server.handling import Reply, Request
from metermock.server.pages.console.charts import Chart, mean_chart
from metermock.server.pages.console.figures import Meter, meters_of, rows_of, said, words
from metermock.server.pages.curl_lines import effort, needed
from metermock.server.site import Site

DAYS = 30
OF_USE = frozenset(
    {"usage", "quota", "quotas", "limit", "limits", "consumption", "plan", "subscription", "billing"}
)
"""Words in the path of an operation that is likely to speak of use."""
MOST_TRIED = 8
"""Operations that are asked, at most, to find the one that speaks of a limit."""
logger = logging.getLogger("metermock")


class Samples:
    """Asks one operation of a contract: the one whose reply says most of use."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.parameters: dict[str, dict[str, Any]] = {}
        self.operation: Operation | None = None
        self.has_limits = False
        """Whether its reply speaks of a limit."""

    def choose(self, now: int) -> None:
        """Find the operation: one with a limit, else one with rows by time, else the easiest to ask."""
        grant = next((each["grant"] for each in self.site.grants.granted.values()), None)
        reading = [each for each in self.site.contract.operations if each.method == "GET"]
        # An operation of the account's usage goes before a list of things that is easier to ask for.
        likely = sorted(reading, key=lambda each: (words(each.path).isdisjoint(OF_USE), effort(each)))
        tried = likely[:MOST_TRIED]
        with_rows = None
        for each in tried:
            body = self.body(each, grant, now)
            if meters_of(body):
                self.operation, self.has_limits = each, True
                return
            if with_rows is None and rows_of(body):
                with_rows = each
        self.operation = with_rows or next(iter(tried), None)

    def figures(self, grant: Grant | None, now: int) -> tuple[list[Meter], Chart | None]:
        """Return the limits of an account, and its last thirty days."""
        if self.operation is None:
            return [], None
        if self.site.has_handler(self.operation.id) and grant is not None:
            meters = meters_of(self.body(self.operation, grant, now)) if self.has_limits else []
            return meters, self.days(grant, now)
        body = self.body(self.operation, grant, now)
        rows = rows_of(body)
        return meters_of(body), Chart(rows.name, rows.times, rows.values) if rows else None

    def days(self, grant: Grant, now: int) -> Chart:
        """Return the calls of an account in the last thirty days of its zone, today included."""
        edges, times = last_days(grant, now)
        usage = self.site.world.usage(grant.account.name, now)
        calls = usage.columns(edges, measures=("calls",))["calls"]
        return Chart(titled("calls"), times, tuple(calls.tolist()))

    def measures(self, grant: Grant, now: int) -> list[Chart]:
        """Return what the world measures of an account, in the last thirty days of its zone; calls first."""
        edges, times = last_days(grant, now)
        usage = self.site.world.usage(grant.account.name, now)
        columns = usage.series(edges)
        charts = [Chart(titled("calls"), times, tuple(columns["calls"]))]
        for measure in self.site.world.recipe.measures:
            title, sums = titled(said(measure.name), measure.unit), columns[measure.name]
            if measure.is_mean:
                metered = usage.series(edges, where=measure.only)["calls"]
                counts = columns[measure.per] if measure.per else metered
                charts.append(mean_chart(title, times, sums, counts))
            else:
                charts.append(Chart(title, times, tuple(sums)))
        return charts

    def body(self, operation: Operation, grant: Grant | None, now: int) -> Any:
        """Return the body of an operation's reply to an account as JSON has it; None where there is none."""
        try:
            reply = self.site.handlers.operations[operation.id](self.request(operation, grant, now))
            found = reply.body if isinstance(reply, Reply) else reply
            return found if isinstance(found, str | bytes) else orjson.loads(orjson.dumps(found))
        except Exception as problem:  # noqa: BLE001 - a project's function may raise anything; a card does without it
            logger.debug("%s: no figures of %s: %s", self.site.name, operation.id, problem)
            return None

    def request(self, operation: Operation, grant: Grant | None, now: int) -> Request:
        """Make the request that a handler gets, with the parameters that the operation cannot be without."""
        world, account = self.site.world, grant.account if grant else None
        return Request(
            operation.id,
            self.values(operation),
            account,
            grant.key if grant else None,
            world.usage(account.name, now) if account else None,
            now,
            world.settings,
            world,
            {},
            (self.site.name, operation.id, account.name if account else ""),
        )

    def values(self, operation: Operation) -> dict[str, Any]:
        """Return the parameters of such a request, defaults filled in."""
        if operation.id not in self.parameters:
            wanted = list(needed(operation))
            query = [pair for each, value in wanted if each.location == "query" for pair in each.pairs(value)]
            path = {one.name: decoded(one.text(value)) for one, value in wanted if one.location == "path"}
            self.parameters[operation.id] = operation.read(query, {}, path=path)[0]
        return self.parameters[operation.id]


def last_days(grant: Grant, now: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the edges of the last thirty days in an account's zone, today included, and their dates."""
    zone = grant.account.zone
    edges = day_edges(local_date(now, zone), DAYS, zone)
    return edges, tuple(local_date(edge, zone).isoformat() for edge in edges[:-1])


def titled(name: str, unit: str = "") -> str:
    """Return the title of a chart of the last thirty days; `unit` is in what it counts."""
    return f"{name}{f' in {unit}' if unit else ''}, last {DAYS} days"
