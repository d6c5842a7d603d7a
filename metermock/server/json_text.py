"""JSON that a client sent, read strictly: what is doubtful in it is refused."""

from __future__ import annotations

import json
import re
from typing import Any

from metermock.server.body_error import BodyError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]+)', re.IGNORECASE)
_OF_JSON = ("utf-8", "utf8", "us-ascii")


def json_of(raw: bytes, media: str) -> Any:
    """Return the value of JSON's bytes; BodyError says what is wrong with them."""
    charset = CHARSET.search(media)
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
