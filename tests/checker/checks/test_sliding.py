"""Replies that differ are believed where neither moving data nor replicas could have made the difference."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from metermock.checker.checks.comparisons import Comparisons
from metermock.checker.checks.confirmations import SERIES
from metermock.checker.checks.pairs import PATIENCE
from metermock.checker.checks.past_caches import LimitedError
from metermock.checker.checks.relations import ATTEMPTS, PROOFS
from metermock.checker.checks.session import Session
from metermock.checker.checks.stillness import REPEATS, SPAN, Stillness
from metermock.contract import Operation, load_contract
from tests.checker.checks.course import Gateway, Unhurried, compare, relate, simulated, walk

TINY = Path(__file__).parents[1] / "tiny.openapi.yaml"
RELATION = """\
      x-relations:
        - id: T-4
          level: must
          message: more days hold no fewer calls
          requests:
            few: {days: 1}
            many: {days: 31}
          rule: few.body.total <= many.body.total
"""
APART = """\
      x-relations:
        - id: T-4
          level: must
          message: each reply has a number of its own
          requests:
            one: {}
            two: {later: 2}
          rule: one.body.total != two.body.total
"""


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The operation of the tiny contract, with a relation."""
    path = tmp_path_factory.mktemp("related") / TINY.name
    tiny = TINY.read_text(encoding="utf-8")
    path.write_text(tiny.replace("components:\n", f"{RELATION}components:\n", 1), encoding="utf-8")
    return load_contract(path).operation("getUsage")


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The same with a relation of two replies that must agree."""
    path = tmp_path_factory.mktemp("agreeing") / TINY.name
    tiny, relation = TINY.read_text(encoding="utf-8"), RELATION.replace("<=", "==")
    path.write_text(tiny.replace("components:\n", f"{relation}components:\n", 1), encoding="utf-8")
    return load_contract(path).operation("getUsage")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The same with a relation that waits."""
    path = tmp_path_factory.mktemp("apart") / TINY.name
    tiny = TINY.read_text(encoding="utf-8")
    path.write_text(tiny.replace("components:\n", f"{APART}components:\n", 1), encoding="utf-8")
    return load_contract(path).operation("getUsage")


@pytest.mark.parametrize("work", [compare, relate])
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3, 0.7])
def test_a_window_that_slides_breaks_nothing(
    operation: Operation, work: Callable[[Session, Operation], None], rate: float
) -> None:
    """A hundred accounts of each pace; the rule ran on some of them."""
    found = [simulated(operation, walk(seed, rate), work)[:2] for seed in range(100)]
    assert sum(failed for _, failed in found) == 0
    assert sum(ran for ran, _ in found) > 0


@pytest.mark.parametrize("work", [compare, relate])
def test_replicas_that_take_turns_break_nothing(
    operation: Operation, work: Callable[[Session, Operation], None]
) -> None:
    """Every second reply comes from a replica that is a few calls behind."""
    assert simulated(operation, lambda read, _: 900 + read // 40 - 5 * (read % 2), work)[1] == 0


@pytest.mark.parametrize("work", [compare, relate])
def test_a_difference_that_stays_is_a_breach(
    operation: Operation, work: Callable[[Session, Operation], None]
) -> None:
    """Seconds apart, in every order of the requests."""
    ran, failed, _, session = simulated(operation, lambda _, other: 900 - 5 * other, work)
    assert (ran, failed) == (1, 1)
    assert sum(session.ended.waits) >= 2


@pytest.mark.parametrize("work", [compare, relate])
@pytest.mark.parametrize("seconds", [2.0, 5.0])
@pytest.mark.parametrize("rate", [1.5, 5.0])
def test_a_gateway_that_says_that_it_caches_breaks_nothing(
    operation: Operation, work: Callable[[Session, Operation], None], rate: float, seconds: float
) -> None:
    """Each of two requests shows the count of another instant, and goes on to show it."""
    gateways = [Gateway(seed, rate, seconds) for seed in range(20)]
    found = [simulated(operation, each.total(), work, each)[:2] for each in gateways]
    assert sum(failed for _, failed in found) == 0


@pytest.mark.parametrize("work", [compare, relate])
@pytest.mark.parametrize("seconds", [5.0, 60.0])
@pytest.mark.parametrize("rate", [0.1, 5.0])
def test_a_gateway_that_does_not_say_that_it_caches_breaks_nothing(
    operation: Operation, work: Callable[[Session, Operation], None], rate: float, seconds: float
) -> None:
    """What it gives out is held against what stands behind it; of the rule then nothing is said."""
    gateways = [Gateway(seed, rate, seconds) for seed in range(4)]
    found = [simulated(operation, each.total(), work, each, silent=True) for each in gateways]
    assert sum(failed for _, failed, *_ in found) == 0
    # Of a cache of seconds the pauses between the pairs may tell as much.
    assert any(session.past_caches.lines for *_, session in found) or seconds < 60


@pytest.mark.parametrize("seed", [0, 18, 31, 33, 34, 38])
def test_replicas_behind_a_gateway_that_does_not_say_that_it_caches_break_nothing(
    agreeing: Operation, seed: int
) -> None:
    """One of two is three seconds behind, and in these courses one proof past caches would be chance."""
    gateway = Gateway(seed, rate=1.0, seconds=5.0, lag=3.0)
    _, failed, _, session = simulated(agreeing, gateway.total(), relate, gateway, silent=True)
    assert failed == 0
    assert session.past_caches.lines


@pytest.mark.parametrize("work", [compare, relate])
def test_a_server_that_refuses_to_be_asked_past_caches_is_believed(
    operation: Operation, work: Callable[[Session, Operation], None]
) -> None:
    """Its difference stays one; nobody can tell whether a cache makes it."""

    def refusing(session: Session, operation: Operation) -> None:
        session.past_caches.ask = lambda *_: None  # type: ignore[method-assign]
        work(session, operation)

    assert simulated(operation, lambda _, other: 900 - 5 * other, refusing)[:2] == (1, 1)


@pytest.mark.parametrize("work", [compare, relate])
def test_a_limit_in_the_way_past_caches_is_no_proof(
    operation: Operation, work: Callable[[Session, Operation], None]
) -> None:
    """A 429 that does not end says as little of a difference as of anything else; a line tells of it."""

    def limited(session: Session, operation: Operation) -> None:
        def ask(*_: object) -> NoReturn:
            raise LimitedError

        session.past_caches.ask = ask  # type: ignore[method-assign, assignment]
        work(session, operation)

    _, failed, _, session = simulated(operation, lambda _, other: 900 - 5 * other, limited)
    assert failed == 0
    assert session.past_caches.lines


@pytest.mark.parametrize(("fresh", "found"), [(True, (0, 0, 1)), (False, (1, 1, 0))])
def test_a_relation_whose_requests_lie_apart_is_asked_past_caches_too(
    apart: Operation, found: tuple[int, int, int], *, fresh: bool
) -> None:
    """A cache gives out one reply twice, with the id that it has; a server that does so is broken."""

    def numbered(session: Any, operation: Operation) -> None:
        if fresh:
            numbers = itertools.count(2)
            session.past_caches.ask = lambda one, request: session.answered(one, request, next(numbers))
        relate(session, operation)

    assert simulated(apart, lambda _read, _other: 1, numbered)[:3] == found


def test_a_relation_that_is_known_to_be_broken_needs_no_second_proof(operation: Operation) -> None:
    """The first breach is asked for again and again; one in the same place has the same cause."""

    def twice(session: Session, operation: Operation) -> None:
        relate(session, operation)
        relate(session, operation)

    ran, failed, unknown, session = simulated(operation, lambda _, other: 900 - 5 * other, twice)
    assert (ran, failed, unknown) == (1, 1, 1)
    # A proof is two requests, and each of them twice more; past caches there are as many.
    assert session.reads == 2 * 6 * PROOFS + 2


def seems_still(session: Session, operation: Operation, values: dict[str, Any]) -> None:
    """Read so often, over some seconds, that the account is taken to stand still."""
    clock = [0.0]
    session.stillness = Stillness(lambda: clock[0])
    for _ in range(REPEATS + 1):
        session.send(operation, session.make(operation, values, None))
    clock[0] = SPAN
    assert session.stillness.stands_still(None)


def test_an_account_that_has_just_begun_to_move_is_compared_as_one_that_moves(operation: Operation) -> None:
    """A call has come, and replicas are chosen by the address: the other one shows it two seconds later."""
    waited = Unhurried()

    def total(read: int, other: bool) -> int:  # noqa: FBT001 - a course
        is_late = other and sum(waited.waits) < 2
        return 100 + (read > REPEATS and not is_late)

    def work(session: Session, operation: Operation) -> None:
        session.ended = waited
        seems_still(session, operation, {})
        compare(session, operation)

    assert simulated(operation, total, work)[:3] == (1, 0, 0)


def test_one_series_by_chance_is_not_believed_where_an_account_seemed_still(operation: Operation) -> None:
    """A call has come that one of two replicas shows, and each request met the same one in a whole proof."""

    def total(read: int, other: bool) -> int:  # noqa: FBT001 - a course
        since = read - REPEATS - 1
        by_chance = not other if since < 10 else since % 2
        return 100 + (since >= 0 and by_chance)

    def work(session: Session, operation: Operation) -> None:
        seems_still(session, operation, {"days": 3})
        relate(session, operation)

    assert simulated(operation, total, work)[1] == 0


def test_a_comparison_that_is_known_to_differ_is_one_pair(operation: Operation) -> None:
    """Where another account is asked the same, for instance."""

    def twice(session: Session, operation: Operation) -> None:
        compare(session, operation)
        before = session.reads  # type: ignore[attr-defined]
        compare(session, operation)
        assert session.reads == before + 2  # type: ignore[attr-defined]

    assert simulated(operation, lambda _, other: 900 - 5 * other, twice)[:3] == (1, 1, 1)


def test_a_should_is_compared_no_more_once_it_is_broken_in_three_ways(operation: Operation) -> None:
    """A finding shows as many; a must is compared in each way."""

    def often(session: Session, operation: Operation) -> None:
        one, other = (session.make(operation, values, None) for values in ({}, {"days": 7}))
        for number in range(5):
            Comparisons(session).equal(operation, "parameter-order", one, other, f"in way {number}")

    assert simulated(operation, lambda _, other: 900 - 5 * other, often)[:3] == (3, 3, 2)


@pytest.mark.parametrize(("work", "short"), [(compare, 2 * PATIENCE), (relate, 3)])
def test_what_always_stays_open_is_left_alone_after_some_series(
    operation: Operation, work: Callable[[Session, Operation], None], short: int
) -> None:
    """Every reply has other data, and past caches two requests are answered alike."""
    spent = []

    def often(session: Session, operation: Operation) -> None:
        alike = session.past_caches.ask(operation, session.make(operation, {}, None))
        session.past_caches.ask = lambda *_: alike  # type: ignore[method-assign]
        for _ in range(SERIES + 3):
            before = session.reads  # type: ignore[attr-defined]
            work(session, operation)
            spent.append(session.reads - before)  # type: ignore[attr-defined]

    found = simulated(operation, lambda read, other: 9000 - 7 * read - 500 * other, often)
    assert found[:2] == (0, 0)
    assert max(spent[SERIES:]) <= short < min(spent[:SERIES])
    assert found[3].confirmations.most >= sum(spent) - 2 * len(spent)


def test_a_broken_relation_of_data_that_stand_still_is_proven_after_some_series(operation: Operation) -> None:
    """What moved before does not speak for what stands still now, as past months do."""

    def often(session: Session, operation: Operation) -> None:
        for _ in range(SERIES + 1):
            relate(session, operation)

    # A proof that fails is two requests, and the first of them that is answered otherwise.
    moving = SERIES * ATTEMPTS * 3

    def total(read: int, other: bool) -> int:  # noqa: FBT001 - a course
        return 9000 - 5 * other - 7 * min(read, moving)

    assert simulated(operation, total, often)[1] == 1


def test_data_that_never_stand_still_decide_nothing_about_a_relation(operation: Operation) -> None:
    """Broken each time, and each time the replies had moved on."""
    ran, failed, unknown, _ = simulated(operation, lambda read, other: 900 - 7 * read - 5 * other, relate)
    assert (ran, failed, unknown) == (0, 0, 1)
