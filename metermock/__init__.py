"""Realistic usage APIs from their OpenAPI contracts, and checks that a deployment keeps them.

Handlers import their names from here, and from nowhere else in the package. Tests in Python import
`serve_in_thread`. Each name is loaded when it is first used, so that `metermock --version` does not wait for
any of them.
"""

from __future__ import annotations

from importlib import import_module

from metermock.version import VERSION

__version__ = VERSION

TYPE_CHECKING = False  # what `typing` has under this name, without waiting for `typing`
if TYPE_CHECKING:  # at run time each name is loaded when it is first used
    from typing import Any

    from metermock.errors import Refusal, Refused, Violation
    from metermock.in_process import MockServer, MockServers, asgi_app, serve_in_thread
    from metermock.ledger.account import Account, Key, Plan
    from metermock.ledger.calendar import (
        Window,
        add_months,
        day_edges,
        instant_text,
        local_date,
        midnight,
        month_start,
        read_instant,
        week_start,
    )
    from metermock.ledger.call import Call
    from metermock.ledger.people import Person
    from metermock.ledger.queries.usage import Usage
    from metermock.ledger.rounding import half_up, percent
    from metermock.ledger.world import World
    from metermock.server.handling import File, Reply, Request
    from metermock.timezones import zone, zone_names

_HOMES = {
    "metermock.errors": "Refusal Refused Violation",
    "metermock.in_process": "MockServer MockServers asgi_app serve_in_thread",
    "metermock.ledger.calendar": (
        "Window add_months day_edges instant_text local_date midnight month_start read_instant week_start"
    ),
    "metermock.ledger.call": "Call",
    "metermock.ledger.rounding": "half_up percent",
    "metermock.ledger.people": "Person",
    "metermock.ledger.queries.usage": "Usage",
    "metermock.ledger.account": "Account Key Plan",
    "metermock.ledger.world": "World",
    "metermock.server.handling": "File Reply Request",
    "metermock.timezones": "zone zone_names",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Account",
    "Call",
    "File",
    "Key",
    "MockServer",
    "MockServers",
    "Person",
    "Plan",
    "Refusal",
    "Refused",
    "Reply",
    "Request",
    "Usage",
    "Violation",
    "Window",
    "World",
    "add_months",
    "asgi_app",
    "day_edges",
    "half_up",
    "instant_text",
    "local_date",
    "midnight",
    "month_start",
    "percent",
    "read_instant",
    "serve_in_thread",
    "week_start",
    "zone",
    "zone_names",
]


def __getattr__(name: str) -> Any:
    """Load a name from its module when it is first used."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'metermock' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what is exported."""
    return sorted({*globals(), *_HOME_OF})
