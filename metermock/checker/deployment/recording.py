"""A HAR file of all requests and replies of a run, whichever targets they are of."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from metermock.checker.deployment.concealment import concealment
from metermock.checker.deployment.har import LONGEST, Sent, entry
from metermock.checker.deployment.target import Target
from metermock.errors import UsageError

_ABOUT = (
    "Secrets are replaced by the names of their variables. Of a body there are the first "
    f"{LONGEST:,} characters. Random requests are as schemathesis recorded them. The entries of a target are "
    "in the order in which replies came; a request is not among them whose reply had not come at the end."
)
_ENTRY, _PAGE, _MISSING = b"E", b"P", b"M"
"""How a line of a kept file begins."""
_FULL = ".full"
"""How the name of a file ends that could not keep everything."""


class Recording:
    """Keeps what is sent in a folder of its own, a file for each check, until `write` makes a HAR file of it.

    Targets are checked in processes of their own, which share nothing but files.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder

    def of(self, target: Target) -> Recorder:
        """What records the requests of one check."""
        descriptor, name = tempfile.mkstemp(prefix=f"{time.time_ns()}-", dir=self._folder)
        os.close(descriptor)
        return Recorder(target, Path(name))

    def requests(self, target: str) -> Iterator[dict[str, Any]]:
        """The requests to a target, as HAR has them, without secrets."""
        for kind, text in self._lines():
            if kind == _ENTRY and (found := json.loads(text))["pageref"] == target:
                yield found["request"]

    def write(self) -> None:
        """Write the file, in the place of an older one; UsageError where that cannot be."""
        try:
            self._write()
        except OSError as problem:
            message = f"--har {self._path}: cannot be written: {problem.strerror or problem}"
            raise UsageError(message) from None

    def _write(self) -> None:
        path = self._path.resolve()
        if path.exists() and not path.is_file():
            # A pipe or a device stays what it is.
            with path.open("wb") as file:
                self._write_into(file)
            return
        # Beside the file, so that it can take its place at once.
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                self._write_into(file)
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise

    def _write_into(self, file: Any) -> None:
        pages: dict[str, Any] = {}
        missing: dict[str, str] = {}
        between = b""
        file.write(b'{"log": {"entries": [\n')
        for kind, text in self._lines():
            if kind == _ENTRY:
                file.write(between + text)
                between = b",\n"
            elif kind == _PAGE:
                page = json.loads(text)
                # A check of a mock of our own may have a second part, with another clock.
                pages.setdefault(page["id"], page)
            else:
                missing |= json.loads(text)
        lost = (f"Missing of {name}: {what}." for name, what in missing.items() if what)
        rest = {
            "version": "1.2",
            "creator": {"name": "metermock", "version": version("metermock")},
            "pages": list(pages.values()),
            "comment": " ".join((_ABOUT, *lost)),
        }
        file.write(b"\n], " + json.dumps(rest).encode()[1:] + b"}\n")

    def _lines(self) -> Iterator[tuple[bytes, bytes]]:
        for path in sorted(self._folder.iterdir()):
            if path.suffix == _FULL:
                message = f"no space was left in {self._folder.parent} for all requests"
                raise OSError(message)
            with path.open("rb") as lines:
                for line in lines:
                    # A process that was ended may have left half a line.
                    if line.endswith(b"\n"):
                        yield line[:1], line[1:-1]


@contextmanager
def recorded(path: Path | None) -> Iterator[Recording | None]:
    """A recording while the context lasts; none without a path."""
    if path is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="metermock-") as folder:
        yield Recording(path, Path(folder))


class Recorder:
    """Records the requests of one check, from any number of threads."""

    def __init__(self, target: Target, path: Path) -> None:
        self._target = target
        self._path = path
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._is_full = False
        self._keep(_PAGE, _page(target))

    def note(self, sent: Sent) -> None:
        """Record a request and its reply."""
        told = self._target.told
        told.learn(sent.reply_body, sent.reply_headers)
        # Secrets are looked up anew each time: a command may have printed another one.
        self._keep(_ENTRY, entry(self._target.name, sent, concealment(self._target.secrets), told))

    def miss(self, what: str) -> None:
        """Say what is not recorded, as long as nothing else is said."""
        self._keep(_MISSING, {self._target.name: what})

    def close(self) -> None:
        """Record nothing more."""
        with self._lock:
            self._is_full = True
            if self._file is not None:
                self._file.close()

    def _keep(self, kind: bytes, value: dict[str, Any]) -> None:
        line = kind + json.dumps(value).encode() + b"\n"
        with self._lock:
            if self._is_full:
                return
            try:
                self._file = self._file or self._path.open("ab", buffering=0)
                self._file.write(line)
            except OSError:
                # The check goes on: a full disk is no fault of the deployment.
                self._is_full = True
                self._path.rename(self._path.with_suffix(_FULL))


def _page(target: Target) -> dict[str, Any]:
    """The page that stands for a target."""
    about = f"the contract {target.contract.name} at {target.url}"
    return {
        "startedDateTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": target.name,
        "title": target.name,
        "pageTimings": {},
        "comment": concealment(target.secrets).conceal(about),
    }
