"""`metermock learn`, from the command line to the overlay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metermock.cli import main
from metermock.contract import load_contract
from tests.learn import api


@pytest.fixture
def recording(tmp_path: Path) -> list[str]:
    """The arguments that name a recording of the small API, and its document."""
    api.contract(tmp_path)
    (tmp_path / "traffic.har").write_text(json.dumps(api.har()), "utf-8")
    return ["--har", str(tmp_path / "traffic.har"), "--contract", str(tmp_path / "parcels.openapi.yaml")]


def test_a_recording_becomes_an_overlay(tmp_path: Path, recording: list[str]) -> None:
    """The document takes the overlay, and its examples of rules are of level should, with their source."""
    overlay = tmp_path / "learned.yaml"

    assert main(["learn", *recording, "-o", str(overlay)]) == 0

    contract = load_contract(tmp_path / "parcels.openapi.yaml", overlays=[overlay])
    rules = contract.operations[0].rules
    assert {rule.level for rule in rules} == {"should"}
    assert all(rule.id.startswith("LR-") for rule in rules)
    assert "learned from 30 replies of 5 accounts, 2026-11-24" in overlay.read_text("utf-8")


def test_what_is_written_already_is_not_learned(tmp_path: Path, recording: list[str]) -> None:
    """With its own overlay on the document, nothing new is learned."""
    overlay = tmp_path / "learned.yaml"
    main(["learn", *recording, "-o", str(overlay)])

    again = tmp_path / "again.json"
    main(["learn", *recording, "--overlay", str(overlay), "--json", "-o", str(again)])

    assert json.loads(again.read_text("utf-8"))["rules"] == []


def test_accepted_rules_alone_are_written(tmp_path: Path, recording: list[str]) -> None:
    """A file of ids chooses; an id that is not learned again is told."""
    found = tmp_path / "found.json"
    main(["learn", *recording, "--json", "-o", str(found)])
    first = json.loads(found.read_text("utf-8"))["rules"][0]["id"]
    (tmp_path / "accepted").write_text(f"# mine\n{first}  good\nLR-000000\n", "utf-8")

    main(["learn", *recording, "--json", "-o", str(found), "--accept", str(tmp_path / "accepted")])

    result = json.loads(found.read_text("utf-8"))
    assert [rule["id"] for rule in result["rules"]] == [first]
    assert "LR-000000: not learned this time, and so not written" in result["left_out"]


def test_no_key_is_told(tmp_path: Path, recording: list[str]) -> None:
    """Neither the overlay nor the JSON has a credential of the recording."""
    for more in ([], ["--json"]):
        main(["learn", *recording, *more, "-o", str(tmp_path / "out")])

        assert "secret-" not in (tmp_path / "out").read_text("utf-8")


def test_a_mock_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document alone is served and asked; what its schema leaves open is learned, if anything."""
    api.contract(tmp_path)

    code = main(["learn", str(tmp_path / "parcels.openapi.yaml"), "--requests", "60", "--json"])

    result = json.loads(capsys.readouterr().out)
    assert code == 0
    assert result["operations"][0]["replies"] > 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a URL, a contract of a mock, or a recording with --har"),
        (["--har", "x.har"], "--har needs --contract"),
        (["https://x.example", "--har", "x.har", "--contract", "y"], "leave out the URL"),
    ],
)
def test_a_mistake_is_told(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Contradictions of the options end the command with one sentence."""
    assert main(["learn", *arguments]) == 2
    assert said in capsys.readouterr().err
