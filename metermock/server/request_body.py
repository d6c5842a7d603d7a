"""The body of a request: read by its media type, and held to its schema."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.media import is_json, matching
from metermock.contract.response import Body
from metermock.contract.schemas import Compiled
from metermock.errors import Violation

LARGEST = 4 * 1024 * 1024
"""Bytes of a body that are read."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]+)', re.IGNORECASE)
_OF_JSON = ("utf-8", "utf8", "us-ascii")

Read = tuple[Any, tuple[Violation, ...]]


class BodyError(Exception):
    """A body is not what its media type says, or not one that the operation takes."""

    def __init__(self, message: str, kind: str = "json") -> None:
        super().__init__(message)
        self.kind = kind


async def receive_body(receive: Receive) -> bytes | None:
    """Receive a request's body; None for one that is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= LARGEST:
            parts.append(part)
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts) if size <= LARGEST else None


class BodyReader:
    """Reads the bodies of one operation."""

    def __init__(self, operation: Operation, body: Body) -> None:
        self.schemas = operation.contract.schemas
        self.body = body
        self.validator = functools.lru_cache(maxsize=None)(self.compiled)

    def compiled(self, media: str) -> Compiled:
        """Compile the schema of a media type, when its first body comes."""
        return self.schemas.validator(self.body.content[media], closed=False, is_request=True)

    def read(self, raw: bytes | None, headers: Mapping[str, str]) -> Read:
        """Return a body's value, and what is wrong with it. What is no JSON has its text as value."""
        sent = headers.get("content-type", "")
        try:
            media = self.media(raw, sent)
            if not raw or media is None:
                return None, ()
            if not is_json(sent or media):
                return raw.decode("utf-8", "replace"), ()
            value = json_of(raw, sent)
        except BodyError as error:
            return None, (wrong(str(error), error.kind),)
        return value, self.faults(media, value)

    def media(self, raw: bytes | None, sent: str) -> str | None:
        """Return the documented media type of a body, None for none; BodyError where it fits none."""
        if raw is None:
            raise BodyError(f"the body has more than {LARGEST} bytes", "size")
        if not raw and self.body.required:
            raise BodyError("the body is required", "missing")
        media = matching(sent, self.body.content) if sent else next(iter(self.body.content), None)
        if raw and media is None:
            known = ", ".join(self.body.content)
            raise BodyError(f"the body is {sent[:80]!r}; the operation takes {known}", "media-type")
        return media

    def faults(self, media: str, value: Any) -> tuple[Violation, ...]:
        """Return what is wrong with a value by its schema."""
        validator = self.validator(media)
        if validator.is_valid(value):
            return ()
        return tuple(
            wrong(error.message, str(error.kind.name), json_pointer.text_of(error.instance_path))
            for error in validator.iter_errors(value)
        )


def wrong(message: str, kind: str, place: str = "") -> Violation:
    """Return what is wrong with a body, or with the part of it at a place."""
    return Violation("body", place or "body", f"{place}: {message}" if place else message, kind)


def json_of(raw: bytes, media: str) -> Any:
    """Return the value of JSON's bytes; BodyError says what is wrong with them."""
    charset = _CHARSET.search(media)
    if charset is not None and charset[1].lower() not in _OF_JSON:
        raise BodyError(f"the body is said to be {charset[1]}; JSON is UTF-8 (RFC 8259, 8.1)")
    if raw.startswith(BYTE_ORDER_MARK):
        raise BodyError("the body begins with a byte order mark, which JSON must not have (RFC 8259, 8.1)")
    try:
        value = json.loads(raw.decode(), object_pairs_hook=members, parse_constant=refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise BodyError(f"the body is not UTF-8: byte {error.start}") from None
    except UnicodeEncodeError:
        raise BodyError("the body has half of a character, such as \\ud83d alone") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BodyError(f"the body is not JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise BodyError("the body is nested too deep") from None
    except ValueError as error:
        # Python refuses integers of more than 4,300 digits.
        raise BodyError(f"the body is not JSON that can be read: {error}") from None
    return value


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members; BodyError for a name that is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BodyError(f"the key {twice[:80]!r} is there twice, and nothing says which one counts")
    return found


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads."""
    raise BodyError(f"the body has {name}, which is not JSON")
