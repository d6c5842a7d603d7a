"""What a field is called for who makes its values: by its own name, and by the fields beside it."""

from __future__ import annotations

from collections.abc import Collection

from metermock.server.generation.words import names, sizes

_OF_ADDRESSES = frozenset(
    {"city", "zip", "postal", "postcode", "zipcode", "country", "address", "street", "line1", "town"}
    | {"county", "province", "locality", "latitude", "lat", "line"}
)
"""Words of the fields beside a state that is a place."""
_PARTIES = frozenset({"from", "to", "sender", "recipient", "recipients", "cc", "bcc", "reply_to"})
_PARTIES_ALSO = frozenset({"forwarded_from", "from_formatted", "to_formatted", "caller", "callee", "called"})
_OF_MAILS = frozenset({"subject", "html", "cc", "bcc", "attachments", "mailbox"})
_OF_CALLS = frozenset(
    {"sms", "mms", "segments", "call", "caller", "phone", "answered", "msisdn", "mcc", "mnc", "voicemail"}
)
_SCALARS = frozenset({"integer", "number", "null"})
_TEXTS = frozenset({"string", "null", "array"})


def called(name: str, types: Collection[str], beside: Collection[str], *, is_limit: bool) -> str:
    """The name by which the values of a field are made; `is_limit` says that its object is of limits.

    Limits may be called after what they limit. A `state` is a place only in an address, and the sender of a
    message has a mail address or a phone number, as the message is a mail or none.
    """
    if is_limit and _SCALARS.issuperset(types):
        return f"{name}_limit"
    plain = names.plain(name)
    if plain not in _PARTIES | _PARTIES_ALSO | {"state"} or not _TEXTS.issuperset(types):
        return name
    others = (each for each in beside if names.plain(each) not in _PARTIES_ALSO)
    said = frozenset(word for each in others for word in names.words_of(each))
    if plain == "state":
        return name if said & _OF_ADDRESSES else "status"
    if said & _OF_MAILS and plain in _PARTIES:
        return f"{name}_email"
    return f"{name}_phone" if said & _OF_CALLS else name


def whose(owner: str, name: str, beside: Collection[str]) -> str:
    """What an object is called: after its field where it says only the limit and the use of a few things."""
    is_bare = all(sizes.BARE.issuperset(names.words_of(each)) for each in beside)
    return names.singular(name) if is_bare and beside and sizes.is_of_few(name) else owner
