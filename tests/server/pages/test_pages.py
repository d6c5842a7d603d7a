from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import metermock
from tests.conftest import Server

DOCUMENT = Path(__file__).parents[1] / "project" / "openapi" / "acme.openapi.yaml"
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9"}


def test_health_tells_that_the_mock_is_up(acme: Server) -> None:
    """`/health` answers with status, version and contracts."""
    with acme.client() as client:
        body = client.get("/health").json()

    assert body == {"status": "ok", "version": metermock.__version__, "contracts": ["acme"]}


def test_the_start_page_lists_accounts_for_a_terminal(acme: Server) -> None:
    """Every account has a curl line that can be pasted."""
    with acme.client() as client:
        reply = client.get("/")

    line = f"curl -H 'Authorization: Bearer acme_live_steady' {acme.url}/acme/v1/usage"
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert "  steady: a shop that calls all day" in reply.text.splitlines()
    assert f"    {line}" in reply.text.splitlines()


@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_the_start_page_tells_where_the_clock_stands(acme: Server, headers: dict[str, str]) -> None:
    """The start page shows each contract's clock."""
    with acme.client() as client:
        text = re.sub(r"<[^>]*>", "", client.get("/", headers=headers).text)

    assert "stands at 2026-03-18T15:42:07Z" in text


def test_the_start_page_is_html_for_a_browser(acme: Server) -> None:
    """The start page links to the documentation and may load nothing."""
    with acme.client() as client:
        reply = client.get("/", headers=BROWSER)

    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert 'href="/acme/docs"' in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_the_document_is_served_as_written_but_for_its_servers(acme: Server) -> None:
    """Comments, order and quotes stay. The mock is the only server, so no key is sent elsewhere."""
    with acme.client() as client:
        text = client.get("/acme/openapi.yaml").text

    vendor = "  - url: https://api.acme.example/base\n    description: Production\n"
    assert text == DOCUMENT.read_text("utf-8").replace(vendor, f"  - url: {acme.url}/acme\n")


def test_the_json_document_says_the_same(acme: Server) -> None:
    """The JSON and the YAML document are equal."""
    with acme.client() as client:
        as_yaml, as_json = client.get("/acme/openapi.yaml"), client.get("/acme/openapi.json")

    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json() == yaml.safe_load(as_yaml.text)


@pytest.mark.parametrize(
    ("headers", "server"),
    [
        ({"Host": "mock.test:99"}, "http://mock.test:99/acme"),
        (
            {"Host": "a", "X-Forwarded-Host": "mock.test", "X-Forwarded-Proto": "https"},
            "https://mock.test/acme",
        ),
        ({"X-Forwarded-Host": '"><script>'}, None),
    ],
)
def test_the_server_is_where_the_client_sees_the_mock(
    acme: Server, headers: dict[str, str], server: str | None
) -> None:
    """The document's server is the Host header's, or a proxy's. Text that is not a host is not repeated."""
    with acme.client() as client:
        document = client.get("/acme/openapi.json", headers=headers).json()

    assert document["servers"] == [{"url": server or f"{acme.url}/acme"}]


def test_a_host_header_that_is_no_host_is_refused(acme: Server) -> None:
    """The refusal names it, and is no page that a browser would run it in."""
    with acme.client() as client:
        reply = client.get("/acme/openapi.json", headers={"Host": '"><script>'})

    assert reply.status_code == 400
    assert '"><script>' in str(reply.json())
    assert reply.headers["content-type"].endswith("json")


def test_the_docs_load_nothing_from_outside(acme: Server) -> None:
    """Every script and style comes from the mock, and the policy forbids others."""
    with acme.client() as client:
        page = client.get("/acme/docs")
        links = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', page.text)
        replies = [client.get(link) for link in links]

    assert len(links) == 4
    assert all(link.startswith(f"{acme.url}/acme/docs/") for link in links)
    assert [reply.status_code for reply in replies] == [200] * 4
    assert page.headers["content-security-policy"].startswith("default-src 'self';")


def test_swagger_ui_is_one_that_shows_openapi_3_1() -> None:
    """Swagger UI is 5.35 or later, and its licence lies beside it."""
    static = Path(metermock.__file__).parent / "server" / "pages" / "static"
    version = re.search(rb'PACKAGE_VERSION:"5\.(\d+)\.', (static / "swagger-ui-bundle.js").read_bytes())
    licence = (static / "swagger-ui.LICENSE.txt").read_text("utf-8")

    assert version is not None
    assert int(version[1]) >= 35
    assert "Apache License" in licence


def test_a_contracts_name_alone_leads_to_its_docs(acme: Server) -> None:
    """A contract's base URL leads to its documentation."""
    with acme.client() as client:
        assert client.get("/acme").headers["location"] == f"{acme.url}/acme/docs"
        assert client.get("/acme/").status_code == 307


@pytest.mark.parametrize("path", ["/health", "/", "/acme/docs", "/acme/openapi.yaml"])
def test_a_page_can_only_be_read(acme: Server, path: str) -> None:
    """Other methods get problem details, and OPTIONS lists the allowed ones."""
    with acme.client() as client:
        posted, options = client.post(path), client.options(path)

    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
    assert posted.headers["content-type"] == "application/problem+json"
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


def test_a_page_can_sign_in_where_the_credential_is_a_cookie(acme: Server) -> None:
    """The mock sets the cookie, which scripts cannot, and the contract then knows the account."""
    with acme.client() as client:
        start = client.get("/", headers=BROWSER).text
        reply = client.get("/acme/sign-in/steady-session")
        usage = client.get("/acme/v1/sites/main/usage")

    assert 'href="/acme/sign-in/steady-session"' in start
    assert reply.headers["set-cookie"] == "acme_session=acme_session_steady; Path=/; HttpOnly; SameSite=Lax"
    assert usage.status_code == 200


def test_the_docs_try_requests_out_as_the_first_account(acme: Server) -> None:
    """The page has the credential of each account, the first one chosen, so its first request succeeds."""
    with acme.client() as client:
        page = client.get("/acme/docs").text

    first, *others = re.findall(r'<option data-scheme="(\w+)" data-value="([^"]+)">([^<]+)<', page)
    assert first == ("liveKey", "acme_live_steady", "steady")
    assert others
    assert 'href="/_metermock/rules?contract=acme"' in page


def test_the_docs_offer_the_cookie_that_scripts_cannot_send(mock: Server) -> None:
    """For cookies, the page links to the sign-in page of the first account."""
    with mock.client() as client:
        page = client.get("/essarion/docs").text

    assert f'<a href="{mock.url}/essarion/sign-in/steady"' in page


FEED = Path(__file__).parents[1] / "generation" / "feed.yaml"


def test_pages_whose_paths_the_document_has_are_under_a_name_apart(serve: Callable[..., Server]) -> None:
    """The pages of the mock are always under `/_metermock` too, and the start message says so."""
    server = serve(str(FEED))
    with server.client("") as client:
        start = client.get("/_metermock")
        health = client.get("/_metermock/health")
        docs = client.get("/_metermock/docs")

    assert "/feed/openapi.yaml, /feed/docs" in start.text
    assert health.json()["contracts"] == ["feed"]
    assert health.headers["link"] == '</_metermock>; rel="start"'
    assert docs.headers["content-type"] == "text/html; charset=utf-8"
    assert f'href="{server.url}/_metermock"' in docs.text


def test_the_pages_of_a_document_with_docs_of_its_own_are_apart(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """Where `/docs` is the document's, Swagger UI is linked to under `/_metermock`, and so are its files."""
    path = tmp_path / "own.json"
    answer = {"responses": {"204": {"description": "Nothing."}}}
    paths = {"/docs": {"get": answer}, "/usage": {"get": answer}}
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}))
    with launch(str(path)).client("") as client:
        own, start = client.get("/docs"), client.get("/").text
        page = client.get("/own/_metermock/docs").text
        files = re.findall(r'(?:src|href|data-document)="http://[^/]+(/own/_metermock/[^"]+)"', page)

        assert own.status_code == 204
        assert "(/own/_metermock/openapi.yaml, /own/_metermock/docs;" in start
        assert len(files) == 5
        assert {client.get(each).status_code for each in files} == {200}
