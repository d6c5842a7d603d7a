"""Parameters that a contract refuses."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from metermock.checker.inputs.refused import invalid_statuses, refused_inputs
from metermock.contract import Operation
from tests.checker.engine.plain import NAMES, contract_of
from tests.checker.inputs.parameters import operation_of, query
from tests.contract.reading.documents import document, read

OPERATIONS = [operation for name in NAMES for operation in contract_of(name).operations]
LISTED = contract_of("onepin").operation("listUsageActivity")
IMPOSSIBLE = {"2026-02-30", "2027-02-29"}
EACH = pytest.mark.parametrize(
    "operation", [pytest.param(operation, id=operation.id) for operation in OPERATIONS]
)


def abouts(operation: Operation, parameter: str) -> set[str]:
    """In which ways a parameter is sent badly."""
    return {bad.about for bad in refused_inputs(operation) if bad.parameter == parameter}


@EACH
def test_everything_bad_is_refused_by_our_own_reading(operation: Operation) -> None:
    """A deployment that reads as the contract says accepts none of them; so none is a false alarm.

    That some days are in no calendar a schema cannot say; the documents' examples do.
    """
    accepted = []
    for bad in refused_inputs(operation):
        if bad.raw.partition("=")[2] in IMPOSSIBLE:
            continue
        pairs = parse_qsl(bad.raw, keep_blank_values=True, errors="surrogateescape")
        named = [violation.name for violation in operation.read(pairs, {})[1]]
        accepted += [] if named == [bad.parameter] else [(bad, named)]
    assert accepted == []


@EACH
def test_each_query_parameter_is_sent_badly(operation: Operation) -> None:
    """None is left out, and nothing is sent twice."""
    found = list(refused_inputs(operation))
    names = {parameter.name for parameter in operation.parameters if parameter.location == "query"}
    assert {bad.parameter for bad in found} == names
    assert len({bad.raw for bad in found}) == len(found)


def test_each_type_is_missed_in_its_own_ways() -> None:
    """Numbers by one, booleans by case, texts by a letter, days that no calendar has."""
    zkscore = contract_of("zkscore").operation("getDeveloperUsage")
    glyphnet = contract_of("glyphnet").operation("getOrganizationUsage")
    assert {"one below the lowest", "one above the highest", "no integer"} <= abouts(zkscore, "limit")
    assert "no boolean" in abouts(zkscore, "includeErrors")
    assert {"nearly a value", "two values at once", "valid, then invalid"} <= abouts(zkscore, "timeframe")
    assert "no day" in abouts(glyphnet, "start_date")


def test_items_that_a_server_may_split_are_no_must(tmp_path: Path) -> None:
    """Spring splits each item of a repeated list at commas; of a single value two at once are wrong."""
    choice = {"enum": ["calls", "tokens"]}
    listed = operation_of(tmp_path, query({"type": "array", "items": choice}))
    found = {(bad.about, bad.level) for bad in refused_inputs(listed) if "two values" in bad.about}
    assert found == {
        ("an item: two values at once", "should"),
        ("an item among good ones: two values at once", "should"),
    }
    single = operation_of(tmp_path, query(choice))
    assert ("two values at once", "must") in {(bad.about, bad.level) for bad in refused_inputs(single)}


def test_values_of_other_apis_are_sent() -> None:
    """A kind `all`, a range of a week: some backends know them, the contracts do not."""
    kind = contract_of("onceonly").operation("getMonthlyUsage")
    span = contract_of("onepin").operation("getUsageSummary")
    assert "kind=all" in {bad.raw for bad in refused_inputs(kind)}
    period = contract_of("glyphnet").operation("getOrganizationUsage")
    order = contract_of("zkscore").operation("getDeveloperUsage")
    assert {"period=year", "period=hour"} <= {bad.raw for bad in refused_inputs(period)}
    assert "sortOrder=descending" in {bad.raw for bad in refused_inputs(order)}
    assert {"range=7d", "range=45d", "range=365d"} <= {bad.raw for bad in refused_inputs(span)}


def test_integers_that_some_languages_read_are_no_must() -> None:
    """`+5` may be 5 to a right deployment; `1.5` and `abc` are no integer to any."""
    found = {
        bad.raw.partition("=")[2]: bad.level for bad in refused_inputs(LISTED) if bad.parameter == "limit"
    }
    assert (found["%2B5"], found["1_0"]) == ("should", "should")
    assert (found["abc"], found["1.5"], found[""]) == ("must", "must", "must")


def test_bounds_are_missed_by_one() -> None:
    """The number sent is the bound's neighbour."""
    limit = contract_of("zkscore").operation("getDeveloperUsage").parameter("limit")
    assert limit is not None
    raws = {bad.raw for bad in refused_inputs(contract_of("zkscore").operation("getDeveloperUsage"))}
    assert {f"limit={limit.resolved['minimum'] - 1}", f"limit={limit.resolved['maximum'] + 1}"} <= raws


@pytest.mark.parametrize(
    ("name", "status"), [("onepin", 422), ("zkscore", 400), ("onceonly", 422), ("glyphnet", 400)]
)
def test_the_status_is_the_documented_one(name: str, status: int) -> None:
    """Not any 4xx will do: the contract documents which."""
    found = {
        invalid_statuses(operation)
        for operation in contract_of(name).operations
        if any(parameter.location == "query" for parameter in operation.parameters)
    }
    assert found == {frozenset({status})}


@pytest.mark.parametrize(
    ("codes", "refused", "other"),
    [
        (("200", "4XX"), 404, 401),
        (("200", "default"), 422, 500),
        (("200",), None, 400),
        (("200", "400", "4XX"), 400, 404),
    ],
)
def test_a_range_documents_a_refusal(
    tmp_path: Path, codes: tuple[str, ...], refused: int | None, other: int
) -> None:
    """`4XX` and `default` stand for refusals of the request itself; the exact status goes first."""
    responses = {code: {"description": "x"} for code in codes}
    contract = read(tmp_path, document(paths={"/usage": {"get": {"responses": responses}}}))
    found = invalid_statuses(contract.operations[0])
    assert other not in found
    assert refused in found if refused else found == frozenset()


@pytest.mark.parametrize(
    ("schema", "parts"),
    [
        ({"type": "array", "items": {"enum": ["new", "old"]}, "default": []}, {}),
        (
            {"type": "array", "items": {"enum": ["new", "old"]}, "default": []},
            {"style": "spaceDelimited", "explode": False},
        ),
        ({"type": "object", "properties": {"size": {"type": "integer"}}, "default": {}}, {}),
        (
            {"type": "object", "properties": {"size": {"type": "integer"}}, "default": {}},
            {"style": "deepObject", "explode": True},
        ),
    ],
)
def test_a_default_of_which_a_query_says_nothing_is_no_obstacle(
    tmp_path: Path, schema: dict[str, object], parts: dict[str, object]
) -> None:
    """An empty list or object has no pair in a query; its parameter is sent badly all the same."""
    operation = operation_of(tmp_path, query(schema, "kinds", **parts))
    assert refused_inputs(operation)


@pytest.mark.parametrize(
    ("least", "required", "level"),
    [({}, True, "should"), ({"minItems": 1}, True, "must"), ({"minItems": 1}, False, "should")],
)
@pytest.mark.parametrize("style", ["form", "pipeDelimited", "spaceDelimited"])
def test_no_text_may_be_a_list_of_no_items(
    tmp_path: Path, least: dict[str, int], level: str, style: str, *, required: bool
) -> None:
    """`type=` is how an empty list is joined, and what may be left out: to take it is a warning then."""
    schema = {"type": "array", "items": {"enum": ["new", "old"]}, **least}
    parts = {"style": style, "explode": False, "required": required}
    operation = operation_of(tmp_path, query(schema, "type", **parts))
    assert [bad.level for bad in refused_inputs(operation) if bad.raw == "type="] == [level]


def test_a_nul_is_told_by_its_name(tmp_path: Path) -> None:
    """U+0000 is UTF-8, so that the message does not blame the encoding."""
    operation = operation_of(tmp_path, query({"type": "string"}, "tag"))
    told = [operation.read([("tag", text)], {})[1][0].message for text in ("a\0", "\udcff")]
    assert told == ["tag has a NUL character", "tag is not UTF-8 text"]


@pytest.mark.parametrize(
    ("name", "found"), [("X-Client", ["left out"]), ("user-agent", []), ("User-Agent", [])]
)
def test_what_goes_out_anyway_is_not_left_out(tmp_path: Path, name: str, found: list[str]) -> None:
    """The client names itself in each request: a server never sees one without."""
    header = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    written = document()
    written["paths"]["/usage"]["get"]["parameters"] = [header]
    (operation,) = read(tmp_path, written).operations
    assert [each.about for each in refused_inputs(operation) if each.is_left_out] == found
