"""Secrets that a deployment tells in its replies, as a new API key is: texts in fields whose names say so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metermock.checker.deployment.secret import Secret
from metermock.contract import Contract

HIDDEN = "***"
"""What stands in the place of a secret that no variable holds."""
_MOST = 200
"""How many are looked for in every text."""
_SHORTEST = 8
_FIELD = re.compile(r'"(?P<name>(?:[^"\\]|\\.){1,64})"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)"')
_SECRET_NAME = re.compile(
    r"(?:.*_)?(?:secret|token|jwt|password|passwd|passphrase"
    r"|api_?key|(?:secret|private|access|signing|encryption|client|webhook)_key)"
)
_PLACES_IN_LISTS = {
    *("next", "previous", "prev", "page", "paging", "pagination"),
    *("continuation", "cursor", "sync", "resume", "scroll", "skip"),
}
"""Words of tokens that say where a list goes on."""


class ToldSecrets:
    """The secrets in a deployment's replies so far; the contract's passwords are secrets too."""

    def __init__(self) -> None:
        self._passwords: frozenset[str] = frozenset()
        self._found: dict[str, Secret] = {}

    def know(self, contract: Contract) -> None:
        """Know which fields of the contract are passwords."""
        self._passwords = frozenset(_passwords(contract.document))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What is to be hidden wherever it stands."""
        # Another thread may learn one meanwhile.
        return tuple(self._found.copy().values())

    def learn(self, body: bytes) -> None:
        """Learn the secrets in the body of a reply."""
        if b'"' not in body:
            return
        text = body.decode("utf-8", "replace")
        for start, end in self._places(text):
            value = _unescaped(text[start:end])
            # A plain word would be hidden in texts that mean the word.
            if not value.isalpha() and len(self._found) < _MOST:
                self._found.setdefault(value, Secret(value, HIDDEN))

    def conceal(self, text: str) -> str:
        """A reply's JSON with each of its secrets hidden, plain words too."""
        shown: list[str] = []
        at = 0
        for start, end in self._places(text):
            shown += (text[at:start], HIDDEN)
            at = end
        return "".join((*shown, text[at:]))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the values of secret fields stand in a JSON text, without their quotes."""
        for match in _FIELD.finditer(text):
            start, end = match.span("value")
            if end - start >= _SHORTEST and self._is_secret(match["name"]):
                yield start, end

    def _is_secret(self, name: str) -> bool:
        return name in self._passwords or is_secret_name(name)


def is_secret_name(name: str) -> bool:
    """Whether a field's name says that its text is a secret: `clientSecret`, not `next_page_token`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower()
    return bool(_SECRET_NAME.fullmatch(words)) and not _PLACES_IN_LISTS & set(words.split("_"))


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
