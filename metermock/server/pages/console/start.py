"""The start page: the accounts of one contract, with the others a click away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import instant_text
from metermock.server.answer import Answer
from metermock.server.mistakes import Mistakes
from metermock.server.pages.console.cards import cards_of, granted
from metermock.server.pages.console.samples import Samples
from metermock.server.pages.console.templates import environment, page
from metermock.server.pages.place import Place
from metermock.server.site import Site


class Console:
    """The pages of the console, and what it has learnt of the contracts."""

    def __init__(self, sites: Sequence[Site], mistakes: Mistakes, *, preferences: bool) -> None:
        self.sites: Mapping[str, Site] = {site.name: site for site in sites}
        self.samples = {site.name: Samples(site) for site in sites}
        self.mistakes = mistakes
        self.preferences = preferences

    def samples_of(self, site: Site, now: int) -> Samples:
        """Return what asks a contract for figures."""
        samples = self.samples[site.name]
        if samples.operation is None:
            samples.choose(now)
        return samples

    def ahead(self, site: Site) -> Iterator[None]:
        """Work out the figures of a contract's cards, one account after the other."""
        environment().get_template("start.html")
        now = site.clock.now()
        samples = self.samples_of(site, now)
        yield
        opened = {each.account: each.name for each in site.world.credentials if each.refused is None}
        for name in opened.values():
            samples.figures(granted(site, name, now), now)
            yield

    def around(self, place: Place) -> dict[str, Any]:
        """Return what each page shows of the contract that it is about, and of the others."""
        sites = [(each.name, title_of(each)) for each in self.sites.values()]
        mistakes = [*self.mistakes.of(place.site.name), *self.mistakes.beside(list(self.sites))]
        return {
            "place": place,
            "site": place.site,
            "title": title_of(place.site),
            "sites": sites,
            "mistakes": mistakes,
        }

    def start(self, place: Place) -> Answer:
        """Show the accounts of a contract."""
        site = place.site
        now = site.clock.now()
        samples = self.samples_of(site, now)
        cards, refused = cards_of(site, samples, place.url, now)
        return page(
            "start.html",
            **self.around(place),
            cards=cards,
            refused=refused,
            operation=samples.operation,
            clock=instant_text(now),
            preferences=self.preferences,
        )


def title_of(site: Site) -> str:
    """Return what the document calls itself, else the contract's name."""
    info = site.contract.document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    return title if isinstance(title, str) and title.strip() else site.name
