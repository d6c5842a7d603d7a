"""Secrets that a deployment tells in its replies, as a new API key is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from metermock.checker.deployment.many_secrets import ManySecrets
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.secret_places import Span, in_body, in_header, is_secret_name
from metermock.contract import Contract

HIDDEN = "***"
"""What stands in the place of a secret that no variable holds."""
_IN_EVERY_SPELLING = 200
"""How many are looked for in every text and spelling; the others are where they stand by themselves."""
_SHORTEST = 8
_NO_WORD = 20
"""Letters that are no word."""


class ToldSecrets:
    """The secrets in a deployment's replies so far; the contract's passwords are secrets too."""

    def __init__(self) -> None:
        self._passwords: frozenset[str] = frozenset()
        self._found: dict[str, Secret] = {}
        self._further = ManySecrets()

    def know(self, contract: Contract) -> None:
        """Know which fields of the contract are passwords."""
        self._passwords = frozenset(_passwords(contract.document))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What is to be hidden wherever it stands."""
        # Another thread may learn one meanwhile.
        found = tuple(self._found.copy().values())
        return (*found, Secret("", HIDDEN, many=self._further)) if self._further else found

    def learn(self, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Learn the secrets in a reply."""
        for name, value in headers:
            for start, end in in_header(name, value):
                self._add(unquote(value[start:end]))
        text = body.decode("utf-8", "replace") if b'"' in body or b"=" in body else ""
        for start, end in self._places(text):
            self._add(_unescaped(text[start:end]))

    def _add(self, value: str) -> None:
        # A plain word would be hidden in texts that mean the word.
        if len(value) < _SHORTEST or (value.isalpha() and len(value) < _NO_WORD) or value in self._found:
            return
        if len(self._found) < _IN_EVERY_SPELLING:
            self._found[value] = Secret(value, HIDDEN)
        else:
            self._further.add(value)

    def conceal(self, text: str) -> str:
        """The body of a reply with each of its secrets hidden, plain words too."""
        return _without(text, self._places(text))

    def conceal_header(self, name: str, value: str) -> str:
        """The value of a reply's header with its secrets hidden, however short."""
        return _without(value, in_header(name, value))

    def _places(self, text: str) -> Iterator[Span]:
        return in_body(text, lambda name: name in self._passwords or is_secret_name(name))


def _without(text: str, places: Iterable[Span]) -> str:
    shown: list[str] = []
    at = 0
    for start, end in places:
        shown += (text[at:start], HIDDEN)
        at = end
    return "".join((*shown, text[at:]))


def _passwords(part: Any) -> Iterator[str]:
    """The names of properties that a document calls passwords."""
    for each in part.values() if isinstance(part, Mapping) else part:
        if isinstance(each, Mapping | list):
            yield from _passwords(each)
    properties = part.get("properties") if isinstance(part, Mapping) else None
    if isinstance(properties, Mapping):
        for name, schema in properties.items():
            if isinstance(schema, Mapping) and schema.get("format") == "password":
                yield name


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
