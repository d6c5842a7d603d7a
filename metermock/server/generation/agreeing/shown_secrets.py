"""What is shown of a key beside the key itself: its beginning, its end, or both around a mask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_SECRETS = frozenset({"key", "secret", "token", "apikey"})
_NUMBERS = frozenset({"iban", "pan"})
"""What is numbered by the letters of a bank: of it the end is shown, and never made for what is shown."""
_OF_NUMBERS = frozenset({"account", "card"})
Side = Literal["begin", "end", "both"]
_SIDES: Mapping[str, Side] = {
    **dict.fromkeys(("prefix", "begin", "beginning"), "begin"),
    **dict.fromkeys(("last4", "suffix", "ending"), "end"),
    **dict.fromkeys(("masked", "redacted", "hint", "obfuscated", "preview", "truncated", "partial"), "both"),
}
"""Words of what is shown of a key."""
_LAST = (("last", "4"), ("last", "four"), ("last", "characters"), ("last", "chars"))
_MASK = re.compile(r"\*{2,}|\.{3,}|[…•●]+|[xX]{4,}")


def shown_secrets(fields: Sequence[Facts]) -> Iterator[Step]:
    """The parts that are shown of a key are parts of the key beside them."""
    shown = [(field, side) for field in fields if (side := _side(field)) is not None]
    out = {field.name for field, _ in shown}
    secrets = [field for field in fields if field.name not in out and _is_secret(field)]
    for secret in secrets:
        own = [(field, side) for field, side in shown if _secret_of(field, secrets) is secret]
        if not own:
            continue
        if secret.is_text and not _is_number(secret):
            # What a list shows of the key stays: the key itself is seen but once.
            yield from (partial(_begin_so, secret, field, side) for field, side in own)
        yield from (partial(_show_so, secret, field, side) for field, side in own)


def _side(field: Facts) -> Side | None:
    words = names.words_of(field.name)
    if field.is_number or field.is_list or field.is_object or field.notation or not words:
        return None
    if any(words[-2:] == last for last in _LAST):
        return "end"
    return next((_SIDES[word] for word in (words[-1], words[0]) if word in _SIDES), None)


def _is_secret(field: Facts) -> bool:
    words = names.words_of(field.name)
    if field.is_number or field.is_list or field.is_object or field.notation or not words:
        return False
    return words[-1] in _SECRETS or words == ("value",) or _is_number(field)


def _is_number(field: Facts) -> bool:
    words = names.words_of(field.name)
    return words[-1] in _NUMBERS or (words[-1] == "number" and not _OF_NUMBERS.isdisjoint(words))


def _secret_of(shown: Facts, secrets: Sequence[Facts]) -> Facts | None:
    """The key of which something is shown: that of the likest name, or the only one; a value by its name."""
    words = set(names.words_of(shown.name))
    rest = words - _SIDES.keys() - _SECRETS - {"last", "4", "four", "characters", "chars", "api"}
    bare = words & {"prefix", "suffix", "preview", "partial"}
    alike = [len(words & set(names.words_of(each.name))) for each in secrets]
    most = max(alike, default=0)
    named = [each for each, count in zip(secrets, alike, strict=True) if count == most]
    # A `phone_prefix` is no part of a token, nor a `suffix` one of an account's number.
    others = [
        each
        for each in secrets
        if names.words_of(each.name) != ("value",) and not rest and not (bare and _is_number(each))
    ]
    found = named if most else others
    return found[0] if len(found) == 1 else None


def _parts(value: str, side: Side) -> tuple[str, str]:
    """The beginning and the end of a key, of which a text shows one or both."""
    mask = _MASK.search(value)
    if mask is not None and side != "end":
        return value[: mask.start()], value[mask.end() :]
    if mask is not None:
        return "", value[mask.end() :]
    return ("", value) if side == "end" else (value, "")


def _seen(
    secret: Facts, field: Facts, side: Side, made: Mapping[str, Any]
) -> tuple[str, str, str, str] | None:
    """The key, what is shown of it, and the beginning and end in that; None where that is all of it."""
    own, value = made.get(secret.name), made.get(field.name)
    if not isinstance(own, str) or not isinstance(value, str):
        return None
    begin, end = _parts(value, side)
    return (own, value, begin, end) if len(begin) + len(end) < len(own) else None


def _begin_so(
    secret: Facts, field: Facts, side: Side, made: Mapping[str, Any], _scene: Scene
) -> dict[str, Any]:
    """The key, with the parts of it that are shown."""
    seen = _seen(secret, field, side, made)
    if seen is None:
        return {}
    own, _, begin, end = seen
    return {secret.name: begin + own[len(begin) : len(own) - len(end)] + end}


def _show_so(
    secret: Facts, field: Facts, side: Side, made: Mapping[str, Any], _scene: Scene
) -> dict[str, Any]:
    """The parts of the key, in the form of what is shown."""
    seen = _seen(secret, field, side, made)
    if seen is None:
        return {}
    own, value, begin, end = seen
    if own.startswith(begin) and own.endswith(end):
        return {}
    mask = value[len(begin) : len(value) - len(end)]
    return {field.name: own[: len(begin)] + mask + (own[-len(end) :] if end else "")}
