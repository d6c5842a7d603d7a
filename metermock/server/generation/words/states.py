"""States of things: how far a thing has come, by the words of its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from metermock.remembered import remembered
from metermock.server.generation.words import names

Stage = Literal["waiting", "running", "done", "failed", "stopped", ""]
"""How far a job has come; empty where its state says nothing of it."""

_STORY: Mapping[int, str] = {
    0: "created creation create registered joined signed issued drafted draft new",
    1: "queued enqueued submitted received requested scheduled pending waiting accepted placed",
    3: "started begun processing running sending progress authorized confirmed",
    4: "sent dispatched shipped emitted",
    5: "delivered captured",
    6: "opened read viewed seen",
    7: "clicked",
    8: "completed finished ended succeeded done paid processed fulfilled success successful",
    9: "closed resolved",
}
"""What happens to things, by its place in their story."""
PLACES = {word: place for place, line in _STORY.items() for word in line.split()}
ENDS: Mapping[str, frozenset[str]] = {
    word: frozenset(line.split())
    for line in (
        "failed failure error errored undelivered",
        "bounced",
        "rejected declined denied",
        "canceled cancelled",
        "void voided",
        "revoked",
        "deleted removed",
        "archived",
        "refunded",
        "expired",
        "deactivated disabled suspended",
    )
    for word in line.split()
}
"""What ends a thing in another way, with its other names."""
LIVING = frozenset(
    {"active", "enabled", "inactive", "paused", "trialing", "live", "ok", "healthy", "ongoing"}
)
"""States of what goes on: it has not come to any end."""
OPEN = frozenset({"open", "unpaid", "overdue", "outstanding", "due", "uncollectible", "unresolved"})
"""States of what is not done: neither paid, nor closed."""
FIRST = ("queued", "pending", "draft", "created", "new", "scheduled", "submitted", "open", "active")
"""The states in which things begin, the likeliest first."""
_DONE = frozenset({"complete", "ready", "rendered", "generated", "exported", "transcoded", "converted"})
"""States of finished jobs; an instant of these words, as `generated_at`, may be any."""
_NO_WORK = frozenset({"failing", "missing", "existing", "incoming", "outgoing", "remaining", "recurring"})
"""Words in -ing that are no work which goes on."""
_WAITING, _RUNNING, _FINISHED = 1, 3, 8
"""The places of states in which nothing has begun yet, something goes on, and all is done."""
_FAILURES = ENDS["failed"] | {"rejected", "bounced"}
_STOPPED = ENDS["canceled"] | {"aborted"}


def words_of(state: str) -> frozenset[str]:
    """The words of a state."""
    return frozenset(names.words_of(state))


def place_of(word: str) -> int | None:
    """How far a word of a state says that a thing has come; None for a word that says nothing of it."""
    if word in PLACES:
        return PLACES[word]
    if word in _DONE:
        return _FINISHED
    is_work = word.endswith("ing") and word not in LIVING | OPEN | _NO_WORK
    return _RUNNING if is_work and len(word) > len("doing") else None


def is_known(state: str) -> bool:
    """Whether a state says how far a thing has come, or that it has come to an end."""
    words = words_of(state)
    return bool(words & (ENDS.keys() | LIVING | OPEN)) or any(place_of(word) is not None for word in words)


def goes_well(state: str) -> bool:
    """Whether nothing has gone wrong with a thing, as far as its state says."""
    return words_of(state).isdisjoint(ENDS) and is_known(state)


@remembered(1024)
def stage_of(state: str) -> Stage:
    """How far a job of this state has come; empty for states that are not those of jobs."""
    words = words_of(state)
    if words & _FAILURES:
        return "failed"
    if words & (ENDS.keys() | _STOPPED):
        return "stopped" if words & _STOPPED else ""
    if words & (LIVING | OPEN):
        return ""
    place = max((each for each in map(place_of, words) if each is not None), default=None)
    if place is None:
        return ""
    if place <= _WAITING:
        return "waiting"
    return "running" if place == _RUNNING else "done" if place >= _FINISHED else ""
