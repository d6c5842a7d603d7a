"""How the mock is to be served; plain values, so that workers can be given it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What `metermock serve` was asked for."""

    folder: str
    contracts: tuple[str, ...]
    root: bool = False
    """Whether the only contract also answers without its prefix."""
    now: int | None = None
    """The instant at which the clock stands; None for the worlds' own."""
    live: bool = False
    seed: int = 0
    strict: bool = False
    verbose: bool = False
    rate_limits: bool = False
    rate_limit_storage: str = "memory://"
