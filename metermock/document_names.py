"""What the files of a contract are called: a document, and the overlay beside it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from metermock.errors import ContractError
from metermock.noted_files import note

DOCUMENTS = (".openapi.yaml", ".openapi.yml", ".openapi.json")
"""How the name of a contract's document in a project ends."""
SUFFIXES = (*DOCUMENTS, ".yaml", ".yml", ".json")
OVERLAYS = (".overlay.yaml", ".overlay.yml", ".overlay.json")
"""How the name of an overlay ends."""


def name_of(source: Path | str) -> str:
    """A contract's name, from its file's, or from the path of its URL."""
    is_url = isinstance(source, str) and "://" in source
    path = Path(urlsplit(str(source)).path if is_url else source)
    return next(
        (path.name.removesuffix(suffix) for suffix in SUFFIXES if path.name.endswith(suffix)), path.stem
    )


def overlay_beside(path: Path) -> Path | None:
    """The overlay that lies beside a file under its name, if any; ContractError for two."""
    name = name_of(path)
    if namesake(path) is not None:
        # It belongs to the contract's document of that name, of which this may be a part or a copy.
        return None
    named = [path.with_name(name + end) for end in OVERLAYS]
    note(*named)
    found = [each for each in named if each.exists() or each.is_symlink()]
    if len(found) > 1:
        advice = "keep one of them, or name the other with --overlay"
        raise ContractError(path, f"has two overlays: {found[0].name} and {found[1].name}", advice=advice)
    return found[0] if found and found[0] != path else None


def namesake(path: Path) -> Path | None:
    """The contract's document beside a file called like it: `acme.openapi.yaml` beside `acme.yaml`."""
    others = [path.with_name(name_of(path) + end) for end in DOCUMENTS]
    return None if ".openapi" in path.suffixes else next((each for each in others if each.exists()), None)
