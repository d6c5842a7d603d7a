"""How many rules generated replies keep: the bundled documents alone, with neither handlers nor worlds."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from metermock.contract import Exchange, Operation
from metermock.contract.parameter import Parameter
from metermock.contract.rules import environment_of
from metermock.project import Project, Service, bundled_folder
from metermock.server.app import create_app
from metermock.server.pages.accounts import list_accounts
from metermock.server.settings import Settings

SEEDS = (0, 1, 2)
REFUSED = 400
_PAIRS = 8
"""Requests of an operation that change two parameters at once."""


@dataclass
class Held:
    """How often a rule applied, how often it did not hold, and of which level it is."""

    level: str
    applied: int = 0
    broken: int = 0
    example: str = ""


@dataclass
class Figures:
    """What was found for one contract."""

    rules: dict[str, Held] = field(default_factory=dict)
    """By operation, id and place of the rule."""
    invalid: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    replies: int = 0
    seconds: float = 0.0
    slowest: float = 0.0


def report() -> Iterator[str]:
    """The lines of a table: for each contract the rules that hold everywhere, without and with repair."""
    yield "| contract | replies | must rules | kept before | kept after | should: before | after | ms |"
    yield "|---|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for document in copies(Path(folder)):
            before, after = (measure(document, repairs=repairs) for repairs in (False, True))
            yield _row(document.name.split(".")[0], before, after)


def copies(folder: Path) -> list[Path]:
    """The bundled documents by themselves."""
    found = sorted((bundled_folder() / "openapi").glob("*.openapi.yaml"))
    return [Path(shutil.copy(path, folder)) for path in found]


def _row(name: str, before: Figures, after: Figures) -> str:
    cells = [name, after.replies]
    for level in ("must", "should"):
        all_rules = [held for held in after.rules.values() if held.level == level and held.applied]
        kept = [
            sum(held.level == level and held.applied > 0 and not held.broken for held in each.rules.values())
            for each in (before, after)
        ]
        cells += [len(all_rules), *kept] if level == "must" else kept
    cells.append(f"{1000 * after.seconds / max(after.replies, 1):.1f}")
    return f"| {' | '.join(map(str, cells))} |"


def measure(document: Path, *, repairs: bool, seeds: tuple[int, ...] = SEEDS) -> Figures:
    """Ask a document's mock in many ways, and judge each rule of each reply."""
    figures = Figures()
    for seed, dynamic in itertools.product(seeds, (False, True)):
        project = Project(document.parent, {"mock": document})
        settings = Settings(
            str(document.parent),
            ("mock",),
            root=True,
            seed=seed,
            dynamic=dynamic,
            documents=(("mock", str(document)),),
        )
        app = create_app(settings)
        if not repairs:
            for mount in app.mounts.values():
                for made in mount.site.handlers.operations.values():
                    vars(made)["repair"] = None
        service = project.load("mock", seed=seed)
        for operation, target, headers in requests_of(service):
            start = time.perf_counter()
            status, sent, body = asyncio.run(ask(app, operation.method, target, headers))
            took = time.perf_counter() - start
            figures.seconds += took
            figures.slowest = max(figures.slowest, took)
            note = f"{target} {headers} seed {seed}{' dynamic' if dynamic else ''}"
            judge(figures, operation, target, headers, status, sent, body, note)
    return figures


def requests_of(service: Service) -> Iterator[tuple[Operation, str, dict[str, str]]]:
    """Requests to each operation: of every account, with every value of a parameter, and some pairs."""
    for operation in service.contract.operations:
        accounts = list_accounts(service.contract, service.world, "")
        variations = list(queries(operation))
        for number, account in enumerate(accounts):
            # The first account asks for everything, the others for the plain request and every fifth.
            chosen = variations if number == 0 else [variations[0], *variations[1 + number :: 7]]
            for query in chosen:
                text = f"?{urlencode(query)}" if query else ""
                yield operation, operation.path + text, account["headers"]
        yield operation, operation.path, {}


def queries(operation: Operation) -> Iterator[dict[str, str]]:
    """The parameters of requests: none, each value of each, and pairs of values of two."""
    yield {}
    refused = {
        text for each in operation.examples if each.status >= REFUSED for text in each.parameters.values()
    }
    values = {
        each.name: [text for text in values_of(each) if text not in refused]
        for each in operation.parameters
        if each.location == "query"
    }
    for name, choices in values.items():
        yield from ({name: value} for value in choices)
    pairs = [
        {one: first, other: second}
        for one, other in itertools.combinations(values, 2)
        for first, second in itertools.product(values[one], values[other])
    ]
    yield from pairs[:: max(len(pairs) // _PAIRS, 1)]


def values_of(parameter: Parameter) -> list[str]:
    """Some values of a parameter, as a query has them: those of its enum, else its examples."""
    schema = parameter.resolved
    found = list(schema.get("enum", ())) or ([False, True] if "boolean" in parameter.types else [])
    found = found or [*parameter.examples.values()]
    return [text for each in found for _, text in parameter.pairs(each)]


async def ask(
    app: Any, method: str, target: str, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """One request to an application, without a network."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.upper(),
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "root_path": "",
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:])


def judge(  # noqa: PLR0917 - all of an exchange
    figures: Figures,
    operation: Operation,
    target: str,
    headers: dict[str, str],
    status: int,
    sent: dict[str, str],
    body: bytes,
    note: str,
) -> None:
    """Judge each rule of a reply by itself."""
    figures.replies += 1
    figures.failed += status >= 500
    asked = {name.lower(): value for name, value in headers.items()}
    values, _ = operation.read(parse_qsl(target.partition("?")[2]), asked)
    now = parsedate_to_datetime(sent["date"]).strftime("%Y-%m-%dT%H:%M:%SZ")
    exchange = Exchange(operation.id, values, asked, status, sent, body, now)
    found = operation.judge(exchange)
    figures.invalid.update(
        each.rule for each in found.breaches if each.rule in ("schema", "header", "media-type", "status")
    )
    read = json.loads(body) if body else None
    environment = environment_of(exchange, read)
    for rule in operation.rules:
        place = f"{operation.id} {rule.id} {'/'.join(map(str, rule.pointer))}"
        held = figures.rules.setdefault(place, Held(rule.level))
        try:
            applies = rule.applies(status, environment)
        except ValueError:
            applies = True
        if applies:
            held.applied += 1
            if rule.judge(environment, explain=False) is not None:
                held.broken += 1
                held.example = held.example or note
