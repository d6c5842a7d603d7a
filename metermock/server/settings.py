"""The settings of a server; plain values, so that they can be passed to workers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What the options of `metermock serve` ask for."""

    folder: str
    contracts: tuple[str, ...]
    root: bool = False
    """Whether the first contract also answers without its prefix; so it is if there is only one."""
    now: int | None = None
    """The instant at which the clock is frozen; None for the instant that each world names."""
    live: bool = False
    seed: int = 0
    strict: bool = False
    tells_left_out: bool = True
    """Whether this process reports operations that cannot be served; of several workers none does."""
    verbose: bool = False
    rate_limits: bool = False
    rate_limit_storage: str = "memory://"
    workers: int = 1
    """How many processes serve."""
    words: tuple[str, ...] | None = None
    """The words of the command line that name contracts; None where these are looked for once only."""
    documents: tuple[tuple[str, str], ...] = ()
    """Names and places of documents that are in no folder."""
    remote_refs: bool = False
    overlays: tuple[str, ...] = ()
    """Applied after the one beside the document."""
    dynamic: bool = False
    """Whether replies are made from schemas where the document has examples."""
    preferences: bool = True
    """Whether requests may choose what they get."""
    strict_credentials: bool = False
    """Whether a world that the mock made itself refuses credentials that it does not list."""
