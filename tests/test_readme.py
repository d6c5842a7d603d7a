"""What the README shows is what the mock answers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from metermock.cli import PORT
from metermock.project import open_project
from tests.conftest import Server

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CONTRACTS = ("onepin", "essarion", "zkscore", "onceonly", "glyphnet")


def is_shortened(shown: Any, whole: Any) -> bool:
    """Whether one value is the other, but for what was cut from the ends of its lists."""
    if isinstance(shown, dict):
        return shown.keys() == whole.keys() and all(is_shortened(shown[name], whole[name]) for name in shown)
    if isinstance(shown, list):
        return len(shown) <= len(whole) and all(map(is_shortened, shown, whole))
    return bool(shown == whole)


def row(contract: str) -> list[str]:
    """The cells of a contract in the README's table."""
    found = re.search(rf"^\| {contract} \|.*", README, re.MULTILINE)
    assert found is not None
    return [cell.strip() for cell in found[0].strip("|").split("|")]


def test_the_request_has_that_reply(mock: Server) -> None:
    """The curl line of the README gets the reply that stands under it, cut only at the ends of its lists."""
    line = re.search(r"^\$ (curl .*)", README, re.MULTILINE)
    shown = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert line
    assert shown
    _, _, header, url = shlex.split(line[1])
    name, _, value = header.partition(": ")
    with mock.client(**{name: value}) as client:
        reply = client.get(urlsplit(url).path)
    assert urlsplit(url).port == PORT
    assert is_shortened(json.loads(shown[1]), reply.json())


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_table_has_the_credentials_of_steady(
    accounts: Callable[..., dict[str, dict[str, Any]]], contract: str
) -> None:
    """Each contract's row shows the header that `metermock accounts` lists, up to where it is cut."""
    headers = accounts(contract)["steady"]["headers"]
    shown = row(contract)[2].partition("`")[2].partition("`")[0]
    (whole,) = (f"{name}: {value}" for name, value in headers.items())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_table_has_the_operations(contract: str) -> None:
    """Each contract's row shows its base URL and the path of every operation."""
    _, base, _, operations = row(contract)
    paths = [operation.path for operation in open_project().load_contract(contract).operations]
    assert base == f"`http://localhost:{PORT}/{contract}`"
    assert re.findall(r"/[\w/-]+", operations) == paths
