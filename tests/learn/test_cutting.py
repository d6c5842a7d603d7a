"""What replies teach whose lists a page cuts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange, load_contract
from metermock.learn.learning import Learned, learned
from metermock.learn.witness import Witness, Witnesses

DOCUMENT = """
openapi: "3.1.0"
info: {title: Events, version: "1"}
paths:
  /events:
    get:
      operationId: getEvents
      parameters:
        - {name: range, in: query, schema: {type: string, enum: [30d, 60d], default: 30d}}
        - {name: limit, in: query, schema: {type: integer, maximum: 50}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [range, quota, total, count, items]
                properties:
                  range: {type: string}
                  quota: {type: integer}
                  total: {type: integer}
                  count: {type: integer}
                  items:
                    type: array
                    items: {type: object, required: [id], properties: {id: {type: string}}}
"""


def learnt(folder: Path, limits: Sequence[int | None]) -> Learned:
    """What four accounts teach, each with more events within thirty days than a page shows."""
    path = folder / "events.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    contract = load_contract(path)
    found = []
    for account in range(4):
        events = [{"id": f"e{account}-{index:03}"} for index in range(90)]
        for span, total in (("30d", 40 + account * 7), ("60d", 88 + account * 2)):
            for limit in limits:
                asked: dict[str, Any] = {"range": span} | ({} if limit is None else {"limit": limit})
                body = {
                    "range": span,
                    "quota": 100 * account + 100,
                    "total": total,
                    "count": limit or 10,
                    "items": events[: limit or 10],
                }
                head = {"content-type": "application/json"}
                exchange = Exchange("getEvents", asked, {}, 200, head, body, "2026-11-29T10:00:00Z")
                found.append(Witness(f"account {account}", exchange))
    (result,), _ = learned(contract.operations, Witnesses(tuple(found)), lambda _: None)
    return result


@pytest.mark.parametrize("limits", [(5, 3, 20), (None, 3, 20), (None,)])
def test_a_list_that_a_page_cuts_is_not_said_to_be_left_alone(
    tmp_path: Path, limits: tuple[int | None, ...]
) -> None:
    """The newest rows are the same for both ranges; those of an account with few events are not."""
    told = {each.message for each in learnt(tmp_path, limits).relations if each.template == "leaves alone"}

    assert told == {"range 30d and 60d change nothing but count, items, range, total"}


def test_full_pages_do_not_show_that_every_page_is_full(tmp_path: Path) -> None:
    """A list is at most as long as its page."""
    told = {each.candidate.message for each in learnt(tmp_path, (5, 3, 20)).rules}

    assert "the number of items is at most the parameter limit" in told
    assert not {each for each in told if each.endswith("is the parameter limit")}


@pytest.mark.parametrize(
    ("limit", "is_whole"),
    [
        ("{name: limit, in: query, schema: {type: integer, maximum: 50}}", True),
        ("{name: max_results, in: query, schema: {type: integer, maximum: 50}}", True),
        ("{name: limit, in: query, schema: {type: integer}}", False),
        ("{name: q, in: query, schema: {type: string}}", True),
    ],
    ids=["limit", "max_results", "no maximum", "no pages"],
)
def test_a_filter_that_leaves_nothing_out_needs_the_length_of_a_page(
    tmp_path: Path, limit: str, *, is_whole: bool
) -> None:
    """A list that is cut nobody knows where has fewer rows than its parts, as soon as there are enough."""
    path = tmp_path / "events.openapi.yaml"
    old = "{name: limit, in: query, schema: {type: integer, maximum: 50}}"
    text = DOCUMENT.replace(old, limit).replace("range, in: query", "kind, in: query")
    text = text.replace("[30d, 60d], default: 30d", "[mail, push]")
    path.write_text(text.replace("{id: {type", "{kind: {type").replace("required: [id]", "required: [kind]"))
    contract = load_contract(path)
    key = contract.operations[0].parameters[0].key
    head = {"content-type": "application/json"}
    found = []
    for account in range(4):
        rows = [{"kind": kind} for kind in ("mail", "push", "mail")]
        for kind in ("mail", "push", None):
            items = [row for row in rows if kind in (None, row["kind"])]
            body = {"range": "", "quota": account, "total": 3, "count": len(items), "items": items}
            asked = {} if kind is None else {key: kind}
            exchange = Exchange("getEvents", asked, {}, 200, head, body, "2026-11-29T10:00:00Z")
            found.append(Witness(f"account {account}", exchange))

    (result,), _ = learned(contract.operations, Witnesses(tuple(found)), lambda _: None)

    (told,) = [each for each in result.relations if each.template == "divided"]
    assert ("nothing is left out" in told.message) is ("sum(" in told.rule) is is_whole
    assert ("size(all.body.items) >= 50" in told.rule) is ("maximum" in limit)
