from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server

ACME = str(Path(__file__).parent / "project")
KEY = {"Authorization": "Bearer acme_live_steady"}


def logged(server: Server, text: str) -> list[str]:
    """The lines of the log with `text`, once there is one."""
    for _ in range(100):
        found = [line for line in server.log if text in line]
        if found:
            return found
        time.sleep(0.02)
    return []


@pytest.mark.parametrize("fault", ["raise", "rewrite"])
def test_a_fault_of_a_handler_is_500_in_the_contracts_manner(acme: Server, fault: str) -> None:
    """A handler's exception and a bad header are both the contract's 500, which tells nothing of the code."""
    with acme.client(**KEY) as client:
        reply = client.get(f"/acme/v1/usage?fault={fault}")

    assert (reply.status_code, reply.json()) == (500, {"error": "internal", "why": ""})
    assert "x-request-id" in reply.headers


def test_a_fault_is_logged_in_one_line(acme: Server) -> None:
    """The log names contract, request and error in one line, without a trace."""
    with acme.client(**KEY) as client:
        client.get("/acme/v1/usage?fault=raise")

    assert (
        logged(acme, "secret")[0]
        == "metermock: acme GET '/v1/usage': RuntimeError: a secret of the handler\n"
    )
    assert not any("Traceback" in line for line in acme.log)


def test_verbose_logs_the_trace(serve: Callable[..., Server]) -> None:
    """`--verbose` logs the trace of a handler that fails, so that its author sees the line."""
    server = serve(ACME, "--verbose")
    with server.client(**KEY) as client:
        client.get("/acme/v1/usage?fault=raise")

    assert logged(server, "RuntimeError")
    assert logged(server, "handlers/acme.py")


@pytest.mark.parametrize(("fault", "rule"), [("lie", "AC-1"), ("stray", "undocumented-field")])
def test_strict_lets_no_reply_out_that_breaks_its_contract(
    serve: Callable[..., Server], fault: str, rule: str
) -> None:
    """A broken rule and a field that the schema forbids are each a 500 that names what was broken."""
    with serve(ACME, "--strict").client(**KEY) as client:
        reply = client.get(f"/acme/v1/usage?fault={fault}")

    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert [breach["rule"] for breach in reply.json()["breaches"]] == [rule]
    assert rule in reply.json()["detail"]


def test_without_strict_replies_are_not_judged(acme: Server) -> None:
    """Without `--strict` replies are not judged, since judging costs more than answering."""
    with acme.client(**KEY) as client:
        assert client.get("/acme/v1/usage?fault=lie").status_code == 200


def test_strict_refuses_unknown_parameters(serve: Callable[..., Server], acme: Server) -> None:
    """`--strict` refuses unknown parameters with the contract's error; otherwise they are ignored."""
    with serve(ACME, "--strict").client(**KEY) as client:
        refused = client.get("/acme/v1/usage?day=3")
    with acme.client(**KEY) as client:
        ignored = client.get("/acme/v1/usage?day=3")

    assert (refused.status_code, refused.json()["fields"]) == (400, ["day: unknown"])
    assert (ignored.status_code, ignored.json()["days"]) == (200, 7)


def test_strict_ignores_unknown_parameters_where_the_contract_promises_it(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    """With `x-checks: unknown` a contract says that they are ignored, so that `--strict` ignores them too."""
    shutil.copytree(ACME, tmp_path / "acme")
    document = tmp_path / "acme" / "openapi" / "acme.openapi.yaml"
    document.write_text(document.read_text("utf-8") + "\nx-checks: {unknown: unknown-parameter}\n", "utf-8")
    with serve(str(tmp_path / "acme"), "--strict").client(**KEY) as client:
        reply = client.get("/acme/v1/usage?day=3")

    assert (reply.status_code, reply.json()["days"]) == (200, 7)


def test_what_only_should_hold_is_no_fault(
    mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """With `--strict`, a refusal that leaves out a rule of level *should* is sent as it is."""
    with mock.client(**accounts("onceonly")["steady"]["headers"]) as client:
        assert client.get("/onceonly/v1/usage?kind=bad&y=2").status_code == 422
