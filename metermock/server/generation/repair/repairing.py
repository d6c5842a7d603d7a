"""Repairs the replies of one operation."""

from __future__ import annotations

import copy
import logging
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from metermock.contract import Operation
from metermock.contract.rules import Rule
from metermock.ledger import effort
from metermock.ledger.calendar import instant_text
from metermock.server.generation.asked.tally import Tally
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.repair.draft import Draft, Place, general
from metermock.server.generation.repair.goals import Goal, goals_of
from metermock.server.generation.repair.reading import COUNT, is_touched
from metermock.server.generation.repair.shapes import Shapes
from metermock.server.generation.values.scene import Scene
from metermock.server.handling import Reply, Request
from metermock.server.strict import reads_headers

logger = logging.getLogger("metermock")

MOVES = 120
"""Changes that are kept until a repair gives up."""
_WAYS = 24
"""Ways that are looked at for one change."""
_VISITS = 6
"""How often one goal is gone for."""
_AGAIN = 3
"""How often the same goals may be left."""
_RECENT = 6
"""Changes whose places another goal does not write again without need."""
_BACK = 3
"""What it costs to write them again."""
_PATIENCE = 24
"""Changes without a better draft after which a repair gives up."""

Score = tuple[int, int]
"""How many goals of `must` and of `should` are not reached."""


class Repair:
    """Changes replies of one operation until its rules hold, and counts what could not be kept."""

    def __init__(self, operation: Operation, builder: Builder, tally: Tally) -> None:
        self._operation = operation
        self._builder = builder
        self._tally = tally
        self._reads_headers = reads_headers(operation)
        self._goals: dict[int, Goals] = {}
        self._shapes: dict[tuple[str, str], Shapes] = {}

    def __call__(self, reply: Reply, request: Request, scene: Scene, key: int) -> Reply:
        """The reply, with as many rules kept as possible; one that keeps all is left alone."""
        goals = self._goals_of(reply.status)
        shapes = self._shapes_of(reply)
        if not goals.all or shapes is None:
            return reply
        draft = Draft(self._seen(reply, request), shapes, scene, key)
        missed = [goal for goal in goals.all if not goal.is_reached(draft)]
        if not missed:
            return reply
        # Other clients are answered meanwhile.
        effort.begin_long()
        try:
            repaired, left = self._repaired(reply, draft, goals, missed)
        except Exception as error:
            logger.debug("%s: the repair failed", self._operation.id, exc_info=error)
            repaired, left = reply, goals.all
        self._tally.note(self._operation.id, {goal.rule.id for goal in left})
        return repaired

    def _repaired(
        self, reply: Reply, draft: Draft, goals: Goals, missed: list[Goal]
    ) -> tuple[Reply, list[Goal]]:
        """The repaired reply, and the goals that it does not reach."""
        draft.variables["body"] = copy.deepcopy(reply.body)
        draft.moment += 1
        left = Search(draft, goals).run(missed)
        body = draft.variables["body"]
        if not draft.shapes.accepts(body):
            return reply, missed
        names = {name.lower(): name for name in reply.headers}
        headers = {names.get(name, name): value for name, value in draft.variables["headers"].items()}
        return replace(reply, body=body, headers=headers), left

    def _goals_of(self, status: int) -> Goals:
        if status not in self._goals:
            self._goals[status] = Goals(goals_of(rules_of(self._operation, status)))
        return self._goals[status]

    def _shapes_of(self, reply: Reply) -> Shapes | None:
        """What the schema says of the reply's body; None for one that is no JSON object or list."""
        response = self._operation.responses.find(reply.status)
        if response is None or not isinstance(reply.body, dict | list):
            return None
        media = response.media(reply.headers.get("content-type", ""))
        if media is None:
            return None
        place = response.code, media
        if place not in self._shapes:
            schemas = self._operation.contract.schemas
            self._shapes[place] = Shapes(self._builder, schemas, response.content[media])
        return self._shapes[place]

    def _seen(self, reply: Reply, request: Request) -> Mapping[str, Any]:
        """What the rules see of a reply before it is sent."""
        return {
            # Replies are kept by the headers that were read for them, so they are read only where they count.
            "request": {
                **request.parameters,
                "headers": dict(request.headers) if self._reads_headers else {},
            },
            "status": reply.status,
            "headers": {name.lower(): value for name, value in reply.headers.items()},
            "body": reply.body,
            "now": instant_text(request.now),
        }


def rules_of(operation: Operation, status: int) -> list[Rule]:
    """The rules that judge replies of a status."""
    return [rule for rule in operation.rules if rule.statuses is None or status in rule.statuses]


class Goals:
    """The goals of one operation's replies of a status."""

    def __init__(self, goals: list[Goal]) -> None:
        self.all = goals
        self._touched: dict[Place, frozenset[int]] = {}

    def touched(self, written: Iterable[tuple[str | int, ...]]) -> set[int]:
        """The ids of the goals that changes of these places may reach or miss."""
        places = set(map(general, written))
        found: set[int] = set()
        for place in places:
            if place not in self._touched:
                self._touched[place] = frozenset(
                    id(goal) for goal in self.all if any(is_touched(read, place) for read in goal.reads)
                )
            found |= self._touched[place]
        return found


class Search:
    """Goes for one goal after another by the change that costs the least, and ends with the best draft."""

    def __init__(self, draft: Draft, goals: Goals) -> None:
        self.draft = draft
        self.goals = goals
        self.visits: Counter[int] = Counter()
        self.seen: Counter[frozenset[int]] = Counter()
        """What was left after each change, so that goals do not undo each other for ever."""

        self.recent: deque[tuple[int, set[Place]]] = deque(maxlen=_RECENT)
        """The goals of the last changes, and the places that they wrote."""
        self.best: Score = (len(goals.all), 0)

    def run(self, left: list[Goal]) -> list[Goal]:
        """Repair where these goals are not reached, and give those that are not reached then."""
        best, mark, since = left, 0, 0
        self.best = score(left)
        for _ in range(MOVES):
            moved = self.move(left) if left and since < _PATIENCE else None
            if moved is None:
                break
            left, since = moved, since + 1
            if score(left) < score(best):
                best, mark, since = left, len(self.draft.changes), 0
                self.best = score(left)
        self.draft.undo(mark)
        return best

    def missed(self, before: list[Goal], mark: int) -> list[Goal]:
        """The goals that are not reached now, where `before` were not before the changes since a mark."""
        missed = {id(goal) for goal in before}
        touched = self.goals.touched(self.draft.written[mark:])
        return [
            goal
            for goal in self.goals.all
            if (not goal.is_reached(self.draft) if id(goal) in touched else id(goal) in missed)
        ]

    def move(self, left: list[Goal]) -> list[Goal] | None:
        """Make one change, and give what is left; None where no goal can be gone for any more."""
        fixed = self.fixed()
        for goal in sorted(left, key=lambda each: self.urgency(each, fixed)):
            if self.visits[id(goal)] < _VISITS:
                self.visits[id(goal)] += 1
                found = self.reach(goal, left)
                if found is not None:
                    self.seen[frozenset(map(id, found))] += 1
                    return found
        return None

    def urgency(self, goal: Goal, fixed: set[Place]) -> tuple[bool, bool, int]:
        """What must hold comes first, of that what is given, and what was gone for the least often."""
        return goal.rule.level != "must", not goal.is_given(fixed), self.visits[id(goal)]

    def reach(self, goal: Goal, left: list[Goal]) -> list[Goal] | None:
        """Go the way to a goal that costs the least; the first that costs nothing is taken."""
        draft, start, before = self.draft, len(self.draft.changes), score(left)
        found: list[tuple[Score, int, list[Goal]]] = []
        for number, way in enumerate(islice(goal.ways(draft), _WAYS)):
            if way() and len(draft.changes) > start and goal.is_reached(draft):
                now = self.missed(left, start)
                cost = score(now)
                is_back = self.goes_back(goal, start)
                if cost < (self.best if is_back else before):
                    return self.kept(goal, now, start)
                # What only should hold is worth one rule that must: that may be kept again.
                is_worth = goal.rule.level == "must" or cost[0] <= before[0] + 1
                if is_worth and self.seen[frozenset(map(id, now))] < _AGAIN:
                    found.append(((cost[0] + _BACK * is_back, cost[1]), number, now))
            draft.undo(start)
        if not found:
            return None
        _, chosen, now = min(found, key=lambda each: each[:2])
        next(islice(goal.ways(draft), chosen, None))()
        return self.kept(goal, now, start)

    def goes_back(self, goal: Goal, start: int) -> bool:
        """Whether the changes since a mark write what another goal wrote just before."""
        written = set(map(general, self.draft.written[start:]))
        return any(name != id(goal) and not written.isdisjoint(places) for name, places in self.recent)

    def kept(self, goal: Goal, now: list[Goal], start: int) -> list[Goal]:
        """What is left; places that the request decides are written once."""
        self.recent.append((id(goal), set(map(general, self.draft.written[start:]))))
        if goal.is_given(self.fixed()):
            self.draft.fix(start, goal.targets)
        return now

    def fixed(self) -> set[Place]:
        """The places that are fixed; the number of a fixed list's rows too."""
        return {each for path in self.draft.fixed for each in (general(path), (*general(path), COUNT))}


def score(left: list[Goal]) -> Score:
    """How far a draft is from keeping all rules."""
    count = sum(goal.rule.level == "must" for goal in left)
    return count, len(left) - count
