"""Templates of plans: a limit is the one that the account's plan has."""

from __future__ import annotations

from collections.abc import Iterator

from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import HALF, Condition, literal
from metermock.learn.names import words_of
from metermock.learn.terms import Scope, Term

MOST_PLANS = 12
_PLANS = frozenset({"plan", "tier", "level", "package", "edition", "subscription"})
_LIMITS = frozenset({"limit", "limits", "quota", "max", "maximum", "cap", "allowance", "included", "per"})
_USED = frozenset({"used", "usage", "remaining", "left", "utilization", "average", "peak", "percent"})


class Plans:
    """The texts that name a plan, and the numbers that are called limits."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def candidates(self) -> list[Candidate]:
        """A table for each limit that always is the same for a plan, and not for all of them."""
        plans = [term for term in self.scope.texts if _is_own(term) and _PLANS & _last_words(term)]
        limits = [term for term in self.scope.numbers if _is_own(term) and _is_limit(term)]
        return [each for plan in plans for limit in limits for each in self._tables(plan, limit)]

    def _tables(self, plan: Term, limit: Term) -> Iterator[Candidate]:
        for condition in self.scope.conditions:
            if condition.words.startswith((HALF, "without")):
                continue
            table = self._table(plan, limit, condition)
            if not table:
                continue
            listed = ", ".join(f"{literal(name)}: {value}" for name, value in sorted(table.items()))
            names = ", ".join(map(literal, sorted(table)))
            known = " && ".join(filter(None, (condition.text, f"{plan.text} in [{names}]")))
            yield stated(
                self.scope,
                "plan",
                f"{limit.name} is that of {plan.name}",
                f"{limit.text} == {{{listed}}}[{plan.text}]",
                (plan, limit),
                chance=0.0,
                condition=Condition(known, condition.words, condition.holds),
            )
            if not condition.text:
                return

    def _table(self, plan: Term, limit: Term, condition: Condition) -> dict[str, int]:
        """The limit of each plan; nothing where one plan has two, or no plan is that of two accounts."""
        table: dict[str, int] = {}
        accounts: dict[str, set[str]] = {}
        rows = zip(plan.values, limit.values, self.scope.accounts, condition.holds, strict=True)
        for name, value, account, holds in rows:
            if not holds or name is None or value is None:
                continue
            if not isinstance(value, int) or table.setdefault(name, value) != value:
                return {}
            accounts.setdefault(name, set()).add(account)
        is_shared = any(len(its) > 1 for its in accounts.values())
        differs = len(set(table.values())) > 1
        return table if is_shared and differs and len(table) <= MOST_PLANS else {}


def _is_own(term: Term) -> bool:
    return bool(term.pointers) and not term.is_outer and not term.text.startswith(("sum(", "max(", "size("))


def _is_limit(term: Term) -> bool:
    words = words_of(term.name)
    return term.is_integer and bool(_LIMITS & words) and not _USED & words


def _last_words(term: Term) -> set[str]:
    return words_of(term.name.rpartition(".")[2])
