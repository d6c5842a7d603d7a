"""Documents of several files: the rules of an operation belong to the file where it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.cli import main
from metermock.contract import load_contract
from metermock.source import read_source
from tests.learn import api


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the small API's document, its operation in a file of its own, and a recording."""
    api.contract(tmp_path)
    document = tmp_path / "parcels.openapi.yaml"
    head, _, tail = document.read_text("utf-8").partition("  /usage:\n")
    inside, _, parts = tail.partition("components:\n")
    (tmp_path / "paths").mkdir()
    text = "# its own\n" + "".join(f"{line[4:]}\n" for line in inside.splitlines())
    (tmp_path / "paths" / "usage.yaml").write_text(text, "utf-8")
    document.write_text(f"{head}  /usage: {{$ref: paths/usage.yaml}}\ncomponents:\n{parts}", "utf-8")
    record(tmp_path, api.har())
    return tmp_path


def record(folder: Path, document: dict[str, Any]) -> None:
    """Have another recording."""
    (folder / "traffic.har").write_text(json.dumps(document), "utf-8")


def learn(folder: Path, *more: str) -> int:
    """Learn from the recording."""
    document = str(folder / "parcels.openapi.yaml")
    return main(["learn", "--har", str(folder / "traffic.har"), "--contract", document, *more])


def beside(folder: Path) -> tuple[str, str]:
    """The option that names the Overlay beside the document."""
    return ("-o", str(folder / "parcels.overlay.yaml"))


def test_rules_stand_in_the_overlay_beside_the_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is applied whenever the document is read, and what it has is not learned again."""
    assert learn(place, *beside(place)) == 0
    written = place / "paths" / "usage.overlay.yaml"
    text = written.read_text("utf-8")
    rules = load_contract(place / "parcels.openapi.yaml").operations[0].rules
    assert f"its rules are in {written}" in capsys.readouterr().err

    assert learn(place, *beside(place)) == 0

    said = capsys.readouterr().err
    assert len(rules) > 3
    assert said.count("still holds") == len(rules)
    assert "nothing new was learned" in said
    assert written.read_text("utf-8") == text
    assert not (place / "parcels.overlay.yaml").exists()


def test_what_broke_there_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts that make the whole no more break the rule, and what is new comes to the end of its Overlay."""
    learn(place, *beside(place))
    written = place / "paths" / "usage.overlay.yaml"
    before = written.read_text("utf-8")
    document = api.har()
    for entry in document["log"]["entries"]:
        body = json.loads(entry["response"]["content"]["text"])
        body["failed"] += 1
        entry["response"]["content"]["text"] = json.dumps(body)
    record(place, document)
    capsys.readouterr()

    assert learn(place, *beside(place)) == 1

    assert "broke since" in capsys.readouterr().err
    assert written.read_text("utf-8").startswith(before.rstrip())


def test_an_overlay_elsewhere_cannot_have_them(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An Overlay changes its own document: what is not written is told, and how it would be."""
    assert learn(place, "-o", str(place / "reviewed.yaml")) == 0

    said = capsys.readouterr().err
    assert "getUsage: its rules are not written, since it stands in" in said
    assert "write them with --write, or with -o parcels.overlay.yaml beside it" in said
    assert "\nnothing was written\n" in said
    assert not (place / "reviewed.yaml").exists()


def test_rules_go_into_the_file_itself(place: Path) -> None:
    """`--write` leaves the document as it is, and the lines of the other file."""
    document = (place / "parcels.openapi.yaml").read_bytes()
    lines = (place / "paths" / "usage.yaml").read_text("utf-8").splitlines()

    assert learn(place, "--write") == 0

    text = (place / "paths" / "usage.yaml").read_text("utf-8")
    assert [line for line in text.splitlines() if line in lines] == lines
    assert "x-rules:" in text
    assert (place / "parcels.openapi.yaml").read_bytes() == document
    assert len(load_contract(place / "parcels.openapi.yaml").operations[0].rules) > 3


def test_what_is_rejected_is_noted_beside_the_document(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Overlay of the file has what was accepted, that of the document what was not."""
    learn(place, "--json", "-o", str(place / "found.json"))
    first, *others = [each["id"] for each in json.loads((place / "found.json").read_text("utf-8"))["rules"]]
    (place / "accepted.txt").write_text(first, "utf-8")

    assert learn(place, "--accept", str(place / "accepted.txt"), *beside(place)) == 0
    assert learn(place, *beside(place)) == 0

    (rule,) = load_contract(place / "parcels.openapi.yaml").operations[0].rules
    assert rule.id == first
    assert sorted(read_source(place / "parcels.overlay.yaml").document["x-rejected"]) == sorted(others)
    assert "nothing new was learned" in capsys.readouterr().err


def test_a_place_of_two_operations_gets_no_rules(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path item that two paths name would have the rules of both."""
    document = place / "parcels.openapi.yaml"
    text = document.read_text("utf-8")
    again = "  /usage: {$ref: paths/usage.yaml}\n"
    document.write_text(text.replace(again, again + again.replace("/usage:", "/usages:")), "utf-8")

    learn(place, *beside(place))

    assert "its rules are not written: they would be those of" in capsys.readouterr().err
    assert not (place / "paths" / "usage.overlay.yaml").exists()
