"""The synthetic usage store: worlds, accounts, traffic, calendar, queries."""

from metermock.ledger.world_file import load_world

__all__ = ["load_world"]
