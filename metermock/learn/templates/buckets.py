"""Templates of buckets: how many there are, by a window's length and the step that parameters name."""

from __future__ import annotations

from collections.abc import Iterator

from metermock.contract.parameter import Parameter
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import Condition, asked, literal
from metermock.learn.names import lengths_of, steps_of
from metermock.learn.terms import Scope, Term

LEAST = 3
"""Different counts that have to fit."""
LEAST_ACCOUNTS = 2


class Buckets:
    """The counts of an operation, beside a parameter with lengths and one with steps."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.counts = [
            term
            for term in scope.numbers
            if term.pointers
            and term.is_integer
            and not term.is_outer
            and not term.text.startswith(("sum(", "max("))
        ]

    def candidates(self) -> list[Candidate]:
        """The counts that are the window's length over the step, or one more for the part at an end."""
        parameters = [each for each in self.scope.operation.parameters if "[" not in asked(each.name)]
        pairs = [
            ((span, lengths), (step, steps))
            for span in parameters
            for step in parameters
            if span is not step and (lengths := lengths_of(span)) and (steps := steps_of(step))
        ]
        found = []
        for span, step in pairs:
            several = (each for count in self.counts for each in self._of(count, span, step))
            # A count that the reply tells comes before the length of a list, which is the same.
            found += [each for each in (next(several, None),) if each is not None]
        return found

    def _of(
        self, count: Term, span: tuple[Parameter, dict[str, int]], step: tuple[Parameter, dict[str, int]]
    ) -> Iterator[Candidate]:
        shown: dict[tuple[str, str], set[int]] = {}
        accounts = set()
        for exchange, value, who in zip(self.scope.exchanges, count.values, self.scope.accounts, strict=True):
            pair = exchange.parameters.get(span[0].key), exchange.parameters.get(step[0].key)
            length, width = span[1].get(str(pair[0])), step[1].get(str(pair[1]))
            if length is None or width is None or length < width or value is None:
                continue
            shown.setdefault((str(pair[0]), str(pair[1])), set()).add(value - length // width)
            accounts.add(who)
        rest = set().union(*shown.values()) if shown else set()
        counts = {span[1][one] // step[1][two] for one, two in shown}
        if len(counts) < LEAST or len(accounts) < LEAST_ACCOUNTS or rest not in ({0}, {1}):
            return
        yield self._stated(count, span, step, (shown.keys(), rest.pop()))

    def _stated(
        self,
        count: Term,
        span: tuple[Parameter, dict[str, int]],
        step: tuple[Parameter, dict[str, int]],
        seen: tuple[object, int],
    ) -> Candidate:
        pairs, more = seen
        names = [sorted({pair[index] for pair in pairs}) for index in (0, 1)]  # type: ignore[attr-defined]
        texts = [asked(each[0].name) for each in (span, step)]
        tables = [
            f"{{{', '.join(f'{literal(name)}: {table[name]}' for name in listed)}}}[{text}]"
            for listed, table, text in zip(names, (span[1], step[1]), texts, strict=True)
        ]
        known = " && ".join(
            f"{text} in [{', '.join(map(literal, listed))}]"
            for text, listed in zip(texts, names, strict=True)
        )
        rule = f"{count.text} == {'1 + ' if more else ''}{' / '.join(tables)}"
        words = "one for each" + (", and one more for the part at an end" if more else "")
        message = f"{count.name} follows from {span[0].name} and {step[0].name}: {words}"
        condition = Condition(f"{known} && {' >= '.join(tables)}", "", None)
        return stated(self.scope, "buckets", message, rule, [count], chance=0.0, condition=condition)
