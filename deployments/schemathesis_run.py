"""Schemathesis in a process of its own, against a running mock, and what it asked."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

MANUAL = Path(__file__).parents[1] / "docs" / "schemathesis.md"
SEED, EXAMPLES, SECONDS = 20_260_318, 40, 100
LONGEST = 2**20 - 16
QUIET = '[cache]\nenabled = false\n[generation]\ndatabase = "none"\n'


class Asked(NamedTuple):
    """A request of schemathesis with its reply, and which checks it passed."""

    label: str
    phase: str
    method: str
    query: list[tuple[str, str]]
    sent: Mapping[str, str]
    status: int
    body: Any
    checks: Mapping[str, bool]


class Run(NamedTuple):
    """All that one run asked, and the headers of the account that it asked for."""

    asked: list[Asked]
    headers: Mapping[str, str]


def fuzz(url: str, account: dict[str, Any], folder: Path, *, settings: bool, document: str = "") -> Run:
    """Run it as a stranger does, with the account's header, or as docs/schemathesis.md recommends.

    The document is the one that the server serves, or else the file of that path.
    """
    report, config = folder / "report.ndjson", folder / "schemathesis.toml"
    words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    words += [document or f"{url}/openapi.yaml", "--url", url, "--seed", str(SEED), "-n", str(EXAMPLES)]
    words += ["--continue-on-failure", "--output-sanitize", "false"]
    words += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    if settings:
        environment["SCHEMATHESIS_HOOKS"] = "zones"
        (folder / "zones.py").write_text(shown("python"))
        config.write_text(f"{QUIET}{shown('toml').partition('[auth')[0]}{credential(account)}")
    else:
        config.write_text(QUIET)
        words += [word for name, value in account["headers"].items() for word in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        words, env=environment, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert report.exists(), done.stdout + done.stderr
    return Run(list(read(report)), account["headers"])


def shown(language: str) -> str:
    """Return the first code of a language in docs/schemathesis.md."""
    return MANUAL.read_text("utf-8").partition(f"```{language}\n")[2].partition("```")[0]


def credential(account: dict[str, Any]) -> str:
    """Write the setting that tells schemathesis which scheme a credential is of."""
    kind = "bearer" if "Bearer" in account["headers"].get("Authorization", "") else "api_key"
    return "".join(
        f"[auth.openapi.{scheme}]\n{kind} = {json.dumps(value)}\n"
        for scheme, value in account["credential"].items()
    )


def read(report: Path) -> Iterator[Asked]:
    """Read what was asked from schemathesis' own record."""
    for line in report.read_text("utf-8").split("\n")[:-1]:
        scenario = json.loads(line).get("ScenarioFinished")
        recorder = scenario["recorder"] if scenario else {}
        for case, exchange in recorder.get("interactions", {}).items():
            checks = recorder.get("checks", {}).get(case, [])
            passed = {check["name"]: check["status"] == "success" for check in checks}
            yield asked(recorder["label"], scenario["phase"], exchange, passed)


def asked(label: str, phase: str, exchange: dict[str, Any], checks: dict[str, bool]) -> Asked:
    """Read one exchange; where no reply came, that is a failed check too."""
    request = exchange["request"]
    response = exchange.get("response") or {"status_code": 0, "content": None}
    if not response["status_code"]:
        checks = {**checks, "no_reply": False}
    body = base64.b64decode((response["content"] or {}).get("$base64", ""))
    query = parse_qsl(urlsplit(request["uri"]).query, keep_blank_values=True, errors="surrogateescape")
    sent = {name.lower(): values[-1] for name, values in request["headers"].items()}
    # The record cuts bodies off.
    known = json.loads(body) if body.startswith(b"{") and len(body) < LONGEST else {}
    return Asked(label, phase, request["method"], query, sent, response["status_code"], known, checks)
