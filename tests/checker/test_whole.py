"""Whole checks of small servers, with the real engine."""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.command import add_check_command, run_check
from tests.checker.report_schema import described

TINY = str(Path(__file__).with_name("tiny.openapi.yaml"))
GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'


def check(folder: Path, url: str, *words: str) -> tuple[int, Any]:
    """The exit code of a check without fuzzing, and its JSON report."""
    parser = argparse.ArgumentParser()
    add_check_command(parser.add_subparsers())
    report = folder / "report.json"
    flags = ["--contract", TINY, "--credential", "header=tiny-key-1234", "--no-fuzz"]
    code = run_check(parser.parse_args(["check", url, *flags, "--report", f"json={report}", *words]))
    return code, described(json.loads(report.read_text()))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def keyed(seen: Any, body: bytes = GOOD) -> tuple[int, dict[str, str], bytes]:
    """A server that knows one key."""
    if seen.headers.get("x-api-key") != "tiny-key-1234":
        return 401, {}, b'{"error": "unauthorized"}'
    return 200, {}, body


def test_a_deployment_that_goes_away_is_untested_with_what_was_learned(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """A 503 half-way is exit 3 with its reason; what was found until then is in the report."""
    wrong = GOOD.replace(b"3", b"4")
    server = serve(lambda seen: keyed(seen, wrong) if seen.number <= 12 else (503, {}, b"busy"))
    code, report = check(tmp_path, server.url)
    assert (code, report["verdict"]) == (3, "untested")
    assert "it answers 503" in report["reason"]
    assert "T-1" in [finding["rule"] for finding in report["findings"]]


def coded(seen: Any, reply: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
    """The reply in gzip, where the request accepts it; with a tag, which is another one then."""
    status, headers, body = reply
    tagged = {**headers, "Vary": "Accept-Encoding", "ETag": f'"{len(body)}"'}
    if "gzip" not in seen.headers.get("accept-encoding", ""):
        return status, tagged, body
    tag = {"ETag": f'"{len(body)}-gzip"', "Content-Encoding": "gzip"}
    return status, {**tagged, **tag}, gzip.compress(body)


@pytest.mark.parametrize("body", [GOOD, GOOD.replace(b"3", b"4"), GOOD.replace(b"3", b'"3"'), GOOD[:-1]])
def test_a_content_coding_changes_no_finding(serve: Callable[..., Any], tmp_path: Path, body: bytes) -> None:
    """A deployment that compresses is judged as one that does not, kept or broken."""
    plain = check(tmp_path, serve(lambda seen: keyed(seen, body)).url)
    packed = check(tmp_path, serve(lambda seen: coded(seen, keyed(seen, body))).url)
    told = [
        [
            code,
            report["verdict"],
            *([each["rule"], each["received"], each["times"]] for each in report["findings"]),
        ]
        for code, report in (plain, packed)
    ]
    assert told[0] == told[1]
    assert (plain[0] == 0) == (body == GOOD)


def test_a_gateway_that_passes_is_no_finding(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Every ninth reply is a gateway's page; what it kept from the API is asked again, and compared."""
    page = (502, {"Content-Type": "text/html"}, b"<html><title>Bad Gateway</title></html>")
    code, report = check(tmp_path, serve(lambda seen: keyed(seen) if seen.number % 9 else page).url)
    assert code == 0
    assert {each["rule"] for each in report["findings"]} == {"routing"}


def test_a_gateway_that_stays_is_one_finding(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Where a gateway answers each request for some days, that is said once and nothing is compared."""
    page = (502, {"Content-Type": "text/html"}, b"<html><title>Bad Gateway</title></html>")
    server = serve(lambda seen: page if "days=" in seen.target else keyed(seen))
    code, report = check(tmp_path, server.url, "--retries", "1")
    told = [each for each in report["findings"] if each["level"] == "must"]
    assert code == 1
    assert [each["received"] for each in told] == ["the gateway answered 502 2 times in a row"]
    assert told[0]["times"] > 1


def two_keys(seen: Any, lost: Callable[[str], bool]) -> tuple[int, dict[str, str], bytes]:
    """A server with the keys of two accounts, of which some are lost."""
    key = seen.headers.get("x-api-key", "")
    if key not in {"tiny-key-1234", "other-key-5678"} or lost(key):
        return 401, {}, b'{"error": "unauthorized"}'
    return 200, {}, GOOD if key == "tiny-key-1234" else b'{"total": 5, "rows": [{"calls": 5}]}'


TWO = ("--credential", "other:header=other-key-5678")


def test_when_all_credentials_expire_nothing_is_broken(serve: Callable[..., Any], tmp_path: Path) -> None:
    """That everybody is refused from some request on ends the check with exit 3, which says since when."""
    server = serve(lambda seen: two_keys(seen, lambda _: seen.number > 20))
    code, report = check(tmp_path, server.url, *TWO)
    assert (code, report["verdict"]) == (3, "untested")
    assert re.match(r"since request 2\d the credentials of .* are refused", report["reason"])
    assert [each for each in report["findings"] if each["level"] == "must"] == []


def test_when_one_credential_expires_that_is_said_once(serve: Callable[..., Any], tmp_path: Path) -> None:
    """What the account asks after that does not count; the others are checked to the end."""
    server = serve(lambda seen: two_keys(seen, lambda key: seen.number > 20 and key.startswith("other")))
    code, report = check(tmp_path, server.url, *TWO)
    lines = [line for line in report["left_out"] if "refused" in line]
    assert (code, len(lines)) == (0, 1)
    assert re.match(r"since request 2\d the credential of other is refused", lines[0])


def test_a_limit_half_way_ends_the_check_with_what_it_has(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A `Retry-After` beyond the time budget is not waited for; the reason says since when it is limited."""
    limited = (429, {"Retry-After": "120"}, b"{}")
    server = serve(lambda seen: keyed(seen) if seen.number <= 2 else limited)
    code, report = check(tmp_path, server.url, "--max-time", "60")
    assert (code, report["verdict"]) == (3, "untested")
    assert re.search(r"limited since request \d, it asks to wait 120 s", report["reason"])
    assert report["seconds"] < 30


def test_a_spent_budget_reports_what_was_learned(serve: Callable[..., Any], tmp_path: Path) -> None:
    """The check ends at its budget, says so, sends nothing beyond it, and claims nothing of the rest."""
    server = serve(keyed)
    code, report = check(tmp_path, server.url, "--max-requests", "3")
    assert (code, report["verdict"]) == (3, "untested")
    assert re.match(
        r"kept as far as it was asked: \d must rules? (was|were) not reached; stopped after 3",
        report["reason"],
    )
    assert len(server.seen) == report["requests"] == 3


def test_a_spent_budget_may_pass(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Whoever says so takes a part for the whole; what never ran is still listed."""
    code, report = check(tmp_path, serve(keyed).url, "--max-requests", "3", "--allow-untested")
    assert (code, report["verdict"]) == (0, "kept")
    assert any(rule["level"] == "must" and not rule["ran"] for rule in report["rules"])


def test_a_spent_budget_does_not_hide_what_is_broken(serve: Callable[..., Any], tmp_path: Path) -> None:
    """What was found before the end is broken, whatever else never ran."""
    server = serve(lambda seen: keyed(seen, GOOD.replace(b"3", b"4")))
    code, report = check(tmp_path, server.url, "--max-requests", "3")
    assert (code, report["verdict"]) == (1, "broken")


def test_a_quick_check_says_what_it_is(serve: Callable[..., Any], tmp_path: Path) -> None:
    """The report names the profile and what it leaves out; it is kept where every must rule ran."""
    code, report = check(tmp_path, serve(keyed).url, "--profile", "quick")
    assert (code, report["verdict"]) == (0, "kept")
    assert "profile quick: at most 150 requests; random requests were not sent" in report["left_out"]
    assert report["requests"] <= 150


def test_a_quick_check_that_could_not_ask_everything_is_no_pass(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """Where must rules never ran, the reason names the profile."""
    code, report = check(tmp_path, serve(keyed).url, "--profile", "quick", "--max-requests", "3")
    assert (code, report["verdict"]) == (3, "untested")
    assert report["reason"].endswith("stopped after 3 requests (--profile quick, --max-requests)")


def test_failures_enough_end_a_check(serve: Callable[..., Any], tmp_path: Path) -> None:
    """`--max-failures 1` ends it at the first one, says so, and the contract is broken."""
    server = serve(lambda seen: keyed(seen, GOOD.replace(b"3", b"4")))
    code, report = check(tmp_path, server.url, "--max-failures", "1")
    assert (code, report["verdict"]) == (1, "broken")
    assert report["reason"] == "stopped after 1 failing finding (--max-failures)"
    assert report["requests"] < 12


def test_fewer_failures_do_not_end_a_check(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Warnings do not count, and nothing is said where the number is not reached."""
    code, report = check(tmp_path, serve(keyed).url, "--max-failures", "1")
    assert (code, report["verdict"]) == (0, "kept")
    assert "reason" not in report
    assert report["findings"] != []


def test_what_a_baseline_forgives_is_no_failure(serve: Callable[..., Any], tmp_path: Path) -> None:
    """`--max-failures 1` passes over known findings, and ends at the first new one."""
    server = serve(lambda seen: keyed(seen, GOOD.replace(b"3", b"4")))
    known = ("--baseline", str(tmp_path / "known.toml"))
    code, report = check(tmp_path, server.url, "--max-failures", "1", *known, "--update-baseline")
    assert (code, "reason" in report) == (0, False)
    code, report = check(tmp_path, server.url, "--max-failures", "1", *known)
    assert (code, "reason" in report) == (0, False)
    broken = serve(lambda seen: keyed(seen, GOOD.replace(b"3", b"4").replace(b"rows", b"lines")))
    code, report = check(tmp_path, broken.url, "--max-failures", "1", *known)
    assert (code, report["reason"]) == (1, "stopped after 1 failing finding (--max-failures)")


def test_a_baseline_does_not_make_a_part_the_whole(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A run that ended early is untested where all that it found is forgiven, unless that is allowed."""
    server = serve(lambda seen: keyed(seen, GOOD.replace(b"3", b"4")))
    known = ("--baseline", str(tmp_path / "known.toml"))
    check(tmp_path, server.url, "--max-requests", "3", *known, "--update-baseline")
    assert check(tmp_path, server.url, "--max-requests", "3", *known)[0] == 3
    assert check(tmp_path, server.url, "--max-requests", "3", *known, "--allow-untested")[0] == 0


def test_no_time_is_spent_on_what_comes_too_late(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Where `--max-time` is over, no inputs are computed: not even the names of the checks are known."""
    server = serve(keyed)
    code, report = check(tmp_path, server.url, "--max-time", "0.000001")
    assert (code, report["rules"], server.seen) == (3, [], [])
    assert "(--max-time)" in report["reason"]


def test_a_wrong_credential_is_no_pass(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Where everything is refused nothing is known: exit 3."""
    server = serve(lambda _: (401, {}, b'{"error": "unauthorized"}'))
    code, report = check(tmp_path, server.url)
    assert (code, report["verdict"], report["findings"]) == (3, "untested", [])
    assert "is refused (401)" in report["reason"]


def test_no_report_shows_the_credential(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Not even where the deployment repeats it in its reply."""
    server = serve(lambda seen: keyed(seen, b'{"total": "tiny-key-1234", "rows": []}'))
    code, report = check(tmp_path, server.url)
    assert code == 1
    assert "tiny-key-1234" not in json.dumps(report)
    assert "$METERMOCK_HEADER" in json.dumps(report)
