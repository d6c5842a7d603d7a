"""Hosts: how their names are read, and the contract that each leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.server.hosts import host_of, servers_of
from tests.conftest import Server
from tests.server.wired import SCHEMES, ask, project


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("api.a.example", "api.a.example"),
        ("API.A.Example.:8443", "api.a.example"),
        ("[2001:DB8::1]:4010", "2001:db8::1"),
        ("[::1]", "::1"),
        ("localhost:1", "localhost"),
        ("", ""),
        ("[", ""),
    ],
)
def test_a_host_is_read_without_what_makes_no_difference(header: str, host: str) -> None:
    """Port, upper case, the last dot and brackets."""
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        (
            [{"url": "https://api.a.example/v1/"}, {"url": "//b.example"}],
            [("api.a.example", "/v1"), ("b.example", "")],
        ),
        ([{"url": "https://[2001:db8::1]:8443/"}], [("2001:db8::1", "")]),
        ([{"url": "/v1"}, {}, "x", {"url": "https://[bad"}], []),
        (
            [
                {
                    "url": "https://{region}.a.example",
                    "variables": {"region": {"default": "eu", "enum": ["us", "eu"]}},
                }
            ],
            [("eu.a.example", ""), ("us.a.example", "")],
        ),
    ],
)
def test_every_server_of_a_document_is_answered(servers: Any, found: list[tuple[str, str]]) -> None:
    """With every choice of its variables; what cannot be read is passed over."""
    assert servers_of({"servers": servers}) == found


def test_a_contract_answers_to_each_of_its_hosts(tmp_path: Path, launch: Callable[..., Server]) -> None:
    """Also with the last dot, and by the longest base path."""
    servers = [
        {"url": "https://a.example"},
        {"url": "https://[2001:db8::1]:99/v1"},
        {"url": "https://a.example/v2"},
    ]
    wired = launch(project(tmp_path, {"GET /usage": {}}, {"key": SCHEMES["key"]}, servers=servers))
    for path, host in [
        ("/usage", "A.example.:80"),
        ("/v2/usage", "a.example"),
        ("/v1/usage", "[2001:db8::1]:4010"),
    ]:
        assert ask(wired, path, Host=host).status_code == 200, host


def test_an_unknown_host_is_told_the_known_ones(mock: Server) -> None:
    """Where neither path nor host says which contract is meant."""
    with mock.client() as client:
        reply = client.get("/api/v1/usage/summary", headers={"Host": "nowhere.example"})
    assert reply.status_code == 404
    assert "/onepin" in reply.json()["detail"]
    assert "api.onceonly.tech" in reply.json()["detail"]
