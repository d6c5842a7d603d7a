"""Which response of an operation is given, and what is sent where none can be."""

from __future__ import annotations

from typing import Any

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.json_types import ABSENT
from metermock.contract.response import Response
from metermock.contract.schema_breaches import breaches_of
from metermock.server.generation.asked.tally import Tally
from metermock.server.handling import Reply, Request
from metermock.server.problem import PROBLEM, problem_body

OK = 200
NOT_MODIFIED = 304
"""Nobody gets it who does not ask for what has changed."""
NOT_ACCEPTABLE = 406
INTERNAL_ERROR = 500


def usual(operation: Operation) -> Response | None:
    """The response that an operation gives when all is well: a success, else a redirect, else `default`.

    None where it documents nothing but errors.
    """
    documented = operation.responses
    for hundred in (2, 3):
        good = sorted(each for each in documented if each // 100 == hundred and each != NOT_MODIFIED)
        code = str(good[0]) if good else f"{hundred}XX"
        found = next((each for each in documented.all if each.code.upper() == code), None)
        if found is not None:
            return found
    found = next((each for each in documented.all if each.code == "default"), None)
    if found is not None:
        return found
    # Of errors alone nobody wants one for a good request, and they forbid no success; 1xx only announces one.
    return next((each for each in operation.responses.all if each.code[0] not in "145"), None)


def status_of(response: Response | None) -> int:
    """The status of a response: its own, else the first of its range, else 200."""
    if response is None or response.code == "default":
        return OK
    return response.status or int(response.code[0]) * 100


def refused_media(response: Response, _request: Request) -> Reply:
    """The answer to an Accept header that takes no documented media type."""
    return problem_reply(NOT_ACCEPTABLE, media_sentence(response))


def media_sentence(response: Response) -> str:
    """What an Accept header that takes no documented media type is told."""
    return f"This operation answers with {', '.join(response.content)}; the Accept header takes none of them."


def unmade(operation: Operation, response: Response, media: str, nearest: Any, tally: Tally) -> Reply:
    """The 500 that is sent instead of a reply that would break its contract; the log says so once.

    It names a place at which the nearest value failed: of most such schemas no value is valid.
    """
    where = json_pointer.text_of((*response.pointer, "content", media, "schema"))
    detail = f"No value was found that the schema of {operation.id}, {where}, accepts."
    if nearest is ABSENT:
        detail += " It goes on without an end."
    else:
        detail += _failed(operation, response, media, nearest)
    tally.miss(where, f"{detail} Such replies are a 500.")
    return problem_reply(INTERNAL_ERROR, detail)


def _failed(operation: Operation, response: Response, media: str, nearest: Any) -> str:
    """Where the nearest value fails."""
    validator = operation.contract.schemas.validator(response.content[media], closed=False)
    breach = next(iter(breaches_of(validator, nearest)), None)
    if breach is None:
        return ""
    place = breach.pointer or "the whole"
    return f" The nearest one fails at {place}: expected {breach.expected}, made {breach.received}."


def problem_reply(status: int, detail: str) -> Reply:
    """An error of the mock's own, as problem details."""
    return Reply(status, problem_body(status, detail), {"content-type": PROBLEM})


_WORDS = frozenset({"type", "title", "description", "example", "examples", "nullable"})


def names_nothing(schema: Any) -> bool:
    """Whether a schema says no more of a body than that it is an object or a list."""
    is_deep = isinstance(schema, dict) and schema.get("type") in ("object", "array")
    return says_nothing(schema) or (is_deep and schema.keys() <= _WORDS)


def says_nothing(schema: Any) -> bool:
    """Tell whether a schema lets everything pass."""
    return schema is True or schema == {}
