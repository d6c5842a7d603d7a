"""Secrets of every kind, against a deployment that says them all back: nothing that is left shows one."""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import pytest

from metermock.checker.checks.fuzz_process import fuzz
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from tests.checker.conftest import Seen, deployment

DOCUMENT = Path(__file__).with_name("canaries.openapi.yaml")
FORMS = ("html", "json", "junit", "markdown", "sarif")
CANARIES = {
    "bearer": 'brr"k1-\\canary',
    "header": "hdr/k2~canary",
    "query": "qry%k3+canary&x",
    "cookie": "cke-k4-canary",
    "basic": "bas-k5:canary-pw",
    "refused": "rfs-k6-canary",
    "env": 'env"h1\\canary',
    "file": "fil-h2/canary~",
    "command": "cmd-h3-canary",
    "literal": "ltl-h4<canary>",
    "pin": "pin-p1-canary",
    "proxy": "prx-u1-canary",
}
SETTINGS = """
[target.echo]
contract = "{document}"
url = "{url}"
[target.echo.parameters]
getUsage.pin = "env:PIN"
[[target.echo.account]]
name = "a"
credential = {{ bearer = "env:BEARER" }}
headers = {{ X-Env = "env:HEADER", X-File = "file:header.txt", X-Command = "cmd:./header.sh" }}
[[target.echo.account]]
name = "b"
credential = {{ header = "env:KEY" }}
headers = {{ X-Literal = "{literal}" }}
[[target.echo.account]]
name = "c"
credential = {{ query = "env:QUERY" }}
[[target.echo.account]]
name = "d"
credential = {{ cookie = "env:COOKIE" }}
[[target.echo.account]]
name = "e"
credential = {{ basic = "env:BASIC" }}
[[target.echo.refused]]
name = "old"
credential = {{ bearer = "env:REFUSED" }}
"""


def spellings(value: str) -> Iterator[str]:
    """What a file could show of a secret: each spelling, and the most telling part of each."""
    escaped = json.dumps(value)[1:-1]
    pointer = value.replace("~", "~0").replace("/", "~1")
    yield from (value, escaped, json.dumps(escaped)[1:-1], pointer, html.escape(value), html.escape(escaped))
    yield from (quote(value, safe=""), quote(value, safe="").lower(), quote_plus(value), quote(pointer))
    yield "".join(f"\\u{ord(letter):04x}" for letter in value)
    for before in ("", "x", "xy"):
        encoded = base64.b64encode(f"{before}{value}".encode()).decode()
        yield encoded[len(before) and 4 : len(encoded) // 4 * 4 - 4]


def echo(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    """Every header and the query, as values, keys, headers and errors, in several codings."""
    said = {name: value for name, value in seen.headers.items() if name not in {"host", "accept"}}
    said["query"] = unquote_plus(seen.target.partition("?")[2])
    raw = json.dumps(said)
    headers = {"X-Said": quote(raw), "X-Plain": said.get("x-command", ""), "X-Base64": _base64(raw)}
    if "canary" not in raw or "rfs" in raw or "days=0" in raw:
        return 401, headers, json.dumps({"error": f"refused: {raw}"}).encode()
    body = {
        **dict.fromkeys(said.values(), 0),
        "total": 1,
        "said": raw,
        "echo": [said, _base64(raw), "".join(f"\\u{ord(letter):04x}" for letter in raw), json.dumps(raw)],
        "by": dict.fromkeys((*said.values(), *(each.partition(" ")[2] for each in said.values())), "key"),
    }
    return 200, headers, json.dumps(body, ensure_ascii=seen.number % 2 == 0).encode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that two checks leave behind, by name; `processes` are the command lines of their children.

    The second check makes the baseline, in which everything is forgiven that the first one reports.
    """
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "header.txt").write_text(CANARIES["file"])
    (folder / "printed.txt").write_text(CANARIES["command"])
    script = folder / "header.sh"
    script.write_text("#!/bin/sh\ncat printed.txt\n")
    script.chmod(0o700)
    reports = [word for form in FORMS for word in ("--report", f"{form}=report.{form}")]
    reporting = [*reports, "--har", "check.har", "--all", "--max-requests", "120"]
    forgiving = ["--baseline", "known.toml", "--update-baseline", "--no-fuzz", "--max-requests", "40"]
    with deployment(echo) as server:
        literal = json.dumps(CANARIES["literal"])[1:-1]
        settings = SETTINGS.format(document=DOCUMENT, url=server.url, literal=literal)
        (folder / "metermock.toml").write_text(settings)
        lines = run(folder, server.url, reporting, "output") | run(folder, server.url, forgiving, "forgiven")
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    for name in ("header.txt", "printed.txt", "metermock.toml"):
        del kept[name]
    return {**kept, "processes": "\n".join(lines)}


def run(folder: Path, url: str, words: Sequence[str], output: str) -> set[str]:
    """Check, with what is printed into files; the command lines of all processes meanwhile."""
    names = {"HEADER": "env", "BEARER": "bearer", "KEY": "header", "QUERY": "query", "COOKIE": "cookie"}
    names |= {"BASIC": "basic", "REFUSED": "refused", "PIN": "pin"}
    environment = {name: value for name, value in os.environ.items() if "_proxy" not in name.lower()}
    environment |= {name: CANARIES[key] for name, key in names.items()}
    # The deployment is its own proxy, which gets to see the credentials of it.
    environment["HTTP_PROXY"] = url.replace("//", f"//user:{CANARIES['proxy']}@")
    command = [sys.executable, "-m", "metermock", "check", "--config", "metermock.toml", *words]
    lines: set[str] = set()
    with (
        (folder / output).open("wb") as out,
        (folder / f"{output}.errors").open("wb") as err,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err) as process,
    ):
        while process.poll() is None:
            lines |= set(children(process.pid))
            time.sleep(0.02)
    return lines


def children(parent: int) -> Iterator[str]:
    """The command lines of a process and of all below it."""
    pending = [parent]
    while pending:
        number = pending.pop()
        try:
            yield Path(f"/proc/{number}/cmdline").read_text(errors="replace").replace("\0", " ")
            tasks = Path(f"/proc/{number}/task").iterdir()
            pending += [int(each) for task in tasks for each in (task / "children").read_text().split()]
        except OSError:
            continue


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes, as Linux shows them")
def test_nothing_shows_a_secret(texts: dict[str, str]) -> None:
    """Not a report, the baseline, the HAR file or the command line of a process, in any spelling."""
    found = [
        (name, key, spelling)
        for key, value in CANARIES.items()
        for part in {value, value.partition(":")[2] or value}
        for spelling in spellings(part)
        for name, text in texts.items()
        if spelling.lower() in text.lower()
    ]
    assert found == []


@pytest.mark.parametrize("name", [f"report.{form}" for form in FORMS] + ["known.toml", "check.har", "output"])
def test_every_file_is_there(texts: dict[str, str], name: str) -> None:
    """Names stand where the secrets were, so the files were not just empty."""
    assert "$BEARER" in texts[name]
    assert "metermock check" in texts["processes"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes, as Linux shows them")
def test_random_requests_show_no_secret_in_the_process_list(target: Target) -> None:
    """Schemathesis gets the credential in a file of its own, not as an argument."""
    ended = threading.Event()
    lines: set[str] = set()

    def look() -> None:
        while not ended.wait(0.02):
            lines.update(children(os.getpid()))

    with deployment(echo) as server, ThreadPoolExecutor(1) as pool:
        own, options = replace(target, url=server.url), Options(trust_env=False)
        pool.submit(look)
        with Client(own, options) as client:
            session = Session(client, Collector(own, options), CheckIds.of(own.contract.document))
            fuzz(session, own.contract.operations, own.accounts[0])
        ended.set()
    shown = [line for line in lines if "schemathesis" in line]
    assert shown
    assert not [line for line in shown if "s3cret-token" in line]


def test_only_names_stand_for_them(texts: dict[str, str]) -> None:
    """Not a piece is left: the words that end all of them are nowhere."""
    assert [name for name, text in texts.items() if "canary" in text.lower().replace("canaries", "")] == []


def test_the_har_file_has_every_account(texts: dict[str, str]) -> None:
    """Its JSON is whole, and so is that of the bodies in it."""
    entries: list[Any] = json.loads(texts["check.har"])["log"]["entries"]
    bodies = [entry["response"]["content"].get("text", "") for entry in entries]
    assert [json.loads(body) for body in bodies if body]
    assert {"$HEADER", "$METERMOCK_B_X_LITERAL"} <= {
        pair["value"] for entry in entries for pair in entry["request"]["headers"]
    }
