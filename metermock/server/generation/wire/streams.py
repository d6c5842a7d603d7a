"""Bodies of many items, such as JSON lines and server-sent events, each of them made from the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.response import Response
from metermock.contract.schemas import Schemas
from metermock.contract.sequences import EVENTS, is_of_data, is_sequence, text_of_items, wrapped


class Streams:
    """Tells of which schema the items of a body are, and writes them."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[tuple[str, str], Any] = {}

    def schema_of(self, response: Response, media: str, sent: str) -> Any:
        """The schema of the list of a body's items; None for a body that has none that are described.

        Before OpenAPI 3.2 a schema of a list is that of all lines or events, one of an object that of each.
        """
        key = response.code, media
        if key not in self._known:
            self._known[key] = self._schema_of(response, media, sent)
        return self._known[key]

    def _schema_of(self, response: Response, media: str, sent: str) -> Any:
        schema = response.content[media]
        if media in response.sequences:
            return schema
        types = types_of(self._schemas, schema)
        if not is_sequence(sent) or "string" in types or not isinstance(schema, dict):
            return None
        is_list = types == {"array"} and "items" in together(self._schemas, schema)
        # The list must be one and the same object each time: nodes are known by their schemas.
        return schema if is_list else {"type": "array", "minItems": 1, "items": schema}

    def text(self, schema: Any, sent: str, items: Sequence[Any]) -> str:
        """The text of items in a media type."""
        bare = sent == EVENTS and is_of_data(self._schemas, schema)
        return text_of_items(sent, wrapped(items) if bare else items)
