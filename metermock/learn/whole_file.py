"""Writes a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from metermock.errors import UsageError


def write_whole(path: Path, text: bytes) -> None:
    """Write a file beside its place, and give it the name at the end; UsageError where that cannot be.

    What is no plain file, such as a pipe, is written to as it is. A link stays one.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(text)
            return
        _replace(path.resolve(), text)
    except OSError as problem:
        raise UsageError(f"Cannot write {path}: {problem.strerror}") from None


def _replace(path: Path, text: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_mask())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _mask() -> int:
    """What a file of this user is closed for."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
