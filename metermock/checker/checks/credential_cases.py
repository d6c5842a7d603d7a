"""Requests with credentials that do not count, and the refusals that are documented for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from metermock.checker.checks.bare import bare_of_credentials
from metermock.checker.checks.session import Session
from metermock.checker.deployment.access import schemes_for
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.statuses import NO_ACCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.refused_credentials import in_wrong_schemes, made_up, opens, without_one_part
from metermock.contract import Operation

_WORDS = {
    "missing": "a request without credentials",
    "unknown": "an unknown credential",
    "malformed": "a malformed credential",
    "empty": "an empty credential",
}
"""The ways in which a credential fails to count, by their names in `x-refusals`."""


@dataclass(frozen=True, slots=True)
class CredentialCase:
    """A request with a credential that does not count, the reason, and the status that it must get."""

    request: Request
    kind: str
    statuses: frozenset[int]
    says: Mapping[str, Any]
    """JSON pointers into the error body, and what must stand there."""
    about: str


def credential_cases(
    session: Session, operation: Operation, account: TargetAccount
) -> Iterator[CredentialCase]:
    """Each way in which the account's credential can fail to count for an operation."""
    schemes = session.contract.security_schemes
    good = session.make(operation, {}, account)
    naked = bare_of_credentials(session.contract, good)
    # Only a scheme that the account has a credential for shows what is made of a good one.
    named = schemes_for(operation, account)
    if not named:
        return
    first, *others = named
    scheme = schemes[first]
    yield _case(operation, naked, "missing", scheme)
    value = account.credential[first].value
    together = {name: account.credential[name] for name in others}
    # What is a way in by itself is left out: beside it the bad credential need not be looked at.
    beside = {} if opens(operation, account, together) else account.credential
    for kind, text in (("unknown", made_up(value)), ("malformed", "x"), ("empty", "")):
        other = TargetAccount(kind, {**beside, first: Secret(text, "")}, account.headers)
        yield _case(operation, session.make(operation, {}, other), kind, scheme)
    for name, credential in without_one_part(operation, account):
        yield _part(session, operation, account, name, credential)
    documented = [schemes[name] for wanted in operation.security for name in wanted]
    for header in in_wrong_schemes(scheme, value, documented):
        yield _wrong(operation, naked, header, scheme)
    for header in scheme.get("x-beside", {}).items():
        # A header that does no harm beside a good credential is no credential by itself.
        yield _wrong(operation, naked, header, scheme)


def _wrong(
    operation: Operation, naked: Request, header: tuple[str, str], scheme: Mapping[str, Any]
) -> CredentialCase:
    request = replace(naked, headers=(*naked.headers, header))
    word = header[1].rpartition(" ")[0]
    place = f"behind {word} in {header[0]}" if word else f"alone in {header[0]}"
    return _case(operation, request, "wrongScheme", scheme, f"a credential {place}")


def _case(
    operation: Operation, request: Request, kind: str, scheme: Mapping[str, Any], about: str = ""
) -> CredentialCase:
    documented = scheme.get("x-refusals", {})
    found = documented.get(kind, documented.get("missing" if kind == "empty" else kind, {}))
    return CredentialCase(
        request,
        kind,
        frozenset({int(found["status"])}) if "status" in found else documented_refusals(operation),
        found.get("says", {}),
        about or _WORDS[kind],
    )


def _part(
    session: Session,
    operation: Operation,
    account: TargetAccount,
    name: str,
    credential: Mapping[str, Secret],
) -> CredentialCase:
    """A request with all but one of the credentials that count together."""
    kind = "unknown" if name in credential else "missing"
    request = session.make(operation, {}, TargetAccount(kind, credential, account.headers))
    bad = f"an unknown {name}" if name in credential else f"no {name}"
    good = " and ".join(each for each in credential if each != name)
    about = f"a request with a good {good} and {bad}"
    return _case(operation, request, kind, session.contract.security_schemes[name], about)


def documented_refusals(operation: Operation) -> frozenset[int]:
    """How an operation documents that a credential does not count; where it does not, nobody knows how.

    Where 401 and 403 are documented either is right, unless the document tells them apart: by `x-refusals`,
    whose unnamed kinds get 401, or by a promise in `x-checks`.
    """
    documented = [status for status in NO_ACCESS if status in operation.responses]
    schemes = operation.contract.security_schemes
    is_told = "credentials" in operation.contract.promises
    is_told = is_told or any(
        "x-refusals" in schemes[name] for wanted in operation.security for name in wanted
    )
    return frozenset((documented[:1] if is_told else documented) or NO_ACCESS)
