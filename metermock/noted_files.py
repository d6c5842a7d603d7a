"""Which files were looked for while something was read, and what they were like.

A later look tells whether they are others by now:

    with noting() as found:
        contract = load_contract(path)
    …
    changed(found)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

Stamp = tuple[int, int, int, int] | None
"""When a file was changed, in nanoseconds, its size in bytes, and which one it is; None where none was."""

_FOUND: ContextVar[dict[Path, Stamp] | None] = ContextVar("found", default=None)


@contextmanager
def noting() -> Iterator[dict[Path, Stamp]]:
    """Note in this `with` block which files are looked for, in this thread."""
    found: dict[Path, Stamp] = {}
    token = _FOUND.set(found)
    try:
        yield found
    finally:
        _FOUND.reset(token)


def note(*paths: Path) -> None:
    """Note files before they are read, so that a change meanwhile is one too; nothing where nobody notes."""
    found = _FOUND.get()
    if found is not None:
        for path in paths:
            found.setdefault(path, stamp(path))


def stamp(path: Path) -> Stamp:
    """What a file is like now. Of a link it is the file behind it, of one that leads nowhere the link."""
    for follows in (True, False):
        with suppress(OSError, ValueError):
            entry = path.stat(follow_symlinks=follows)
            return entry.st_mtime_ns, entry.st_size, entry.st_ino, entry.st_dev
    return None


def changed(found: Mapping[Path, Stamp]) -> bool:
    """Tell whether a file came, went or changed since it was noted."""
    return any(stamp(path) != before for path, before in found.items())
