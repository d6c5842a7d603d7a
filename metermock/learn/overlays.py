"""The Overlays that a run applies: to the document, and to files that it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metermock.contract import Contract
from metermock.contract.reading.bundle import Fetch
from metermock.contract.reading.loading import load_contract
from metermock.contract.references import FILES

Pointer = tuple[str | int, ...]


def place_of(contract: Contract, pointer: Pointer) -> tuple[str, Pointer]:
    """The file that a part of the document stands in, and its pointer there, Overlays applied."""
    if pointer[:1] != (FILES,):
        return str(contract.path), pointer
    source, _ = contract.place(pointer[:2])
    return str(source.path), pointer[2:]


@dataclass(frozen=True, slots=True)
class Overlays:
    """Those of the document in their order, and those of other files by their paths."""

    own: tuple[Path, ...] = ()
    inner: Mapping[Path, tuple[Path, ...]] = field(default_factory=dict)

    def and_own(self, path: Path) -> Overlays:
        """These, and one for the document."""
        return Overlays((*self.own, path), self.inner)

    def and_texts(self, texts: Mapping[str, bytes], contract: Contract, folder: Path, name: str) -> Overlays:
        """These, and those of which the texts are told by the file that they change; written to a folder."""
        own, inner = self.own, dict(self.inner)
        for number, (changed, text) in enumerate(texts.items()):
            path = folder / f"{name}-{number}.overlay.yaml"
            path.write_bytes(text)
            if changed == str(contract.path):
                own = (*own, path)
            else:
                inner[Path(changed)] = (*inner.get(Path(changed), ()), path)
        return Overlays(own, inner)

    def loaded(self, contract: Contract, fetch: Fetch | None) -> Contract:
        """The contract with them."""
        return load_contract(contract.path, fetch=fetch, overlays=self.own, inner=self.inner)
