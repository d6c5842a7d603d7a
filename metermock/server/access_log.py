"""The access log, without the keys that clients send in a query."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from metermock.contract import Contract

_PAIR = re.compile(r"(?<=[?&])([^=&#]*)=([^&#]*)")


class KeysConcealed(logging.Filter):
    """Conceals the values of some query parameters in the lines of uvicorn's access log."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = frozenset(names)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change a line's arguments, and let it pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self.concealed(part) if isinstance(part, str) else part for part in record.args
            )
        return True

    def concealed(self, text: str) -> str:
        """Return a path without the values of those parameters, however their names are written."""
        return _PAIR.sub(
            lambda pair: f"{pair[1]}=***" if unquote_plus(pair[1]) in self.names else pair[0], text
        )


def conceal_keys(contracts: Iterable[Contract]) -> None:
    """Conceal the keys that these contracts take from a query, beside those that are concealed already."""
    names = {
        str(scheme["name"])
        for contract in contracts
        for scheme in contract.security_schemes.values()
        if scheme.get("in") == "query"
    }
    log = logging.getLogger("uvicorn.access")
    for known in log.filters:
        if isinstance(known, KeysConcealed):
            known.names |= names
            return
    log.addFilter(KeysConcealed(names))
