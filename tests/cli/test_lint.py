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


def test_the_style_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the bundled documents keep is an error only with `--style`; JSON has a place for each."""
    assert lint(tmp_path, SOUND) == 0
    capsys.readouterr()
    assert lint(tmp_path, SOUND, "--style", "--json") == 1
    listed = json.loads(capsys.readouterr().out)
    assert {each["level"] for each in listed} == {"error"}
    assert all(each["file"].endswith("api.yaml") and each["line"] for each in listed)
