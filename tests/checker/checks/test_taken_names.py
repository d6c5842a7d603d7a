"""Names that are taken: bodies are sent with new ones, and told where that does not help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from metermock.checker.inputs.new_names import names_itself, renamed
from tests.checker.engine.plain import contract_of
from tests.checker.engine.test_right_refusals import broken, described, replies
from tests.checker.small import Answer, Asked, check, small

KEY = {
    "type": "object",
    "required": ["name", "scope"],
    "properties": {
        "scope": {"enum": ["read", "write", "all"]},
        "name": {"type": "string", "minLength": 1, "maxLength": 12},
        "code": {"type": "string", "pattern": "^[a-z]{3}$"},
    },
}
WELL_FORMED = jsonschema_rs.validator_for(KEY)


@pytest.mark.parametrize("is_helped", [True, False])
def test_a_body_whose_name_is_taken_is_sent_with_a_new_one(tmp_path: Path, *, is_helped: bool) -> None:
    """What is fixed in the schema stays; bodies that met nothing but conflicts are told as not tried."""
    content = {"application/json": {"schema": KEY, "example": {"name": "ci-runner", "scope": "read"}}}
    post = {"operationId": "make", "requestBody": {"required": True, "content": content}}
    post["responses"] = replies("201", "400", "409")
    taken: set[str] = set()
    made: list[dict[str, Any]] = []

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.sent != "POST":
            return 405, None
        try:
            body = json.loads(asked.body)
        except ValueError:
            return 400, {}
        if not WELL_FORMED.is_valid(body):
            return 400, {}
        name = body["name"]
        if name in taken or (taken and not is_helped):
            return 409, {}
        taken.add(name)
        made.append(body)
        return 201, {}

    document = {**described({"/keys": {"post": post}}), "security": []}
    words = ("--rule", "valid-request", "--unsafe-methods")
    with small(answer) as served:
        _, report = check(tmp_path, document, served.url, *words)
    assert broken(report) == []
    told = [each for each in report.get("left_out", ()) if "not tried, since their names" in each]
    assert bool(told) is not is_helped
    if is_helped:
        assert len(made) > 3
        assert len({each["scope"] for each in made}) > 1
    else:
        assert told == [
            "good bodies that were not tried, since their names are taken, and new ones too: make (5)"
        ]


PROJECT = {
    "type": "object",
    "required": ["project"],
    "properties": {
        "project": {
            "type": "object",
            "required": ["slug"],
            "properties": {
                "slug": {"type": "string", "pattern": "^[a-z0-9-]+$"},
                "plan": {"enum": ["free", "pro"]},
                "owner_id": {"enum": ["usr_1"]},
            },
        }
    },
}
PROJECTS = jsonschema_rs.validator_for(PROJECT)


def projects(says: str, *, is_lax: bool = False, is_wrong: bool = False) -> Answer:
    """A deployment that refuses a second project of a slug by 422, as Rails does, and says so.

    One that `is_lax` takes any plan; one that `is_wrong` refuses the documented example.
    """
    taken: set[str] = set()

    def answer(asked: Asked) -> tuple[int, Any]:
        try:
            body = json.loads(asked.body or b"null")
        except ValueError:
            return 422, {}
        if is_lax and isinstance(body, dict) and isinstance(body.get("project"), dict):
            body["project"].pop("plan", None)
        if asked.sent != "POST" or not PROJECTS.is_valid(body):
            return (422 if asked.sent == "POST" else 405), {}
        slug = body["project"]["slug"]
        if slug in taken or (is_wrong and slug == "search"):
            return 422, {"errors": {"slug": [says]}}
        if not is_wrong:
            taken.add(slug)
        return 201, {}

    return answer


def made_projects(tmp_path: Path, answer: Answer) -> Any:
    """The report of a check of such a deployment."""
    example = {"project": {"slug": "search", "plan": "free"}}
    content = {"application/json": {"schema": PROJECT, "example": example}}
    post = {"operationId": "make", "requestBody": {"required": True, "content": content}}
    post["responses"] = replies("201", "422")
    document = {**described({"/projects": {"post": post}}), "security": []}
    with small(answer) as served:
        return check(tmp_path, document, served.url, "--unsafe-methods")[1]


@pytest.mark.parametrize("says", ["has already been taken", "ist bereits vergeben"])
def test_a_taken_name_may_be_told_by_422(tmp_path: Path, says: str) -> None:
    """In words that are known, or else by refusing what it took a moment before; also inside of an object."""
    report = made_projects(tmp_path, projects(says))
    assert broken(report) == []
    assert not [each for each in report.get("left_out", ()) if "not tried" in each]


def test_a_bad_body_is_not_refused_for_its_name(tmp_path: Path) -> None:
    """Else a deployment that takes any plan would seem to refuse bad ones."""
    report = made_projects(tmp_path, projects("has already been taken", is_lax=True))
    found = [received for rule, _, received in broken(report) if rule == "invalid-body"]
    assert [each[:10] for each in found] == ["status 201"]


def test_an_example_that_is_refused_for_no_name_is_found(tmp_path: Path) -> None:
    """Where the same bytes are taken twice, names need not be new."""
    report = made_projects(tmp_path, projects("is wrong", is_wrong=True))
    assert ("valid-request", "make", "status 422") in broken(report)


@pytest.mark.parametrize(
    ("field", "is_name"),
    [("name", True), ("displayName", True), ("id", True), ("external_id", True), ("customerId", False)],
)
def test_what_points_elsewhere_is_no_name(field: str, *, is_name: bool) -> None:
    """A new id of a customer would be of nobody."""
    assert names_itself(field) is is_name


def test_a_new_text_is_one_that_its_schema_takes() -> None:
    """By pattern, format and length; what has to be as it is stays."""
    loaded = contract_of("onepin").schemas
    fields: dict[str, Any] = {
        "email": {"type": "string", "format": "email"},
        "code": {"type": "string", "pattern": "^[A-Z]+$"},
        "name": {"type": "string", "maxLength": 8},
        "slug": {"const": "a"},
    }
    old = {"email": "ada@example.com", "code": "ABC", "name": "abcdefgh", "slug": "a"}
    schema = {"type": "object", "properties": fields}
    new = renamed(loaded, schema, old, frozenset(old))
    assert [name for name in old if new[name] == old[name]] == ["slug"]
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(new)
