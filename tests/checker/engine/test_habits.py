"""What frameworks do by habit is no fault of a deployment, and hides none."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.verdict import Verdict
from metermock.contract import load_contract
from tests.checker.engine.habits import KEY, Asked, Habit, Sent, deployment, document, is_routed


@dataclass(frozen=True)
class Case:
    """A habit that breaks nothing, the same with a fault, and the rule and words of the finding of it.

    `warnings` are rules that the right server breaks too, all *should*. A fault that keeps an operation from
    being tested is `untested`, and `words` is a regular expression of the reason.
    """

    right: Habit
    wrong: Habit
    rule: str
    words: str
    warnings: frozenset[str] = frozenset()
    untested: bool = False


def on(path: str, then: Callable[[Sent], Sent], *statuses: int) -> Habit:
    """Changes the replies about a path, with one of these statuses if any are given."""

    def habit(asked: Asked, sent: Sent) -> Sent:
        is_meant = asked.path == path and (not statuses or sent.status in statuses)
        return then(sent) if is_meant else sent

    return habit


def every(then: Callable[[Sent], Sent]) -> Habit:
    """Changes every reply."""
    return lambda _, sent: then(sent)


def nothing(_: Asked, sent: Sent) -> Sent:
    """Changes no reply: the server does it anyhow."""
    return sent


def rows(change: Callable[[Any], Any]) -> Habit:
    """Changes what a good list says."""
    return on("/rows", lambda sent: sent.saying(change(json.loads(sent.body))), 200)


def slashed(asked: Asked, sent: Sent) -> Sent:
    """FastAPI: a path with a slash behind it is redirected to the one without."""
    if asked.path in {"/rows/", "/ping/"}:
        return Sent(307, headers={"Location": asked.path.rstrip("/")})
    return sent


def unslashed(asked: Asked, sent: Sent) -> Sent:
    """Django, Rails: a path without a slash is redirected to one with it."""
    return Sent(308, headers={"Location": "/ping/"}) if asked.path == "/ping" and sent.status == 204 else sent


def headless(asked: Asked, sent: Sent) -> Sent:
    """FastAPI: HEAD is no method of a route for GET."""
    return Sent(405, headers={"Allow": "GET"}) if asked.method == "HEAD" else sent


def head_fails(asked: Asked, sent: Sent) -> Sent:
    """A handler that writes a body where there is none to be written."""
    return Sent(500) if asked.method == "HEAD" else sent


def paged_things(_: Asked, sent: Sent) -> Sent:
    """Express: what is not there is answered by a web page, and the document has a form for that."""
    return sent.saying("<!doctype html><pre>Not here</pre>", "text/html") if sent.status == 404 else sent


def pages(asked: Asked, sent: Sent) -> Sent:
    """Express: what no route has is answered by a web page."""
    page = f"<!doctype html><pre>Cannot GET {asked.path}</pre>"
    return sent if is_routed(asked.path) else sent.saying(page, "text/html")


def zipped(asked: Asked, sent: Sent) -> Sent:
    """Spring, nginx: replies are compressed for those who accept that."""
    if "gzip" not in asked.headers.get("accept-encoding", "") or not sent.body:
        return sent
    return replace(
        sent.having(Content_Encoding="gzip", Vary="Accept-Encoding"), body=gzip.compress(sent.body)
    )


def tagged(asked: Asked, sent: Sent) -> Sent:
    """Express, Rails: replies have an ETag, and who has that gets 304."""
    tag = f'W/"{len(sent.body):x}"'
    if asked.headers.get("if-none-match") == tag:
        return Sent(304, headers={"ETag": tag}, sized=False)
    return sent.having(ETag=tag)


def silent(asked: Asked, sent: Sent) -> Sent:
    """Closes without a word, for one value."""
    return replace(Sent(0), closes=True) if asked.query.get("limit") == ["50"] else sent


def lowered(sent: Sent) -> Sent:
    """HTTP/2 gateways, Node: names of headers are lower-case."""
    return replace(sent, headers={name.lower(): text for name, text in sent.headers.items()})


CASES = {
    "a redirect from the slash": Case(
        slashed,
        unslashed,
        "",
        "it answers 308 and sends us to /ping/: the document has that path without a slash at its end",
        untested=True,
    ),
    "no HEAD": Case(headless, head_fails, "head", "status 500"),
    "detail": Case(
        on("/rows", lambda sent: sent.saying({"detail": [{"loc": ["query", "limit"], "msg": "no"}]}), 400),
        on("/rows", lambda sent: sent.saying({"error": "no"}), 400),
        "schema",
        "a field 'detail'",
    ),
    "charset": Case(
        every(
            lambda sent: sent.having(Content_Type="application/json; charset=utf-8") if sent.body else sent
        ),
        on("/rows", lambda sent: sent.having(Content_Type="text/plain; charset=utf-8"), 200),
        "media-type",
        "text/plain",
    ),
    "pages for unknown routes": Case(pages, paged_things, "media-type", "text/html"),
    "numbers": Case(
        rows(lambda found: [{**row, "calls": float(row["calls"])} for row in found]),
        rows(lambda found: [{**row, "calls": str(row["calls"])} for row in found]),
        "schema",
        "integer",
        warnings=frozenset({"integer-as-float"}),
    ),
    "what is absent": Case(
        rows(lambda found: [{key: row[key] for key in ("id", "calls")} for row in found]),
        rows(lambda found: [{"note": None, **row} for row in found]),
        "schema",
        "null",
    ),
    "nothing for an unknown owner": Case(
        nothing,
        lambda asked, sent: Sent(404).saying({"detail": "x"}) if asked.query.get("owner") else sent,
        "valid-request",
        "404",
    ),
    "chunks": Case(
        every(lambda sent: replace(sent, chunked=bool(sent.body))),
        on("/rows", lambda sent: replace(sent, chunked=True, body=sent.body[:-1]), 200),
        "json",
        "",
    ),
    "lower-case headers": Case(
        every(lowered),
        on("/rows", lambda sent: replace(lowered(sent), headers={"content-type": "application/json"}), 200),
        "header",
        "to be there",
    ),
    "gzip": Case(
        zipped,
        lambda asked, sent: zipped(asked, sent.saying([{"id": "x"}]) if sent.status == 200 else sent),
        "schema",
        "calls",
    ),
    "ETag": Case(tagged, on("/ping", lambda sent: replace(sent, status=304), 204), "", "304", untested=True),
    "no Date": Case(
        every(lambda sent: sent.having(Date="")),
        rows(lambda found: [{**row, "calls": row["calls"] + 0.5} for row in found]),
        "schema",
        "integer",
    ),
    "more headers": Case(
        every(
            lambda sent: sent.having(
                Cache_Control="no-store", Server_Timing="db;dur=5", X_Powered_By="Express"
            )
        ),
        on("/rows", lambda sent: sent.having(X_Total="many"), 200),
        "header",
        "many",
    ),
    "204 without a length": Case(
        on("/ping", lambda sent: replace(sent, sized=False), 204),
        on("/ping", lambda sent: replace(sent, status=200, sized=True).saying({}), 204),
        "valid-request",
        "status 200",
    ),
    "closing after each reply": Case(
        every(lambda sent: replace(sent, closes=True)), silent, "valid-request", ""
    ),
    "HTTP/1.0": Case(
        every(lambda sent: replace(sent, version="HTTP/1.0")),
        lambda _, sent: replace(
            sent if sent.status != 401 else Sent(403).saying({"detail": "x"}), version="HTTP/1.0"
        ),
        "credentials",
        "403",
    ),
    "422 for 400": Case(
        nothing,
        on("/rows", lambda sent: replace(sent, status=422), 400),
        "invalid-parameter",
        "422",
    ),
    "a line at the end": Case(
        every(lambda sent: replace(sent, body=sent.body + b"\n") if sent.body else sent),
        every(lambda sent: replace(sent, body=sent.body + b"\nok") if sent.body else sent),
        "json",
        "",
    ),
    "Spring's errors": Case(
        on("/rows", lambda sent: sent.saying({"detail": "no", "status": 400, "path": "/rows"}), 400),
        on("/rows", lambda sent: sent.saying({"timestamp": 1, "status": 400, "path": "/rows"}), 400),
        "schema",
        "a field 'detail'",
        warnings=frozenset({"undocumented-field"}),
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def told(folder: Path, habit: Habit) -> Verdict:
    """What a check says of a deployment with a habit."""
    path = folder / "api.json"
    path.write_text(json.dumps(document()))
    account = TargetAccount("ada", {"key": Secret(KEY, "")})
    with deployment(habit) as url:
        target = Target("api", load_contract(path), url, (account,))
        return check(target, Options(fuzz=False, trust_env=False, later=0.0))


@each_case
def test_a_habit_is_no_fault(tmp_path: Path, case: Case) -> None:
    """The contract is kept; what no contract forbids is at most a warning."""
    verdict = told(tmp_path, case.right)
    found = {(each.rule, each.level) for each in verdict.findings}
    wanted = {(rule, "should") for rule in case.warnings}
    assert (verdict.verdict, found) == ("kept", wanted), (verdict.reason, verdict.findings)


@each_case
def test_a_habit_hides_no_fault(tmp_path: Path, case: Case) -> None:
    """The finding is of the rule that the fault breaks, and says what came."""
    verdict = told(tmp_path, case.wrong)
    if case.untested:
        assert (verdict.verdict, re.search(case.words, verdict.reason) is not None) == ("untested", True), (
            verdict
        )
        return
    found = [f"{each.expected} {each.received}" for each in verdict.findings if each.rule == case.rule]
    assert any(case.words in each for each in found), (verdict.verdict, verdict.reason, verdict.findings)
