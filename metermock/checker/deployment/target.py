"""What is checked, as whom, and how: facts without any input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.statuses import UNAUTHENTICATED
from metermock.checker.deployment.told_secrets import ToldSecrets
from metermock.contract import Contract
from metermock.contract.carriers import stand_ins

Parameters = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""Good values that only the user knows, by operation and parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class TargetAccount:
    """An account of the deployment, and what proves that a request is its own.

    `credential` goes from security scheme to secret; `headers` are sent with each request too.
    """

    name: str
    credential: Mapping[str, Secret]
    headers: Mapping[str, Secret] = field(default_factory=dict)
    owner: str = ""
    """Accounts of one owner are one account with several credentials, and see the same data."""
    parameters: Parameters = field(default_factory=dict)
    """Good values of its own, which count before those of the target."""

    def is_kin(self, other: TargetAccount) -> bool | None:
        """Whether both are of one owner; None where that is not told."""
        return self.owner == other.owner if self.owner and other.owner else None


@dataclass(frozen=True, slots=True)
class RefusedCredential:
    """A credential that the deployment has to refuse, with this status."""

    name: str
    credential: Mapping[str, Secret]
    headers: Mapping[str, Secret] = field(default_factory=dict)
    status: int = UNAUTHENTICATED


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
    parameters: Parameters = field(default_factory=dict)
    hidden: tuple[Secret, ...] = ()
    """Secrets that no account has: values of parameters, passwords of proxies."""
    told: ToldSecrets = field(default_factory=ToldSecrets, repr=False, compare=False)
    """What its replies tell that is secret."""

    def __post_init__(self) -> None:
        """Know the contract's passwords, and which credentials stand for others."""
        self.told.know(self.contract)
        demanded = (each for one in self.contract.operations for each in one.demanded)
        known = stand_ins(demanded, self.contract.security_schemes)
        if known:
            object.__setattr__(self, "accounts", tuple(_completed(each, known) for each in self.accounts))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that a request of this target can carry, and every one that its replies have told."""
        holders: tuple[TargetAccount | RefusedCredential, ...] = (*self.accounts, *self.refused)
        credentials = [secret for holder in holders for secret in holder.credential.values()]
        headers = [secret for holder in holders for secret in holder.headers.values()]
        return (*credentials, *headers, *self.hidden, *self.told.secrets)


def _completed(account: TargetAccount, known: Mapping[str, str]) -> TargetAccount:
    """An account with the credentials that its own stand for: of two flows demanded together one will do."""
    held = account.credential
    more = {first: held[name] for name, first in known.items() if name in held and first not in held}
    return replace(account, credential={**held, **more}) if more else account


def one_of_each(accounts: Iterable[TargetAccount | None]) -> list[TargetAccount | None]:
    """The first credential of each owner: the others see the same data."""
    first: dict[object, TargetAccount | None] = {}
    for account in accounts:
        first.setdefault(_identity(account), account)
    return list(first.values())


def _identity(account: TargetAccount | None) -> object:
    if account is None:
        return None
    # Without an owner two accounts with one credential are one: they get the same replies.
    return account.owner or tuple((scheme, secret.value) for scheme, secret in account.credential.items())
