"""Examples that a document writes as the text of a body."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from metermock.contract.json_types import ABSENT, json_value
from metermock.contract.media import is_json
from metermock.contract.sequences import items_of


def items_of_each(media: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of items that the examples of a sequence are; one that cannot be read stays as it is."""
    found = dict(examples)
    for name, value in examples.items():
        with suppress(ValueError):
            found[name] = items_of(media, value) if isinstance(value, str) else value
    return found


def read_text(text: Any, media: str) -> Any:
    """What a `serializedValue` of OpenAPI 3.2 shows: in JSON its value, else the text of the body."""
    read = json_value(text) if is_json(media) and isinstance(text, str) else ABSENT
    return text if read is ABSENT else read
