"""What a check did not vary is listed in every report, and long enums are sampled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import check, document, operation, small

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
