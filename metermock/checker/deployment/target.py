"""What is checked, as whom, and how: facts without any input or output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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


def beginning(value: str) -> str:
    """The public part of a credential, which tells its kind: `op_live_` of `op_live_4f…`; or nothing."""
    prefix = re.match(r"[a-z]{1,8}_(?:[a-z]{1,8}_)?", value)
    return prefix[0] if prefix else ""
