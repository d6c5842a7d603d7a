"""The codes by which APIs call a kind of error, for documents that list the codes that they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_NOTHING = ("not_found", "resource_not_found", "no_such_resource", "does_not_exist", "missing", "unknown")
_INVALID = (
    *("invalid_request", "bad_request", "validation_error", "validation_failed", "invalid_parameter"),
    *("invalid", "invalid_parameters", "invalid_input", "invalid_argument", "invalid_request_error"),
    *("parameter_invalid", "unprocessable_entity", "malformed_request", "bad_input"),
)
_CODES: Mapping[str, tuple[str, ...]] = {
    "invalid": _INVALID,
    "unauthenticated": (
        *("unauthenticated", "unauthorized", "authentication_required", "authentication_error"),
        *("authentication_failed", "invalid_api_key", "invalid_token", "invalid_credentials"),
        *("missing_credentials", "not_authenticated", "auth_error", "token_invalid"),
    ),
    "forbidden": (
        *("forbidden", "permission_denied", "access_denied", "insufficient_permissions", "not_allowed"),
        *("insufficient_scope", "unauthorized", "permission_error"),
    ),
    "not_found": _NOTHING,
    "unknown_resource": _NOTHING,
    "method_not_allowed": ("method_not_allowed", "not_allowed", *_INVALID),
    "not_acceptable": ("not_acceptable", "unacceptable", *_INVALID),
    "rate_limited": (
        *("rate_limited", "rate_limit_exceeded", "too_many_requests", "rate_limit", "rate_limit_error"),
        *("rate_limit_reached", "throttled", "quota_exceeded", "limit_exceeded"),
    ),
    "internal": (
        *("internal", "internal_error", "internal_server_error", "server_error", "api_error"),
        *("unexpected_error", "unknown_error", "unknown"),
    ),
}


_KNOWN: Mapping[str, frozenset[str]] = {
    reason: frozenset(code.replace("_", "") for code in codes) for reason, codes in _CODES.items()
}


def is_of_another(code: str, reason: str) -> bool:
    """Whether a code is one by which another kind of error is called, and not this one."""
    plain = "".join(filter(str.isalnum, code)).lower()
    return plain not in _KNOWN.get(reason, ()) and any(plain in codes for codes in _KNOWN.values())


def codes_of(reason: str) -> Iterator[str]:
    """The codes of a reason for a refusal, the likeliest first, each in the ways that codes are written."""
    for code in _CODES.get(reason, ()):
        yield from forms_of(code)


def forms_of(code: str) -> Iterator[str]:
    """A code in the ways that codes are written."""
    words = code.split("_")
    camel = "".join(word[:1].upper() + word[1:] for word in words)
    yield from (code, code.upper(), "-".join(words), camel, camel[0].lower() + camel[1:], " ".join(words))
