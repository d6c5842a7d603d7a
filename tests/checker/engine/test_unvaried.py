"""What a check did not vary is listed in every report, and long enums are sampled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

CODES = [f"C{number:03}" for number in range(180)]
PARAMETERS: list[dict[str, Any]] = [
    {"name": "currency", "in": "query", "schema": {"enum": CODES}},
    {"name": "label", "in": "query", "schema": {"type": "string"}},
]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def checked(folder: Path, *words: str) -> tuple[Any, list[str]]:
    """The report of a check of one operation, and the currencies that it sent."""
    paths = {"/usage": {"get": operation(schema={"type": "object"}, parameters=PARAMETERS)}}
    with small(lambda asked: (200, {}) if asked.path == "/usage" else (404, None)) as server:
        _, report = check(folder, document(paths=paths), server.url, *words)
    return report, [asked.query["currency"][-1] for asked in server.asked if "currency" in asked.query]


def test_a_long_enum_is_sampled(tmp_path: Path) -> None:
    """The first, the last and some between, other ones with another seed; the report says so."""
    report, sent = checked(tmp_path)
    good = {each for each in sent if each in CODES}
    assert len(good) == 12
    assert {CODES[0], CODES[-1]} <= good
    assert report["requests"] < 150
    _, others = checked(tmp_path, "--seed", "7")
    assert good != {each for each in others if each in CODES}
    assert {"operation": "get_usage", "parameter": "currency", "reason": "12 of its 180 values"} in report[
        "unvaried"
    ]


def test_every_report_lists_what_was_not_varied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the terminal, HTML, Markdown and SARIF as a line, in JUnit as a property, in JSON as data."""
    files = {form: tmp_path / f"report.{form}" for form in ("html", "markdown", "junit", "sarif")}
    words = [word for form, file in files.items() for word in ("--report", f"{form}={file}")]
    report, _ = checked(tmp_path, *words)
    said = "any text, and no example, default or configured value"
    assert {"operation": "get_usage", "parameter": "label", "reason": said} in report["unvaried"]
    line = f"not varied, {said}: get_usage.label"
    assert line in capsys.readouterr().out
    for form in ("html", "sarif"):
        assert line in files[form].read_text()
    assert line.replace("_", "\\_") in files["markdown"].read_text()
    assert f'<property name="not varied: get_usage.label" value="{said}" />' in files["junit"].read_text()


def test_a_configured_thing_is_known_to_a_check_that_ends_early(tmp_path: Path) -> None:
    """Nobody has looked for values yet, and the user has given one."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    written = document(paths={"/cars/{id}": {"get": operation(parameters=[item])}})
    words = ("--param", "get_cars_id.id=c-1", "--max-requests", "2")
    with small(lambda _: (200, {})) as server:
        _, report = check(tmp_path, written, server.url, *words)
    (told,) = [each["reason"] for each in report["unvaried"] if each["parameter"] == "id"]
    assert told == "only one good value is known"


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        (["c-1"], "it names a thing, and only one that a reply shows was answered"),
        ([], "it names a thing, and no example or configured value tells which there are"),
    ],
)
def test_a_listed_thing_counts_as_one_that_was_asked_for(
    tmp_path: Path, listed: list[str], reason: str
) -> None:
    """Where the list gave the id, the report does not say that nobody knows one."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/cars": {"get": operation(schema={})}, "/cars/{id}": {"get": operation(parameters=[item])}}
    rows = [{"id": each} for each in listed]
    with small(lambda asked: (200, rows if asked.path == "/cars" else {})) as server:
        _, report = check(tmp_path, document(paths=paths), server.url)
    assert {"operation": "get_cars_id", "parameter": "id", "reason": reason} in report["unvaried"]
    assert ("/cars/c-1" in {asked.path for asked in server.asked}) is bool(listed)


@pytest.mark.parametrize(("known", "told"), [("another", True), ("a", False)])
def test_a_parameter_of_which_no_value_was_taken_is_told(tmp_path: Path, known: str, *, told: bool) -> None:
    """Made cursors are refused as documented: no finding, and the report says that no page was turned."""
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 80}}
    listing = operation(schema={"type": "object"}, parameters=[cursor])
    listing["responses"]["400"] = {"description": "no cursor of ours"}

    def paged(asked: Asked) -> tuple[int, Any]:
        if asked.path != "/usage":
            return 404, None
        return (400, None) if set(asked.query.get("cursor", [])) - {known} else (200, {})

    with small(paged) as server:
        _, report = check(tmp_path, document(paths={"/usage": {"get": listing}}), server.url)
    reasons = {each["parameter"]: each["reason"] for each in report.get("unvaried", [])}
    assert reasons == ({"cursor": "no value that was sent got a good reply"} if told else {})
