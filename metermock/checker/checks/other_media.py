"""Replies in each of their media types: a request says in `Accept` which one it wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from metermock.checker.checks.bare import bare
from metermock.checker.checks.expectation import Expectation, successes
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.statuses import NOT_ACCEPTABLE
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Operation

_MOST = 4
"""Media types of one operation that are asked for."""


def other_media(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A request for each media type, where a good reply may have several.

    A deployment may send another one that is documented; no contract says that it must look at `Accept`.
    """
    rule = session.ids.valid
    medias = _documented(operation)
    if len(medias) < 2 or not session.collector.wants(rule, operation.id):  # noqa: PLR2004 - there is a choice
        return
    request = session.make(operation, {}, account)
    for media in medias[:_MOST]:
        asking = replace(request, headers=(*bare(request, "Accept").headers, ("Accept", media)))
        expectation = Expectation(
            f"a request that accepts {media}", successes(operation), unclear=frozenset({NOT_ACCEPTABLE})
        )
        yield Step(rule, partial(session.send, operation, asking, expectation))


def _documented(operation: Operation) -> list[str]:
    """The media types of good replies, ranges left out."""
    found = (operation.responses.find(status) for status in sorted(successes(operation)))
    medias = (media for response in found if response is not None for media in response.content)
    return list(dict.fromkeys(media for media in medias if "*" not in media))
