"""The page of one account: the form, the reply, the verdicts, and the request as code."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange
from metermock.project import open_project
from metermock.server.pages.console.verdicts import of_rules
from tests.conftest import Server


def page(server: Server, **fields: str) -> str:
    """The page of an account, as text without escapes."""
    with server.client() as client:
        reply = client.get("/_metermock/account", params=fields)
    assert reply.status_code == 200, reply.text
    return html.unescape(reply.text)


def outcomes(text: str) -> dict[str, list[str]]:
    """What the page says of each rule, by its id."""
    found: dict[str, list[str]] = {}
    for part in text.partition('class="verdicts')[2].split("<li>")[1:]:
        outcome = re.search(r'class="badge \w*">([\w ]+)<', part)
        name = re.search(r"<b>([^<]+)</b>", part)
        assert outcome
        assert name
        found.setdefault(name[1], []).append(outcome[1])
    return found


def code(text: str, number: int) -> str:
    """One of the forms of the request."""
    return text.partition(f'id="code-{number}"')[2].partition(">")[2].partition("</pre>")[0]


def body(text: str) -> Any:
    """The body of the reply that the page shows."""
    return json.loads(text.partition('aria-label="Body of the reply">')[2].partition("</pre>")[0])


def test_the_reply_is_that_of_a_client(mock: Server) -> None:
    """The page asks as the account, with the parameters and preferences of its form."""
    chosen = {"operation": "getUsageSummary", "of": "getUsageSummary", "p.timezone": "Asia/Tokyo"}
    text = page(mock, contract="onepin", account="quiet", now="2026-03-08T12:00:00Z", seed="7", **chosen)
    with mock.client() as client:
        headers = {"X-Metermock": 'account=quiet, now="2026-03-08T12:00:00Z", seed=7'}
        asked = client.get("/onepin/api/v1/usage/summary?timezone=Asia/Tokyo", headers=headers).json()

    assert body(text)["data"] == asked["data"]
    assert body(text)["data"]["timezone"] == "Asia/Tokyo"


def test_each_rule_has_a_verdict_on_the_reply(mock: Server) -> None:
    """A rule that ran is kept; one whose condition is false is not applicable, whatever else has its id."""
    found = outcomes(page(mock, contract="onepin", account="steady"))

    assert set(found) >= {"status", "schema", "ON-4", "ON-14"}
    assert found["ON-4"] == ["kept"] * 3
    assert found["ON-14"] == ["not applicable"]
    assert not any("broken" in each for each in found.values())


def test_rules_say_nothing_of_a_chosen_reply(mock: Server) -> None:
    """Of a documented error that was chosen the form is judged, and no rule passes for kept."""
    text = page(mock, contract="onepin", account="steady", code="429")
    found = outcomes(text)

    assert 'class="badge bad">429<' in text
    assert found["status"] == ["kept"]
    assert found["ON-4"] == ["not applicable"] * 3


def test_rules_say_nothing_of_an_example_that_was_chosen() -> None:
    """A document's own reply of a status that rules judge is not held to the request's values."""
    operation = open_project().load_contract("onepin").operation("getUsageSummary")
    exchange = Exchange("getUsageSummary", {}, {}, 200, {}, b'{"data": {}}', "2026-03-18T15:42:07Z")

    found = of_rules(operation, exchange, is_chosen=True)

    assert {each.outcome for each in found} == {"not applicable"}
    assert {each.outcome for each in of_rules(operation, exchange, is_chosen=False)} >= {"broken"}


def test_a_broken_rule_says_where(launch: Callable[..., Server], tmp_path: Path) -> None:
    """A rule that the reply breaks comes first, with what was expected and what was there."""
    schema = {"type": "object", "properties": {"used": {"type": "integer"}, "limit": {"type": "integer"}}}
    rules = [
        {"id": "A-1", "level": "must", "message": "use is below the limit", "rule": "body.used < body.limit"},
        {
            "id": "A-1",
            "level": "must",
            "message": "of many",
            "when": "body.limit > 100",
            "rule": "body.used > 0",
        },
    ]
    shown = {"schema": schema, "example": {"used": 9, "limit": 5}}
    answer = {"description": "It.", "content": {"application/json": shown}}
    operation = {"operationId": "read", "x-rules": rules, "responses": {"200": answer}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "1"},
        "paths": {"/usage": {"get": operation}},
    }
    (tmp_path / "openapi").mkdir()
    (tmp_path / "handlers").mkdir()
    (tmp_path / "openapi" / "acme.openapi.json").write_text(json.dumps(document))
    (tmp_path / "handlers" / "acme.py").write_text("def read(request):\n    return {'used': 9, 'limit': 5}\n")

    text = page(launch(f"{tmp_path}/"), contract="acme", account="anybody")

    assert outcomes(text)["A-1"] == ["broken", "not applicable"]
    assert "expected" in text.partition('class="verdicts')[2].partition("</li>")[0]


def test_what_the_mock_refuses_itself_is_not_judged(mock: Server) -> None:
    """A preference that cannot be read is told in the reply, and the contract has no verdict on it."""
    text = page(mock, contract="onepin", account="steady", now="yesterday")

    assert "yesterday" in body(text)["detail"]
    assert outcomes(text) == {}


@pytest.mark.parametrize("contract", ["essarion", "glyphnet", "onceonly", "onepin", "zkscore"])
def test_the_page_of_an_account_is_small(mock: Server, contract: str) -> None:
    """Page, style and script together are below 100 KB."""
    with mock.client() as client:
        shown = client.get("/_metermock/account", params={"contract": contract, "account": "steady"})
        files = re.findall(r'(?:src|href)="([^"]+\.(?:css|js|svg))"', shown.text)
        sizes = [len(client.get(each).raise_for_status().content) for each in files]

    assert len(files) == 3
    assert len(shown.content) + sum(sizes) < 100_000


def test_a_chart_of_confidence_shows_its_mean(mock: Server) -> None:
    """What cannot be added up is drawn as a mean, in the height of the account's own reply."""
    with mock.client() as client:
        reply = client.get("/glyphnet/v1/usage", headers={"Prefer": "account=steady"}).json()
    days = [each["avg_confidence"] for each in reply["daily"]]
    told = re.search(
        r"mean confidence in thousandths, last 30 days, [-\d]+ to [-\d]+: ([\d.]+) on average",
        page(mock, contract="glyphnet", account="steady"),
    )

    assert told
    assert 1_000 * min(days) < float(told[1]) < 1_000 * max(days)


@pytest.mark.parametrize("fault", ["drop", "hang", "malformed"])
def test_delay_and_fault_are_named_and_do_not_hold_the_page(mock: Server, fault: str) -> None:
    """The page shows the whole reply at once, and the code asks for the fault."""
    text = page(mock, contract="glyphnet", account="steady", delay="600000", fault=fault)

    assert "organization" in body(text)
    assert f"broken on its way: {fault}" in text
    assert f"delay=600000, fault={fault}" in code(text, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"contract": "glyphnet", "account": "near-limit"},
        {"contract": "essarion", "account": "quiet"},
        {"contract": "onepin", "account": "steady", "code": "429"},
    ],
)
def test_the_curl_line_and_the_python_code_get_the_reply(mock: Server, fields: dict[str, str]) -> None:
    """What the page offers to copy can be run, and is answered alike: by key, by cookie, with a status.

    Its other forms are run in tests/browser/code.spec.js.
    """
    text = page(mock, **fields)
    line = shlex.split(code(text, 1))
    curled = subprocess.run([line[0], "-s", *line[1:]], capture_output=True, text=True, check=True).stdout
    script = code(text, 3) + "\nprint(reply.text)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(curled) == json.loads(run.stdout) == body(text)
    assert body(text)


def test_a_handler_of_msw_has_the_reply(mock: Server) -> None:
    """The handler answers the path with the reply's body and status."""
    handler = code(page(mock, contract="onceonly", account="steady"), 5)

    assert 'http.get("*/onceonly/v1/usage"' in handler
    assert '"limit": 20000' in handler
    assert "{ status: 200 }" in handler


def test_texts_from_the_address_are_escaped(mock: Server) -> None:
    """What the address says stands in the page as text."""
    fields = {
        "contract": "onepin",
        "account": "steady",
        "of": "getUsageSummary",
        "operation": "getUsageSummary",
    }
    with mock.client() as client:
        text = client.get("/_metermock/account", params={**fields, "p.timezone": '"><script>x'}).text

    assert "<script>x" not in text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"contract": "onepn", "account": "steady"}, "Did you mean onepin?"),
        ({"contract": "onepin", "account": "stedy"}, "Did you mean steady?"),
        ({"contract": "onepin"}, "the address names no account"),
        ({"contract": "onepin", "account": "steady", "operation": "x"}, "getUsageSummary"),
    ],
)
def test_names_that_are_not_there_are_told(mock: Server, fields: dict[str, str], word: str) -> None:
    """A contract, account or operation that is not there is 404, with those that are."""
    with mock.client() as client:
        reply = client.get("/_metermock/account", params=fields)

    assert reply.status_code == 404
    assert word in reply.json()["detail"]


def test_every_account_has_a_page(mock: Server) -> None:
    """Each card and each refused credential leads to a page that is there."""
    with mock.client() as client:
        start = client.get("/?contract=essarion", headers={"Accept": "text/html"}).text
        links = {html.unescape(each) for each in re.findall(r'href="([^"]+/account\?[^"]+)"', start)}
        statuses = {client.get(link).status_code for link in links}

    assert len(links) >= 10
    assert statuses == {200}


def test_the_rules_of_a_contract_have_a_page(mock: Server) -> None:
    """Rules and relations are there by operation, with their expressions; a document without says so."""
    with mock.client() as client:
        text = html.unescape(client.get("/_metermock/rules?contract=onepin").text)
        unknown = client.get("/_metermock/rules?contract=nopin")

    assert "sum(column(body.data.daily, 'characters'))" in text
    assert "Several replies together" in text
    assert unknown.status_code == 404


def test_an_account_without_a_credential_is_named_in_the_request(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """Where no operation asks for a credential, the page of an account sends its name."""
    answer = {"responses": {"204": {"description": "Nothing."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {"/usage": {"get": answer}},
    }
    path = tmp_path / "open.json"
    path.write_text(json.dumps(document))
    server = launch(str(path))

    assert "X-Metermock: account=quiet" in code(page(server, contract="open", account="quiet"), 1)
    assert "X-Metermock" not in code(page(server, contract="open", account="anybody"), 1)


def test_the_code_of_a_reply_without_json_reads_none(launch: Callable[..., Server], tmp_path: Path) -> None:
    """A reply to HEAD says JSON and has no body, and a 204 has neither: their pages are shown."""
    content = {"application/json": {"schema": {"type": "object"}}}
    path = tmp_path / "bodiless.json"
    path.write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "A", "version": "1"},
                "paths": {
                    "/usage": {
                        "head": {"responses": {"200": {"description": "ok", "content": content}}},
                        "get": {"responses": {"200": {"description": "ok", "content": content}}},
                        "delete": {"responses": {"204": {"description": "Nothing."}}},
                    }
                },
            }
        )
    )
    server = launch(str(path))

    pages = [
        page(server, contract="bodiless", account="anybody", operation=each, of=each)
        for each in ("head_usage", "delete_usage", "get_usage")
    ]

    assert [code(each, 2).rpartition(".")[2] for each in pages] == ["text()", "text()", "json()"]
    assert [code(each, 3).rpartition(".")[2] for each in pages] == ["text", "text", "json()"]
    assert ["bypass" in code(each, 5) for each in pages] == [True, True, False]
