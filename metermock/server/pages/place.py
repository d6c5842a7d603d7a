"""Where a client sees the mock, and the pages about a contract."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.server.places import OWN, pages_of
from metermock.server.site import Site


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client sees the mock, and a contract in it."""

    start: str
    """The URL of the mock, with the preferences in front of the path."""
    base: str
    """Those preferences alone: links inside the mock begin with them."""
    site: Site

    @property
    def url(self) -> str:
        """Where the contract's own paths begin."""
        return f"{self.start}/{self.site.name}"

    @property
    def pages(self) -> str:
        """Where the pages about the contract begin."""
        return pages_of(self.site, f"{self.base}/{self.site.name}")

    @property
    def apart(self) -> str:
        """Where those pages begin that are only under a name apart."""
        return f"{self.base}/{self.site.name}{OWN}"

    @property
    def home(self) -> str:
        """The start page, with this contract open."""
        return f"{self.base}{OWN}?contract={self.site.name}"

    @property
    def files(self) -> str:
        """Where the console's own files are."""
        return self.base + OWN
