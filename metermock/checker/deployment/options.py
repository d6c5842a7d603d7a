"""How a deployment is checked: what is sent, how much of it, and what counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Grade = Literal["must", "should", "allow"]
"""How grave something is; what is allowed is not reported."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much a check may do and what counts; times are in seconds."""

    profile: str = "full"
    """Where the limits come from that no option sets."""
    rate: float | None = None
    """Requests per second, for a target that names no rate."""
    strict: bool = False
    """Whether a broken *should* counts like a broken *must*."""
    each_part: bool = False
    """Whether reports tell every finding by itself, and not those of one cause together."""
    require_all: bool = False
    """Whether a *must* rule that never ran fails the run."""
    allow_untested: bool = False
    """Whether a run whose requests or time are spent may pass though *must* rules never ran."""
    undocumented_fields: Grade | None = None
    """Of fields that no schema names; None: *must* where the document forbids others, else *should*."""
    integer_as_float: Grade | None = None
    """Of integers written as 25.0; None: *must* where the document's `x-checks` names them, else *should*."""
    seed: int = 0
    """Of what is drawn, and of the data of a mock of our own."""
    live: bool = False
    """Whether the clock of a mock of our own goes on, instead of standing still."""
    operations: tuple[str, ...] = ()
    """Only these; empty: all."""
    tags: tuple[str, ...] = ()
    """Only operations with one of these tags; empty: all."""
    paths: tuple[str, ...] = ()
    """Only operations whose path fits one of these patterns; empty: all."""
    rules: tuple[str, ...] = ()
    """Only these; empty: all."""
    skip: tuple[str, ...] = ()
    """Rules, and operations, that are left out."""
    unwanted: frozenset[tuple[str, str]] = frozenset()
    """Operations and rules of them that are left out: those whose tests were not chosen."""
    in_part: bool = False
    """Whether only some rules matter, so that an operation without one of them may be untested."""
    fuzz: bool = True
    workers: int = 4
    unsafe_methods: bool = False
    """Whether requests that may change data may be sent."""
    timeout: float = 30.0
    retries: int = 2
    """How often a request is sent again that a broken connection or a gateway has kept from the API."""
    max_requests: int | None = None
    max_time: float | None = None
    max_failures: int | None = None
    """How many findings that count end the check."""
    remote_refs: bool = False
    """Whether references of a document to URLs are fetched."""
    overlays: tuple[str, ...] = ()
    """Files that change the document, after the one beside it."""
    ca_file: Path | None = None
    insecure: bool = False
    later: float = 3.0
    """After how long the first requests are asked again; a stale copy shows beside a fresh reply."""
    trust_env: bool = True
    """Whether proxies and certificates come from the usual variables; false for a mock of our own."""

    @property
    def narrowed(self) -> bool:
        """Whether only some operations are chosen."""
        return bool(self.operations or self.tags or self.paths)
