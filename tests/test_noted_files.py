"""What is noted of files while something is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from metermock.noted_files import changed, noting
from metermock.project import open_words
from metermock.source import read_source

DOCUMENT = """\
openapi: 3.1.0
info: {title: Acme, version: "1"}
paths:
  /usage:
    get:
      operationId: getUsage
      responses:
        "200": {description: Usage, content: {application/json: {schema: {$ref: parts/usage.yaml}}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose document refers to another file."""
    for name in ("openapi/parts", "handlers", "fixtures"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "openapi" / "acme.openapi.yaml").write_text(DOCUMENT)
    (tmp_path / "openapi" / "parts" / "usage.yaml").write_text("type: object\n")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "openapi/acme.openapi.yaml",
        "openapi/parts/usage.yaml",
        "openapi/acme.overlay.yaml",
        "openapi/parts/usage.overlay.json",
        "openapi/other.openapi.json",
        "handlers/acme.py",
        "fixtures/acme.yaml",
        "further.yaml",
    ],
)
def test_whatever_a_project_is_read_from_is_noted(folder: Path, name: str) -> None:
    """Documents, files that they refer to, overlays, handlers, worlds: what changes or comes is noticed."""
    overlay = folder / "further.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: x, version: '1'}\nactions: [{target: $.info, update: {}}]\n"
    )
    with noting() as found:
        project, names = open_words([f"{folder}/"], overlays=[str(overlay)])
        for each in names:
            project.load(each)
    assert not changed(found)

    with (folder / name).open("a") as file:
        file.write("\n")

    assert changed(found)


def test_the_same_size_at_another_time_is_a_change(tmp_path: Path) -> None:
    """A file has changed when its time has, though its size has not, and when it is gone."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    seen = []
    with noting() as found:
        read_source(path)
    seen.append(changed(found))
    os.utime(path, ns=(1, 1))
    seen.append(changed(found))
    path.unlink()
    seen.append(changed(found))

    assert seen == [False, True, True]
