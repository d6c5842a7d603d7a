"""The start page as a browser gets it, and the accounts as data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import COMMAND, Server

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9"}
CONTRACTS = ("essarion", "glyphnet", "onceonly", "onepin", "zkscore")
MOST_BYTES = 100_000


def page(server: Server, path: str = "/", **headers: str) -> str:
    """A page as a browser gets it."""
    with server.client() as client:
        reply = client.get(path, headers={**BROWSER, **headers})
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize("contract", CONTRACTS)
def test_each_contract_has_a_tab_with_a_card_for_each_account(mock: Server, contract: str) -> None:
    """`?contract=` opens a contract: each account that a credential opens has one card."""
    with mock.client() as client:
        known = client.get("/accounts.json").json()
    text = page(mock, f"/?contract={contract}")

    own = [each for each in known if each["contract"] == contract]
    assert f'?contract={contract}" title=' in text
    assert text.count('class="card"') <= len([each for each in own if each["refused"] is None])
    assert all(f">{each['account']}</a></h3>" in text or f"<b>{each['account']}</b>" in text for each in own)


def test_a_card_shows_use_and_limit_as_its_account_reads_them(mock: Server) -> None:
    """The meter of a card has the numbers of the account's own reply."""
    with mock.client() as client:
        reply = client.get("/glyphnet/v1/usage", headers={"Prefer": "account=near-limit"}).json()
    card = page(mock, "/?contract=glyphnet").partition('id="near-limit"')[2].partition("</li>")[0]

    assert f"<b>{reply['current_usage']:,}</b> <span>of {reply['monthly_limit']:,}</span>" in card
    assert "monthly limit" in card


def test_a_card_draws_the_last_thirty_days_of_the_ledger(mock: Server) -> None:
    """The bars are the days that the account's own reply lists, told in words too."""
    with mock.client() as client:
        daily = client.get("/essarion/api/usage", headers={"Prefer": "account=steady"}).json()["daily"]
    card = page(mock, "/?contract=essarion").partition('id="steady"')[2].partition("</li>")[0]

    assert len(re.findall(r"M[\d.]+ 56v", card)) == sum(each["calls"] > 0 for each in daily) == 30


def test_a_document_alone_has_figures_of_its_made_replies(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    """Without handlers a card shows what the made reply says, and no calls that no reply speaks of."""
    fields = {"used": {"type": "integer"}, "quota": {"type": "integer"}}
    schema = {"type": "object", "required": [*fields], "properties": fields}
    shown = {"description": "It.", "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "<b>Bare</b>", "version": "1"},
        "security": [{"key": []}],
        "paths": {"/<b>/usage": {"get": {"responses": {"200": shown}}}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    }
    path = tmp_path / "bare.json"
    path.write_text(json.dumps(document))
    server = serve(str(path))
    with server.client("") as client:
        reply = client.get("/bare/%3Cb%3E/usage", headers={"X-Metermock": "account=steady"}).json()
    text = page(server)

    assert f"<b>{reply['used']:,}</b> <span>of {reply['quota']:,}</span>" in text
    assert "<figure" not in text
    assert "&lt;b&gt;Bare&lt;/b&gt;" in text
    assert "<b>Bare" not in text


def test_the_usage_of_an_account_is_shown_before_lists_that_are_easier_to_ask_for(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    """Where usage lies below `/organizations/{id}`, cards show its limit, and no list of organizations."""

    def reading(fields: dict[str, Any], *, is_list: bool = False) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "required": [*fields], "properties": fields}
        schema = {"type": "array", "items": schema} if is_list else schema
        shown = {"description": "It.", "content": {"application/json": {"schema": schema}}}
        return {"get": {"responses": {"200": shown}}}

    number, text = {"type": "integer"}, {"type": "string"}
    things = {"id": text, "createdAt": {"type": "string", "format": "date-time"}, "projectCount": number}
    one = {"name": "id", "in": "path", "required": True, "schema": text}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Tenants", "version": "1"},
        "security": [{"key": []}],
        "paths": {
            **{f"/things{each}": reading(things, is_list=True) for each in range(9)},
            "/organizations/{id}/quota": {"parameters": [one], **reading({"used": number, "quota": number})},
        },
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    }
    path = tmp_path / "tenants.json"
    path.write_text(json.dumps(document))
    shown = page(serve(str(path)))

    assert re.search(r"<b>[\d,]+</b> <span>of [\d,]+</span>", shown)
    assert "project count" not in shown


def test_the_page_is_small_and_loads_only_its_own_files(mock: Server) -> None:
    """Page, style and script together are below 100 KB, and no script stands in the page itself."""
    with mock.client() as client:
        pages = [client.get(f"/?contract={each}", headers=BROWSER) for each in CONTRACTS]
        files = {
            each
            for page in pages
            for each in re.findall(r'(?:src|href)="([^"]+\.(?:css|js|svg))"', page.text)
        }
        sizes = [len(client.get(each).raise_for_status().content) for each in files]

    assert files == {"/_metermock/console.css", "/_metermock/console.js", "/_metermock/icon.svg"}
    assert max(len(page.content) for page in pages) + sum(sizes) < MOST_BYTES
    assert all("script-src 'self'" in page.headers["content-security-policy"] for page in pages)
    assert not any("<script>" in page.text or "style=" in page.text for page in pages)


def test_links_go_on_with_the_preferences_of_the_base_url(mock: Server) -> None:
    """Under a base URL with preferences, files and tabs are under it too."""
    text = page(mock, "/~account=quiet/")

    links = re.findall(r'(?:src|href)="(/[^"]+)"', text)
    assert links
    assert all(link.startswith("/~account=quiet/") for link in links)


def test_the_accounts_are_data_for_programs(mock: Server) -> None:
    """`/accounts.json`, and `/` for who accepts JSON, are what `metermock accounts --json` prints."""
    command = [*COMMAND, "accounts", "--json", "--url", mock.url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    with mock.client() as client:
        by_path = client.get("/accounts.json")
        by_media = client.get("/", headers={"Accept": "application/json"})
        of_one = client.get("/?contract=onepin", headers={"Accept": "application/json"}).json()

    assert by_path.json() == by_media.json() == json.loads(printed)
    assert "Accept" in by_media.headers["vary"]
    assert {each["contract"] for each in of_one} == {"onepin"}


def test_an_unknown_contract_is_named(mock: Server) -> None:
    """`?contract=` of a name that is not served is 404, and lists those that are."""
    with mock.client() as client:
        reply = client.get("/?contract=nopin", headers=BROWSER)

    assert reply.status_code == 404
    assert "nopin" in reply.json()["detail"]
    assert "onepin" in reply.json()["detail"]


def test_a_documents_own_path_goes_before_the_list_of_accounts(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """Where a document alone has such a path, by a template too, the accounts are under `/_metermock`."""
    name = {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}
    answer = {"parameters": [name], "responses": {"204": {"description": "Nothing."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {"/{file}": {"get": answer}},
    }
    path = tmp_path / "own.json"
    path.write_text(json.dumps(document))
    with launch(str(path)).client("") as client:
        assert client.get("/accounts.json").status_code == 204
        assert client.get("/_metermock/accounts.json").json()[0]["contract"] == "own"


def test_the_console_is_imported_with_its_first_page() -> None:
    """A server that only answers clients does not import the console."""
    code = "import sys, metermock.server.assemble; print([m for m in sys.modules if 'pages.console' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
