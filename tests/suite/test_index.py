"""The suite is an index of the specification: a document per feature, found by version and section."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.suite.document import Document

FOLDER = Path(__file__).parent
PREFIX = {"3.0": "4.7.", "3.1": "4.8.", "3.2": "4."}
"""How the sections of a version's objects begin."""


def test_names_are_those_of_the_sections() -> None:
    """A file's name begins with the version and the section of its feature, which its block repeats."""
    for folder in ("documents", "unusable"):
        for path in FOLDER.joinpath(folder).glob("*.yaml"):
            version, section = path.name.split("-")[:2]
            written = yaml.safe_load(path.read_text("utf-8"))
            assert written["openapi"].startswith(f"{version}."), path.name
            assert written["x-suite"]["section"] == section, path.name
            assert section.startswith(PREFIX[version]), path.name


def test_there_are_a_hundred_and_none_twice() -> None:
    """Each feature has one document."""
    features = [Document.of(path).suite["feature"] for path in FOLDER.joinpath("documents").glob("*.yaml")]
    assert len(features) >= 100
    assert len(set(features)) == len(features)
