"""Documents at URLs, and references to URLs: fetched once, and only where somebody wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from metermock.checker.reports import FORMS
from metermock.cli import main
from metermock.contract import examine
from metermock.contract.reading.fetching import fetch
from metermock.errors import ContractError
from tests.contract.reading.documents import document

AMOUNT = {"type": "object", "properties": {"amount": {"type": "integer"}}}


class Files(ThreadingHTTPServer):
    """A server of some texts; `asked` are the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.texts: dict[str, bytes] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Files

    def do_GET(self) -> None:
        """Send a text, a redirect from `/moved`, or 404."""
        self.server.asked.append(self.path)
        text = self.server.texts.get(self.path)
        self.send_response(302 if self.path.startswith("/moved") else 404 if text is None else 200)
        self.send_header("Location", "/moved" if self.path == "/moved" else self.path.removeprefix("/moved"))
        self.send_header("Content-Length", str(len(text or b"")))
        self.end_headers()
        self.wfile.write(text or b"")

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def files() -> Iterator[Files]:
    """A server of texts on a free port."""
    with Files() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_document_at_a_url_is_read_by_what_it_holds(files: Files) -> None:
    """YAML is YAML, whatever the address ends with; it is fetched once, and named after the address."""
    files.texts["/api.json"] = b"openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}"
    contract, problems = examine(f"{files.url}/api.json")
    assert (contract.name, len(contract.operations), problems) == ("api", 1, [])
    assert files.asked == ["/api.json"]


def test_a_redirect_is_followed(files: Files) -> None:
    """The document's address is the one that it leads to."""
    files.texts["/v1/api.json"] = json.dumps(document()).encode()
    contract, _ = examine(f"{files.url}/moved/v1/api.json")
    assert contract.path == f"{files.url}/v1/api.json"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/none", "the status is 404 Not Found"),
        ("/moved", "redirects more than 5 times"),
        ("/large", "is larger than 0 MiB"),
    ],
)
def test_what_cannot_be_fetched_is_told_with_its_address(files: Files, path: str, said: str) -> None:
    """One message: the address, the reason, what to do."""
    files.texts["/large"] = b"-" * 100
    with pytest.raises(ContractError) as raised:
        fetch(f"{files.url}{path}", largest=99)
    assert str(raised.value).startswith(f"{files.url}{path}: cannot be fetched: ")
    assert said in raised.value.problem
    assert raised.value.advice


def test_a_server_that_is_not_there_is_one_message() -> None:
    """A refused connection is no stack trace."""
    with pytest.raises(ContractError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/api.json")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """What is printed may be read by others."""
    with pytest.raises(ContractError, match="carries no credential") as raised:
        fetch("https://user:hunter2@api.example/api.json")
    assert "hunter2" not in str(raised.value)


def written(folder: Path, url: str) -> Path:
    """A document with two references to one address, and addresses that are only text."""
    schema = {"allOf": [{"$ref": f"{url}/a.json"}, {"$ref": f"{url}/a.json"}], "$schema": f"{url}/dialect"}
    whole = {
        **document(schema=schema),
        "servers": [{"url": url}],
        "externalDocs": {"url": f"{url}/docs"},
        "jsonSchemaDialect": f"{url}/dialect",
    }
    whole["paths"]["/other"] = {"get": {"responses": {"200": {"description": "ok"}}}}
    path = folder / "api.json"
    path.write_text(json.dumps(whole))
    return path


def test_nothing_is_fetched_without_being_asked_for(files: Files, tmp_path: Path) -> None:
    """Only the operation with the reference is left out, and its problem names the option."""
    contract, _ = examine(written(tmp_path, files.url))
    assert files.asked == []
    assert [each.title for each in contract.left_out] == ["GET /usage"]
    assert contract.left_out[0].problem.advice == "pass --remote-refs"


def test_remote_references_are_fetched_once(files: Files, tmp_path: Path) -> None:
    """Two references to one address are one request, and nothing else is asked for."""
    files.texts["/a.json"] = json.dumps(AMOUNT).encode()
    contract, _ = examine(written(tmp_path, files.url), fetch=fetch)
    assert (len(contract.operations), files.asked) == (2, ["/a.json"])


def test_a_remote_reference_that_fails_is_asked_for_once(files: Files, tmp_path: Path) -> None:
    """The operation is left out, with the reason."""
    contract, _ = examine(written(tmp_path, files.url), fetch=fetch)
    assert (len(contract.operations), files.asked) == (1, ["/a.json"])
    assert "the status is 404" in contract.left_out[0].problem.problem


def test_a_file_beside_a_remote_document_is_remote(files: Files) -> None:
    """A relative reference is fetched with the option, and not without."""
    files.texts["/v1/api.json"] = json.dumps(document(schema={"$ref": "../a.json"})).encode()
    files.texts["/a.json"] = json.dumps(AMOUNT).encode()
    with pytest.raises(ContractError, match="pass --remote-refs"):
        examine(f"{files.url}/v1/api.json")
    contract, _ = examine(f"{files.url}/v1/api.json", fetch=fetch)
    assert (len(contract.operations), files.asked) == (1, ["/v1/api.json", "/v1/api.json", "/a.json"])


def test_lint_takes_urls(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """A good document is 0, one that is not there 2."""
    files.texts["/api"] = json.dumps(document()).encode()
    assert main(["lint", f"{files.url}/api"]) == 0
    assert main(["lint", f"{files.url}/none"]) == 2
    assert f"error: {files.url}/none: cannot be fetched" in capsys.readouterr().out


def test_check_takes_a_document_at_a_url(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be fetched is a mistake in usage, 2."""
    assert main(["check", files.url, "--contract", f"{files.url}/none"]) == 2
    assert "the status is 404" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["lint ADDRESS", "accounts ADDRESS", "check http://127.0.0.1:9 --contract ADDRESS"]
)
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/api.yaml?token=sesame",
        "http://me:sesame@127.0.0.1:9/api.yaml",
        "http://me:sesame@[a/api.yaml?token=sesame",
        "ftp://me:sesame@a.test/api.yaml?token=sesame",
    ],
)
def test_an_address_that_cannot_be_read_keeps_its_secret(
    command: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the address, without its user and without values of its query."""
    assert main(command.replace("ADDRESS", address).split()) == 2
    said = "".join(capsys.readouterr())
    assert "sesame" not in said
    assert ":" in said


def test_no_report_shows_a_secret_of_the_documents_address(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports, lint and what is printed name the document without the values of its query."""
    address = f"{files.url}/api.json?token=sesame"
    files.texts["/api.json?token=sesame"] = json.dumps(
        document(schema={"type": "string", "example": 1})
    ).encode()
    files.texts["/usage"] = b"{}"
    reports = [word for form in FORMS for word in ("--report", f"{form}={tmp_path / form}")]
    main(["check", files.url, "--contract", address, "--no-fuzz", "--har", str(tmp_path / "har"), *reports])
    main(["lint", address, "--json"])
    main(["lint", address])
    texts = ["".join(capsys.readouterr()), *(path.read_text() for path in tmp_path.iterdir())]
    assert [text for text in texts if "sesame" in text] == []
    assert sum("token=***" in text for text in texts) >= 3
