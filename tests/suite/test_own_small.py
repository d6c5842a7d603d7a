"""The mock and the check agree about small documents that leave the usual reply open."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.targets import own_targets

PROBLEM = {"description": "x", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
SAID = {"description": "x", "content": {"application/json": {"schema": {"type": "object"}}}}
THERE = {"description": "x"}


def told(folder: Path, responses: Any) -> tuple[list[tuple[str, str, str]], str]:
    """What a check of our mock finds for an operation with these responses, and its verdict."""
    operation = {"operationId": "it", **({"responses": responses} if responses else {})}
    return told_of(folder, {"/it": {"get": operation}})


def told_of(folder: Path, paths: Any, **parts: Any) -> tuple[list[tuple[str, str, str]], str]:
    """What a check of our mock finds for a document, and its verdict."""
    document = {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": paths, **parts}
    path = folder / "acme.json"
    path.write_text(json.dumps(document))
    with ExitStack() as stack:
        (target,) = own_targets([str(path)], stack, Options(trust_env=False))
        verdict = check(target, Options(fuzz=False, trust_env=False, later=0.0))
    return [(each.rule, each.expected, each.received) for each in verdict.failures], verdict.verdict


@pytest.mark.parametrize(
    "responses",
    [
        pytest.param({"303": THERE, "400": PROBLEM, "default": PROBLEM}, id="a redirect beside default"),
        pytest.param({"304": THERE, "default": SAID}, id="not modified beside default"),
        pytest.param({}, id="no response at all"),
        pytest.param({"202": SAID, "default": PROBLEM}, id="an exact success beside default"),
    ],
)
def test_the_usual_status_is_the_one_that_a_check_expects(tmp_path: Path, responses: Any) -> None:
    """A documented redirect comes before `default`, and 304 answers nobody who did not ask for changes."""
    assert told(tmp_path, responses) == ([], "kept")


@pytest.mark.parametrize(
    "media",
    ["audio/*", "image/*", "text/*", "application/*", "application/*+json", "font/*", "model/*", "*/*"],
)
def test_a_range_of_media_types_is_answered_by_one_within(tmp_path: Path, media: str) -> None:
    """Whatever kind the document leaves open, what is sent is of that kind."""
    assert told(tmp_path, {"200": {"description": "x", "content": {media: {}}}}) == ([], "kept")


def test_an_account_has_a_credential_for_every_operation(tmp_path: Path) -> None:
    """Where no scheme opens all operations, an account of the mock is asked with the one that opens each."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "bearer"},
    }
    counted = {"type": "object", "required": ["calls"], "properties": {"calls": {"type": "integer"}}}
    responses = {
        "200": {"description": "x", "content": {"application/json": {"schema": counted}}},
        "401": THERE,
    }
    ways: dict[str, Any] = {
        "mine": [{"key": []}],
        "ours": [{"token": []}],
        "all": [{"key": []}, {"token": []}],
    }
    paths = {
        f"/{name}": {"get": {"operationId": name, "security": security, "responses": responses}}
        for name, security in ways.items()
    }
    assert told_of(tmp_path, paths, components={"securitySchemes": schemes}) == ([], "kept")


def test_a_refusal_without_a_name_is_not_what_good_input_leads_to(tmp_path: Path) -> None:
    """A parameter's `example` and a refusal's `example` have no name in common, though both have none."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 50, "example": 50}}
    missing = {"schema": {"type": "object"}, "example": {"why": "There is nothing here."}}
    responses = {"200": SAID, "404": {"description": "x", "content": {"application/json": missing}}}
    operation = {"operationId": "it", "parameters": [limit], "responses": responses}
    assert told_of(tmp_path, {"/it": {"get": operation}}) == ([], "kept")
