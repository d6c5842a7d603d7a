"""The console as the server knows it: imported with its first page, and drawn beside the clients' replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from metermock.server.answer import Answer
from metermock.server.mistakes import Mistakes
from metermock.server.origin import origin
from metermock.server.pages.beside import beside
from metermock.server.pages.document import start_url
from metermock.server.pages.place import Place
from metermock.server.preferences.nearest import near
from metermock.server.preferences.syntax import echoed
from metermock.server.problem import problem
from metermock.server.request import HttpRequest
from metermock.server.site import Site

if TYPE_CHECKING:  # the console is imported with its first page
    from metermock.server.pages.console.asking import Ask
    from metermock.server.pages.console.start import Console


class Lazy:
    """The console, imported with its first page: a server that only answers clients never needs it."""

    def __init__(self, sites: list[Site], mistakes: Mistakes, *, preferences: bool) -> None:
        self.sites = {site.name: site for site in sites}
        self.mistakes = mistakes
        self.preferences = preferences
        self.ask: Ask | None = None
        """What answers a request of the console as it answers those of clients."""
        self.on_look: Callable[[], None] | None = None
        """Called once, when a browser has opened the first page."""

    @cached_property
    def console(self) -> Console:
        """The console."""
        from metermock.server.pages.console.start import Console  # noqa: PLC0415 - see the class

        return Console(list(self.sites.values()), self.mistakes, preferences=self.preferences)

    def ahead(self) -> Iterator[None]:
        """Work out what the start page shows, a step for each account, so that no look waits for it."""
        for site in self.sites.values():
            yield from self.console.ahead(site)

    async def start(self, http: HttpRequest, site: Site) -> Answer:
        """Show the accounts of a contract."""
        answer = await beside(partial(self.console.start, self.place(http, site)))
        begin, self.on_look = self.on_look, None
        if begin is not None:
            begin()
        return answer

    async def account(self, http: HttpRequest) -> Answer:
        """Show one account: `?contract=` and `?account=` name it; the others are the form's."""
        fields = dict(http.query())
        site = self.sites.get(fields.get("contract", ""))
        if site is None or self.ask is None:
            return unknown("contract", fields.get("contract", ""), self.sites)
        from metermock.server.pages.console.account import account_page, names_of  # noqa: PLC0415 - see the class

        names = names_of(site)
        if fields.get("account") not in names:
            return unknown("account", fields.get("account", ""), names)
        operations = [each.id for each in site.contract.operations]
        if fields.get("operation", operations[0]) not in operations:
            return unknown("operation", fields["operation"], operations)
        return await account_page(self.console, self.place(http, site), fields, self.ask)

    def rules(self, http: HttpRequest) -> Answer:
        """Show the rules and relations of a contract, `?contract=`."""
        asked = dict(http.query()).get("contract", "")
        if asked not in self.sites:
            return unknown("contract", asked, self.sites)
        from metermock.server.pages.console.rules import rules_page  # noqa: PLC0415 - see the class

        return rules_page(self.console, self.place(http, self.sites[asked]))

    def place(self, http: HttpRequest, site: Site) -> Place:
        """Return where the client sees a contract."""
        return Place(origin(http), start_url(http), http.base, site)


def unknown(what: str, name: str, known: Iterable[str]) -> Answer:
    """Answer for a name that is not there, with those that are."""
    listed = list(known)
    said = f"no {what} of that name is served" if name else f"the address names no {what}"
    return problem(404, f"{what}={echoed(name)}: {said}. {near(name, listed)}There are {', '.join(listed)}.")
