"""Replies in XML or as a table, where the document has them in JSON too: the same data, written anew."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metermock.contract.json_types import types_of
from metermock.contract.media import is_json, is_xml
from metermock.contract.response import Response
from metermock.contract.schemas import Schemas
from metermock.server.generation.wire.negotiation import spoken
from metermock.server.generation.wire.tables import columns_of, is_table, listed_in, rows_at, table
from metermock.server.generation.wire.xml_bodies import XmlWriter
from metermock.server.handling import Reply, Request


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A media type of a response, made of the JSON of the same response."""

    json: str
    media: str
    content_type: str
    schema: Any
    path: Sequence[str] | None
    """The fields that lead to the rows of a table; None for XML."""
    columns: Sequence[str]

    def asked(self, request: Request) -> Request:
        """The request for JSON instead."""
        headers: Any = request.headers  # it is only read
        return replace(request, headers=ChainMap({"accept": self.json}, headers))

    def written(self, reply: Reply, schemas: Schemas) -> Reply | None:
        """The reply in this media type; None where it is none that can be written so."""
        if not is_json(reply.headers.get("content-type", "")) or reply.status >= 400:  # noqa: PLR2004 - an error
            return None
        value = None if reply.body == b"null" else reply.body
        if self.path is None:
            body = XmlWriter(schemas).body(self.schema, value)
        else:
            rows = rows_at(value, self.path)
            if rows is None:
                return None
            body = table(self.media, rows, self.columns)
            accepts = schemas.validator(self.schema, closed=False).is_valid
            # A schema of rows, not of the text, says nothing that a text could break.
            if types_of(schemas, self.schema) == {"string"} and not accepts(body.decode()):
                return None
        return replace(reply, body=body, headers={**reply.headers, "content-type": self.content_type})


def rewritings(response: Response | None, schemas: Schemas) -> Mapping[str, Rewriting]:
    """The media types of a response that are made of its JSON.

    One with an example of its own is shown as its author wrote it.
    """
    content = response.content if response is not None else {}
    source = next((each for each in content if is_json(each) and "*" not in each), None)
    if response is None or source is None:
        return {}
    found = {}
    listed = listed_in(schemas, content[source])
    for media, schema in content.items():
        if response.shown.get(media):
            continue
        content_type = spoken(response, media)
        if is_xml(media) and schema == content[source]:
            found[media] = Rewriting(source, media, content_type, schema, None, ())
        elif is_table(media) and listed is not None:
            path, row = listed
            found[media] = Rewriting(
                source, media, content_type, schema, path, tuple(columns_of(schemas, row))
            )
    return found


def data_text(media: str, schema: Any, value: Any, schemas: Schemas) -> bytes:
    """Data as a text: in XML, its rows as a table, else JSON, which a number is too."""
    if is_xml(media):
        return XmlWriter(schemas).body(schema, value)
    path, row = (listed_in(schemas, schema) if is_table(media) else None) or ((), True)
    rows = rows_at(value, path) if is_table(media) else None
    if rows is None:
        return json.dumps(value).encode()
    return table(media, rows, tuple(columns_of(schemas, row)))
