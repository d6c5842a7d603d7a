"""Bad values of each kind of parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.inputs.refused import first_refused, refused_inputs
from tests.checker.inputs.parameters import operation_of, query, raws

TEXT = {"type": "string"}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
BOUNDED = {"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 3}
DEEP = {
    "type": "object",
    "required": ["model"],
    "properties": {"model": {"enum": ["a", "b"]}, "days": {"type": "integer"}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("parameter", "sent"),
    [
        (query({"type": "number", "minimum": 0}), ["p=abc", "p=NaN", "p=-1", "p=true"]),
        (query({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}), ["p=0", "p=1"]),
        (query({"type": "number", "multipleOf": 0.5}), ["p=0.25"]),
        (query({"type": "integer", "multipleOf": 15}), ["p=1"]),
        (query({"type": "integer", "format": "int32"}), ["p=2147483648"]),
        (query({"type": "string", "minLength": 3}), ["p=ab"]),
        (query({"type": "string", "minLength": 3}, required=True), ["p=ab", "p="]),
        (query({"type": "string", "maxLength": 3}), ["p=aaaa"]),
        (query({"type": "string", "pattern": "^[a-z]+$"}, example="abc"), ["p=no%20such%20value%21"]),
        (query({"type": "string", "format": "date-time"}), ["p=yesterday", "p=2026-02-30"]),
        (query({"type": "string", "format": "date"}), ["p=yesterday", "p=2026-13-01"]),
        (query({"enum": [7, 30]}), ["p=no-such-value", "p=8", "p=29"]),
        (query({"enum": ["day", "week"]}), ["p=DAY", "p=day%2Cweek", "p=hour"]),
        (query(NUMBERS), ["p=abc", "p=0&p=abc"]),
        (query(NUMBERS, explode=False), ["p=abc", "p=0,abc"]),
        (query({"type": "array", "items": TEXT, "minItems": 2}), ["p=a"]),
        (query({"type": "array", "items": TEXT, "maxItems": 1}), ["p=a&p=a"]),
        (query(DEEP, style="deepObject"), ["p%5Bmodel%5D=no-such-value", "p%5Bdays%5D=0"]),
        (query(DEEP, style="deepObject"), ["p%5Bmodel%5D=a&p%5Bdays%5D=abc"]),
        (query(DEEP, style="deepObject"), ["p%5Bmodel%5D=a&p%5Bmetermock-unknown%5D=1"]),
        (query({"type": "array", "items": BOUNDED}), ["p=abc", "p=2", "p=10", "p=4", "p=3&p=10"]),
        (
            query({"type": "object", "properties": {"days": BOUNDED}}, style="deepObject"),
            ["p%5Bdays%5D=abc", "p%5Bdays%5D=2", "p%5Bdays%5D=10", "p%5Bdays%5D=4"],
        ),
        (query(DEEP), ["model=no-such-value", "model=a&days=abc"]),
        (query(DEEP, explode=False), ["p=model,no-such-value"]),
    ],
)
def test_each_kind_is_missed(tmp_path: Path, parameter: Any, sent: list[str]) -> None:
    """Types, bounds, lengths, patterns, dates, items and fields."""
    assert set(sent) <= set(raws(operation_of(tmp_path, parameter), "must"))


@pytest.mark.parametrize(
    ("parameter", "sent"),
    [
        (query({"type": "string", "format": "uuid"}), ["p=not-a-uuid"]),
        (query({"type": "string", "format": "email"}), ["p=nobody"]),
        (query({"type": "string", "format": "uri"}), ["p=no%20uri"]),
        (query({"type": "string", "format": "ipv4"}), ["p=256.0.0.1"]),
        (query({"type": "string", "format": "ipv6"}), ["p=2001%3Adb8%3A%3Ag"]),
        (query({"type": "array", "items": TEXT, "uniqueItems": True}), ["p=a&p=a"]),
    ],
)
def test_what_only_a_format_or_a_set_refuses_is_a_warning(
    tmp_path: Path, parameter: Any, sent: list[str]
) -> None:
    """JSON Schema makes most formats annotations, and many read a list as a set."""
    operation = operation_of(tmp_path, parameter)
    assert set(sent) <= set(raws(operation, "should"))
    assert not set(sent) & set(raws(operation, "must"))


@pytest.mark.parametrize(
    ("parameter", "never"),
    [
        (query(TEXT), "*"),
        (query({"type": "array", "items": TEXT}), "*"),
        (query({"type": "integer"}), "p=9223372036854775808"),
        (query({"enum": ["day"]}), "p=day"),
        (query({"oneOf": [{"enum": ["day"]}, {"const": "DAY"}]}), "p=DAY"),
        (query({"anyOf": [{"type": "integer"}, TEXT]}), "*"),
        (query({"type": "number"}), "p=1.5"),
        (query({"type": "boolean"}, allowEmptyValue=True), "p="),
        (query({"type": "string", "format": "phone-number"}), "*"),
    ],
)
def test_nothing_that_is_accepted_goes_out_as_bad(tmp_path: Path, parameter: Any, never: str) -> None:
    """Plain texts, also empty ones, large integers, what another branch takes, and formats nobody knows."""
    found = raws(operation_of(tmp_path, parameter))
    assert found == [] if never == "*" else never not in found


def test_another_spelling_is_a_warning(tmp_path: Path) -> None:
    """No contract says how a truth or a day is spelled, nor which of two values counts."""
    boolean = operation_of(tmp_path, query({"type": "boolean"}))
    assert {"p=yes", "p=1", "p=True"} <= set(raws(boolean, "should"))
    day = operation_of(tmp_path, query({"type": "string", "format": "date"}))
    assert {"p=20260301", "p=2026-03-01T12%3A00%3A00Z"} <= set(raws(day, "should"))
    member = operation_of(tmp_path, query({"enum": ["a", "b"]}))
    assert "p=a&p=no-such-value" in raws(member, "should")


def test_a_contract_may_promise_to_refuse_other_spellings(tmp_path: Path) -> None:
    """Then to take one breaks a *must*."""
    promises: Any = {"x-checks": {"invalid": "T-1"}}
    promising = operation_of(tmp_path, query({"type": "boolean"}), **promises)
    assert "p=yes" in raws(promising, "must")


@pytest.mark.parametrize(
    ("parameter", "path", "sent"),
    [
        ({"name": "X-N", "in": "header", "schema": {"type": "integer"}}, "/usage", "abc"),
        ({"name": "X-N", "in": "header", "schema": BOUNDED}, "/usage", "10"),
        ({"name": "n", "in": "cookie", "schema": BOUNDED}, "/usage", "4"),
        ({"name": "n", "in": "path", "required": True, "schema": BOUNDED}, "/usage/{n}", "10"),
        ({"name": "X-L", "in": "header", "schema": NUMBERS}, "/usage", "0,abc"),
        ({"name": "c", "in": "cookie", "schema": {"enum": ["a", "b"]}}, "/usage", "no-such-value"),
        ({"name": "id", "in": "path", "required": True, "schema": {"enum": ["a"]}}, "/usage/{id}", "A"),
        (
            {"name": "id", "in": "path", "required": True, "style": "matrix", "schema": {"type": "integer"}},
            "/usage/{id}",
            ";id=abc",
        ),
    ],
)
def test_every_place_is_sent_badly(tmp_path: Path, parameter: Any, path: str, sent: str) -> None:
    """Headers, cookies and paths, each in its style."""
    assert sent in raws(operation_of(tmp_path, parameter, path=path), "must")


def test_blanks_around_a_header_are_no_fault(tmp_path: Path) -> None:
    """They do not arrive, so that nothing is wrong with ` day`."""
    header = {"name": "X-P", "in": "header", "schema": {"enum": ["day"]}}
    assert all(raw == raw.strip() for raw in raws(operation_of(tmp_path, header)))


def test_a_path_of_another_operation_is_not_sent(tmp_path: Path) -> None:
    """`/usage/no-such-value` may be a path of its own."""
    place = {"name": "id", "in": "path", "required": True, "schema": {"enum": ["a"]}}
    reply = {"responses": {"200": {"description": "ok"}}}
    paths = {
        "/usage/{id}": {"get": {"parameters": [place], **reply}},
        "/usage/no-such-value": {"get": reply},
    }
    found = raws(operation_of(tmp_path, paths=paths))
    assert "A" in found
    assert "no-such-value" not in found


def test_a_required_parameter_is_left_out(tmp_path: Path) -> None:
    """In the query, a header or a cookie; a default stands in for it."""
    places = [
        query(TEXT, "q", required=True),
        query({"type": "string", "default": "a"}, "d", required=True),
        {"name": "X-H", "in": "header", "required": True, "schema": TEXT},
    ]
    found = refused_inputs(operation_of(tmp_path, *places))
    assert [each.parameter for each in found if each.is_left_out] == ["q", "X-H"]


REQUEST = Request(
    "getUsage",
    "GET",
    "https://api.example/usage/a",
    query=(("q", "1"), ("p[model]", "a"), ("api_key", "secret")),
    headers=(("Cookie", "session=s; c=a"), ("x-n", "1")),
    path=(("id", "a"),),
)
PLACES = [
    query({"type": "integer"}, "q", required=True),
    query(DEEP, style="deepObject", required=True),
    {"name": "X-N", "in": "header", "required": True, "schema": {"type": "integer"}},
    {"name": "c", "in": "cookie", "schema": {"enum": ["a", "b"]}},
    {"name": "id", "in": "path", "required": True, "schema": {"enum": ["a", "b"]}},
]


def into(folder: Path, key: str, raw: str, *, is_left_out: bool = False) -> Request:
    """The request with a bad input of one parameter."""
    operation = operation_of(folder, *PLACES, path="/usage/{id}")
    wanted = (key, raw, is_left_out)
    found = refused_inputs(operation)
    each = next(each for each in found if (each.parameter, each.raw, each.is_left_out) == wanted)
    return each.into(REQUEST, operation)


def test_a_bad_query_stands_beside_the_other_parameters(tmp_path: Path) -> None:
    """Those that the operation needs, and a credential in the query, stay as they are."""
    assert into(tmp_path, "q", "q=abc").query_text == "p%5Bmodel%5D=a&api_key=secret&q=abc"
    assert into(tmp_path, "q", "", is_left_out=True).query_text == "p%5Bmodel%5D=a&api_key=secret"
    assert into(tmp_path, "p", "p%5Bdays%5D=0").query_text == "q=1&api_key=secret&p%5Bdays%5D=0"


def test_a_bad_header_takes_the_place_of_the_good_one(tmp_path: Path) -> None:
    """Whatever the case of its name; other headers and cookies stay."""
    assert into(tmp_path, "X-N", "abc").headers == (("Cookie", "session=s; c=a"), ("X-N", "abc"))
    assert into(tmp_path, "X-N", "", is_left_out=True).headers == (("Cookie", "session=s; c=a"),)
    cookie = ("Cookie", "session=s; c=no-such-value")
    assert into(tmp_path, "c", "no-such-value").headers == (("x-n", "1"), cookie)


def test_a_bad_path_is_sent_in_its_place(tmp_path: Path) -> None:
    """In the URL, and among the texts of the path."""
    request = into(tmp_path, "id", "A")
    assert (request.url, request.path) == ("https://api.example/usage/A", (("id", "A"),))


def test_a_bad_path_is_not_the_first_to_be_tried(tmp_path: Path) -> None:
    """It may lead nowhere, where credentials are not looked at."""
    place = {"name": "id", "in": "path", "required": True, "schema": {"enum": ["a"]}}
    only = operation_of(tmp_path, place, path="/usage/{id}")
    both = operation_of(tmp_path, place, query({"type": "integer"}), path="/usage/{id}")
    assert first_refused(only) is None
    found = first_refused(both)
    assert found is not None
    assert (found.parameter, found.level) == ("p", "must")
