"""A credential that a command prints, and prints anew where the old one has expired."""

from __future__ import annotations

import re
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from metermock.errors import CannotTestError

_LONGEST = 30.0
"""Seconds that a command may take."""


@dataclass(eq=False)
class Token:
    """What a command prints. The command runs at once, and again as `renew` is asked to.

    It runs in `folder`, without a shell, at most once in `pause` seconds. Raises ValueError where it fails
    at first.
    """

    command: str
    folder: Path
    pause: float = 60.0
    values: list[str] = field(init=False, repr=False)
    """All that it has printed, the last of which counts: none of them may stand in a report."""
    _ran: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.values = []
        self.values.append(self._printed())

    @property
    def current(self) -> str:
        """The value that counts."""
        return self.values[-1]

    def renew(self, refused: str) -> bool:
        """Whether there is another value than the refused one, by now or by running the command again.

        Raises CannotTestError where the command fails.
        """
        with self._lock:
            # Another thread may have been refused before, and have renewed it.
            if self.current == refused and time.monotonic() - self._ran >= self.pause:
                try:
                    self.values.append(self._printed())
                except ValueError as problem:
                    message = f"a credential was refused, and could not be renewed: {problem}"
                    raise CannotTestError(message) from None
            return self.current != refused

    def _printed(self) -> str:
        self._ran = time.monotonic()
        try:
            words = shlex.split(self.command)
        except ValueError as problem:
            message = f"what follows cmd: is no command: {problem}"
            raise ValueError(message) from None
        if not words:
            message = "no command follows cmd:"
            raise ValueError(message)
        # Only its name is shown: an argument may be a secret.
        name = words[0]
        try:
            done = subprocess.run(  # noqa: S603 - a command of the user's own configuration
                words,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"the command {name} took longer than {_LONGEST:.0f} s"
            raise ValueError(message) from None
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or problem
            message = f"the command {name} cannot be run: {why}"
            raise ValueError(message) from None
        if done.returncode:
            # What it wrote may hold a secret that is not known here, as a trace of the shell does.
            why = (
                "what it wrote is not shown, since a secret may be in it"
                if done.stderr
                else "it wrote no error"
            )
            message = f"the command {name} failed (exit {done.returncode}); {why}: run it in {self.folder}"
            raise ValueError(message)
        return _text(name, done.stdout)


def _text(name: str, printed: bytes) -> str:
    try:
        value = printed.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        value = "\0"
    if re.search(r"[\x00-\x1f\x7f]", value):
        message = f"the command {name} printed more than one line, or a control character"
        raise ValueError(message)
    if not value:
        message = f"the command {name} printed nothing"
        raise ValueError(message)
    return value
