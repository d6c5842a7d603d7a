"""Any number of secrets, each found where it stands by itself; the cost does not depend on the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metermock.checker.deployment.spellings import readings

MOST = 20_000
"""More of them would take more memory than a check should."""
_RUN = re.compile(r"\w{4,}")


class ManySecrets:
    """Secrets by a run of letters and digits within each, which a text is looked through for."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._by_run: dict[str, dict[str, int]] = {}
        """By run: the spellings that have it, and how far from the beginning."""

    def __len__(self) -> int:
        return len(self._known)

    def add(self, value: str) -> None:
        """Look for this one too."""
        if value in self._known or len(self._known) >= MOST:
            return
        self._known.add(value)
        for spelling in readings(value):
            run = max(_RUN.finditer(spelling), key=lambda each: len(each[0]), default=None)
            if run is not None:
                self._by_run.setdefault(run[0], {})[spelling] = run.start()

    def may_be_in(self, reading: str) -> bool:
        """Whether a text without escapes has one of them."""
        return bool(self._by_run) and any(True for _ in self.places(reading))

    def places(self, reading: str) -> Iterator[tuple[int, int]]:
        """Where they stand in a text without escapes."""
        for run in _RUN.finditer(reading) if self._by_run else ():
            for spelling, offset in self._by_run.get(run[0], {}).items():
                start = run.start() - offset
                if start >= 0 and reading.startswith(spelling, start):
                    yield start, start + len(spelling)
