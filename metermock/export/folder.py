"""Writes the folder of an export, whole or not at all, and replaces only what an export has written."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metermock.errors import UsageError

INDEX = "metermock-export.json"
"""The file that says what is in the folder, and so that the folder is an export's."""


def write_folder(folder: Path, index: Mapping[str, Any], texts: Mapping[str, bytes]) -> list[str]:
    """Write files into a folder of their own, and return their places; UsageError where that cannot be.

    The folder may have been written by an export of the same form and contract before, and it is replaced.
    """
    folder = folder.resolve()
    _refuse_foreign(folder, index)
    places = sorted(texts)
    whole = {INDEX: _text({**index, "files": places}), **texts}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise UsageError(f"Cannot write {folder}: {error.strerror}") from None
    try:
        fresh = scratch / "new"
        for place, text in whole.items():
            path = fresh / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        if folder.is_dir():
            os.replace(folder, scratch / "old")  # noqa: PTH105 - both lie on one file system
        fresh.rename(folder)
    except OSError as error:
        if not folder.exists() and (scratch / "old").exists():
            (scratch / "old").rename(folder)
        raise UsageError(f"Cannot write {folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return [INDEX, *places]


def _text(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _refuse_foreign(folder: Path, index: Mapping[str, Any]) -> None:
    """Raise UsageError for a folder with anything that an export of this kind has not written."""
    if not folder.is_dir():
        if folder.exists():
            raise UsageError(f"{folder} is a file.\n  Name a folder: -o FOLDER.")
        return
    here = {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if not path.is_dir()}
    if not here:
        return
    before = _index_of(folder)
    foreign = sorted(here - {INDEX, *before.get("files", ())})
    if foreign:
        raise UsageError(
            f"{folder} has {foreign[0]}, which no export has written, and nothing is overwritten.\n"
            "  Name another folder, or an empty one: -o FOLDER."
        )
    for name in ("as", "contract"):
        if before.get(name) != index[name]:
            raise UsageError(
                f"{folder} has an export of {before.get('contract')} as {before.get('as')}.\n"
                "  Name another folder, or remove this one: -o FOLDER."
            )


def _index_of(folder: Path) -> dict[str, Any]:
    try:
        before = json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return before if isinstance(before, dict) else {}
