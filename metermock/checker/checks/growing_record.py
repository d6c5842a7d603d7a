"""A process that records what it sends: its record is read while it grows."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

_TICK = 0.1


class GrowingRecord:
    """The lines of JSON that a process has written so far; `exit_code` is None while it runs."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, printed: Path) -> None:
        self._process = process
        self._path = path
        self._printed = printed
        self._read = 0
        self.is_out_of_time = False
        """Whether it was ended because its time was over."""

    @property
    def exit_code(self) -> int | None:
        """What the process ended with."""
        return self._process.poll()

    def printed(self) -> str:
        """What the process has printed."""
        return self._printed.read_text(encoding="utf-8", errors="replace")

    def batches(self, ended: Event, until: float) -> Iterator[list[dict[str, Any]]]:
        """The lines since the last batch, until the process, the check or its time (monotonic) ends."""
        while True:
            # Asked before the lines are read: what it has written last is among them.
            is_over = self._process.poll() is not None
            lines = self.more()
            if lines:
                yield lines
            if is_over:
                return
            self.is_out_of_time = time.monotonic() > until
            if ended.wait(_TICK) or self.is_out_of_time:
                self.end()

    def more(self) -> list[dict[str, Any]]:
        """The whole lines that have come since they were last read."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            found, newline, _ = file.read().rpartition(b"\n")
        self._read += len(found + newline)
        return [json.loads(line) for line in found.splitlines()]

    def end(self) -> None:
        """End the process, if it runs."""
        self._process.kill()
        self._process.wait()


@contextmanager
def growing_record(
    words: Sequence[str], environment: Mapping[str, str], path: Path
) -> Iterator[GrowingRecord]:
    """Start a process in the folder of the record that it writes, and end it with the context."""
    # It appends to it; where it never began it is empty, not missing.
    path.touch()
    printed = path.with_name("printed.txt")
    with printed.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments of our own making
            words, env=environment, cwd=path.parent, stdout=output, stderr=subprocess.STDOUT
        )
        record = GrowingRecord(process, path, printed)
        try:
            yield record
        finally:
            record.end()
