"""The page of a contract's rules and relations, operation by operation."""

from __future__ import annotations

from metermock.server.answer import Answer
from metermock.server.pages.console.start import Console
from metermock.server.pages.console.templates import page
from metermock.server.pages.place import Place


def rules_page(console: Console, place: Place) -> Answer:
    """Show what the document says one reply must satisfy, and what several must satisfy together."""
    operations = place.site.contract.operations
    return page(
        "rules.html",
        **console.around(place),
        operations=operations,
        count=sum(len(each.rules) + len(each.relations) for each in operations),
    )
