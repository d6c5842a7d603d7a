"""Errors as a document has them, filled with what is wrong with the request."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT
from metermock.contract.media import is_json, is_xml
from metermock.contract.response import Response
from metermock.contract.schemas import Schemas
from metermock.errors import Refusal
from metermock.ledger import dice
from metermock.server.generation.asked.responses import (
    NOT_ACCEPTABLE,
    media_sentence,
    refused_media,
    says_nothing,
    unmade,
)
from metermock.server.generation.errors import fault_rows, waits
from metermock.server.generation.errors.code_fields import CODES, OwnWords, with_codes
from metermock.server.generation.errors.lean_errors import PLACES, leaner
from metermock.server.generation.errors.occurrence import Occasion, occurred
from metermock.server.generation.makers.valid_values import ReplyError
from metermock.server.generation.replies import Replies
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.wire.limits import exhausted, is_in_milliseconds
from metermock.server.generation.wire.negotiation import spoken
from metermock.server.generation.wire.rate_headers import described
from metermock.server.generation.wire.xml_bodies import XmlWriter
from metermock.server.generation.words import names
from metermock.server.handling import Reply, Request
from metermock.server.problem import PROBLEM, problem_body, title_of
from metermock.server.request import SLASH

STATUSES: Mapping[str, tuple[int, ...]] = {
    "not_found": (404,),
    "method_not_allowed": (405,),
    "unauthenticated": (401, 403),
    "forbidden": (403, 401, 404),
    "invalid": (400, 422),
    "unknown_resource": (404,),
    "rate_limited": (429,),
    "internal": (500,),
}
TITLES: Mapping[str, str] = {
    "not_found": "Not found",
    "method_not_allowed": "Method not allowed",
    "unauthenticated": "Unauthorized",
    "forbidden": "Forbidden",
    "invalid": "Bad request",
    "unknown_resource": "Not found",
    "rate_limited": "Too many requests",
    "internal": "Internal error",
    "not_acceptable": "Not acceptable",
}
_TEXTS = ("message", "detail", "description", "error_description", "error_message", "msg", "reason")
_WORDS = frozenset({*_TEXTS, "param", "parameter", "field"})
"""Fields of an error that speak of one request; codes and titles are the author's."""
_LISTS = frozenset(
    {"violations", "errors", "messages", "details", "error_messages", "reasons", "message", "detail"}
)
"""Lists of what is wrong, which may be plain texts."""
_OF_ONE_STATUS = frozenset({"retry-after", "www-authenticate"})
"""Headers that an error does not lend to another."""
_OF_BODIES = (422, 400)
_OF_HTTP: Mapping[str, int] = {"media-type": 415, "size": 413}
"""What is wrong with a whole body where HTTP has a status of its own for that."""
_ELSEWHERE = frozenset({"not_found", "method_not_allowed"})
"""Reasons for which no operation has answered."""


class Refusals:
    """Writes the errors of one contract."""

    def __init__(self, replies: Mapping[str, Replies]) -> None:
        self._replies = replies
        # Looked for once for each status: a document may have a thousand operations.
        self._elsewhere = functools.cache(self._find_elsewhere)
        self._tells_places = functools.cache(_tells_places)

    def __call__(self, refusal: Refusal, request: Request) -> Reply:
        """The documented error; problem details where the operation documents none."""
        replies = self._replies.get(request.operation or "")
        status = STATUSES[refusal.reason][0]
        if replies is None:
            known = self._elsewhere(status)
            return problem(refusal, status) if known is None else fill(*known, status, refusal, request)
        status, response = self._documented(replies, refusal)
        if response is None:
            return problem(refusal, status)
        return fill(replies, response, status, refusal, request)

    def unacceptable(self, replies: Replies, usual: Response, request: Request) -> Reply:
        """The documented error for an Accept header that takes no media type of the usual response."""
        response = replies.operation.responses.find(NOT_ACCEPTABLE)
        if response is None or response is replies.response:
            response = _lender(replies)
        if response is None:
            return refused_media(usual, request)
        refusal = Refusal("not_acceptable", media_sentence(usual))
        return fill(replies, response, NOT_ACCEPTABLE, refusal, request)

    def _documented(self, replies: Replies, refusal: Refusal) -> tuple[int, Response | None]:
        """The status of a refusal, and its response: the first that the operation names, else a range's."""
        responses = replies.operation.responses
        wanted = STATUSES[refusal.reason]
        if refusal.reason == "invalid" and any(each.location == "body" for each in refusal.violations):
            wanted = _OF_BODIES if 422 in responses else wanted  # noqa: PLR2004 - of a body that can be read
        elif refusal.violations and self._tells_places(replies):
            # The status whose error says which parameter is wrong is that of parameters.
            wanted = _OF_BODIES
        of_http = [_OF_HTTP[refusal.why]] if refusal.why in _OF_HTTP else []
        exact = [status for status in (*of_http, *wanted) if status in responses]
        if exact:
            return exact[0], responses[exact[0]]
        status = next(iter(of_http), wanted[0])
        ranged = responses.find(status)
        if ranged is not None and ranged is not replies.response:
            return status, ranged
        return status, _lender(replies)

    def _find_elsewhere(self, status: int) -> tuple[Replies, Response] | None:
        """The form of an error where no operation is meant: of one that has the status, or any error."""
        found: tuple[Replies, Response] | None = None
        for replies in self._replies.values():
            response = replies.operation.responses.find(status)
            if response is not None and response.has_json:
                return replies, response
            for each in replies.operation.responses.all:
                if found is None and each.code[0] in "45" and each.has_json:
                    found = replies, each
        return found


def _lender(replies: Replies) -> Response | None:
    """The documented error that lends its form to one that is not: that of bad requests, if there is one."""
    errors = [each for each in replies.operation.responses.all if each.code[0] in "45" and each.has_json]
    return next((each for each in errors if each.code in ("400", "422")), next(iter(errors), None))


def _tells_places(replies: Replies) -> bool:
    """Whether the documented 422 lists which parts of a request are wrong, and 400 does not."""
    return _lists_places(replies, 422) and not _lists_places(replies, 400)


def _lists_places(replies: Replies, status: int) -> bool:
    """Whether the documented error of a status lists which parts of a request are wrong."""
    response = replies.operation.responses.get(status)
    if response is None:
        return False
    schemas = replies.schemas
    for schema in (schema for media, schema in response.content.items() if is_json(media)):
        for field in together(schemas, schema).get("properties", {}).values():
            row = together(schemas, together(schemas, field).get("items", {}))
            if PLACES & set(map(names.plain, row.get("properties", {}))):
                return True
    return False


def fill(replies: Replies, response: Response, status: int, refusal: Refusal, request: Request) -> Reply:
    """A documented error, with what is wrong in the fields that are for it."""
    media = next((each for each in response.content if is_json(each)), None)
    said = said_of(refusal, status)
    scene = Scene(request.now, said, seed=replies.seed)
    key = dice.key("refusal", replies.operation.id, status)
    headers = replies.headers(response, scene, key)
    borrowed = is_borrowed(response, status)
    if borrowed:
        headers = {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_STATUS}
    if media is None and response.content:
        media = next((each for each in response.content if is_xml(each)), None)
    shown = ABSENT if media is None else shown_for(replies, response, media, refusal)
    wait = _wait_of(refusal, replies.schemas, response.content[media] if media and shown is ABSENT else {})
    if wait is not None:
        fine = {name for name, each in response.headers.items() if is_in_milliseconds(name, described(each))}
        headers = exhausted(headers, request.now, wait, fine)
    if media is None:
        text = None if not response.content else (sentence(refusal) + "\n").encode()
        if text is not None:
            headers["content-type"] = spoken(response, next(iter(response.content)))
        return Reply(status, text, headers)
    headers["content-type"] = spoken(response, media)
    schema = response.content[media]
    accepts = replies.schemas.validator(schema, closed=False).is_valid
    try:
        body = replies.value(schema, scene, key) if shown is ABSENT else shown
    except ReplyError as error:
        return unmade(replies.operation, response, media, error.nearest, replies.tally)
    told = told_in(body, refusal, said, accepts, is_shown=shown is not ABSENT, is_borrowed=borrowed)
    if shown is ABSENT:
        told = occurred(told, _occasion(replies, request, status), replies.schemas, schema, accepts)
        told = told if wait is None else waits.with_wait(told, replies.schemas, schema, wait, request.now)
    if told is ABSENT:
        return problem(refusal, status)
    if not is_json(media):
        return Reply(status, in_xml(told, replies, schema, refusal), headers)
    replies.headers.repeat(headers, response, told, scene)
    reply = Reply(status, b"null" if told is None else told, headers)
    return reply if replies.repair is None else replies.repair(reply, request, scene, key)


def _occasion(replies: Replies, request: Request, status: int) -> Occasion:
    """The request that is refused, as its error says it."""
    # HEAD is answered with the bytes of GET. Of a request that is refused early no parameter has been read.
    method = request.method if request.operation is None else replies.operation.method.upper()
    if request.path:
        path = quote(request.path.replace(SLASH, "%2F"), safe="/%:@!$&'()*+,;=~", errors="surrogateescape")
    else:
        given = {name: quote(str(value), safe="") for name, value in request.parameters.items()}
        path = re.sub(r"\{([^{}]*)\}", lambda found: given.get(found[1], found[0]), replies.operation.path)
    return Occasion(request.now, status, method, path, request.link(path))


def _wait_of(refusal: Refusal, schemas: Schemas, made: Any) -> int | None:
    """The seconds that a refusal asks to wait, as many as a made body can say; None where it asks nothing."""
    if refusal.reason != "rate_limited":
        return None
    return waits.bounded(schemas, made, int(refusal.facts.get("retry_after", 1)))


def told_in(
    body: Any,
    refusal: Refusal,
    said: Mapping[str, Any],
    accepts: Callable[[Any], bool],
    *,
    is_shown: bool,
    is_borrowed: bool,
) -> Any:
    """What is wrong, in a body that was made or shown; `ABSENT` for another error's words."""
    body = fault_rows.told(body, refusal, said, accepts)
    if is_shown and not is_borrowed:
        told = reworded(body, refusal, said)
        return told if accepts(told) else body
    told = tell_with_code(body, refusal, said, accepts, depth=int(is_shown))
    if not is_shown:
        told = next(filter(accepts, leaner(told, refusal)), told)
    if not is_borrowed:
        return told
    own = OwnWords(refusal, (*said.values(), *said_all(refusal)), said["status"], accepts)
    return own.of(told, body if is_shown else None)


def in_xml(told: Any, replies: Replies, schema: Any, refusal: Refusal) -> bytes:
    """An error in XML: the author's own text, or what is told; the sentence where that is no object."""
    if isinstance(told, str) and told.lstrip().startswith("<"):
        return told.encode()
    is_object = isinstance(told, dict) and bool(told)
    return XmlWriter(replies.schemas).body(schema, told if is_object else {"message": sentence(refusal)})


def is_borrowed(response: Response, status: int) -> bool:
    """Whether a response is that of another status: it lends its form, not its words."""
    return response.code.isdigit() and int(response.code) != status


def said_of(refusal: Refusal, status: int) -> dict[str, Any]:
    """What the fields of an error say, by their names."""
    text, title = sentence(refusal), title_for(refusal, status)
    code = {"invalid": "invalid_request", "other": "_".join(re.findall(r"\w+", title.lower()))}.get(
        refusal.reason, refusal.reason
    )
    wrong = refusal.violations[0].name if refusal.violations else None
    said: dict[str, Any] = dict.fromkeys(_TEXTS, text)
    said |= dict.fromkeys(("title", "error", "status_text", "name"), title)
    said |= dict.fromkeys(CODES, code)
    said |= dict.fromkeys(("status", "status_code", "http_status", "http_code", "http_status_code"), status)
    said |= {"success": False, "ok": False}
    if "retry_after" in refusal.facts:
        seconds = int(refusal.facts["retry_after"])
        said |= {**dict.fromkeys(waits.SECONDS, seconds), "remaining": 0}
        said |= dict.fromkeys(waits.MILLISECONDS, 1000 * seconds)
    return said | ({"param": wrong, "parameter": wrong, "field": wrong} if wrong else {})


def tell_with_code(
    body: Any, refusal: Refusal, said: Mapping[str, Any], accepts: Callable[[Any], bool], *, depth: int
) -> Any:
    """A body with what is wrong, under the code that its schema has for it where it lists its codes."""
    if isinstance(body, dict) and {"type", "title", "status", "detail"} <= body.keys() and not depth:
        # Problem details (RFC 9457) without a type of their own.
        blank = {**body, "type": "about:blank"}
        body = blank if accepts(blank) else body
    plain = {name: value for name, value in said.items() if name not in CODES}
    told = (tell(body, refusal, each, depth) for each in (said, plain))
    return with_codes(next(filter(accepts, told), body), refusal, said["code"], accepts)


def tell(body: Any, refusal: Refusal, said: Mapping[str, Any], depth: int = 0) -> Any:
    """A body with what is wrong in the fields that are for it, inside other objects too."""
    if not isinstance(body, dict):
        return body
    told = {}
    for name, value in body.items():
        if isinstance(value, dict | list) and depth <= 2:  # noqa: PLR2004 - `error`, and `errors` inside
            is_list = names.plain(name) in _LISTS and isinstance(value, list)
            texts = is_list and all(isinstance(each, str) for each in value)
            told[name] = said_all(refusal) if texts else tell(value, refusal, said, depth + 1)
        else:
            # The name of an exception (`ZodError`) is the author's.
            is_own = isinstance(value, str) and value.endswith(("Error", "Exception"))
            mine = None if is_own and names.plain(name) == "name" else said.get(names.plain(name))
            told[name] = mine if mine is not None and type(mine) is type(value) and depth else value
    return told


def shown_for(replies: Replies, response: Response, media: str, refusal: Refusal) -> Any:
    """The example that answers a refusal; `ABSENT` where one is made.

    Where no operation is meant, an example speaks of something else: it is taken if nothing else is known.
    """
    is_elsewhere = refusal.reason in _ELSEWHERE and not says_nothing(response.content[media])
    return ABSENT if replies.dynamic or is_elsewhere else replies.example(response, media)


def reworded(shown: Any, refusal: Refusal, said: Mapping[str, Any]) -> Any:
    """An example of an error, as its author wrote it; where it speaks of a request, of this one."""
    if not (refusal.violations or refusal.reason in _ELSEWHERE):
        return shown
    return tell(shown, refusal, {name: said[name] for name in _WORDS if name in said}, depth=1)


def sentence(refusal: Refusal) -> str:
    """What is wrong, in a sentence."""
    if refusal.violations:
        return "; ".join(map(str, refusal.violations[:3]))
    sentences = {
        "not_found": "There is nothing at this path.",
        "method_not_allowed": f"This path has other methods: {refusal.facts.get('allow', 'none')}.",
        "unauthenticated": "The credential is missing."
        if refusal.why == "missing"
        else "The credential is not accepted.",
        "forbidden": "The credential does not open this.",
        "unknown_resource": f"There is no {refusal.facts.get('name', 'such thing')}.",
        "rate_limited": "Too many requests; wait as long as Retry-After says.",
        "internal": "The mock failed; its log says why.",
    }
    return sentences.get(refusal.reason) or refusal.why or TITLES[refusal.reason]


def said_all(refusal: Refusal) -> list[str]:
    """Each thing that is wrong, in a sentence."""
    return [str(each) for each in refusal.violations] or [sentence(refusal)]


def title_for(refusal: Refusal, status: int) -> str:
    """The title of a refusal; that of its status where HTTP has one for it, or there is no other."""
    is_of_status = _OF_HTTP.get(refusal.why) == status
    return title_of(status) if is_of_status else TITLES.get(refusal.reason) or title_of(status)


def problem(refusal: Refusal, status: int) -> Reply:
    """The error as problem details, since the document has none for it."""
    body = problem_body(status, sentence(refusal), title=title_for(refusal, status))
    if refusal.violations:
        body["errors"] = [
            {"in": each.location, "name": each.name, "detail": each.message} for each in refusal.violations
        ]
    headers = {"content-type": PROBLEM, **refusal.headers}
    if "allow" in refusal.facts:
        headers["allow"] = str(refusal.facts["allow"])
    return Reply(status, body, headers)
