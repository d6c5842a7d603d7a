"""Checks of a world's credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from metermock.ledger.checks.problem import Problem, Where, unknown


def credential_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of the credentials."""
    if "others" in document and document["others"] not in document["accounts"]:
        yield unknown(("others",), "account", document["others"], document["accounts"])
    names: set[str] = set()
    values: set[str] = set()
    for index, part in enumerate(document["credentials"]):
        where: Where = ("credentials", index)
        yield from _owner(where, part, document["accounts"])
        if "jwt" in part and "jwt" not in document:
            yield Problem(
                (*where, "jwt"), "there is no secret to sign this token with", "add `jwt: {secret: …}`"
            )
        name = part.get("name", part.get("account"))
        if name in names:
            yield Problem(where, f"two credentials are named {name!r}", "give each a `name` of its own")
        names.add(name)
        value = json.dumps([part.get(word) for word in ("scheme", "value", "jwt", "headers")], sort_keys=True)
        if value in values:
            yield Problem(where, "two credentials have the same value", "give each a value of its own")
        values.add(value)


def _owner(where: Where, part: Mapping[str, Any], accounts: Mapping[str, Any]) -> Iterator[Problem]:
    if "account" not in part:
        if "refused" not in part:
            yield Problem(where, "a credential opens no account", "add `account`, or `refused`")
        if "name" not in part:
            yield Problem(where, "a credential has no name", "add `name`")
        return
    if part["account"] not in accounts:
        yield unknown((*where, "account"), "account", part["account"], accounts)
        return
    keys = [key["id"] for key in accounts[part["account"]].get("keys", ())]
    if "key" in part and part["key"] not in keys:
        yield unknown((*where, "key"), "key of that account with the id", part["key"], keys)
