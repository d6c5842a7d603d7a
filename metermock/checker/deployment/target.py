"""What is checked, as whom, and how: facts without any input or output."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from metermock.contract import Contract


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential's value, which no text of metermock shows.

    `shell` is what a shell puts in its place: `$NAME`, `$(cat 'PATH')`. It is empty where the value
    is public, as the bundled mocks' are; then the value itself is shown.
    """

    value: str = field(repr=False)
    shell: str

    def __str__(self) -> str:
        return self.shell or self.value


@dataclass(frozen=True, slots=True, eq=False)
class TargetAccount:
    """An account of the deployment, and what proves that a request is its own.

    `credential` goes from security scheme to secret; `headers` are sent with each request too.
    """

    name: str
    credential: Mapping[str, Secret]
    headers: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    """Accounts of one owner are one account with several credentials, and see the same data."""

    def is_kin(self, other: TargetAccount) -> bool | None:
        """Whether both are of one owner; None where that is not told."""
        return self.owner == other.owner if self.owner and other.owner else None


@dataclass(frozen=True, slots=True)
class RefusedCredential:
    """A credential that the deployment has to refuse, with this status."""

    name: str
    credential: Mapping[str, Secret]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 401


@dataclass(frozen=True, slots=True)
class Target:
    """A deployment, the contract it has to keep, and the accounts to look with.

    `url` has no trailing slash; `rate_limit` is in requests per second.
    """

    name: str
    contract: Contract
    url: str
    accounts: tuple[TargetAccount, ...] = ()
    refused: tuple[RefusedCredential, ...] = ()
    rate_limit: float | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that a request of this target can carry."""
        credentials = [account.credential for account in self.accounts]
        credentials += [refused.credential for refused in self.refused]
        return tuple(secret for credential in credentials for secret in credential.values())


@dataclass(frozen=True, slots=True)
class Options:
    """How much a check may do and what counts; times are in seconds."""

    strict: bool = False
    """Whether a broken *should* counts like a broken *must*."""
    require_all: bool = False
    """Whether a *must* rule that never ran fails the run."""
    seed: int = 0
    """Of what is drawn, and of the data of a mock of our own."""
    live: bool = False
    """Whether the clock of a mock of our own goes on, instead of standing still."""
    operations: tuple[str, ...] = ()
    """Only these; empty: all."""
    rules: tuple[str, ...] = ()
    """Only these; empty: all."""
    skip: tuple[str, ...] = ()
    """Rules that are left out."""
    fuzz: bool = True
    workers: int = 4
    unsafe_methods: bool = False
    """Whether requests other than GET and HEAD may be sent."""
    timeout: float = 30.0
    max_requests: int | None = None
    max_time: float | None = None
    ca_file: Path | None = None
    insecure: bool = False
    trust_env: bool = True
    """Whether proxies and certificates come from the usual variables; false for a mock of our own."""


def beginning(value: str) -> str:
    """The public part of a credential, which tells its kind: `op_live_` of `op_live_4f…`; or nothing."""
    prefix = re.match(r"[a-z]{1,8}_(?:[a-z]{1,8}_)?", value)
    return prefix[0] if prefix else ""
