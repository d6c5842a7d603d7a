"""Examples of JSON that a document writes as texts: `example: '{"id": 1}'`, as generators of documents do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metermock.contract.json_types import ABSENT, json_value


def meant(shown: Any, accepts: Callable[[Any], bool]) -> Any:
    """The example, or the JSON that its text holds where the schema takes that alone; else `ABSENT`."""
    if accepts(shown):
        return shown
    if isinstance(shown, str):
        read = json_value(shown)
        if read is not ABSENT and accepts(read):
            return read
    return ABSENT


def structured(shown: Any) -> Any:
    """An example of what has no schema: the object or list in a text; any other as it stands."""
    read = json_value(shown) if isinstance(shown, str) else ABSENT
    return read if isinstance(read, dict | list) else shown
