"""The synthetic usage store: worlds, accounts, traffic, calendar, queries."""

from metermock.ledger.reading import load_world

__all__ = ["load_world"]
