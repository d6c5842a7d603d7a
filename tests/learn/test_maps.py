"""Maps with free keys and lists of numbers: what they add up to, and what each value of a map keeps."""

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
  /usage:
    get:
      operationId: getUsage
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [calls, tokens, peak, points, statuses, regions, models, series]
                properties:
                  calls: {type: integer}
                  tokens: {type: integer}
                  peak: {type: integer}
                  points: {type: integer}
                  statuses: {type: object, additionalProperties: {type: integer}}
                  regions: {type: object, additionalProperties: {$ref: "#/components/schemas/Region"}}
                  models:
                    type: object
                    additionalProperties:
                      {type: object, additionalProperties: {$ref: "#/components/schemas/Model"}}
                  series: {type: array, items: {type: integer}}
components:
  schemas:
    Region:
      type: object
      required: [calls, ok, failed]
      properties: {calls: {type: integer}, ok: {type: integer}, failed: {type: integer}}
    Model:
      type: object
      required: [tokens]
      properties: {tokens: {type: integer}}
"""


def reply(account: int) -> dict[str, Any]:
    """What an account is answered: it has as many regions as its number says."""
    names = ["eu", "us", "ap", "sa", "af"][: account + 1]
    regions = {
        name: {
            "ok": (ok := 90 + 37 * account + 11 * n),
            "failed": (bad := 3 * account + n),
            "calls": ok + bad,
        }
        for n, name in enumerate(names)
    }
    calls = sum(each["calls"] for each in regions.values())
    models = {
        name: {model: {"tokens": 100 * account + 7 * n + len(model)} for model in ("small", "large")}
        for n, name in enumerate(names)
    }
    first = 17 * account + 20
    return {
        "calls": calls,
        "tokens": sum(each["tokens"] for one in models.values() for each in one.values()),
        "peak": max(first, calls - first),
        "points": 2,
        "statuses": {"200": calls - 5 * account, "500": 5 * account},
        "regions": regions,
        "models": models,
        "series": [first, calls - first],
    }


def rules_of(folder: Path, bodies: list[dict[str, Any]]) -> dict[str, str]:
    """What is learned of these replies, by the messages."""
    path = folder / "telemetry.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    contract = load_contract(path)
    found = tuple(
        Witness(
            f"account {n}",
            Exchange(
                "getUsage",
                {},
                {},
                200,
                {"content-type": "application/json"},
                body,
                f"2026-11-0{n + 1}T10:00:00Z",
            ),
        )
        for n, body in enumerate(bodies)
    )
    (result,), _ = learned(contract.operations, Witnesses(found), lambda _: None)
    return {each.candidate.message: each.candidate.rule for each in result.rules}


VALUES = "body.regions.map(key, body.regions[key])"
DEEP = "concat(body.models.map(key, body.models[key].map(name, body.models[key][name])))"


def test_the_values_of_maps_and_lists_of_numbers_add_up(tmp_path: Path) -> None:
    """Those of a map of maps too, and each value of a map has its own rules."""
    found = rules_of(tmp_path, [reply(account) for account in range(5)])

    assert found["calls is the sum of statuses"] == (
        "body.calls == sum(body.statuses.map(key, body.statuses[key]))"
    )
    assert found["calls is the sum of regions.calls"] == f"body.calls == sum(column({VALUES}, 'calls'))"
    assert found["tokens is the sum of models.tokens"] == f"body.tokens == sum(column({DEEP}, 'tokens'))"
    assert found["calls is the sum of series"] == "body.calls == sum(body.series)"
    assert found["peak is the largest of series"] == "body.peak == max(body.series)"
    assert found["in each of regions, ok and failed make calls"] == (
        f"{VALUES}.all(row, row.ok + row.failed == row.calls)"
    )


def test_the_keys_of_a_map_have_no_order(tmp_path: Path) -> None:
    """Whatever an account has in them, and however many: no rule speaks of the first, or of their number."""
    found = rules_of(tmp_path, [reply(4) | {"points": n} for n in range(5)])

    assert not any("regions" in rule and ("ascending" in rule or "size(" in rule) for rule in found.values())


def test_a_map_that_does_not_add_up_once(tmp_path: Path) -> None:
    """One account is enough."""
    bodies = [reply(account) for account in range(5)]
    bodies[2]["regions"]["us"]["calls"] += 1

    found = rules_of(tmp_path, bodies)

    assert "calls is the sum of statuses" in found
    assert (
        not {"calls is the sum of regions.calls", "in each of regions, ok and failed make calls"}
        & found.keys()
    )
