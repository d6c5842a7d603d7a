"""What a field is called for who makes its values: by its own name, and by the fields beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from metermock.server.generation.words import described, names, sizes

_OF_ADDRESSES = frozenset(
    {"city", "zip", "postal", "postcode", "zipcode", "country", "address", "street", "line1", "town"}
    | {"county", "province", "locality", "latitude", "lat", "line"}
)
"""Words of the fields beside a state that is a place."""
_PARTIES = frozenset({"from", "to", "sender", "recipient", "recipients", "cc", "bcc", "reply_to"})
_PARTIES_ALSO = frozenset({"forwarded_from", "from_formatted", "to_formatted", "caller", "callee", "called"})
_OF_TEXTS = frozenset({"sms", "mms"})
_OF_CALLS = frozenset({"call", "caller", "answered", "voicemail"})
_ALSO_OF_CALLS = frozenset({"sid", "duration", "direction"})
_WRITTEN = frozenset({"html", "body", "text"})
_PLACE = re.compile(r"\bU\.?S\b|(?i:\bprovinces?\b)")
"""What the description of a state says that is a place."""
_NUMBERS = ("integer", "number")
_SCALARS = frozenset({"integer", "number", "null"})
_TEXTS = frozenset({"string", "null", "array"})


def called(
    name: str,
    types: Collection[str],
    beside: Mapping[str, Any],
    *,
    is_limit: bool,
    parts: Iterable[Any] = (),
) -> str:
    """The name by which the values of a field are made; `is_limit` says that its object is of limits.

    Limits may be called after what they limit. A `state` is a place in an address, or where the `parts` of
    its schema say so. The parties of a mail have addresses, those of a call phone numbers.
    """
    if is_limit and _SCALARS.issuperset(types):
        return f"{name}_limit"
    plain = names.plain(name)
    if plain not in _PARTIES | _PARTIES_ALSO | {"state"} or not _TEXTS.issuperset(types):
        return name
    others = {each: words for each in beside if (words := names.plain(each)) not in _PARTIES_ALSO}
    said = frozenset(word for each in others for word in names.words_of(each))
    if plain == "state":
        return name if said & _OF_ADDRESSES or any(_is_place(part) for part in parts) else "status"
    # A report may count its mails: the numbers of these say nothing about who wrote one.
    texts = [names.words_of(each) for each in others if not _is_number(beside[each])]
    if plain in _PARTIES and _is_mail(frozenset(others.values()), texts):
        return f"{name}_email"
    return f"{name}_phone" if _is_call(frozenset(others.values()), said, texts) else name


def _is_place(part: Any) -> bool:
    """Whether a schema of a state says that it is one of a country."""
    if not isinstance(part, Mapping):
        return False
    return described.is_code(part) or _PLACE.search(str(part.get("description", ""))) is not None


def _is_number(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") in _NUMBERS


def _is_mail(fields: Collection[str], texts: Iterable[tuple[str, ...]]) -> bool:
    """Whether fields are those of a mail; a subject alone has a ticket too."""
    if "cc" in fields or "bcc" in fields or ("subject" in fields and not _WRITTEN.isdisjoint(fields)):
        return True
    return any(len(words) > 1 and words[0] == "email" for words in texts)


def _is_call(fields: Collection[str], said: frozenset[str], texts: Iterable[tuple[str, ...]]) -> bool:
    """Whether fields are those of a call, or of a message to a phone."""
    if "num_segments" in fields or ("body" in fields and "segments" in said):
        return True
    is_call = not said.isdisjoint(_OF_CALLS) and not said.isdisjoint(_ALSO_OF_CALLS)
    return is_call or any(not _OF_TEXTS.isdisjoint(words) for words in texts)


def whose(owner: str, name: str, beside: Collection[str]) -> str:
    """What an object is called: after its field where it says only the limit and the use of a few things."""
    is_bare = all(sizes.BARE.issuperset(names.words_of(each)) for each in beside)
    return names.singular(name) if is_bare and beside and sizes.is_of_few(name) else owner
