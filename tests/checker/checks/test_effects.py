"""What PATCH, PUT and DELETE change shows in GET of the same path; nothing is said where it is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check as run
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from tests.checker.small import Asked, document, operation, small
from tests.contract.reading.documents import read

PLAN: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "seats": {"type": "integer"}},
}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": PLAN, "example": {"name": "Large", "seats": 9}}},
}
ID = {"name": "planId", "in": "path", "required": True, "schema": {"type": "string"}}
Change = Callable[[dict[str, Any], Asked], "tuple[int, dict[str, Any] | None, dict[str, str]]"]


def told(
    folder: Path,
    method: str,
    change: Change,
    *,
    good: str = "200",
    other: Change | None = None,
    promised: bool = False,
) -> list[tuple[str, str, str]]:
    """The findings about effects; `change` answers this method with a status, the new thing, and headers.

    `other` answers PUT of a thing of another kind.
    """
    things: dict[str, dict[str, Any] | None] = {
        name: {"id": name, "name": "Small", "seats": 1} for name in ("p1", "q1")
    }
    with_body: Any = {} if method == "delete" else {"requestBody": BODY}
    changing = operation(status=good, schema=None if good == "204" else {}, parameters=[ID], **with_body)
    get = operation(schema={"type": "object"}, parameters=[ID])
    paths = {
        "/plans": {"get": operation(schema={"type": "array"})},
        "/plans/{planId}": {"get": get, method: changing},
    }
    changes = {("plans", method.upper()): change}
    if other is not None:
        put = operation(schema={}, parameters=[ID], requestBody=BODY)
        paths["/offers"] = {"get": operation(schema={"type": "array"})}
        paths["/offers/{planId}"] = {"get": get, "put": put}
        changes["offers", "PUT"] = other
    headers: dict[str, str] = {}

    def answer(asked: Asked) -> Any:
        kind, _, name = asked.path[1:].partition("/")
        if not name:
            first = "p1" if kind == "plans" else "q1"
            return 200, [{"id": first}] if things[first] else []
        if things.get(name) is None:
            return 404, {}
        if asked.method == "GET":
            return 200, things[name], headers
        if (kind, asked.method) not in changes:
            return 405, {}
        status, things[name], more = changes[kind, asked.method](things[name] or {}, asked)
        headers.update(more)
        return status, None if good == "204" else {}

    whole = {**document(paths=paths), **({"x-checks": {"effect": "effect"}} if promised else {})}
    options = Options(
        trust_env=False, fuzz=False, rules=("effect",), unsafe_methods=True, later=0.0, max_time=60.0
    )
    with small(answer) as served:
        found = run(Target("t", read(folder, whole), served.url), options).findings
    return [(each.level, each.place, each.received) for each in found]


def patched(thing: dict[str, Any], asked: Asked) -> Any:
    """Does as it is told."""
    return 200, {**thing, **read_of(asked)}, {}


def read_of(asked: Asked) -> dict[str, Any]:
    """The fields of a body; none of one that is no object."""
    try:
        given = json.loads(asked.body or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def ignored(thing: dict[str, Any], _: Asked) -> Any:
    """Does nothing."""
    return 200, thing, {}


def accepted(thing: dict[str, Any], _: Asked) -> Any:
    """Will do it later."""
    return 202, thing, {}


def cached(thing: dict[str, Any], _: Asked) -> Any:
    """May have done it: a cache answers."""
    return 200, thing, {"cache-control": "public, max-age=60"}


def pending(thing: dict[str, Any], _: Asked) -> Any:
    """Somebody has to say yes first."""
    return 200, {**thing, "pending": True}, {}


def normal(thing: dict[str, Any], asked: Asked) -> Any:
    """Writes names in its own way."""
    return 200, {**thing, "name": str(read_of(asked).get("name")).lower()}, {}


def gone(_: dict[str, Any], __: Asked) -> Any:
    """Has deleted it."""
    return 200, None, {}


def marked(thing: dict[str, Any], _: Asked) -> Any:
    """Keeps what is deleted, and says so."""
    return 200, {**thing, "deleted": True}, {}


@pytest.mark.parametrize(
    ("method", "change", "good"),
    [
        ("patch", patched, "200"),
        ("put", patched, "200"),
        ("patch", patched, "204"),
        ("patch", accepted, "202"),
        ("patch", cached, "200"),
        ("patch", pending, "200"),
        ("put", normal, "200"),
        ("delete", gone, "200"),
        ("delete", marked, "200"),
        ("delete", accepted, "202"),
        ("delete", cached, "200"),
    ],
)
def test_a_change_that_shows_or_may_come_is_right(
    tmp_path: Path, method: str, change: Change, good: str
) -> None:
    """Later, from a cache, in other words, or as a mark."""
    assert told(tmp_path, method, change, good=good) == []


@pytest.mark.parametrize(
    ("method", "place", "received"),
    [
        ("patch", "/name", "'Small', as before"),
        ("put", "/name", "'Small', as before"),
        ("delete", "", "the same as before"),
    ],
)
def test_a_change_that_does_not_show_is_told(tmp_path: Path, method: str, place: str, received: str) -> None:
    """GET says the very same as before, though another operation's change shows."""
    assert told(tmp_path, method, ignored, other=patched) == [("should", place, received)]


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
@pytest.mark.parametrize("other", [None, ignored, accepted])
def test_a_mock_that_keeps_no_state_is_no_breach(tmp_path: Path, method: str, other: Change | None) -> None:
    """Where no change ever shows, nobody can know whether one should."""
    assert told(tmp_path, method, ignored, other=other) == []


def test_a_promise_of_the_document_needs_no_other_change(tmp_path: Path) -> None:
    """`x-checks` names the check: that nothing shows is a must."""
    assert told(tmp_path, "patch", ignored, promised=True) == [("must", "/name", "'Small', as before")]
