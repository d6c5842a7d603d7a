"""Where the pages of the mock are: at short paths, and apart where a document has these itself."""

from __future__ import annotations

from metermock.server.site import Site

OWN = "/_metermock"
"""Before the path of each page of the mock, where no document has paths."""
PAGES = ("/docs", "/openapi.yaml", "/openapi.json")


def pages_of(site: Site, base: str) -> str:
    """Return where the pages about a contract begin, whose own paths begin at `base`."""
    has_own = any(path in PAGES or path.startswith(("/docs/", "/sign-in/")) for path in site.allowed)
    return base + OWN if has_own else base


def start_of(root: Site | None) -> str:
    """Return the path of the start page, beside the contract that is served without its name."""
    return OWN if root is not None and "/" in root.allowed else "/"
