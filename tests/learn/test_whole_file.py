"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.errors import UsageError
from metermock.learn.whole_file import write_whole


def test_mode_and_link_stay(tmp_path: Path) -> None:
    """What the link leads to is replaced, under its mode, and nothing else is left behind."""
    path, link = tmp_path / "a.yaml", tmp_path / "link.yaml"
    path.write_text("old", "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)

    write_whole(link, b"new")

    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (b"new", 0o640, True)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.yaml", "link.yaml"]


def test_a_folder_that_lacks_is_told(tmp_path: Path) -> None:
    """It is a mistake of the user's."""
    with pytest.raises(UsageError, match="Cannot write"):
        write_whole(tmp_path / "none" / "a.yaml", b"new")
