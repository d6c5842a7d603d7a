"""The values that an operation cannot be asked without: path and required parameters, and configured ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from metermock.checker.checks.listed_things import ListedThings
from metermock.checker.deployment.target import Target
from metermock.checker.inputs.allowed import candidates
from metermock.checker.inputs.dates import near_today, not_inverted, unix_times
from metermock.checker.inputs.guard import is_good
from metermock.contract import Operation, Parameter
from metermock.contract.json_types import ABSENT
from metermock.contract.samples import Samples

Values = dict[str, Any]

TRIES = 6
"""Combinations of values that are tried before an operation counts as one that nobody can ask."""
_MOST = 4
_ORDER = {"POST": 0, "GET": 1, "HEAD": 1, "PUT": 2, "PATCH": 2, "DELETE": 3}


class BaseValues:
    """Chooses the values; the preflight tells which of them gave a good reply."""

    def __init__(self, target: Target) -> None:
        self._of_target = target.parameters
        self._of_account = {account.name: account.parameters for account in target.accounts}
        self._samples = Samples(target.contract.schemas)
        self._chosen: dict[tuple[str, str], Values] = {}
        self._guessed: set[tuple[str, str]] = set()
        self._listed: dict[tuple[str, str], set[str]] = {}
        self._asked: dict[tuple[str, str], set[str]] = {}
        self._answered: dict[tuple[str, str], dict[str, set[str]]] = {}
        """By operation and parameter, the values of each account that got a good reply."""
        self._learnt: dict[tuple[str, str], dict[str, Any]] = {}
        self.things = ListedThings()
        self.now: datetime | None = None
        """The deployment's clock, once a reply has shown it."""

    def of(self, operation: Operation, account: str | None) -> Values:
        """The values to send with every request: those that were answered, else the first that are known."""
        key = (operation.id, account or "")
        if key not in self._chosen:
            self._chosen[key] = next(self.tries(operation, account, {}), {})
        return self._chosen[key]

    def beside(self, operation: Operation, account: str | None, values: Mapping[str, Any]) -> Values:
        """The values to send beside these: of the things of an operation those that go with them."""
        return self.of(operation, account) | self.things.beside(operation, account, values)

    def settle(self, operation: Operation, account: str | None, values: Values) -> None:
        """Keep the values that gave a good reply."""
        self._chosen[operation.id, account or ""] = values

    def guess(self, operation: Operation, account: str | None) -> None:
        """Note that nothing shows that the account has the things that the values name."""
        self._guessed.add((operation.id, account or ""))

    def is_guessed(self, operation: Operation, account: str | None) -> bool:
        """Whether the account may well have nothing of what the values name."""
        return (operation.id, account or "") in self._guessed

    def note_listed(self, operation: Operation, values: Values, seen: Mapping[str, Sequence[Any]]) -> None:
        """Note which of the values that were answered stand in replies of other operations."""
        for key, listed in seen.items():
            if key in values and str(values[key]) in map(str, listed):
                self._listed.setdefault((operation.id, key), set()).update(map(str, listed))

    def is_listed(self, operation: str, key: str) -> bool:
        """Whether a parameter was asked with a value that a reply of another operation shows."""
        return (operation, key) in self._listed

    def listed(self, operation: str, key: str) -> frozenset[str]:
        """The texts of the values that such replies show for the parameter."""
        return frozenset(self._listed.get((operation, key), ()))

    def note_asked(self, operation: Operation, account: str | None, values: Mapping[str, Any]) -> None:
        """Note the values of a good request, those included that the operation cannot be without."""
        for key, value in {**self.beside(operation, account, values), **values}.items():
            self._asked.setdefault((operation.id, key), set()).add(repr(value))

    def note_answered(self, operation: Operation, account: str | None, values: Mapping[str, Any]) -> None:
        """Note the values of a request that got a good reply."""
        for key, value in {**self.beside(operation, account, values), **values}.items():
            of_account = self._answered.setdefault((operation.id, key), {})
            of_account.setdefault(account or "", set()).add(repr(value))

    def note_learnt(self, operation: Operation, key: str, value: Any) -> None:
        """Note a good value that a reply gave out for some requests only, such as a cursor."""
        self._learnt.setdefault((operation.id, key), {})[repr(value)] = value

    def learnt(self, operation: Operation) -> Mapping[str, Sequence[Any]]:
        """Such values that were answered, by parameter."""
        of = operation.id
        return {key: tuple(values.values()) for (name, key), values in self._learnt.items() if name == of}

    def is_refused(self, operation: Operation, key: str) -> bool:
        """Whether a parameter was sent with values that its schema accepts, and got no good reply."""
        return (operation.id, key) in self._asked and (operation.id, key) not in self._answered

    def times_answered(self, operation: str, key: str) -> int:
        """How many values of a parameter got one account a good reply, at most."""
        return max(map(len, self._answered.get((operation, key), {}).values()), default=0)

    def times_varied(self, operation: Operation, key: str) -> int:
        """How many values of a parameter good requests have had."""
        return len(self._asked.get((operation.id, key), ()))

    def tries(
        self, operation: Operation, account: str | None, seen: Mapping[str, Sequence[Any]]
    ) -> Iterator[Values]:
        """Combinations of values to try, the most telling first; `seen` are values from replies, by key."""
        configured = self._configured(operation, account)
        asked = [*needed(operation), *(each for each in operation.parameters if each.key in configured)]
        known = {each.key: list(self._known(operation, account, each, seen)) for each in asked}
        if not known:
            yield {}
            return
        longest = max(map(len, known.values()), default=0)
        for row in itertools.islice(range(longest), TRIES):
            # One row after the other, not every combination: two ids that are unknown tell no more than one.
            found = {name: values[min(row, len(values) - 1)] for name, values in known.items() if values}
            yield not_inverted(operation.parameters, found)

    def _configured(self, operation: Operation, account: str | None) -> Mapping[str, Sequence[Any]]:
        own = self._of_account.get(account or "", {}).get(operation.id, {})
        return {**self._of_target.get(operation.id, {}), **own}

    def configured(self, operation: Operation, account: str | None, parameter: Parameter) -> list[Any]:
        """The values that the user gives for a parameter, those of the account before those for all."""
        given = self._configured(operation, account).get(parameter.key, ())
        return [_typed(parameter, value) for value in given]

    def _known(
        self,
        operation: Operation,
        account: str | None,
        parameter: Parameter,
        seen: Mapping[str, Sequence[Any]],
    ) -> Iterable[Any]:
        """Good values of a parameter, the surest first; texts that are merely made come last."""
        if configured := self.configured(operation, account, parameter):
            return configured
        shown = [_typed(parameter, value) for value in seen.get(parameter.key, ())[:_MOST]]
        found: list[Any] = [*shown, *parameter.examples.values()]
        found += [] if parameter.default is ABSENT else [parameter.default]
        clock = self.now or datetime.now(UTC)
        found += unix_times(parameter, clock.timestamp()) + near_today(parameter, clock)
        found += candidates(parameter, operation=operation)
        found += self._samples.accepted(parameter.schema)
        unique: list[Any] = []
        for value in found:
            # An empty text is accepted by most schemas, and no segment of a path: `/keys/` is another path.
            if value not in unique and is_good(parameter, value):
                unique.append(value)
        return unique[:TRIES]


def _typed(parameter: Parameter, value: Any) -> Any:
    """A configured value; a text is read as the parameter's schema would have it."""
    if not isinstance(value, str) or parameter.reader.accepts(value):
        return value
    read = parameter.reader.read(value)
    return value if read is ABSENT else read


def needed(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters without which an operation cannot be asked."""
    return tuple(parameter for parameter in operation.parameters if parameter.required)


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Operations whose path needs nothing first: their replies show values for the others.

    What makes things comes before what reads them, and that before what changes them.
    """

    def place(operation: Operation) -> tuple[int, int, int]:
        in_path = sum(each.location == "path" for each in operation.parameters)
        return in_path, _ORDER.get(operation.method, 1), len(needed(operation))

    return sorted(operations, key=place)


def inferred(operation: Operation, operations: Iterable[Operation], method: str) -> dict[str, Operation]:
    """By path parameter, the operation of a method that shows its values: `/meters` for `/meters/{id}`."""
    lists = {each.path.rstrip("/"): each for each in operations if each.method == method}
    found = {}
    for parameter in operation.parameters:
        before = operation.path.partition("{" + parameter.name + "}")[0].rstrip("/")
        if parameter.location == "path" and before in lists:
            found[parameter.key] = lists[before]
    return found
