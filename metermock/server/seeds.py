"""Other seeds of a contract, for requests that prefer one: their worlds are loaded when first asked for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from metermock.server.site import Site

MOST = 8
"""Worlds of other seeds that are kept for a contract; the longest unused go first."""
LOADING = ThreadPoolExecutor(1, "seeds")
"""Where worlds are loaded, so that other clients need not wait for them."""


class Seeds:
    """The sites of one contract, by seed."""

    def __init__(self, site: Site, make: Callable[[int], Site]) -> None:
        self.site = site
        self.make = make
        self.kept: OrderedDict[int, asyncio.Future[Site]] = OrderedDict()

    async def of(self, seed: int) -> Site:
        """Return the site of a seed; requests that come while it is loaded wait for the same one."""
        if seed == self.site.world.seed:
            return self.site
        found = self.kept.get(seed)
        if found is None or (found.done() and found.exception() is not None):
            found = asyncio.get_running_loop().run_in_executor(LOADING, self.make, seed)
            self.kept[seed] = found
        self.kept.move_to_end(seed)
        while len(self.kept) > MOST:
            self.kept.popitem(last=False)
        # A client that goes must not take the world away from those that wait for it too.
        return await asyncio.shield(found)
