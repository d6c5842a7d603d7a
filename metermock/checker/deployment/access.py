"""Who can open an operation: whose credentials are those that the document's security demands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from metermock.checker.deployment.target import RefusedCredential, TargetAccount
from metermock.contract import Contract, Operation

Account = TargetAccount | None
"""None stands for a request without a credential."""


class Access:
    """The accounts of a target, by the operations that they can open.

    Where a target has no account, everything is asked without a credential: a deployment may demand none.
    """

    def __init__(self, contract: Contract, accounts: Iterable[TargetAccount]) -> None:
        self._accounts = tuple(accounts)
        self._openers: dict[str, tuple[Account, ...]] = {
            operation.id: tuple(each for each in self._accounts if schemes_for(operation, each) is not None)
            if self._accounts
            else (None,)
            for operation in contract.operations
        }

    def of(self, operation: Operation) -> tuple[Account, ...]:
        """The accounts that can open the operation, in the order in which they are configured."""
        return self._openers[operation.id]

    def opens(self, operation: Operation, account: Account) -> bool:
        """Whether the account can open the operation."""
        return account in self._openers[operation.id]

    def bar(self, operation: Operation, account: Account) -> None:
        """Note that an account may not ask the operation, though its credential is of the right kind."""
        left = (each for each in self._openers[operation.id] if each is not account)
        self._openers[operation.id] = tuple(left)

    def like(self, operation: Operation, account: Account) -> Account:
        """The account, or another of its owner that can open the operation; LookupError where none can."""
        if self.opens(operation, account):
            return account
        for other in self.of(operation):
            if account and other and other.is_kin(account):
                return other
        raise LookupError(operation.id)

    def why_closed(self, operation: Operation) -> str:
        """Why nobody can open the operation; empty where somebody can."""
        return "" if self.of(operation) else f"not asked: {missing_credential(operation, self._accounts)}"


def missing_credential(operation: Operation, accounts: Sequence[TargetAccount]) -> str:
    """What is to be configured so that an account can open an operation."""
    held = _held_by_any(operation, accounts)
    # Of several ways in, one that an account has a part of, and of these the one that lacks least.
    wanted = min(operation.security, key=lambda each: (not each.keys() & held, len(each.keys() - held)))
    return what_lacks(operation, wanted, accounts)


def what_lacks(operation: Operation, wanted: Iterable[str], accounts: Sequence[TargetAccount]) -> str:
    """What is to be configured so that an account has the credentials for one way into an operation."""
    wanted = tuple(wanted)
    held = _held_by_any(operation, accounts)
    missing = [name for name in wanted if name not in held]
    if not missing:
        return f"no account has credentials for {' and '.join(wanted)} together"
    together = f"it demands {' and '.join(wanted)} together, and " if len(wanted) > 1 else ""
    these = "scheme" if len(missing) == 1 else "schemes"
    name = f"{accounts[0].name}:" if accounts else ""
    options = " ".join(f"--credential {name}{scheme}=env:NAME" for scheme in missing)
    return f"{together}no account has a credential for {these} {' and '.join(missing)}: {options}"


def schemes_for(operation: Operation, holder: TargetAccount | RefusedCredential) -> tuple[str, ...] | None:
    """The schemes whose credentials open an operation to their holder; None where they do not.

    Of several ways in it is one with the credential that the holder names first. Where the document says
    nothing of security all credentials are sent.
    """
    wanted = way_in(operation, holder)
    if wanted:
        return tuple(name for name in wanted if name in holder.credential)
    if not operation.security or not holder.credential:
        return tuple(holder.credential)
    return wanted


def way_in(operation: Operation, holder: TargetAccount | RefusedCredential) -> tuple[str, ...] | None:
    """The schemes of the way in that a holder takes; empty where none is demanded, None where there is none.

    Headers and certificates may carry what has no credential in the configuration.
    """
    own = next(iter(holder.credential), "")
    held = _held(operation, holder)
    for wanted in sorted(operation.security, key=lambda each: own not in each):
        if wanted and wanted.keys() <= held:
            return tuple(wanted)
    return None if operation.is_guarded else ()


def holds(operation: Operation, wanted: Iterable[str], holder: TargetAccount) -> bool:
    """Whether a holder has all that one way into an operation demands."""
    return set(wanted) <= _held(operation, holder)


def concerns(operation: Operation, refused: RefusedCredential) -> bool:
    """Whether a refused credential says something of an operation: it has a part of what that demands.

    A scheme that the document does not declare is of another plane, which every operation has to refuse.
    """
    declared = operation.contract.security_schemes
    wanted = {name for each in operation.security for name in each}
    return operation.is_guarded and (
        not refused.credential or any(name in wanted or name not in declared for name in refused.credential)
    )


def _held_by_any(operation: Operation, accounts: Iterable[TargetAccount]) -> AbstractSet[str]:
    return {name for account in accounts for name in _held(operation, account)}


def _held(operation: Operation, holder: TargetAccount | RefusedCredential) -> AbstractSet[str]:
    """The schemes that the holder's credentials, headers and certificate may be for."""
    declared = operation.contract.security_schemes
    headers = {name.lower() for name in holder.headers}
    return {
        *holder.credential,
        *(name for name, scheme in declared.items() if _is_carried(scheme, headers)),
    }


def _is_carried(scheme: Mapping[str, Any], headers: AbstractSet[str]) -> bool:
    """Whether configured headers may carry a credential; a certificate is no part of a request."""
    if scheme.get("type") == "apiKey":
        carriers = {"header": str(scheme.get("name")).lower(), "cookie": "cookie"}
        return carriers.get(str(scheme.get("in"))) in headers
    return scheme.get("type") == "mutualTLS" or "authorization" in headers
