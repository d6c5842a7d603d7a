"""What clients send for a security scheme, and what a refusal asks them for."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from metermock.contract.carriers import word_of
from metermock.contract.contract import Operation


def authorization(scheme: Mapping[str, Any], value: str) -> str:
    """The Authorization header of a credential: `user:password` for basic, the user's name for digest."""
    word = word_of(scheme) or "bearer"
    if word == "basic":
        return f"Basic {b64encode(value.encode()).decode()}"
    if word == "digest":
        return f'Digest username="{value}"'
    return f"{word.capitalize()} {value}".strip()


def challenges(operation: Operation) -> tuple[str, ...]:
    """The values of WWW-Authenticate with which an operation says what it needs (RFC 9110, 11.6.1)."""
    schemes = operation.contract.security_schemes
    names = dict.fromkeys(name for alternative in operation.security for name in alternative)
    found = (_challenge(operation.contract.name, schemes[name]) for name in names if name in schemes)
    return tuple(dict.fromkeys(each for each in found if each))


def _challenge(contract: str, scheme: Mapping[str, Any]) -> str:
    realm = f'realm="{_quotable(contract)}"'
    if scheme.get("type") == "apiKey":
        # RFC 9110 demands a challenge, and no scheme is registered for API keys: this tells what is missing.
        place, name = str(scheme.get("in")), _quotable(str(scheme.get("name")))
        return f'ApiKey {realm}, in="{place}", name="{name}"'
    word = word_of(scheme)
    return f"{word.capitalize()} {realm}{''.join(_parts(word, contract))}" if word else ""


def _parts(word: str, contract: str) -> Iterator[str]:
    if word == "basic":
        yield ', charset="UTF-8"'
    if word == "digest":
        # Passwords are not verified, so that the nonce may be the same for ever.
        nonce = blake2b(contract.encode(), digest_size=16).hexdigest()
        yield f', qop="auth", algorithm=SHA-256, nonce="{nonce}"'


def _quotable(text: str) -> str:
    return re.sub(r"[^ !#-\[\]-~]", "_", text)
