"""Tables of text: the rows of a list as CSV, or with tabs between them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import plain
from metermock.contract.schemas import Schemas

_DEEP = 3
"""Objects inside each other that columns and the way to the rows lead through."""
_GAPS: Mapping[str, str] = {"text/csv": ",", "application/csv": ",", "text/tab-separated-values": "\t"}


def is_table(media: str) -> bool:
    """Whether a media type is a table."""
    return plain(media) in _GAPS


def table(media: str, rows: Sequence[Any], columns: Sequence[str] = ()) -> bytes:
    """Rows as a table: the documented columns, then others that rows have; `a.b` is the field `b` of `a`.

    A list in a cell is JSON; null is an empty cell.
    """
    flat = [dict(_cells(row if isinstance(row, dict) else {"value": row})) for row in rows]
    others = (name for row in flat for name, text in row.items() if text or not columns)
    names = list(dict.fromkeys([*columns, *others]))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=_GAPS[plain(media)], lineterminator="\n")
    if names:
        writer.writerows([names, *([row.get(name, "") for name in names] for row in flat)])
    return written.getvalue().encode()


def columns_of(schemas: Schemas, row: Any, before: str = "", deep: int = 0) -> Iterator[str]:
    """The columns of rows of a schema, those of the objects inside them too."""
    whole = together(schemas, row) if isinstance(row, dict) else {}
    for name, schema in whole.get("properties", {}).items():
        inner = together(schemas, schema) if isinstance(schema, dict) else {}
        if inner.get("writeOnly") is True:
            continue
        if inner.get("properties") and deep < _DEEP:
            yield from columns_of(schemas, inner, f"{before}{name}.", deep + 1)
        else:
            yield before + name


def listed_in(schemas: Schemas, schema: Any) -> tuple[Sequence[str], Any] | None:
    """The fields that lead to the one list that values of a schema have, and the schema of a row."""
    path: list[str] = []
    for _ in range(_DEEP):
        whole = together(schemas, schema) if isinstance(schema, dict) else {}
        fields = whole.get("properties", {})
        lists = [name for name, each in fields.items() if "array" in types_of(schemas, each)]
        objects = [name for name, each in fields.items() if types_of(schemas, each) == {"object"}]
        if not fields and "items" in whole:
            return path, whole["items"]
        name = next((each for each in (lists, objects) if len(each) == 1), [None])[0]
        if name is None:
            return None
        path.append(name)
        schema = fields[name]
    return None


def rows_at(body: Any, path: Sequence[str]) -> list[Any] | None:
    """The rows of the list that a body is about; None where it has none there."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, list) else None


def _cells(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{before}{name}.")
        elif value is None or isinstance(value, str):
            yield before + name, value or ""
        else:
            yield before + name, json.dumps(value, ensure_ascii=False)
