"""Processor time inside the ledger alone, per operation, at seconds that were never asked before."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from metermock import Call, Refused, Request, Usage, World
from metermock.contract.contract import Operation
from metermock.contract.parameter import Parameter
from metermock.handler_module import Handlers, load_handlers
from metermock.project import open_project

_STEP = 37  # seconds between replies
_WARM, _TIMES = 3, 9
_ROWS = ("series", "columns", "largest", "largest_series", "largest_column", "order", "prepare_each")
_QUERIES = ("total", "groups", "peak", "calls", "first", "nth", *_ROWS)


class Cost(NamedTuple):
    """Milliseconds of processor time in the ledger, and in the handler with the ledger."""

    ledger: float
    handler: float


class Stopwatch:
    """Adds up the processor time inside the ledger's queries, however they are nested."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Runs while the ledger's queries go through the stopwatch."""
        timed: dict[tuple[type, str], Any] = {(Usage, name): getattr(Usage, name) for name in _QUERIES}
        timed |= {(Call, "bits"): Call.bits, (Call, "texts"): Call.texts, (World, "usage"): World.usage}
        for (kind, name), query in timed.items():
            is_property = isinstance(query, property)
            setattr(kind, name, property(self._timed(query.fget)) if is_property else self._timed(query))
        try:
            yield
        finally:
            for (kind, name), query in timed.items():
                setattr(kind, name, query)

    def _timed(self, query: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:
            if self._inside:
                return query(*args, **options)
            self._inside, begun = True, time.thread_time()
            try:
                return query(*args, **options)
            finally:
                self.seconds += time.thread_time() - begun
                self._inside = False

        return timed


class Reader:
    """Asks an operation for the steady account's figures, each time at a new second."""

    def __init__(self, world: World, handlers: Handlers, operation: Operation, ticks: Iterator[int]) -> None:
        self._world = world
        self._handlers = handlers
        self._operation = operation
        self._ticks = ticks

    def cost(self, query: Mapping[str, str]) -> Cost | None:
        """The median cost of a reply; None where these parameters are refused."""
        parameters, wrong = self._operation.read(list(query.items()), {})
        if wrong:
            return None
        try:
            costs = [self._once(parameters) for _ in range(_WARM + _TIMES)][_WARM:]
        except Refused:
            return None
        return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))

    def _once(self, parameters: Mapping[str, Any]) -> Cost:
        world, watch = self._world, Stopwatch()
        now, account = world.clock + _STEP * next(self._ticks), world.accounts["steady"]
        with watch.on():
            begun = time.thread_time()
            request = Request(
                operation=self._operation.id,
                parameters=parameters,
                account=account,
                key=account.keys[0],
                usage=world.usage("steady", now),
                now=now,
                settings=world.settings,
                world=world,
                headers={},
                identity=("steady",),
            )
            self._handlers.operations[self._operation.id](request)
            if self._handlers.always:
                self._handlers.always(request)
            taken = time.thread_time() - begun
        return Cost(1e3 * watch.seconds, 1e3 * taken)

    def heaviest(self) -> tuple[dict[str, str], Cost]:
        """The most expensive parameters that are found by trying every value of each in turn, twice."""
        query: dict[str, str] = {}
        most = self.cost(query) or Cost(0, 0)
        for parameter in self._operation.parameters * 2:
            for value in _values(parameter):
                asked = query | {parameter.name: value}
                cost = self.cost(asked)
                if cost and cost.ledger > most.ledger:
                    query, most = asked, cost
        return query, most


def _values(parameter: Parameter) -> list[str]:
    """The values of a query parameter that its schema names, its largest number, its examples."""
    schema = parameter.resolved
    if parameter.location != "query":
        return []
    found = schema.get("enum") or ([True, False] if schema.get("type") == "boolean" else [])
    found = found or ([schema["maximum"]] if "maximum" in schema else list(parameter.examples.values()))
    return [
        str(value).lower() if isinstance(value, bool) else str(value) for value in found if value is not None
    ]


def report() -> Iterator[str]:
    """The figures as a Markdown table."""
    yield "| reply for the steady account, at a new second | in the ledger | with the handler |"
    yield "|---|---|---|"
    project = open_project()
    for name in project.contracts:
        contract, world, ticks = project.load_contract(name), project.load_world(name), count(1)
        handlers = load_handlers(
            project.folder / "handlers" / f"{name}.py", [operation.id for operation in contract.operations]
        )
        for operation in contract.operations:
            reader = Reader(world, handlers, operation, ticks)
            usual, (query, most) = reader.cost({}), reader.heaviest()
            asked = "&".join(f"{key}={value}" for key, value in query.items())
            for title, cost in (("by default", usual), (f"`{asked}`", most)):
                if cost and title != "``":
                    yield (
                        f"| {name} {operation.id}, {title} | {cost.ledger:.2f} ms | {cost.handler:.2f} ms |"
                    )
