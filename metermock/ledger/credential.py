"""Credentials: who may read which account's usage, and who is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jwt

from metermock.ledger.cache import HELD, Cache

_TOKENS = 2 << 20  # bytes of tokens whose verified claims are kept
_LONGEST = 8_192  # characters of a token; a longer one is not verified


@dataclass(frozen=True, slots=True)
class RefusedAs:
    """Why a credential is refused, with which status."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A key, token or cookie of the world that opens an account, or that is refused.

    `key` is the id of the account's key if it is one. `headers` have to be sent along, or it is not what
    `about` says.
    """

    name: str
    account: str | None
    scheme: str
    value: str
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    refused: RefusedAs | None = None
    about: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)


def mint(claims: Mapping[str, Any], secret: str) -> str:
    """A JWT with these claims; the same for the same claims."""
    return jwt.encode(dict(claims), secret, algorithm="HS256")


class Keyring:
    """Finds the credential that has a value."""

    def __init__(self, credentials: Sequence[Credential], secret: str | None) -> None:
        self._secret = secret
        self._issued: dict[tuple[str, str], Credential] = {}
        self._subjects: dict[tuple[str, str], Credential] = {}
        # A credential that is refused for its headers opens its account without them. So of credentials with
        # the same value, one without headers goes first, and one that is not refused.
        bare = [replace(one, refused=None) if one.headers else one for one in credentials]
        for one in sorted(bare, key=lambda one: (bool(one.headers), one.refused is not None)):
            self._issued.setdefault((one.scheme, one.value), one)
            if "sub" in one.claims:
                self._subjects.setdefault((one.scheme, str(one.claims["sub"])), one)
        self._verified = Cache(_TOKENS)

    def find(self, scheme: str, value: str, now: int) -> Credential | None:
        """The credential of a security scheme that has this value; None if it was never issued."""
        issued = self._issued.get((scheme, value))
        if issued is not None:
            return _at(issued, issued.claims, now)
        claims = self._claims(scheme, value)
        if claims is None:
            return None
        known = self._subjects.get((scheme, str(claims.get("sub"))))
        return None if known is None else _at(replace(known, value=value), claims, now)

    def _claims(self, scheme: str, value: str) -> Mapping[str, Any] | None:
        if self._secret is None or value.count(".") != 2 or len(value) > _LONGEST:  # noqa: PLR2004 - a JWT's dots
            return None
        # In a tuple, since the cache answers None for what it does not keep. The claims take up to four times
        # the bytes of the token's text.
        known: tuple[Mapping[str, Any] | None] | None = self._verified.get((scheme, value))
        if known is None:
            known = self._verified.put(
                (scheme, value), (_verify(value, self._secret),), HELD + 5 * len(value)
            )
        return known[0] if known else None


def _verify(token: str, secret: str) -> Mapping[str, Any] | None:
    """The claims of a token that this secret signed.

    Its times are not looked at: the mock's clock judges them, not the system's.
    """
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=options)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return None
    return claims


def _at(credential: Credential, claims: Mapping[str, Any], now: int) -> Credential:
    expires = claims.get("exp")
    if credential.refused is None and isinstance(expires, int) and expires <= now:
        return replace(credential, refused=RefusedAs(401, "expired"))
    return credential
