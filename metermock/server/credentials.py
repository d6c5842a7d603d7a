"""Credentials, checked by connexion's security through handlers of our own.

Connexion's own handlers for bearer tokens and API keys miss a session cookie that follows a malformed cookie,
and accept a credential that was sent twice.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from connexion.exceptions import OAuthProblem
from connexion.security import NO_VALUE, AbstractSecurityHandler, SecurityHandlerFactory

from metermock.server.connexion_view import OTHER, SCHEME_NAME, WORD
from metermock.server.grant import Grant
from metermock.server.grants import MALFORMED, UNKNOWN, BadCredential, Grants
from metermock.server.request import HttpRequest

_PARAMETER = r'[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]+)'
DIGEST = re.compile(rf"\s*{_PARAMETER}\s*(?:,\s*{_PARAMETER}\s*)*")
"""The parameters behind `Digest` (RFC 9110, 11.4), and nothing else."""
USER_NAME = re.compile(r'(?:^|[\s,])username="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class SchemeHandler(AbstractSecurityHandler):  # type: ignore[misc]  # connexion has no types
    """Makes the check of one security scheme, as connexion asks for it."""

    def __init__(
        self, grants: Grants, make: Callable[[Mapping[str, Any]], Callable[[HttpRequest], str | None]]
    ) -> None:
        self.grants = grants
        self.make = make

    def get_fn(self, security_scheme: Mapping[str, Any], _scopes: list[str]) -> Callable[[HttpRequest], Any]:
        """Return the check, which gives the grant of a request's credential, or NO_VALUE if there is none."""
        accept, read, name = self.grants.accept, self.make(security_scheme), security_scheme[SCHEME_NAME]

        def check(http: HttpRequest) -> Any:
            value = read(http)
            if not value:
                return NO_VALUE
            http.context["presented"] = True
            return accept(name, value, http.now)

        return check


def only(values: list[str]) -> str | None:
    """Return the only value, or None; BadCredential for several, since nothing says which one counts."""
    if len(values) > 1:
        raise BadCredential("unauthenticated", "malformed", MALFORMED)
    return values[0] if values else None


def read_authorization(http: HttpRequest, word: str) -> str | None:
    """Return the Authorization header's value after `word`, such as `bearer`, in upper or lower case."""
    header = only(http.headers.values_of(b"authorization"))
    if header is None:
        return None
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if scheme.lower() != word or not value:
        return None
    if " " in value or "," in value:
        raise BadCredential("unauthenticated", "malformed", MALFORMED)
    return value


def bearer(_scheme: Mapping[str, Any]) -> Callable[[HttpRequest], str | None]:
    """Read a bearer token."""
    return partial(read_authorization, word="bearer")


def basic(_scheme: Mapping[str, Any]) -> Callable[[HttpRequest], str | None]:
    """Read `user:password`."""

    def read(http: HttpRequest) -> str | None:
        value = read_authorization(http, "basic")
        try:
            return value and base64.b64decode(value, validate=True).decode()
        except ValueError:
            raise BadCredential("unauthenticated", "malformed", MALFORMED) from None

    return read


def digest(_scheme: Mapping[str, Any]) -> Callable[[HttpRequest], str | None]:
    """Read the name of the user; the proof that he knows his password is not verified."""

    def read(http: HttpRequest) -> str | None:
        header = only(http.headers.values_of(b"authorization")) or ""
        word, _, rest = header.partition(" ")
        if word.lower() != "digest":
            return None
        found = USER_NAME.search(rest) if DIGEST.fullmatch(rest) else None
        if found is None:
            raise BadCredential("unauthenticated", "malformed", MALFORMED)
        # A user without a name has come with a credential all the same.
        return re.sub(r"\\(.)", r"\1", found[1]) or '""'

    return read


def other(scheme: Mapping[str, Any]) -> Callable[[HttpRequest], str | None]:
    """Read what stands behind the word of a scheme that has no reading of its own."""
    return partial(read_authorization, word=scheme[WORD])


def api_key(scheme: Mapping[str, Any]) -> Callable[[HttpRequest], str | None]:
    """Read an API key from the header, query parameter or cookie that the scheme names."""
    name: str = scheme["name"]
    if scheme["in"] == "cookie":
        return lambda http: only(cookies(http.headers.values_of(b"cookie"), name))
    if scheme["in"] == "query":
        return lambda http: only([value for key, value in http.query() if key == name])
    header = name.lower().encode()
    return lambda http: only(http.headers.values_of(header))


def cookies(headers: list[str], name: str) -> list[str]:
    """Return the values of a cookie; parts of the header that are not cookies are ignored."""
    pairs = (part.partition("=") for header in headers for part in header.split(";"))
    return [value.strip().strip('"') for key, _, value in pairs if key.strip() == name]


class Security(SecurityHandlerFactory):  # type: ignore[misc]  # connexion has no types
    """Connexion's security with the credentials of a world."""

    def __init__(self, grants: Grants) -> None:
        token = partial(SchemeHandler, grants, bearer)
        others = {
            "basic": partial(SchemeHandler, grants, basic),
            "digest": partial(SchemeHandler, grants, digest),
            OTHER: partial(SchemeHandler, grants, other),
            "apiKey": partial(SchemeHandler, grants, api_key),
        }
        super().__init__({"bearer": token, "oauth2": token, "openIdConnect": token, **others})

    @staticmethod
    def verify_none(http: HttpRequest) -> dict[str, Any]:
        """Let an anonymous request pass where the contract allows it; a bad credential is still refused."""
        if http.context.get("presented"):
            raise BadCredential("unauthenticated", "unknown", UNKNOWN)
        return {}


def granted(http: HttpRequest) -> Grant | None:
    """Return the grant that connexion's security found.

    Where a request needs several schemes at once, their credentials have to be one account's.
    """
    info: dict[str, Any] = http.context["token_info"]
    if "grant" in info or not info:
        return info.get("grant")
    grants: list[Grant] = [each["grant"] for each in info.values()]
    if len({grant.account.name for grant in grants}) > 1:
        raise BadCredential("unauthenticated", "unknown", UNKNOWN)
    return grants[0]


MissingCredential = OAuthProblem
"""What connexion raises when a request has no credential for any alternative of an operation's security."""
