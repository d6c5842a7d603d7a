"""Handlers for what a project has none of: made from the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from metermock.project import Service
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.refusals import Refusals
from metermock.server.generation.replies import Replies


def completed(service: Service, *, dynamic: bool = False, tells: bool = True) -> Service:
    """The service with a generated handler for each operation that has none, and errors likewise.

    `tells` says whether the log names the rules that made replies break.
    """
    own = service.handlers
    missing = [operation for operation in service.contract.operations if operation.id not in own.operations]
    if not missing and not own.begun and own.refuse is not None:
        return service
    builder = Builder(service.contract.schemas, service.contract.operations)
    tally = Tally(service.name, own.unkept, own.told, own.unmade, tells=tells)
    replies = {
        operation.id: Replies(operation, builder, service.world.seed, tally, dynamic=dynamic)
        for operation in service.contract.operations
    }
    refusals = Refusals(replies)
    for each in replies.values():
        # A project's own `refuse` is never asked about this: what the document has of it decides.
        each.unacceptable = partial(refusals.unacceptable, each)
    generated = [each for name, each in replies.items() if name not in own.operations]
    builder.meters.watch(lambda: generated)
    builder.collections.watch(lambda: generated, service.world)
    operations: dict[str, Callable[[Any], Any]] = {
        name: each for name, each in replies.items() if name not in own.operations
    }
    finished = {name: _finished(own.operations[name], replies[name]) for name in own.begun}
    return replace(
        service,
        handlers=replace(
            own,
            operations={**own.operations, **operations, **finished},
            refuse=own.refuse or refusals,
            makes_errors=own.refuse is None,
        ),
    )


def _finished(function: Callable[..., Any], begin: Replies) -> Callable[[Any], Any]:
    """A handler that is given the reply of the document to change."""
    return lambda request: function(request, begin(request))
