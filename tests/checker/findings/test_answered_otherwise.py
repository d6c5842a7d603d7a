"""A fault that only answers otherwise than before is the same one, to a baseline and to an earlier report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
DOCUMENT = document(paths={"/usage": {"get": operation(schema={"type": "object"}, parameters=[LIMIT])}})
DOCUMENT["paths"]["/usage"]["get"] |= {"operationId": "getUsage"}
DOCUMENT["paths"]["/usage"]["get"]["responses"]["400"] = {"description": "bad"}


@dataclass
class Usage:
    """A deployment that refuses every bad limit but 10, which has a status of its own."""

    ten: int
    empty: int = 400

    def __call__(self, asked: Asked) -> tuple[int, Any]:
        """A usage, or a refusal."""
        text = asked.query.get("limit", ["5"])[-1]
        return {**dict.fromkeys("123456789", 200), "10": self.ten, "": self.empty}.get(text, 400), {}


def checked(folder: Path, usage: Usage, *words: str) -> tuple[int, Any]:
    """What a check of the bad limits finds, by exit code and report."""
    with small(usage) as served:
        return check(folder, DOCUMENT, served.url, "--rule", "invalid-parameter", *words)


ABOVE = "limit: one above the highest (limit=10) is answered by 400"


def test_a_baseline_counts_another_answer_and_says_that_the_finding_is_known(tmp_path: Path) -> None:
    """What was forgiven is 200; that 500 comes now counts, and its entry is not called mended."""
    known = tmp_path / "known.toml"
    checked(tmp_path, Usage(200), "--baseline", str(known), "--update-baseline")

    code, report = checked(tmp_path, Usage(500), "--baseline", str(known))

    (found,) = report["findings"]
    assert code == 1
    assert "baseline_idle" not in report
    assert found["advice"].endswith(
        f"The baseline forgives it with another answer: {ABOVE}: 500 came, and 200 before."
    )


def test_an_entry_of_an_answer_that_another_entry_has_replaced_is_idle(tmp_path: Path) -> None:
    """Once the new answer has its own entry, the old one forgives nothing; mended, both do not."""
    known = ("--baseline", str(tmp_path / "known.toml"))
    checked(tmp_path, Usage(200), *known, "--update-baseline")
    checked(tmp_path, Usage(500), *known, "--update-baseline")

    code, report = checked(tmp_path, Usage(500), *known)
    _, mended = checked(tmp_path, Usage(400), *known)

    assert (code, len(report["baseline_idle"]), len(mended["baseline_idle"])) == (0, 1, 2)


def test_an_earlier_report_shows_which_answer_is_another_one(tmp_path: Path) -> None:
    """It is neither new nor gone, and both answers are told."""
    checked(tmp_path, Usage(200))
    last = (tmp_path / "report.json").rename(tmp_path / "last.json")

    _, report = checked(tmp_path, Usage(500), "--diff", str(last))
    _, more = checked(tmp_path, Usage(500, empty=200), "--diff", str(last))

    said = report["diff"]
    assert [len(said[kind]) for kind in ("new", "gone", "stayed", "otherwise")] == [0, 0, 0, 1]
    assert (said["otherwise"][0]["about"], said["otherwise"][0]["was"]) == (
        [f"{ABOVE}: 500 came"],
        [f"{ABOVE}: 200 came"],
    )
    assert [each["about"] for each in more["diff"]["new"]] == [["limit: empty is answered by 400: 200 came"]]
    assert [len(more["diff"][kind]) for kind in ("gone", "stayed", "otherwise")] == [0, 0, 1]


def test_the_terminal_tells_both_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line counts it, and another says what came and what came before."""
    checked(tmp_path, Usage(200))
    capsys.readouterr()

    checked(tmp_path, Usage(500), "--diff", str(tmp_path / "report.json"))

    text = capsys.readouterr().out
    assert "0 new, 0 gone, 1 answered otherwise, 0 stayed" in text
    assert f'answered otherwise: invalid-parameter · getUsage · "{ABOVE}: 500 came, and 200 before"' in text
