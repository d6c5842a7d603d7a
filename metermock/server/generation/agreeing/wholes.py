"""Numbers of one object that are the sums of others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metermock.server.generation.agreeing import parts
from metermock.server.generation.agreeing.columns import NO_SUMS
from metermock.server.generation.agreeing.facts import Facts, numbers_of, rounded
from metermock.server.generation.words import names


def sums(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Sequence[Facts]]]:
    """`total_tokens` is `prompt_tokens` + `completion_tokens`; `total` is `succeeded` + `failed`."""
    numbers = numbers_of(fields)
    out = (
        names.LIMITS | names.LEFT | names.PERCENT | names.SHARE | NO_SUMS | frozenset({"cached", "reasoning"})
    )
    for total in numbers:
        words = frozenset(names.words_of(total.name))
        if not words & names.TOTAL or words & out:
            continue
        ended = next((several for whole, several in parts.outcomes(fields) if whole is total), ())
        if any(parts.has_state(each.name) for each in ended):
            yield total, ended
            continue
        noun = names.stem(total.name, names.TOTAL)
        is_of_all = not names.is_measure(total.name)
        found = []
        for field in numbers:
            own = names.words_of(field.name)
            if field is total or out & frozenset(own) or names.TOTAL & frozenset(own):
                continue
            is_outcome = bool(names.OUTCOMES & frozenset(own))
            is_same = bool(noun) and names.stem(field.name, names.OUTCOMES)[-len(noun) :] == noun
            is_outcome_of_it = not noun or is_same or (len(own) == 1 and is_of_all)
            if (is_outcome and is_outcome_of_it) or (is_same and len(own) > len(noun)):
                found.append(field)
        outcomes = [field for field in found if names.has(field.name, names.OUTCOMES)]
        chosen = outcomes if len(outcomes) > 1 else [field for field in found if field not in outcomes]
        if len(chosen) > 1:
            yield total, chosen


def wholes_of(fields: Sequence[Facts]) -> Sequence[tuple[Facts, Sequence[Facts]]]:
    """Sums and their parts; of outcomes the good ones come last."""
    outcomes = {
        whole.name: (whole, sorted(several, key=lambda each: parts.is_good(each.name)))
        for whole, several in parts.outcomes(fields)
    }
    return [*(each for each in sums(fields) if each[0].name not in outcomes), *outcomes.values()]


def add_up(made: dict[str, Any], wholes: Sequence[tuple[Facts, Sequence[Facts]]], told: set[str]) -> None:
    """Let the last part of a whole be what is left of it, where both are told.

    Elsewhere the account's history may have more parts of it than this object shows.
    """
    for total, several in wholes:
        if not told >= {total.name, *(each.name for each in several)}:
            continue
        last = several[-1]
        rest = rounded(made[total.name] - sum(made[each.name] for each in several[:-1]), last)
        if rest >= 0 and last.accepts(rest):
            made[last.name] = rest
