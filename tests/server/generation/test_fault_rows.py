"""An error names each wrong input, its place and the constraint that it breaks, in the document's form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from tests.server.generation.made import TEXT, WHOLE

TEXTS: Any = {"type": "array", "items": TEXT}
MAP: Any = {"type": "object", "additionalProperties": TEXTS}


def optional(**fields: Any) -> dict[str, Any]:
    """An object that may leave out each of its fields."""
    return {"type": "object", "properties": fields}


def listed(**fields: Any) -> dict[str, Any]:
    """A list of such objects."""
    return {"type": "array", "items": optional(**fields)}


def one_of(*values: str) -> dict[str, Any]:
    """A text of a list."""
    return {**TEXT, "enum": [*values]}


CONSTRAINTS: Any = {
    "type": "object",
    "additionalProperties": TEXT,
    "example": {"isEmail": "email must be one"},
}
FORMS: Mapping[str, Any] = {
    "nest": optional(message=listed(property=TEXT, constraints=CONSTRAINTS)),
    "nest-listed": optional(
        message=listed(property=TEXT, constraints=optional(isEnum=TEXT, isNotEmpty=TEXT, max=TEXT))
    ),
    "fastapi": optional(
        detail=listed(loc={"type": "array", "items": {"anyOf": [TEXT, WHOLE]}}, msg=TEXT, type=TEXT)
    ),
    "zod": optional(issues=listed(code=TEXT, expected=TEXT, received=TEXT, path=TEXTS, message=TEXT)),
    "zod-listed": optional(
        issues=listed(
            code=one_of("custom", "invalid_type", "invalid_enum_value", "too_big", "too_small"), path=TEXTS
        )
    ),
    "problem": optional(
        type=TEXT,
        title=TEXT,
        status=WHOLE,
        detail=TEXT,
        errors=listed(detail=TEXT, pointer={**TEXT, "example": "#/age"}, parameter=TEXT, header=TEXT),
    ),
    "spring": optional(
        errors=listed(
            objectName=TEXT, field=TEXT, rejectedValue=TEXT, code=TEXT, defaultMessage=TEXT, codes=TEXTS
        )
    ),
    "laravel": optional(message=TEXT, errors=MAP),
    "map-of-texts": optional(errors={"type": "object", "additionalProperties": TEXT}),
    "json-api": optional(
        errors=listed(status=TEXT, detail=TEXT, source=optional(pointer=TEXT, parameter=TEXT))
    ),
    "alone": optional(
        code=one_of("invalid_format", "missing_parameter", "invalid_enum_value", "out_of_range", "too_short"),
        param=TEXT,
        location=one_of("path", "query", "body"),
    ),
    "rows": optional(
        errors=listed(code=one_of("too_large", "required", "invalid_value"), field=TEXT, **{"in": TEXT})
    ),
    "numbers": optional(errors=listed(field=WHOLE, message=TEXT)),
    "at-most-one": optional(errors={**listed(field=TEXT), "maxItems": 1}),
    "at-most-two": optional(errors={**listed(field=TEXT), "maxItems": 2}),
    "at-least-two": optional(errors={**listed(field=TEXT), "minItems": 2}),
    "unlike": optional(errors={**listed(code=one_of("invalid")), "uniqueItems": True}),
    "one-place": optional(errors={"type": "array", "prefixItems": [optional(field=TEXT)], "items": False}),
    "rfc-7807": optional(invalid_params=listed(name=TEXT, reason=TEXT)),
    "texts": {**optional(message=TEXTS), "example": {"message": ["email must be an email"]}},
    "links": optional(message=TEXT, links=listed(href=TEXT, rel=TEXT)),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The mock of an operation for each form."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}
    state = {"name": "state", "in": "query", "schema": one_of("a", "b")}
    since = {"name": "since", "in": "query", "required": True, "schema": TEXT}
    body = optional(name={**TEXT, "minLength": 3}, lines=listed(n={"type": "integer", "maximum": 4}))
    paths: dict[str, Any] = {}
    for name, schema in FORMS.items():
        error = {"description": "Bad.", "content": {"application/json": {"schema": schema}}}
        responses = {"200": {"description": "It."}, "400": error}
        sent = {"required": True, "content": {"application/json": {"schema": body}}}
        paths[f"/{name}"] = {
            "get": {
                "operationId": f"get-{name}",
                "parameters": [limit, state, since],
                "responses": responses,
            },
            "post": {"operationId": f"post-{name}", "requestBody": sent, "responses": responses},
        }
    file = tmp_path_factory.mktemp("faults") / "faults.json"
    document = {"openapi": "3.1.0", "info": {"title": "F", "version": "1"}, "paths": paths}
    file.write_text(json.dumps(document), "utf-8")
    with TestClient(asgi_app(str(file)), base_url="http://mock") as known:
        yield known


STATE = 'state: "q" is not one of "a" or "b"'
LARGE = "limit: 99 is greater than the maximum of 10"


@pytest.mark.parametrize(
    ("form", "query", "told"),
    [
        ("nest", "?since=x&state=q", {"message": [{"property": "state", "constraints": {"isEnum": STATE}}]}),
        ("nest", "?since=x&limit=99", {"message": [{"property": "limit", "constraints": {"max": LARGE}}]}),
        (
            "nest-listed",
            "",
            {"message": [{"property": "since", "constraints": {"isNotEmpty": "since is required"}}]},
        ),
        (
            "fastapi",
            "?since=x&limit=q",
            {
                "detail": [
                    {
                        "loc": ["query", "limit"],
                        "msg": "limit is not of type integer: 'q'",
                        "type": "int_parsing",
                    }
                ]
            },
        ),
        (
            "zod",
            "?since=x&limit=q",
            {
                "issues": [
                    {
                        "code": "invalid_type",
                        "expected": "integer",
                        "received": "string",
                        "path": ["query", "limit"],
                        "message": "limit is not of type integer: 'q'",
                    }
                ]
            },
        ),
        (
            "zod",
            "?since=x&limit=99",
            {"issues": [{"code": "too_big", "path": ["query", "limit"], "message": LARGE}]},
        ),
        (
            "zod-listed",
            "?state=q&since=x&limit=99",
            {
                "issues": [
                    {"code": "invalid_enum_value", "path": ["query", "state"]},
                    {"code": "too_big", "path": ["query", "limit"]},
                ]
            },
        ),
        (
            "problem",
            "?since=x&limit=99",
            {
                "type": "about:blank",
                "title": "Bad request",
                "status": 400,
                "detail": f"query {LARGE}",
                "errors": [{"detail": LARGE, "parameter": "limit"}],
            },
        ),
        (
            "spring",
            "?since=x&limit=99",
            {
                "errors": [
                    {
                        "field": "limit",
                        "rejectedValue": "99",
                        "code": "Max",
                        "defaultMessage": LARGE,
                        "codes": ["Max.limit", "Max"],
                    }
                ]
            },
        ),
        ("laravel", "?since=x&limit=99", {"message": f"query {LARGE}", "errors": {"limit": [LARGE]}}),
        ("map-of-texts", "?since=x&limit=99", {"errors": {"limit": LARGE}}),
        (
            "json-api",
            "?since=x&limit=99",
            {"errors": [{"status": "400", "detail": LARGE, "source": {"parameter": "limit"}}]},
        ),
        ("alone", "?since=x&limit=99", {"code": "out_of_range", "param": "limit", "location": "query"}),
        ("alone", "", {"code": "missing_parameter", "param": "since", "location": "query"}),
        (
            "rows",
            "?limit=99&state=q",
            [
                {"code": "invalid_value", "field": "state", "in": "query"},
                {"code": "required", "field": "since", "in": "query"},
                {"code": "too_large", "field": "limit", "in": "query"},
            ],
        ),
        ("numbers", "?since=x&limit=99", {"errors": [{"message": LARGE}]}),
        ("rfc-7807", "?since=x&limit=99", {"invalid_params": [{"name": "limit", "reason": LARGE}]}),
        ("texts", "?since=x&limit=99", {"message": [f"query {LARGE}"]}),
    ],
)
def test_a_wrong_parameter_is_told_in_the_form_of_the_document(
    client: TestClient, form: str, query: str, told: Any
) -> None:
    """By the words of the library that has such rows, else by those that the schema lists."""
    said = client.get(f"/{form}{query}").json()
    if isinstance(told, list):
        said = sorted(said["errors"], key=lambda row: str(row["code"]))
    assert said == told


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("nest", {"message": [{"property": "lines.0.n", "constraints": {"max": "MESSAGE"}}]}),
        (
            "fastapi",
            {"detail": [{"loc": ["body", "lines", 0, "n"], "msg": "MESSAGE", "type": "less_than_equal"}]},
        ),
        ("zod", {"issues": [{"code": "too_big", "path": ["body", "lines", "0", "n"], "message": "MESSAGE"}]}),
        ("laravel", {"message": "body MESSAGE", "errors": {"lines.0.n": ["MESSAGE"]}}),
        (
            "json-api",
            {"errors": [{"status": "400", "detail": "MESSAGE", "source": {"pointer": "/lines/0/n"}}]},
        ),
        ("alone", {"code": "out_of_range", "param": "lines.0.n", "location": "body"}),
    ],
)
def test_a_part_of_a_body_is_named_by_its_way(client: TestClient, form: str, told: Any) -> None:
    """With dots as a field, as a pointer where the field is one."""
    said = client.post(f"/{form}", json={"lines": [{"n": 9}]}).json()
    message = "/lines/0/n: 9 is greater than the maximum of 4"
    assert said == json.loads(json.dumps(told).replace("MESSAGE", message))


def test_a_pointer_of_the_example_form_begins_with_its_sign(client: TestClient) -> None:
    """And no parameter is named beside it."""
    said = client.post("/problem", json={"lines": [{"n": 9}]}).json()
    assert [row.keys() for row in said["errors"]] == [{"detail", "pointer"}]
    assert said["errors"][0]["pointer"] == "#/lines/0/n"


@pytest.mark.parametrize(
    ("form", "query", "told"),
    [
        ("at-most-one", "limit=99&state=q", [{"field": "limit"}]),
        ("at-most-two", "limit=99&state=q", [{"field": "limit"}, {"field": "state"}]),
        ("at-least-two", "limit=99&since=a", [{"field": "limit"}] * 2),
        ("unlike", "limit=99&state=q", [{"code": "invalid"}]),
        ("one-place", "limit=99&state=q", [{"field": "limit"}]),
    ],
)
def test_a_list_has_as_many_rows_as_its_schema_takes(
    client: TestClient, form: str, query: str, told: Any
) -> None:
    """The first of what is wrong where not all has room, and a row again where several must be there."""
    assert client.get(f"/{form}?{query}").json()["errors"] == told


def test_a_list_that_says_nothing_of_inputs_stays(client: TestClient) -> None:
    """Links beside a message are no mistakes."""
    one, two = (client.get(f"/links{query}").json()["links"] for query in ("", "?limit=99&state=q"))
    assert one == two
