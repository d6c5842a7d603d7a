"""Replies that are made from documents, judged by somebody else, and made again in another process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.validity.asking import SUITE, VENDORS, Answer, Asked, Asking, answered_twice
from tests.validity.judge import Judge

DOCUMENT = """
openapi: 3.0.3
info: {title: Usage, version: "1"}
paths:
  /usage:
    get:
      responses:
        "200":
          description: the usage
          headers: {X-Left: {required: true, schema: {type: integer, minimum: 0}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Usage", maximum: 0}}}
components:
  schemas:
    Usage:
      type: object
      required: [total]
      properties:
        total: {type: integer, minimum: 0, exclusiveMinimum: true}
        day: {type: string, format: date}
        unit: {type: string, nullable: true, enum: [calls]}
"""
HEADERS = {"content-type": "application/json", "X-Left": "3"}
ALL_SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.whole) for seed in (1, 7)))


@pytest.fixture(scope="module")
def asking() -> Asking:
    """The documents of the suite and of the vendors."""
    return Asking([*SUITE, *VENDORS])


@pytest.fixture(scope="module")
def asked(asking: Asking) -> list[Asked]:
    """Everything that they are asked for."""
    return [*asking.asked()]


@pytest.fixture(scope="module", params=ALL_SEEDS)
def seed(request: pytest.FixtureRequest) -> str:
    """A seed of the mock."""
    return str(request.param)


@pytest.fixture(scope="module", params=[(), ("--dynamic",)], ids=["plain", "dynamic"])
def answers(
    request: pytest.FixtureRequest, asking: Asking, asked: Sequence[Asked], seed: str
) -> tuple[list[Answer], list[Answer]]:
    """What two processes answer."""
    return answered_twice(asking, asked, "--seed", seed, *request.param)


def test_another_validator_accepts_every_reply(answers: tuple[list[Answer], list[Answer]]) -> None:
    """Successes and refusals, with every account, are as the document says; there is no 500."""
    judges = {path: Judge(path) for path in {each.asked.document for each in answers[0]}}
    wrong = []
    for each in answers[0]:
        operation = each.asked.operation
        found = judges[each.asked.document].errors(
            operation.path, operation.method.lower(), each.status, each.headers, each.body
        )
        wrong += [f"{each}: {error}" for error in found]

    assert wrong == []


def test_two_processes_send_the_same_bytes(answers: tuple[list[Answer], list[Answer]]) -> None:
    """The order of Python's sets and that of the requests change nothing."""
    different = [
        f"{one}\n{other}"
        for one, other in zip(*answers, strict=True)
        if (one.status, one.headers, one.body) != (other.status, other.headers, other.body)
    ]

    assert different == []


def test_everything_is_asked(answers: tuple[list[Answer], list[Answer]], asking: Asking) -> None:
    """Every operation that documents a success has one with every account, and errors are there too."""
    good = {
        (*each.asked.key[:2], each.asked.about.partition(",")[0]) for each in answers[0] if each.status < 400
    }
    wanted = {
        (path.name, operation.id, f"as {account.name}")
        for path, target in asking.targets.items()
        for operation in target.contract.operations
        if any(status < 400 for status in operation.responses)
        for account in target.accounts
    }

    assert wanted - good == set()
    assert {200, 201, 204, 400, 401, 403, 422} <= {each.status for each in answers[0]}


@pytest.mark.parametrize(
    ("status", "headers", "body", "wrong"),
    [
        (200, {}, '{"total": 1, "day": "2026-03-18", "unit": "calls"}', ""),
        (200, {}, '{"total": 0}', "$.total"),
        (200, {}, '{"total": 1, "day": "today"}', "$.day"),
        (200, {}, '{"total": 1, "unit": null}', "$.unit"),
        (200, {}, "{", "no JSON"),
        (200, {"X-Left": "-3"}, '{"total": 1}', "X-Left"),
        (200, {"content-type": "text/plain"}, "1", "text/plain"),
        (201, {}, '{"total": 1}', "201"),
        (500, {}, "{}", "500"),
        (404, {"content-type": "application/problem+json"}, "{}", ""),
    ],
)
def test_the_judge_sees_what_is_wrong(
    tmp_path: Path, status: int, headers: dict[str, str], body: str, wrong: str
) -> None:
    """It reads 3.0 to the letter: bounds, formats, null, headers, media types, statuses."""
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    found = Judge(path).errors("/usage", "get", status, {**HEADERS, **headers}, body.encode())

    assert len(found) == bool(wrong)
    assert wrong in "".join(found)
