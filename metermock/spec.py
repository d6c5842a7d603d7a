"""Hands out contracts' documents: as written, or for another server, without extensions, as JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from metermock.errors import UsageError
from metermock.project import SUFFIX, Project

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]([^\s?#]*[^\s?#:])?")

_NOTATIONS = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


class Handout:
    """What is done to a document before it is handed out: `server` replaces its servers.

    `notation` is `yaml` or `json`; without it a document keeps its own.
    """

    def __init__(
        self, *, notation: str | None = None, server: str | None = None, is_clean: bool = False
    ) -> None:
        if server is not None and not _URL.fullmatch(server):
            raise UsageError(
                f"--server {server} is no URL.\n  Write it whole, such as http://localhost:4010/api."
            )
        self._notation = notation
        self._server = server
        self._is_clean = is_clean

    def suffix(self, project: Project, name: str) -> str:
        """How the file of a contract's document ends."""
        return SUFFIX if self._written(project, name, None) == "yaml" else SUFFIX.replace("yaml", "json")

    def _written(self, project: Project, name: str, output: str | None) -> str:
        if self._notation is not None:
            return self._notation
        known = (each for each in (output, str(project.contract_path(name))) if each is not None)
        ends = (_NOTATIONS.get(PurePath(each).suffix.lower()) for each in known)
        return next((each for each in ends if each is not None), "yaml")

    def text(self, project: Project, name: str, output: str | None = None) -> bytes:
        """The document of a contract: its file byte for byte where nothing is asked of it.

        `output` is the file that it goes to, whose ending may say how it is written.
        """
        path = project.contract_path(name)
        notation = self._written(project, name, output)
        is_own = notation == _NOTATIONS.get(PurePath(str(path)).suffix.lower(), "yaml")
        if is_own and not self._is_clean and self._server is None:
            if isinstance(path, Path) and not project.overlays(name):
                return _read(path)
            if notation == "yaml":
                return project.load_contract(name).text
        from metermock import spec_changes as changes  # noqa: PLC0415 - a file as it is needs no reader
        from metermock import yaml_writer  # noqa: PLC0415 - see above

        contract = project.load_contract(name)
        document = contract.source.document
        if self._server is not None:
            if notation == "yaml" and is_own and not self._is_clean:
                written = changes.with_server_in_text(contract, self._server)
                if written is not None:
                    return written
            document = changes.with_server(document, self._server)
        if self._is_clean:
            document = changes.without_extensions(document)
        if notation == "yaml":
            return yaml_writer.written(document)
        return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def write_documents(
    project: Project, names: Sequence[str], handout: Handout, *, output: str | None, is_one: bool
) -> None:
    """Write one document to a file or standard output, or several into a folder."""
    if output is not None and (not is_one or Path(output).is_dir()):
        folder = Path(output)
        for name in names:
            path = folder / (name + handout.suffix(project, name))
            _write(path, handout.text(project, name), folder=folder)
    elif len(names) > 1:
        raise UsageError(
            f"{len(names)} documents do not fit into one output.\n  Name a folder for them: -o FOLDER."
        )
    elif output is not None:
        _write(Path(output), handout.text(project, names[0], output))
    else:
        sys.stdout.buffer.write(handout.text(project, names[0]))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}") from None


def _write(path: Path, text: bytes, *, folder: Path | None = None) -> None:
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror}") from None
