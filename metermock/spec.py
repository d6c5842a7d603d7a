"""Hands out contracts' documents: as written, or for another server, without extensions, as JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from metermock.errors import UsageError
from metermock.project import SUFFIX, Project

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]([^\s?#]*[^\s?#:])?")


class Handout:
    """What is done to a document before it is handed out: `server` replaces its servers."""

    def __init__(self, *, notation: str = "yaml", server: str | None = None, is_clean: bool = False) -> None:
        if server is not None and not _URL.fullmatch(server):
            raise UsageError(
                f"--server {server} is no URL.\n  Write it whole, such as http://localhost:4010/api."
            )
        self.suffix = SUFFIX if notation == "yaml" else SUFFIX.replace("yaml", "json")
        self._notation = notation
        self._server = server
        self._is_clean = is_clean

    def text(self, project: Project, name: str) -> bytes:
        """The document of a contract: its file byte for byte where nothing is asked of it."""
        if self._notation == "yaml" and not self._is_clean and self._server is None:
            if not project.overlays(name):
                return _read(Path(project.contract_path(name)))
            return project.load_contract(name).text
        from metermock import spec_changes as changes  # noqa: PLC0415 - a file as it is needs no reader
        from metermock import yaml_writer  # noqa: PLC0415 - see above

        contract = project.load_contract(name)
        document = contract.source.document
        if self._server is not None:
            if self._notation == "yaml" and not self._is_clean:
                written = changes.with_server_in_text(contract, self._server)
                if written is not None:
                    return written
            document = changes.with_server(document, self._server)
        if self._is_clean:
            document = changes.without_extensions(document)
        if self._notation == "yaml":
            return yaml_writer.written(document)
        return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def write_documents(
    project: Project, names: Sequence[str], handout: Handout, *, output: str | None, is_one: bool
) -> None:
    """Write one document to a file or standard output, or several into a folder."""
    if output is not None and (not is_one or Path(output).is_dir()):
        folder = Path(output)
        for name in names:
            _write(folder / (name + handout.suffix), handout.text(project, name), folder=folder)
    elif len(names) > 1:
        raise UsageError(
            f"{len(names)} documents do not fit into one output.\n  Name a folder for them: -o FOLDER."
        )
    elif output is not None:
        _write(Path(output), handout.text(project, names[0]))
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
