"""The synthetic usage: worlds with their accounts and traffic, and queries of an account's usage.

Imports go one way. At the bottom are account, arrays, cache, calendar, call, credential, dice, people,
rounding and texts. traffic/ uses these, queries/ uses traffic/, world uses queries/, and world_file makes a
world. checks/ uses traffic/ and is used by world_file.
"""

from metermock.ledger.world_file import load_world

__all__ = ["load_world"]
