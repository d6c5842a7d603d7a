"""Figures of the plan's own month, which stay as they are whatever span a request asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from metermock.server.generation.agreeing.capacities import is_most
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.words import names

_OWN = frozenset({"subscription", "current", "contract", "trial", "renewal"})
"""Words of periods that are those of a plan, and not of what is asked for."""
STARTS = frozenset({"start", "starts", "starting", "from", "since", "begin"})
WINDOWS = frozenset({"window", "range", "interval", "timeframe", "span", "date", "dates", "time"})
"""What an object is called that says of which span the days beside it are."""
PERIODS = frozenset({"period", "cycle"})
_PLANS = frozenset({"quota", "limit", "plan", "subscription", "allowance", "entitlement"})
"""What an object, or an operation, is called that tells what is left now."""


def is_of_plan(fields: Sequence[Facts], name: str) -> bool:
    """Whether an object's figures are of the month of a plan: it is one, or only its period stands in it."""
    if tells_of_plan(map(names.singular, names.words_of(name))):
        return True
    dated = [each for each in fields if each.notation or any(inner.notation for inner in each.fields)]
    own = [each for each in dated if is_own_period(each.name)]
    return bool(own) and not any(
        names.has(each.name, STARTS | WINDOWS | PERIODS) for each in dated if each not in own
    )


def tells_of_plan(words: Iterable[str]) -> bool:
    """Whether words, singular, name a plan or a limit of it."""
    return not _PLANS.isdisjoint(words)


def is_granted(group: Mapping[str, Facts]) -> bool:
    """Whether no more can be used than there is: a grant of credits is no limit of each month."""
    limit = group.get("limit")
    return limit is not None and group.get("hard") is limit and not is_most(limit.name)


def is_own_period(name: str) -> bool:
    """Whether a period is that of a plan, by its name."""
    return names.has(name, _OWN) and names.has(name, PERIODS)
