"""How much a check would ask: counted without the deployment, and told before it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.cli import main
from tests.checker.engine.plain import NAMES

TINY = str(Path(__file__).with_name("tiny.openapi.yaml"))
KEY = ["--credential", "header=tiny-key-1234"]
PAGE = (Path(__file__).parents[2] / "docs" / "checking.md").read_text("utf-8")


def rows() -> dict[str, list[int]]:
    """What profiles take by contract: *must* rules, requests of quick, nightly and full, random ones."""
    table = PAGE.partition("| random ones beside |")[2].partition("\n- ")[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {
        name: [int(cell.replace(",", "")) for cell in (musts, *counts)]
        for name, musts, _, *counts in cells
        if name
    }


def test_the_page_has_the_profiles_as_they_are() -> None:
    """A profile asks all that there is, up to its limit, and each contract has its row."""
    assert rows().keys() == set(NAMES)
    for _, quick, nightly, full, _ in rows().values():
        assert (quick, nightly) == (min(150, full), min(900, full))


def test_the_page_has_the_numbers_of_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """They are those of the smallest contract; those of the others are held by the check of all."""
    assert main(["check", "essarion", "--no-fuzz", "--plan", "--json"]) == 0
    (plan,) = json.loads(capsys.readouterr().out)
    musts, *counts, _ = rows()["essarion"]
    assert [each["requests"] for each in plan["profiles"]] == counts
    assert {(each["must_rules_ran"], each["must_rules"]) for each in plan["profiles"]} == {(musts, musts)}


def test_a_plan_counts_without_the_deployment(
    serve: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each profile has its number of requests and its rules, by operation; the deployment sees nothing."""
    server = serve(lambda _: (500, {}, b""))
    assert main(["check", server.url, "--contract", TINY, *KEY, "--no-fuzz", "--plan", "--json"]) == 0
    (plan,) = json.loads(capsys.readouterr().out)
    assert server.seen == []
    assert (plan["target"], plan["url"], plan["accounts"]) == ("tiny", server.url, 1)
    quick, nightly, full = plan["profiles"]
    assert [each["profile"] for each in plan["profiles"]] == ["quick", "nightly", "full"]
    assert (quick["max_requests"], nightly["max_requests"], full["max_requests"]) == (150, 900, None)
    assert 10 < quick["requests"] <= 150
    assert full["must_rules_ran"] > 5
    assert "T-1" in {rule for each in quick["operations"] for rule in each["asked"]}
    days = next(each for each in plan["inputs"] if each["parameter"] == "days")
    assert (days["operation"], days["in"], days["good"] > 1) == ("getUsage", "query", True)


def test_a_plan_is_cut_as_a_check_is(serve: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    """`--max-requests` holds for each profile, and what never runs within it is named."""
    server = serve(lambda _: (500, {}, b""))
    words = ["--no-fuzz", "--plan", "--max-requests", "3"]
    assert main(["check", server.url, "--contract", TINY, *KEY, *words]) == 0
    said, told = capsys.readouterr()
    assert said.count("3 requests, at most 3, no random ones") == 3
    assert "quick leaves out: getUsage" in said
    assert "    getUsage query days: " in said
    assert "counting nightly on a mock" in told
    assert server.seen == []


def test_json_without_a_plan_prints_the_report(
    serve: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output has the JSON report and nothing else."""
    server = serve(lambda _: (500, {}, b""))
    assert main(["check", server.url, "--contract", TINY, *KEY, "--no-fuzz", "--retries", "0", "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "untested"


def test_json_goes_to_one_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file and standard output at once is a mistake, told before anything is asked."""
    file = tmp_path / "out.json"
    words = ["check", "http://127.0.0.1:9", "--contract", TINY, *KEY, "--json", "--report", f"json={file}"]
    assert main(words) == 2
    assert "give one of them" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "said"), [([], "tiny: about "), (["--profile", "quick"], "tiny: quick, at most 150 requests")]
)
def test_a_check_says_how_much_it_will_ask(
    serve: Callable[..., Any], words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a limit it is about as many as it then sends, random requests apart."""

    def respond(seen: Any) -> tuple[int, dict[str, str], bytes]:
        if seen.headers.get("x-api-key") != "tiny-key-1234":
            return 401, {}, b'{"error": "unauthorized"}'
        return 200, {}, b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'

    server = serve(respond)
    assert main(["check", server.url, "--contract", TINY, *KEY, "--no-fuzz", *words]) == 0
    told = capsys.readouterr().err
    assert said in told
    assert ("more where data move" in told) == (not words)
    if not words:
        about = int(told.partition("about ")[2].split()[0])
        assert 0.6 < about / len(server.seen) < 1.5
