"""`metermock init --overlay`: the rules alone, beside the document, and never over what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from metermock.cli import main
from metermock.contract import load_contract
from metermock.contract.lint.documents import examination
from tests.init.test_writing import DOCUMENT, USAGE

REVIEWED = "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: [{target: $.info, update: {x-a: 1}}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a document of two files; the test runs in it."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "usage.yaml").write_text(USAGE)
    (tmp_path / "parcels.yaml").write_text(DOCUMENT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_rules_lie_where_they_are_applied(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An overlay beside each file with operations, nothing else, and reading the document finds the rules."""
    before = files(folder)
    assert main(["init", "--overlay", "parcels.yaml"]) == 0
    added = files(folder).keys() - before.keys()
    assert added == {"parcels.overlay.yaml", "parts/usage.overlay.yaml"}
    assert before.items() <= files(folder).items()
    contract = load_contract(folder / "parcels.yaml")
    assert [rule.id for each in contract.operations for rule in each.rules] == [
        "parcels-1",
        "parcels-2",
        "parcels-3",
    ]
    found = examination(folder / "parcels.yaml")
    assert (found.errors, found.notes) == ([], [])
    assert capsys.readouterr().out == (
        "parcels.overlay.yaml\nparts/usage.overlay.yaml\n"
        "3 rules suggested for 2 operations, of level should\n"
        "next:\n  metermock serve parcels.yaml\n  metermock check parcels.yaml\n"
    )


def test_rules_are_those_of_a_project(folder: Path) -> None:
    """The same suggestions, tried in the same way."""
    assert main(["init", "--overlay", "parcels.yaml"]) == 0
    assert main(["init", "parcels.yaml", "-o", "elsewhere", "--json"]) == 2
    for each in (folder / "parcels.overlay.yaml", folder / "parts" / "usage.overlay.yaml"):
        each.rename(each.with_suffix(".kept"))
    assert main(["init", "parcels.yaml", "-o", "elsewhere"]) == 0
    for name in ("parcels.overlay", "parts/usage.overlay"):
        beside = yaml.safe_load((folder / f"{name}.kept").read_text())
        whole = yaml.safe_load((folder / "elsewhere" / "openapi" / f"{name}.yaml").read_text())
        assert beside["actions"] == whole["actions"]


@pytest.mark.parametrize("place", ["parcels.overlay.yaml", "parts/usage.overlay.yaml"])
def test_a_reviewed_overlay_stays(folder: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    """Exit code 2, what to do instead, and no file is changed or added, of none of the document's files."""
    text = REVIEWED if place.startswith("parcels") else REVIEWED.replace("$.info", "$.get")
    (folder / place).write_text(text)
    before = files(folder)
    assert main(["init", "--overlay", "parcels.yaml"]) == 2
    assert files(folder) == before
    told = capsys.readouterr().err
    assert f"{place} is there already, and may have been reviewed: it is not overwritten" in told
    assert "-o FILE" in told
    assert "--force" in told


def test_force_replaces_it(folder: Path) -> None:
    """By what the document alone suggests, as if the old one had never been there."""
    assert main(["init", "--overlay", "parcels.yaml"]) == 0
    wanted = files(folder)
    (folder / "parcels.overlay.yaml").write_text(REVIEWED)
    assert main(["init", "--overlay", "parcels.yaml", "--force"]) == 0
    assert files(folder) == wanted


def test_force_does_not_make_two_overlays_of_one_document(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second one beside it could not be read; the old one has another ending, and is not deleted."""
    (folder / "parcels.overlay.yml").write_text(REVIEWED)
    before = files(folder)
    assert main(["init", "--overlay", "parcels.yaml", "--force"]) == 2
    assert "parcels.yaml has an overlay already: parcels.overlay.yml" in capsys.readouterr().err
    assert files(folder) == before


def test_another_file_can_be_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It leads to the document, the reviewed one stays, and operations of other files are told."""
    (folder / "parcels.overlay.yaml").write_text(REVIEWED)
    (folder / "new").mkdir()
    assert main(["init", "--overlay", "parcels.yaml", "-o", "new/rules.yaml"]) == 0
    assert (folder / "parcels.overlay.yaml").read_text() == REVIEWED
    assert yaml.safe_load((folder / "new" / "rules.yaml").read_text())["extends"] == "../parcels.yaml"
    told = capsys.readouterr().out
    assert "no rules for getUsage: it stands in parts/usage.yaml" in told
    assert "compare them with parcels.overlay.yaml, which serve and check apply" in told
    assert main(["init", "--overlay", "parcels.yaml", "-o", "new/rules.yaml"]) == 2


def test_a_file_elsewhere_is_named_in_the_next_commands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where serve and check would not find it by themselves."""
    assert main(["init", "--overlay", "parcels.yaml", "-o", "rules.yaml", "--operation", "listDays"]) == 0
    assert capsys.readouterr().out.endswith("  metermock check parcels.yaml --overlay rules.yaml\n")
    contract = load_contract(folder / "parcels.yaml", overlays=[folder / "rules.yaml"])
    assert [rule.id for rule in contract.operation("listDays").rules] == ["parcels-1", "parcels-2"]


def test_json_lists_what_was_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that can be opened from here, rules with their operations, and what was left out."""
    assert main(["init", "--overlay", "parcels.yaml", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(folder / each).is_file() for each in said["files"]] == [True, True]
    assert {(each["id"], each["operation"]) for each in said["rules"]} >= {("parcels-1", "getUsage")}
    assert (said["dropped"], said["left_out"]) == ([], [])


def test_a_document_that_suggests_nothing_gets_no_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An overlay without actions would be no overlay."""
    (folder / "plain.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
        "paths: {/ping: {get: {responses: {'204': {description: ok}}}}}\n"
    )
    before = files(folder)
    assert main(["init", "--overlay", "plain.yaml"]) == 0
    assert "no rules suggested" in capsys.readouterr().out
    assert files(folder) == before


def test_the_overlay_of_another_document_is_not_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`parcels.overlay.yaml` belongs to `parcels.openapi.yaml` where both documents are there."""
    (folder / "parcels.openapi.yaml").write_text(DOCUMENT)
    assert main(["init", "--overlay", "parcels.yaml"]) == 2
    assert "would be applied to parcels.openapi.yaml" in capsys.readouterr().err
    assert not (folder / "parcels.overlay.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--overlay", "--handler", "getUsage"], "--handler: an overlay has no handlers"),
        (["--force"], "--force: it is for --overlay"),
    ],
)
def test_options_that_say_nothing_together_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """One sentence, exit code 2, no file."""
    before = files(folder)
    assert main(["init", "parcels.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert files(folder) == before
