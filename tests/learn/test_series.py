"""Series in columns, and scales: marks that are equally far apart, and what stands at the end of a scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from metermock.contract import Exchange, load_contract
from metermock.learn.learning import learned
from metermock.learn.witness import Witness, Witnesses

DOCUMENT = """
openapi: "3.1.0"
info: {title: Telemetry, version: "1"}
paths:
  /series:
    get:
      operationId: getSeries
      parameters:
        - {name: window, in: query, schema: {type: string, enum: [short, long], default: short}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [since, step, calls, marks, counts, buckets]
                properties:
                  since: {type: integer}
                  step: {type: integer}
                  calls: {type: integer}
                  marks: {type: array, items: {type: integer}}
                  counts: {type: array, items: {type: integer}}
                  buckets:
                    type: array
                    items:
                      type: object
                      required: [le, count]
                      properties: {le: {type: [integer, "null"]}, count: {type: integer}}
"""


def reply(account: int, window: str) -> dict[str, Any]:
    """The calls of an account, in steps of a minute or of ten, and by how long they took."""
    step = 60 if window == "short" else 600
    counts = [(account * 37 + number * 11 + step) % 50 + account for number in range(6)]
    since, calls = 1_764_000_000 + 7 * step * account, sum(counts)
    below = [calls * part // 10 for part in (2, 6, 9)]
    return {
        "since": since,
        "step": step,
        "calls": calls,
        "marks": [since + number * step for number in range(6)],
        "counts": counts,
        "buckets": [
            {"le": le, "count": n} for le, n in zip((50, 100, 500, None), (*below, calls), strict=True)
        ],
    }


def rules_of(folder: Path, *, bodies: dict[tuple[int, str], dict[str, Any]]) -> dict[str, str]:
    """What is learned of these replies, by the messages."""
    path = folder / "telemetry.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    headers = {"content-type": "application/json"}
    found = tuple(
        Witness(
            f"account {account}",
            Exchange("getSeries", {"window": window}, {}, 200, headers, body, "2026-11-19T10:00:00Z"),
        )
        for (account, window), body in bodies.items()
    )
    (result,), _ = learned(load_contract(path).operations, Witnesses(found), lambda _: None)
    return {each.candidate.message: each.candidate.rule for each in result.rules}


def replies() -> dict[tuple[int, str], dict[str, Any]]:
    """Those of five accounts, for both windows."""
    return {
        (account, window): reply(account, window) for account in range(1, 6) for window in ("short", "long")
    }


def test_marks_are_as_far_apart_as_the_step(tmp_path: Path) -> None:
    """Each of them from the first, and all of them together; and the first is where the window begins."""
    found = rules_of(tmp_path, bodies=replies())

    assert found["marks are step apart"] == (
        "body.marks.all(mark, (mark - body.marks[0]) % body.step == 0) && "
        "last(body.marks, 1)[0] - body.marks[0] == (size(body.marks) - 1) * body.step"
    )
    assert found["since is the first of marks"] == "body.since == body.marks[0]"
    assert found["calls is the sum of counts"] == "body.calls == sum(body.counts)"


def test_a_mark_that_is_missing_once_is_enough(tmp_path: Path) -> None:
    """Then the marks are no series of that step."""
    bodies = replies()
    del bodies[3, "long"]["marks"][2]

    assert "marks are step apart" not in rules_of(tmp_path, bodies=bodies)


def test_the_last_of_counts_that_add_up_is_all(tmp_path: Path) -> None:
    """The buckets are cumulative, and the last one has no end."""
    found = rules_of(tmp_path, bodies=replies())

    assert found["buckets goes by count, upwards"] == "ascending(column(body.buckets, 'count'))"
    assert found["calls is the last buckets.count"] == "body.calls == last(body.buckets, 1)[0].count"


def test_the_ends_of_counts_that_go_up_and_down_say_nothing(tmp_path: Path) -> None:
    """A first count that equals a field is luck of the data, however often."""
    bodies = replies()
    for body in bodies.values():
        body["since"] = body["counts"][0]

    assert not any(
        "the first" in message and "counts" in message for message in rules_of(tmp_path, bodies=bodies)
    )
