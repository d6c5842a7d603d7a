"""Where a client sees the mock, and the pages about a contract."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from metermock.server.places import OWN, pages_of
from metermock.server.site import Site


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client sees the mock, and a contract in it."""

    origin: str
    """The URL of the mock, without preferences."""
    start: str
    """The URL of the mock, with the preferences in front of the path."""
    base: str
    """Those preferences alone: links inside the mock begin with them."""
    site: Site

    @property
    def url(self) -> str:
        """Where the contract's own paths begin."""
        return self.start + self.site.prefix

    @property
    def pages(self) -> str:
        """Where the pages about the contract begin."""
        return pages_of(self.site, self.base + self.site.prefix)

    @property
    def home(self) -> str:
        """The start page, with this contract open."""
        return f"{self.files}?{urlencode({'contract': self.site.name})}"

    @property
    def rules(self) -> str:
        """The page of the contract's rules."""
        return f"{self.files}/rules?{urlencode({'contract': self.site.name})}"

    def account(self, name: str, operation: str = "") -> str:
        """Return the page of an account."""
        fields = {"contract": self.site.name, "account": name, "operation": operation}
        return f"{self.files}/account?{urlencode({key: each for key, each in fields.items() if each})}"

    @property
    def files(self) -> str:
        """Where the console's own files are."""
        return self.base + OWN
