"""Credentials that a deployment has to refuse, made out of those that count."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from metermock.checker.deployment.access import schemes_for
from metermock.checker.deployment.secret import Secret, beginning
from metermock.checker.deployment.statuses import UNAUTHENTICATED
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.contract import Operation

NEARLY = "nearly "
"""How the names of made-up credentials begin."""
_DOTS = 2
"""A signed token is three parts."""
_UNSIGNED = "eyJhbGciOiJub25lIn0"
"""The header of a token that says of itself that nobody signed it."""


def nearly(target: Target) -> tuple[RefusedCredential, ...]:
    """Credentials that differ from an account's in a few letters; a shell makes them from its variable."""
    return tuple(
        RefusedCredential(
            f"{NEARLY}{account.name}'s, {how}",
            {**_together(target, account, scheme), scheme: other},
            account.headers,
            status,
        )
        for account, scheme, secret in _first_of_each(target)
        for documented in [target.contract.security_schemes.get(scheme, {})]
        for how, other in (*_altered(secret), *_worded(secret, documented))
        for status in [_status(documented)]
    )


def _first_of_each(target: Target) -> Iterator[tuple[TargetAccount, str, Secret]]:
    """The first account with each security scheme."""
    seen: set[str] = set()
    for account in target.accounts:
        for scheme, secret in account.credential.items():
            if scheme not in seen:
                seen.add(scheme)
                yield account, scheme, secret


def _together(target: Target, account: TargetAccount, scheme: str) -> dict[str, Secret]:
    """The account's other credentials that are wanted wherever the scheme is."""
    ways = [set(one) for each in target.contract.operations for one in each.security]
    wanted = [way for way in ways if scheme in way]
    always = set.intersection(*wanted) if wanted else set()
    if any(way and way <= always - {scheme} for way in ways):
        # The others are a way in by themselves somewhere, where this one need not be looked at.
        return {}
    return {name: secret for name, secret in account.credential.items() if name in always}


def _status(scheme: Mapping[str, Any]) -> int:
    return int(scheme.get("x-refusals", {}).get("unknown", {}).get("status", UNAUTHENTICATED))


def _altered(secret: Secret) -> Iterator[tuple[str, Secret]]:
    value, shell = secret.value, secret.shell
    # Only a plain variable can be cut by the shell itself; what comes from a file is shown uncut.
    name = shell[1:] if shell.startswith("$") and shell[1:].replace("_", "").isalnum() else ""
    tail = "".join("z" if letter != "z" else "y" for letter in value[-4:])
    yield (
        "with another end",
        Secret(value[:-4] + tail, shell and (f"${{{name}%????}}{tail}" if name else shell)),
    )
    yield "with more behind it", Secret(f"{value}x", shell and (f"${{{name}}}x" if name else shell))
    yield "cut", Secret(value[:-1], shell and (f"${{{name}%?}}" if name else shell))
    start = beginning(value)
    # The beginning only tells the kind of key, so its case is left: the secret part is what has to count.
    turned = value[len(start) :].swapcase()
    if start and turned != value[len(start) :]:
        swap = f'{start}$(printf %s "${{{name}#{start}}}" | tr a-zA-Z A-Za-z)'
        yield "in the other case", Secret(start + turned, shell and (swap if name else shell))
    if value.count(".") == _DOTS:
        # Libraries that skip the signature, or believe a token that says it has none, are a known hole.
        signed = value.rpartition(".")[0]
        yield "without its signature", Secret(f"{signed}.", shell and (f"${{{name}%.*}}." if name else shell))
        yield "with a fourth part", Secret(f"{value}.x", shell and (f"${{{name}}}.x" if name else shell))
        claims = value.split(".")[1]
        unsigned = f'{_UNSIGNED}.$(cut -d. -f2 <<< "${name}").'
        yield "unsigned", Secret(f"{_UNSIGNED}.{claims}.", shell and (unsigned if name else shell))


def _worded(secret: Secret, scheme: Mapping[str, Any]) -> Iterator[tuple[str, Secret]]:
    """In a header of its own a key stands alone."""
    if scheme.get("in") == "header":
        yield "behind Bearer", Secret(f"Bearer {secret.value}", secret.shell and f"Bearer {secret.shell}")


def made_up(value: str) -> str:
    """A credential of the same form that was never issued, with nothing of the secret part in it."""
    start = len(beginning(value))
    dice = random.Random(len(value))  # noqa: S311 - it need not be secret
    letters = string.ascii_letters + string.digits
    return value[:start] + "".join(dice.choice(letters) if c.isalnum() else c for c in value[start:])


def without_one_part(
    operation: Operation, account: TargetAccount
) -> Iterator[tuple[str, Mapping[str, Secret]]]:
    """Of credentials that count only together: the name of each, and the credential where it is no good.

    Once it is missing, once made up; the first is made up for every operation anyway. What still opens the
    operation by another way in is left out.
    """
    together = schemes_for(operation, account) or ()
    for name in together if len(together) > 1 else ():
        others = {each: account.credential[each] for each in together if each != name}
        if opens(operation, account, others):
            continue
        yield name, others
        if name != together[0]:
            yield name, {**others, name: Secret(made_up(account.credential[name].value), "")}


def other_credentials(operation: Operation, account: TargetAccount) -> Iterator[Mapping[str, Secret]]:
    """The account's credentials for each way in but the one that it asks by."""
    asked_by = set(schemes_for(operation, account) or ())
    for wanted in operation.security:
        if not wanted or not wanted.keys() <= account.credential.keys() or wanted.keys() == asked_by:
            continue
        credential = {name: account.credential[name] for name in wanted}
        # Where a part of them is a way in by itself, that part alone would be sent.
        if set(schemes_for(operation, replace(account, credential=credential)) or ()) == wanted.keys():
            yield credential


def opens(operation: Operation, account: TargetAccount, credential: Mapping[str, Secret]) -> bool:
    """Whether a part of the account's credentials is a way in by itself."""
    return bool(credential) and schemes_for(operation, replace(account, credential=credential)) is not None


def in_wrong_schemes(
    scheme: Mapping[str, Any], value: str, documented: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Headers that carry a good credential in a scheme or place that is not documented."""
    documented = tuple(documented)
    for header in _elsewhere(scheme, value):
        if not any(_carries(each, *header) for each in documented):
            yield header


def _carries(scheme: Mapping[str, Any], name: str, text: str) -> bool:
    """Whether a header is where a scheme has its credential."""
    if scheme["type"] == "apiKey":
        return bool(scheme["in"] == "header" and scheme["name"].lower() == name.lower())
    word = scheme.get("scheme", "bearer") if scheme["type"] == "http" else "bearer"
    return name == "Authorization" and text.lower().startswith(f"{word} ".lower())


def _elsewhere(scheme: Mapping[str, Any], value: str) -> Iterator[tuple[str, str]]:
    if scheme["type"] != "apiKey":
        yield "Authorization", f"Basic {value}"
        yield "Authorization", f"Token {value}"
        yield "Authorization", value
        yield "X-API-Key", value
    else:
        yield "Authorization", f"Bearer {value}"
