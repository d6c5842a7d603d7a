"""Curl lines: they repeat the request, and show no secret."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.request import Request, attach
from metermock.checker.deployment.secret import Secret
from metermock.contract import Contract

VALUE = "pa$s'w\"o`rd!\\ ü=&/+"


def run(line: str, shell: str = "/bin/bash", **variables: str) -> None:
    """Run a printed line in a shell, as a reader would."""
    environment = {"PATH": "/usr/bin:/bin", "NO_PROXY": "*", **variables}
    subprocess.run([shell, "-c", line], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("scheme", ["bearer", "basic", "header", "query", "cookie"])
def test_a_printed_line_sends_the_same_request(
    serve: Callable[..., Any], contract: Contract, scheme: str
) -> None:
    """With the variable set, the shell sends what the check sent, whatever the secret is made of."""
    server = serve()
    secret = Secret(VALUE, "$TINY_KEY")
    headers, query = attach(contract.security_schemes, {scheme: secret})
    request = Request("getUsage", "GET", f"{server.url}/usage", (("q", "a b'[1]&é"), *query), headers)
    run(request.curl([secret]), TINY_KEY=VALUE)
    sent = server.seen[0]
    assert sent.target.replace("%2B", "+").startswith("/usage?q=a%20b%27%5B1%5D%26%C3%A9")
    assert {(name.lower(), value.encode()) for name, value in headers} <= {
        (name, value.encode("latin-1")) for name, value in sent.headers.items()
    }
    assert ("api_key=" in sent.target) == (scheme == "query")
    assert VALUE not in request.curl([secret])


def test_raw_queries_and_odd_headers_survive_the_shell(serve: Callable[..., Any]) -> None:
    """Brackets, broken encoding, quotes and an empty header come out of the shell as they went in."""
    server = serve()
    headers = (("X-Odd", 'it\'s $HOME `x` \\ "y"!'), ("X-Empty", ""))
    request = Request(
        "getUsage", "GET", f"{server.url}/usage", (), headers, raw_query="a[0]={1,2}&b=%FF&c=$x"
    )
    run(request.curl())
    assert server.seen[0].target == "/usage?a[0]={1,2}&b=%FF&c=$x"
    assert server.seen[0].headers["x-odd"] == headers[0][1]
    assert server.seen[0].headers["x-empty"] == ""


def test_a_secret_out_of_a_file_is_read_by_the_shell(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A line for a credential out of a file reads that file."""
    server = serve()
    file = tmp_path / "it's a key"
    file.write_text("from-a-file\n")
    secret = Secret("from-a-file", f"$(cat '{str(file).replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}')")
    request = Request("getUsage", "GET", f"{server.url}/usage", (), (("X-Api-Key", "from-a-file"),))
    run(request.curl([secret]))
    assert "from-a-file" not in request.curl([secret])
    assert server.seen[0].headers["x-api-key"] == "from-a-file"


def test_the_line_is_plain_where_it_can_be() -> None:
    """A secret stands as its variable between double quotes, the rest is quoted only where it must be."""
    request = Request("op", "GET", "https://api.example/usage", (("days", "7"),), (("X-Key", "op_live_x"),))
    assert request.curl([Secret("op_live_x", "$KEY")]) == (
        "curl -sS -i 'https://api.example/usage?days=7' -H \"X-Key: $KEY\""
    )
    assert request.curl([Secret("op_live_x", "")]).endswith("-H 'X-Key: op_live_x'")
    assert replace(request, method="HEAD").curl().startswith("curl -sS -I ")


@pytest.mark.parametrize("value", ["key-4711", VALUE])
@pytest.mark.parametrize("query", [(), (("q", "a b"),)])
def test_a_key_of_the_query_stands_beside_a_body(
    serve: Callable[..., Any], value: str, query: tuple[tuple[str, str], ...]
) -> None:
    """The key goes into the query and the body stays a body, whatever the key is made of."""
    server = serve()
    headers = (("Content-Type", "application/json"),)
    pairs = (*query, ("api_key", value))
    request = Request("op", "POST", f"{server.url}/notes", pairs, headers, body=b'{"text": "a&b"}')
    line = request.curl([Secret(value, "$TINY_KEY")])
    run(line, TINY_KEY=value)
    path, _, sent = server.seen[0].target.partition("?")
    assert (path, parse_qsl(sent)) == ("/notes", list(pairs))
    assert server.seen[0].body == request.body
    assert value not in line


@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/sh"])
@pytest.mark.parametrize(
    "body",
    [
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n50%\\n\r\n--b--\r\n',
        b"c\x0e\x12\"\x00H\xff'8 \xc3\xa9\xc2\x85\xe2\x80\xa8$HOME!",
        b"@/etc/hostname",
        b"kind=a&secret=key-4711\n",
    ],
    ids=["lines", "bytes", "at", "secret"],
)
def test_any_body_survives_the_report_and_the_shell(
    serve: Callable[..., Any], body: bytes, shell: str
) -> None:
    """Lines, control characters and bytes that are no UTF-8 are written by `printf`, all in one line."""
    server = serve()
    line = Request("op", "POST", f"{server.url}/notes", body=body).curl([Secret("key-4711", "$TINY_KEY")])
    run(line, shell, TINY_KEY="key-4711")
    assert line.isprintable()
    assert "key-4711" not in line
    assert server.seen[0].body == body
    assert "content-type" not in server.seen[0].headers


def test_a_variable_is_told_apart_from_what_follows() -> None:
    """Letters behind a secret are no part of the variable's name."""
    glued = Request("op", "GET", "http://h/", (), (("X", "long-secret-valuex"),))
    assert glued.curl([Secret("long-secret-value", "$L")]).endswith('-H "X: ${L}x"')


def test_a_secret_never_prints_itself() -> None:
    """Neither repr nor str show the value of a secret that has a name."""
    secret = Secret("hidden-value", "$NAME")
    assert "hidden-value" not in f"{secret} {secret!r} {[secret]}"
    assert str(Secret("public", "")) == "public"


def test_a_value_of_several_secrets_goes_by_the_first_ones_name() -> None:
    """Accounts come first, so a finding of theirs does not name the variable of a refused credential."""
    assert conceal("Bearer k3y-1", [Secret("k3y-1", "$BUSY"), Secret("k3y-1", "$OTHER")]) == "Bearer $BUSY"
