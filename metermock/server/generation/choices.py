"""The replies of a document that a request can choose: of a documented status, or an example by its name."""

from __future__ import annotations

import copy
import functools

from metermock.contract.json_types import ABSENT
from metermock.contract.media import is_json
from metermock.errors import PreferenceError, Refusal
from metermock.project import Service
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.refusals import fill
from metermock.server.generation.replies import Replies
from metermock.server.generation.wire.negotiation import best
from metermock.server.handling import Reply, Request
from metermock.server.preferences.nearest import near
from metermock.server.preferences.syntax import echoed


class Choices:
    """Makes the documented replies of a contract; nothing is made before it is chosen."""

    def __init__(self, service: Service, *, dynamic: bool) -> None:
        self.contract = service.contract
        self.seed = service.world.seed
        self._world = service.world
        self.dynamic = dynamic
        self.handled = frozenset(service.handlers.operations)
        self.replies = functools.cache(self._make)
        self.tally = Tally(
            service.name, service.handlers.unkept, service.handlers.told, service.handlers.unmade
        )

    @functools.cached_property
    def builder(self) -> Builder:
        """What builds values of the contract's schemas."""
        builder = Builder(self.contract.schemas, self.contract.operations)
        made = [each.id for each in self.contract.operations if self.makes(each.id)]
        builder.meters.watch(lambda: map(self.replies, made))
        builder.collections.watch(lambda: map(self.replies, made), self._world)
        return builder

    def _make(self, operation: str) -> Replies:
        return Replies(
            self.contract.operation(operation), self.builder, self.seed, self.tally, dynamic=self.dynamic
        )

    def makes(self, operation: str) -> bool:
        """Tell whether the usual reply of an operation is made from the document."""
        return operation not in self.handled

    def usual_status(self, operation: str) -> int:
        """Return the status of an operation when all is well."""
        return self.replies(operation).status

    def success(self, operation: str, status: int, request: Request, *, dynamic: bool | None) -> Reply:
        """Return the documented reply of a status that is no error."""
        replies = self._as_wanted(operation, dynamic=dynamic)
        if status == replies.status:
            return replies(request)
        response = replies.operation.responses.find(status)
        return replies.reply(response, status, request, *replies.scene(request))

    def _as_wanted(self, operation: str, *, dynamic: bool | None) -> Replies:
        """The replies of an operation, made or shown as a request prefers; None for as the server does."""
        replies = self.replies(operation)
        if dynamic is not None:
            replies = copy.copy(replies)
            replies.dynamic, replies.always_shows = dynamic, not dynamic
        return replies

    def error(
        self, operation: str, status: int, refusal: Refusal, request: Request, *, dynamic: bool | None
    ) -> Reply:
        """Return the documented error of a status, made for a request, or as the document shows it."""
        replies = self._as_wanted(operation, dynamic=dynamic)
        response = replies.operation.responses.find(status)
        if response is None:
            raise LookupError(status)
        media = next((each for each in response.content if is_json(each)), None)
        if dynamic is False and media is not None:
            shown = replies.example(response, media)
            if shown is not ABSENT:
                return replies.shown_as(response, status, media, shown, request)
        return fill(replies, response, status, refusal, request)

    def example(self, operation: str, status: int, name: str, request: Request) -> Reply:
        """Return the documented example of a name; PreferenceError where there is none."""
        replies = self.replies(operation)
        response = replies.operation.responses.find(status)
        shown = response.shown if response is not None else {}
        having = {media: examples[name] for media, examples in shown.items() if name in examples}
        if response is None or not having:
            raise PreferenceError([no_example(replies, status, name)])
        media = best(request.headers.get("accept", ""), having) or next(iter(having))
        return replies.shown_as(response, status, media, having[media], request)


def no_example(replies: Replies, status: int, name: str) -> str:
    """Say that a status has no example of a name, and which there are."""
    named = {
        each.code: [one for examples in each.shown.values() for one in examples]
        for each in replies.operation.responses.all
    }
    own = next((names for code, names in named.items() if code == str(status)), [])
    elsewhere = [code for code, names in named.items() if name in names]
    advice = f"code={elsewhere[0]} has it. " if elsewhere and elsewhere[0].isdecimal() else near(name, own)
    listed = "; ".join(f"{code}: {', '.join(dict.fromkeys(names))}" for code, names in named.items() if names)
    return (
        f"{replies.operation.id} documents no example {echoed(name)} of {status}. {advice}"
        f"Its examples are {listed or 'none'}."
    )
