"""`metermock lint` tells the authors of documents what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metermock.cli import main

SOUND = """openapi: "3.1.0"
info: {title: T, version: "1"}
paths:
  /usage:
    get:
      responses: {"200": {description: ok}}
"""


def lint(folder: Path, text: str, *words: str) -> int:
    """The exit code of `lint` for a document."""
    path = folder / "api.yaml"
    path.write_text(text)
    return main(["lint", str(path), *words])


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (SOUND, 0, "api.yaml: no problems"),
        (SOUND.replace('"200"', "200"), 0, "note: {path}:6:19: the key 200 is not text"),
        (SOUND.replace('version: "1"', "x-v: 1"), 1, "error: {path}:2:1: is not valid OpenAPI"),
        (SOUND.replace("paths", "x-paths"), 2, "error: {path}:1:1: has no operations"),
        ("openapi: [", 2, "error: {path}:2:1: is not YAML"),
    ],
)
def test_problems_are_told_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, told: str
) -> None:
    """0 without errors, 1 with some, 2 where nothing can be used; notes count for nothing."""
    assert lint(tmp_path, text) == code
    assert told.format(path=tmp_path / "api.yaml") in capsys.readouterr().out


def test_a_project_is_all_of_its_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the overlays beside them; a folder that is none says what a project has."""
    monkeypatch.chdir(tmp_path)
    folder = Path("acme/openapi")
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.openapi.yaml").write_text(
            'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'
            'paths: {/a: &a {get: {responses: {"200": {description: ok}}}}, /b: *a}\n'
        )
    (folder / "two.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
        "- target: $.paths['/a'].get\n"
        "  update: {x-rules: [{id: T-1, message: m, rule: nothing.there}]}\n"
    )
    assert main(["lint", "acme"]) == 1
    printed = capsys.readouterr().out
    assert "acme/openapi/one.openapi.yaml: no problems" in printed
    assert "acme/openapi/two.overlay.yaml:5:" in printed
    assert main(["lint", "acme/openapi"]) == 2
    assert "is no metermock project" in capsys.readouterr().err


def test_the_style_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the bundled documents keep is an error only with `--style`; JSON has a place for each."""
    assert lint(tmp_path, SOUND) == 0
    capsys.readouterr()
    assert lint(tmp_path, SOUND, "--style", "--json") == 1
    listed = json.loads(capsys.readouterr().out)
    assert {each["level"] for each in listed} == {"error"}
    assert all(each["file"].endswith("api.yaml") and each["line"] for each in listed)


def many(count: int) -> str:
    """A document with so many parameters of wrong examples, and one of another kind."""
    listed = "".join(
        f"        - {{name: p{number}, in: query, example: x{number}, schema: {{type: integer}}}}\n"
        for number in range(count)
    )
    other = "        - {name: day, in: query, example: x, schema: {type: string, format: date}}\n"
    return SOUND.replace("      responses", f"      parameters:\n{listed}{other}      responses")


def test_problems_of_one_kind_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first three are printed, and each other kind; `--all` prints them all, and so does JSON."""
    assert lint(tmp_path, many(9)) == 1
    told = capsys.readouterr().out
    assert told.count("expected type integer") == 3
    assert "  and 6 more errors of this kind; --all prints them\n" in told
    assert "the example of day, 'x', is not valid" in told
    lint(tmp_path, many(9), "--all")
    told = capsys.readouterr().out
    assert (told.count("expected type integer"), "--all" in told) == (9, False)
    lint(tmp_path, many(9), "--json")
    assert len(json.loads(capsys.readouterr().out)) == 10


def test_what_is_wrong_at_a_place_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the words of the reader, and not in those of the specification's schema too."""
    lint(tmp_path, SOUND + "    post: 3\n")
    told = capsys.readouterr().out
    assert told == f"error: {tmp_path / 'api.yaml'}:7:5: the operation is not an object\n"
