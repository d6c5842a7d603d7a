"""Names and mails of one person: the mail is made of the name that stands beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger import dice
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Scene, pick
from metermock.server.generation.values.texts import kind_of
from metermock.server.generation.words import names

_OWN = frozenset(
    {"name", "email", "first", "last", "full", "display", "given", "family", "user", "username", "mail"}
    | {"address", "login"}
)
_NAMES = frozenset({"name", "full_name", "display_name"})


def people(fields: Sequence[Facts], owner: str) -> Iterator[Step]:
    """`name`, `first_name` and `last_name`, `username` and `email` of one object are of one person."""
    grouped: dict[str, dict[str, Facts]] = {}
    for field in fields:
        kind = kind_of(field.name, owner) if field.is_free_text else None
        # A thing that has a mail is a person.
        role = "thing" if kind == "thing" and names.plain(field.name) in _NAMES else kind
        if role in ("person", "thing", "first_name", "last_name", "email", "username"):
            grouped.setdefault(_whose(field.name), {}).setdefault(role, field)
    for group in grouped.values():
        yield from _named(group)
        if "email" in group and len(group) > 1:
            yield _mailed(group)


def _whose(name: str) -> str:
    """Whose name or mail a field is: nothing for `email`, the billing's for `billing_email`."""
    return "_".join(word for word in names.words_of(name) if word not in _OWN)


def _named(group: Mapping[str, Facts]) -> Iterator[Step]:
    """Let the whole name be the first and the last one, and that of a person."""
    whole = group.get("person", group.get("thing"))
    if whole is None:
        return
    parts = [group.get(role) for role in ("first_name", "last_name")]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        own = [made.get(part.name) for part in parts if part is not None]
        if len(own) == len(parts) and all(isinstance(each, str) for each in own):
            return {whole.name: " ".join(map(str, own))}
        if "email" in group and "thing" in group and isinstance(made.get(whole.name), str):
            return {whole.name: pick(dice.key("person", made[whole.name]), pool("person"))}
        return {}

    yield step


def _mailed(group: Mapping[str, Facts]) -> Step:
    """Let the mail, and the name to sign in with, be made of the name."""
    named = [
        group[role] for role in ("first_name", "last_name", "person", "thing", "username") if role in group
    ]
    email, username = group["email"], group.get("username")

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        shown = [made.get(field.name) for field in named]
        shown = shown[:2] if "first_name" in group and "last_name" in group else shown[:1]
        local = ".".join(filter(None, (_plain(each) for each in shown if isinstance(each, str))))
        mail = made.get(email.name)
        if not local or not isinstance(mail, str):
            return {}
        changes = {email.name: f"{local}@{mail.rpartition('@')[2]}"}
        if username is not None and named[0] is not username and username.accepts(local):
            changes[username.name] = local
        return changes

    return step


def _plain(name: str) -> str:
    """A name in the letters of mails: `ana.ruiz`."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(re.findall(r"[a-z0-9]+", folded))
