"""The example of docs/adding.md is a project that works as it stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import metermock
from metermock.cli import main
from tests.conftest import Server

PAGE = (Path(__file__).parents[1] / "docs" / "adding.md").read_text("utf-8")
FILES = ("openapi/parcelly.openapi.yaml", "fixtures/parcelly.yaml", "handlers/parcelly.py")


@pytest.fixture(scope="module")
def parcelly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three files, written as the page shows them."""
    folder = tmp_path_factory.mktemp("adding") / "parcelly"
    for name, text in zip(FILES, re.findall(r"```(?:yaml|python)\n(.*?)```", PAGE, re.DOTALL), strict=True):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_example_keeps_its_contract(parcelly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`metermock check FOLDER` serves it and finds nothing; every must rule has run."""
    assert main(["check", str(parcelly), "--no-fuzz", "--require-all"]) == 0
    assert "parcelly" in capsys.readouterr().out


def test_the_example_serves_strictly(parcelly: Path, launch: Callable[..., Server]) -> None:
    """Its replies go out, and a bad parameter is refused in its own manner."""
    server = launch(str(parcelly), "--strict")
    with server.client("/parcelly", **{"X-Parcelly-Key": "pa_steady"}) as client:
        good, bad = client.get("/v2/usage"), client.get("/v2/usage", params={"days": 32})
    assert (good.status_code, len(good.json()["daily"])) == (200, 7)
    assert good.json()["shipments"] > 0
    assert (bad.status_code, bad.json()) == (400, {"error": "invalid"})


def test_what_the_page_names_is_exported() -> None:
    """A function that the page speaks of can be imported from `metermock`."""
    named = re.findall(
        r"`([a-z_]+)`", PAGE[PAGE.index("Calendar\nfunctions") : PAGE.index("## The body of a request")]
    )
    assert {"day_edges", "half_up"} <= set(named)
    assert set(named) - {"metermock"} <= set(metermock.__all__)
