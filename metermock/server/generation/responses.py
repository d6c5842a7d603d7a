"""Which response of an operation is given, and what is sent where none can be."""

from __future__ import annotations

from metermock.contract import Operation
from metermock.contract.response import Response
from metermock.server.handling import Reply, Request
from metermock.server.problem import PROBLEM, problem_body

OK = 200
NOT_MODIFIED = 304
"""Nobody gets it who does not ask for what has changed."""
NOT_ACCEPTABLE = 406


def usual(operation: Operation) -> Response | None:
    """The response that an operation gives when all is well: a success, else a redirect, else `default`."""
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
    others = sorted(operation.responses)
    return operation.responses[others[0]] if others else next(iter(operation.responses.all), None)


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


def problem_reply(status: int, detail: str) -> Reply:
    """An error of the mock's own, as problem details."""
    return Reply(status, problem_body(status, detail), {"content-type": PROBLEM})
