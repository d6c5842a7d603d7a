"""`metermock init`: what is written, where, and when nothing is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from metermock.cli import main
from metermock.contract.lint.documents import examination
from metermock.project import Project

DOCUMENT = """\
openapi: 3.0.3   # as it was published
info: {title: Parcels, version: "2"}
security: [{key: []}]
paths:
  /usage:
    $ref: parts/usage.yaml
  /days:
    get:
      operationId: listDays
      summary: The days of a month.
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}]
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [days]
                properties:
                  days:
                    type: array
                    items: {$ref: "#/components/schemas/Day"}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Day:
      type: object
      required: [date, parcels]
      properties: {date: {type: string, format: date}, parcels: {type: integer, minimum: 0}}
"""
USAGE = """\
get:
  operationId: getUsage
  responses:
    "200":
      description: ok
      content:
        application/json:
          schema:
            type: object
            required: [used, remaining, limit, busiest]
            properties:
              used: {type: integer, minimum: 0}
              remaining: {type: integer, minimum: 0}
              limit: {type: integer, minimum: 0}
              busiest: {$ref: "../parcels.yaml#/components/schemas/Day"}
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document of two files, the second of which refers back to the first."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "usage.yaml").write_text(USAGE)
    path = tmp_path / "parcels.yaml"
    path.write_text(DOCUMENT)
    return path


def files(folder: Path) -> list[str]:
    """The files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_project_has_the_files_of_the_document_as_they_are(document: Path, tmp_path: Path) -> None:
    """Byte for byte, at places where their references lead to each other; the rules stand beside each."""
    folder = tmp_path / "new"
    assert main(["init", str(document), "-o", str(folder)]) == 0
    assert files(folder) == [
        "README.md",
        "fixtures/parcels.yaml",
        "openapi/parcels.openapi.yaml",
        "openapi/parcels.overlay.yaml",
        "openapi/parcels.yaml",
        "openapi/parts/usage.overlay.yaml",
        "openapi/parts/usage.yaml",
    ]
    assert (folder / "openapi" / "parcels.openapi.yaml").read_text() == DOCUMENT
    assert (folder / "openapi" / "parts" / "usage.yaml").read_text() == USAGE
    found = examination(folder / "openapi" / "parcels.openapi.yaml")
    assert (found.errors, found.notes) == ([], [])


def test_the_rules_reach_their_operations(document: Path, tmp_path: Path) -> None:
    """Level should, each with its reason; ids count from one."""
    assert main(["init", str(document), "-o", str(tmp_path / "new"), "--name", "p"]) == 0
    contract = Project(tmp_path / "new").load_contract("p")
    rules = {rule.id: rule for operation in contract.operations for rule in operation.rules}
    assert list(rules) == ["p-1", "p-2", "p-3"]
    assert {rule.level for rule in rules.values()} == {"should"}
    overlay = yaml.safe_load((tmp_path / "new" / "openapi" / "p.overlay.yaml").read_text())
    sources = [rule["x-source"] for action in overlay["actions"] for rule in action["update"]["x-rules"]]
    assert all(source.startswith("suggested: ") for source in sources)


def test_rules_may_be_wanted_for_some_operations(document: Path, tmp_path: Path) -> None:
    """The others have none."""
    assert main(["init", str(document), "-o", str(tmp_path / "new"), "--operation", "getUsage"]) == 0
    assert not (tmp_path / "new" / "openapi" / "parcels.overlay.yaml").exists()
    assert (tmp_path / "new" / "openapi" / "parts" / "usage.overlay.yaml").exists()


def test_the_project_serves_and_keeps_its_own_check(document: Path, tmp_path: Path) -> None:
    """With a handler that has not been changed yet."""
    assert main(["init", str(document), "-o", str(tmp_path / "new"), "--handler", "getUsage"]) == 0
    report = tmp_path / "report.json"
    options = ["--no-fuzz", "--quiet", "--report", f"json={report}"]
    command = [sys.executable, "-m", "metermock", "check", f"{tmp_path}/new/", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    target = json.loads(report.read_text())
    assert target["verdict"] == "kept"
    # The document has no 401, which is a finding of its own.
    assert {finding["rule"] for finding in target["findings"]} == {"status"}
    assert {"parcels-1", "parcels-2"} <= {rule["id"] for rule in target["rules"] if rule["ran"]}


def test_what_to_do_next_is_printed(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two commands that take the folder as it was named."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", str(document)]) == 0
    assert capsys.readouterr().out.endswith(
        "next:\n  metermock serve ./parcels\n  metermock check ./parcels\n"
    )


@pytest.mark.parametrize("is_folder", [True, False])
def test_nothing_is_overwritten(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, is_folder: bool
) -> None:
    """A folder with something in it, or a file, stays as it is."""
    taken = tmp_path / "taken"
    (taken / "mine").mkdir(parents=True) if is_folder else taken.write_text("mine")
    before = files(tmp_path)
    assert main(["init", str(document), "-o", str(taken)]) == 2
    assert "is there already, and nothing is overwritten" in capsys.readouterr().err
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--handler", "getUsages"],
            "--handler getUsages: the document has no such operation\n  did you mean getUsage?",
        ),
        (["--operation", "other"], "--operation other: the document has no such operation"),
        (["--name", "a/b"], "--name a/b: a name has letters"),
    ],
)
def test_a_mistake_leaves_nothing_behind(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """One message, exit code 2, and no folder."""
    before = sorted(tmp_path.iterdir())
    assert main(["init", str(document), "-o", str(tmp_path / "new"), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_a_document_with_an_overlay_is_refused(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is written would have its name."""
    (tmp_path / "parcels.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: [{target: $.info, update: {x-a: 1}}]\n"
    )
    assert main(["init", str(document), "-o", str(tmp_path / "new")]) == 2
    assert "has an overlay already: parcels.overlay.yaml" in capsys.readouterr().err


def test_a_file_outside_the_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two folders above the document there is no place for it."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "parts.yaml").write_text("Day: {type: object}\n")
    path = tmp_path / "a" / "b" / "api.yaml"
    path.write_text(DOCUMENT.replace("#/components/schemas/Day", "../../parts.yaml#/Day"))
    assert main(["init", str(path), "-o", str(tmp_path / "new")]) == 2
    assert "which has no place in a project" in capsys.readouterr().err


def test_a_file_that_is_not_fetched_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its operations are not there, so nobody should think that they have no rules."""
    path = tmp_path / "parcels.yaml"
    path.write_text(DOCUMENT.replace("parts/usage.yaml", "http://127.0.0.1:1/usage.yaml"))
    assert main(["init", str(path), "-o", str(tmp_path / "new")]) == 0
    told = capsys.readouterr().out
    assert "which is not fetched\n  pass --remote-refs" in told
    assert "1 rule suggested" not in told
