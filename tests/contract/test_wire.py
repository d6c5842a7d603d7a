"""A value is written as a style says, and read again as the same value, as it was spelled in the URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metermock.contract import Operation, load_contract
from metermock.contract.styles import Style
from metermock.contract.wire_text import decoded, in_url, pairs_of, quoted
from tests.contract.wire import LIST, NUMBER, NUMBERS, TEXT, operation_of, read

UNION = {"anyOf": [NUMBER, NUMBERS]}

NAMES = st.text("abcxyz", min_size=1, max_size=3)
TEXTS = st.text("ab,;=.|& %/\u00e9\u2603+[]", max_size=6)


def in_query(name: str, schema: Any, **more: Any) -> dict[str, Any]:
    """A parameter of a query."""
    return {"name": name, "in": "query", "schema": schema, **more}


def faults(
    operation: Operation, query: str, *, strict: bool = False, **headers: str
) -> list[tuple[str, str]]:
    """Name and kind of what is wrong with a request."""
    _, violations = operation.read(pairs_of(query), headers, strict=strict)
    return [(found.name, found.kind) for found in violations]


def spelled(style: Style, raw: Any) -> str:
    """A query as a client spells it."""
    return "&".join(f"{quoted(name, '')}={quoted(text, ',')}" for name, text in style.to_query(raw))


# Both ways -------------------------------------------------------------------------------------------


@given(st.lists(TEXTS, min_size=1, max_size=4), st.booleans())
def test_a_list_in_a_query_is_read_as_it_was_written(items: list[str], explode: bool) -> None:  # noqa: FBT001
    """A comma inside an item is percent-encoded, one between items is not."""
    style = Style("n", "form", explode=explode, form="list")
    assert style.of_query(pairs_of(spelled(style, items)), frozenset({"n"})) == items


@given(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=3), st.sampled_from(["form", "flat", "deepObject"]))
def test_an_object_in_a_query_is_read_as_it_was_written(fields: dict[str, str], name: str) -> None:
    """Its fields stand together, apart, or in brackets."""
    style = Style("o", name.replace("flat", "form"), explode=name != "flat", form="map", is_open=True)
    assert style.of_query(pairs_of(spelled(style, fields)), frozenset({"o"})) == fields


@given(st.sampled_from(["simple", "label", "matrix"]), st.booleans(), st.lists(TEXTS, min_size=1, max_size=4))
def test_a_list_in_a_path_is_read_as_it_was_written(name: str, explode: bool, items: list[str]) -> None:  # noqa: FBT001
    """Delimiters inside an item are percent-encoded; a dot never is, so a label splits at each."""
    if name == "label":
        items = [item.replace(".", "") for item in items]
    style = Style("p", name, explode=explode, form="list")
    assert style.of_text(decoded(quoted(style.to_text(items), ";,="))) == items


@given(
    st.sampled_from(["simple", "label", "matrix"]),
    st.booleans(),
    st.dictionaries(NAMES, TEXTS, min_size=1, max_size=3),
)
def test_an_object_in_a_path_is_read_as_it_was_written(
    name: str,
    explode: bool,  # noqa: FBT001 - drawn
    fields: dict[str, str],
) -> None:
    """With the names of its fields, joined by `=` or by the delimiter."""
    if name == "label":
        fields = {key: value.replace(".", "") for key, value in fields.items()}
    style = Style("p", name, explode=explode, form="map")
    assert style.of_text(decoded(quoted(style.to_text(fields), ";,="))) == fields


@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NUMBER, 7),
        (TEXT, ""),
        (TEXT, "7"),
        (TEXT, "caf\u00e9 \u2603&a=b"),
        ({"type": "boolean"}, False),
        (LIST, ["a", ""]),
        (NUMBERS, [1, -2]),
        (UNION, 5),
        (UNION, [5, 6]),
        ({"type": "object", "properties": {"a": NUMBER}}, {"a": 3}),
    ],
)
def test_every_style_and_kind_of_schema_is_read_as_it_was_written(
    tmp_path: Path,
    style: str,
    explode: bool,  # noqa: FBT001 - a column of the table
    schema: Any,
    value: Any,
) -> None:
    """The value arrives with its types."""
    operation = operation_of(tmp_path, in_query("p", schema, style=style, explode=explode))
    (parameter,) = operation.parameters
    query = "&".join(f"{quoted(name, '')}={quoted(text, ',')}" for name, text in parameter.pairs(value))
    assert read(operation, query) == {"p": value}


# Several readings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "query", "value"),
    [
        (in_query("n", UNION), "n=5", 5),
        (in_query("n", UNION), "n=5&n=6", [5, 6]),
        (in_query("n", UNION, explode=False), "n=5", 5),
        (in_query("n", UNION, explode=False), "n=5,6", [5, 6]),
        (in_query("n", NUMBERS, explode=False), "n=5%2C6", [5, 6]),
        (in_query("n", LIST, explode=False), "n=a%2Cb,c", ["a,b", "c"]),
        (in_query("n", {"type": ["string", "object"]}), "n=x", "x"),
        (in_query("n", {"type": ["string", "object"]}), "a=x&b=y", {"a": "x", "b": "y"}),
        (in_query("f", {"type": ["integer", "object"]}, style="deepObject"), "f=5", 5),
        (in_query("f", {"type": ["integer", "object"]}, style="deepObject"), "f[a]=5", {"a": "5"}),
        (in_query("n", {"type": ["integer", "null"]}), "n=null", None),
        (in_query("n", {"type": ["string", "null"]}), "n=null", "null"),
    ],
)
def test_of_several_readings_the_one_that_the_schema_accepts_is_taken(
    tmp_path: Path, parameter: dict[str, Any], query: str, value: Any
) -> None:
    """One value is itself rather than a list of one."""
    assert read(operation_of(tmp_path, parameter), query) == {parameter["name"]: value}


def test_a_reading_that_the_schema_refuses_is_told_once(tmp_path: Path) -> None:
    """What no reading of a union satisfies is one violation that names the types."""
    operation = operation_of(
        tmp_path, in_query("f", {"type": ["integer", "object"]}, style="deepObject", required=True)
    )
    assert faults(operation, "f=x") == [("f", "type")]


@pytest.mark.parametrize(
    ("items", "query", "value"),
    [
        ({"oneOf": [NUMBER, {"const": "all"}]}, "n=7&n=all", [7, "all"]),
        ({"anyOf": [{"type": "boolean"}, TEXT]}, "n=true&n=x", [True, "x"]),
    ],
)
def test_the_items_of_a_list_may_have_alternatives(
    tmp_path: Path, items: Any, query: str, value: Any
) -> None:
    """Each item is read by itself."""
    operation = operation_of(tmp_path, in_query("n", {"type": "array", "items": items}))
    assert read(operation, query) == {"n": value}


def test_alternative_lists_and_objects_are_read_as_a_whole(tmp_path: Path) -> None:
    """All items, or all fields, are of the same alternative."""
    lists = {"oneOf": [NUMBERS, {"type": "array", "items": TEXT, "contains": {"const": "x"}}]}
    kinds = {
        "oneOf": [
            {"type": "object", "properties": {"kind": {"const": "day"}, "v": NUMBER}, "required": ["kind"]},
            {"type": "object", "properties": {"kind": {"const": "name"}, "v": TEXT}, "required": ["kind"]},
        ]
    }
    operation = operation_of(tmp_path, in_query("n", lists), in_query("f", kinds, style="deepObject"))
    assert read(operation, "n=1&n=x&f[kind]=name&f[v]=7") == {
        "n": ["1", "x"],
        "f": {"kind": "name", "v": "7"},
    }
    assert read(operation, "n=1&n=2&f[kind]=day&f[v]=7") == {"n": [1, 2], "f": {"kind": "day", "v": 7}}


def test_places_and_patterns_have_schemas_of_their_own(tmp_path: Path) -> None:
    """`prefixItems` by place, `patternProperties` by name."""
    pair = {"type": "array", "prefixItems": [TEXT, NUMBER]}
    flags = {"type": "object", "patternProperties": {"^is_": {"type": "boolean"}}}
    operation = operation_of(tmp_path, in_query("p", pair), in_query("f", flags, style="deepObject"))
    assert read(operation, "p=1&p=2&f[is_new]=true&f[note]=true") == {
        "p": ["1", 2],
        "f": {"is_new": True, "note": "true"},
    }


def test_a_bound_of_one_alternative_is_none_of_the_other(tmp_path: Path) -> None:
    """int32 beside int64 takes what int64 does; int32 beside a text does not."""
    sizes = [{"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}]
    operation = operation_of(tmp_path, in_query("n", {"anyOf": sizes}), in_query("m", sizes[0]))
    assert read(operation, f"n={2**40}") == {"n": 2**40}
    assert faults(operation, f"m={2**31}") == [("m", "type")]


# Objects that spread over the query ------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"additionalProperties": True}, {"additionalProperties": TEXT}])
def test_an_open_object_takes_the_names_that_nobody_owns(tmp_path: Path, more: dict[str, Any]) -> None:
    """Not those of other parameters, and not the credential's; they are not unknown either."""
    page = {"type": "object", "properties": {"limit": NUMBER}, **more}
    operation = operation_of(tmp_path, in_query("page", page), in_query("q", TEXT), security=[{"key": []}])
    values, violations = operation.read(pairs_of("limit=5&tag=x&q=y&key=secret"), {}, strict=True)
    assert (values, violations) == ({"page": {"limit": 5, "tag": "x"}, "q": "y"}, ())


def test_a_closed_object_takes_its_own_names_only(tmp_path: Path) -> None:
    """Others are unknown, and the credential is not."""
    page = {"type": "object", "properties": {"limit": NUMBER}, "additionalProperties": False}
    operation = operation_of(tmp_path, in_query("page", page), security=[{"key": []}])
    assert faults(operation, "limit=5&tag=x&key=secret", strict=True) == [("tag", "unknown")]


def test_an_object_under_any_name_leaves_brackets_to_their_owner(tmp_path: Path) -> None:
    """Pairs of a `deepObject`, and the fields that another object names, are not taken twice."""
    deep = in_query("filter", {"type": "object", "properties": {"role": TEXT}}, style="deepObject")
    closed = {"type": "object", "properties": {"size": NUMBER}, "additionalProperties": False}
    operation = operation_of(tmp_path, in_query("extra", {"type": "object"}), deep, in_query("of", closed))
    found = read(operation, "filter[role]=tank&size=3&tag=x")
    assert found == {"extra": {"tag": "x"}, "filter": {"role": "tank"}, "of": {"size": 3}}


def test_a_number_beside_a_closed_object_takes_no_name(tmp_path: Path) -> None:
    """`page=2`, or its fields: what else is in the query is not part of it."""
    closed = {"type": "object", "properties": {"number": NUMBER}, "additionalProperties": False}
    operation = operation_of(tmp_path, in_query("page", {"oneOf": [NUMBER, closed]}))
    assert read(operation, "page=2&role=tank") == {"page": 2}
    assert faults(operation, "role=tank") == []
    assert faults(operation, "role=tank", strict=True) == [("role", "unknown")]


def test_an_object_that_spreads_may_have_lists(tmp_path: Path) -> None:
    """A field that the schema wants as a list is one with a single value too."""
    page = {"type": "object", "properties": {"tags": LIST, "limit": NUMBER}}
    operation = operation_of(tmp_path, in_query("page", page))
    assert read(operation, "tags=a&tags=b&limit=5") == {"page": {"tags": ["a", "b"], "limit": 5}}
    assert read(operation, "tags=a") == {"page": {"tags": ["a"]}}


@pytest.mark.parametrize(
    "query",
    ["expand[]=a&expand[]=b", "expand[0]=a&expand[1]=b", "expand[1]=b&expand[0]=a", "expand=a&expand=b"],
)
def test_brackets_write_lists_too(tmp_path: Path, query: str) -> None:
    """As many SDKs write them: empty brackets, numbers in any order, or the bare name."""
    operation = operation_of(tmp_path, in_query("expand", LIST, style="deepObject"))
    assert read(operation, query) == {"expand": ["a", "b"]}
    assert faults(operation, query, strict=True) == []


def test_brackets_write_lists_of_objects(tmp_path: Path) -> None:
    """`items[0][price]` is the price of the first item."""
    item = {"type": "object", "properties": {"price": NUMBER}}
    operation = operation_of(
        tmp_path, in_query("items", {"type": "array", "items": item}, style="deepObject")
    )
    assert read(operation, "items[0][price]=3&items[1][price]=4") == {"items": [{"price": 3}, {"price": 4}]}
    (parameter,) = operation.parameters
    assert parameter.read_pairs(parameter.pairs([{"price": 3}])) == [{"price": 3}]


def test_a_parameter_with_brackets_in_its_name_is_its_own(tmp_path: Path) -> None:
    """`filter[b]` beside a deepObject `filter` is no field of it."""
    filters = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    operation = operation_of(
        tmp_path, in_query("filter", filters, style="deepObject"), in_query("filter[b]", NUMBER)
    )
    assert read(operation, "filter[a]=x&filter[b]=2") == {"filter": {"a": "x"}, "filter[b]": 2}


# What is left out ------------------------------------------------------------------------------------


def test_an_empty_value_that_is_allowed_is_as_if_not_sent(tmp_path: Path) -> None:
    """Its default holds; where the schema takes the empty text, that is the value."""
    operation = operation_of(
        tmp_path,
        in_query("n", {**NUMBER, "default": 3}, allowEmptyValue=True),
        in_query("flag", {"type": "boolean"}, allowEmptyValue=True, required=True),
        in_query("q", TEXT, allowEmptyValue=True),
        in_query("m", NUMBER),
    )
    assert read(operation, "n=&flag&q=") == {"n": 3, "q": ""}
    assert faults(operation, "flag=&m=") == [("m", "empty")]


def test_null_and_the_empty_list_are_left_out(tmp_path: Path) -> None:
    """No style can say them."""
    for explode in (True, False):
        operation = operation_of(
            tmp_path, in_query("n", {"type": ["array", "null"], "items": NUMBER}, explode=explode)
        )
        (parameter,) = operation.parameters
        assert [parameter.pairs(None), parameter.pairs([]), parameter.pairs([1, None])] == [
            [],
            [],
            [("n", "1")],
        ]


# Headers, cookies, JSON, whole queries ---------------------------------------------------------------


@pytest.mark.parametrize("style", [{}, {"style": "deepObject"}])
@pytest.mark.parametrize(("needed", "missing"), [([], []), (["page"], ["missing"])])
def test_an_object_without_fields_is_no_pair_at_all(
    tmp_path: Path, style: dict[str, str], needed: list[str], missing: list[str]
) -> None:
    """A required object whose fields stand apart is missing only where it cannot be empty."""
    schema = {"type": "object", "properties": {"page": NUMBER}, "required": needed}
    operation = operation_of(tmp_path, in_query("pageable", schema, required=True, **style))
    assert [each.kind for each in operation.read([], {})[1]] == missing


def test_headers_have_one_name_in_any_case(tmp_path: Path) -> None:
    """What the operation says of a header replaces what the path says of it in other letters."""
    file = tmp_path / "wire.openapi.json"
    operation = {
        "operationId": "getUsage",
        "parameters": [{"name": "X-ZONE", "in": "header", "schema": NUMBER}],
        "responses": {"200": {"description": "Usage."}},
    }
    shared = [{"name": "x-zone", "in": "header", "schema": {"enum": ["utc"]}}]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Wire", "version": "1"},
        "paths": {"/usage": {"parameters": shared, "get": operation}},
    }
    file.write_text(json.dumps(document))
    made = load_contract(file).operation("getUsage")
    assert made.read([], {"x-zone": "5"}) == ({"X-ZONE": 5}, ())


def test_a_value_may_be_json(tmp_path: Path) -> None:
    """In any place; NaN is none, and text that is none is told."""
    content = {
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"a": {"type": "number"}}}}
        }
    }
    operation = operation_of(
        tmp_path, {"name": "q", "in": "query", **content}, {"name": "X-Json", "in": "header", **content}
    )
    assert read(operation, "q=%7B%22a%22:1%7D", **{"x-json": '{"a": 2}'}) == {
        "q": {"a": 1},
        "X-Json": {"a": 2},
    }
    assert faults(operation, 'q={"a":NaN}') == faults(operation, "q=x") == [("q", "type")]


def test_reserved_characters_may_stand_as_they_are(tmp_path: Path) -> None:
    """With `allowReserved`, and without: percent-encoded ones are the same."""
    for more in ({}, {"allowReserved": True}):
        operation = operation_of(tmp_path, in_query("at", TEXT, **more))
        assert read(operation, "at=/a/b?c:@!$'()*,;") == {"at": "/a/b?c:@!$'()*,;"}
        assert read(operation, "at=%2Fa%2Fb") == {"at": "/a/b"}


def test_the_whole_query_may_be_one_parameter(tmp_path: Path) -> None:
    """A form's fields, or JSON, which the query is then."""
    page = {"type": "object", "properties": {"limit": NUMBER, "tags": LIST}, "required": ["limit"]}
    form = operation_of(
        tmp_path,
        {
            "name": "page",
            "in": "querystring",
            "content": {"application/x-www-form-urlencoded": {"schema": page}},
        },
    )
    assert read(form, "limit=5&tags=a&tags=b") == {"page": {"limit": 5, "tags": ["a", "b"]}}
    assert faults(form, "limit=x", strict=True) == [("page", "type")]
    assert read(form, "limit=5&other=a") == {"page": {"limit": 5, "other": "a"}}
    whole = operation_of(
        tmp_path, {"name": "page", "in": "querystring", "content": {"application/json": {"schema": page}}}
    )
    assert read(whole, "%7B%22limit%22:5%7D") == {"page": {"limit": 5}}
    for operation in (form, whole):
        (parameter,) = operation.parameters
        assert parameter.read_pairs(parameter.pairs({"limit": 5})) == {"limit": 5}


@pytest.mark.parametrize(
    ("path", "spelling"),
    [
        ("/usage/{büro}.json?per=day", "/usage/{büro}.json?per=day"),
        ("/büros/{a b}/usage of", "/b%C3%BCros/{a b}/usage%20of"),
        ("/a%20b/c;d=1,2:3@x+(y)!'*~$&", "/a%20b/c;d=1,2:3@x+(y)!'*~$&"),
        ('/"<a>"^`|\\', "/%22%3Ca%3E%22%5E%60%7C%5C"),
    ],
)
def test_a_path_is_spelled_as_a_url_has_it(path: str, spelling: str) -> None:
    """Its parameters are filled in later, and what it has encoded itself stays."""
    assert in_url(path) == spelling
