"""What a breach has in common with others of the same cause.

A cause is a text. Two findings with a cause in common are one for the reader: they are told together. What
stands in it keeps different faults apart: the rule, its level, and for what no document words, what was
wanted and what came.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from metermock import json_pointer
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import FAILURE, NO_ACCESS, SUCCESS, TOO_MANY_REQUESTS
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.contract import Breach
from metermock.contract.schema_breaches import INTEGER_AS_FLOAT, UNDOCUMENTED_FIELD

FORM = "a refusal has the documented form: "
"""Before what the form of a refusal breaks, where it is told under the rule of the refusal."""
SCHEMA = BUILT_IN_RULES["schema"]
DOCUMENTED = BUILT_IN_RULES[UNDOCUMENTED_FIELD]
ALIKE = "the reply is the same "
"""Before the way in which a request is put otherwise, where its reply is compared with another."""
_STATUS = re.compile(r"(?:status )?\d{3}")
_WANTED = re.compile(r"(?:(?: or )?(?:status )?\d(?:\d\d|xx))+")
_NUMBERS = re.compile(r"\d{3}")


def causes_of(
    breach: Breach, request: Request, pointer: str, ids: CheckIds, status: int | None = None
) -> tuple[str, ...]:
    """The causes that a breach may have, the telling one first; `pointer` leads to the rule or the schema.

    `status` is that of the reply, where it is known.
    """
    found = _causes(breach, request, pointer, ids)
    message = breach.message.removeprefix(FORM)
    if status == TOO_MANY_REQUESTS and (breach.rule == "header" or message in _DETAILS):
        # A limiter before the API writes a reply of its own: that it lacks a header, and what its body
        # lacks, is one thing.
        return *found, f"another form of {status} ({breach.level})"
    return found


def _causes(breach: Breach, request: Request, pointer: str, ids: CheckIds) -> tuple[str, ...]:
    start = f"{breach.rule} ({breach.level})"
    if is_of_status(breach):
        status = int(_NUMBERS.findall(str(breach.received))[0])
        if breach.message.startswith(ALIKE):
            # Of two requests that mean the same, one is refused: as where it is sent for its own sake.
            return start, _same_request(breach, request, status)
        return _of_status(breach, status, request, ids)
    if str(breach.expected).startswith("a reply"):
        return (f"{start}: no reply",)
    message = breach.message.removeprefix(FORM)
    details = _DETAILS.get(message, _of_header)(breach, pointer)
    own = tuple(f"{start}{each}" for each in details)
    if message == BUILT_IN_RULES["status"]:
        return *own, *_failure(breach, request, int(_NUMBERS.findall(str(breach.received))[0]))
    if message in _DETAILS:
        # The form of an error is the same whatever was refused, and under whichever rule that is told.
        return *own, *(f"{message} ({breach.level}){each}" for each in details)
    return own


def is_of_status(breach: Breach) -> bool:
    """Whether a reply has another status than is wanted."""
    is_status = _STATUS.fullmatch(str(breach.received)) and _WANTED.fullmatch(str(breach.expected))
    return bool(is_status) and not breach.pointer


def last_name(pointer: str) -> str:
    """The name of a field; of a row of a list the list's."""
    names = [name for name in json_pointer.path_of(pointer) if name != "*" and not name.isdigit()]
    return names[-1] if names else ""


def _of_status(breach: Breach, status: int, request: Request, ids: CheckIds) -> tuple[str, ...]:
    wanted = str(breach.expected).replace("status ", "")
    if breach.rule in ids.of_credentials and status in SUCCESS and _is_of_access(wanted):
        # Whoever takes any credential takes it beside bad parameters too, which is another rule's affair.
        return (f"credentials ({breach.level}): {status} for {wanted}",)
    own = f"{breach.rule} ({breach.level}): {status} for {wanted}"
    return own, _same_request(breach, request, status), *_failure(breach, request, status)


def _failure(breach: Breach, request: Request, status: int) -> tuple[str, ...]:
    """One that fails does so whatever it is asked, under whichever rule that is told."""
    return (f"{request.operation} fails with {status} ({breach.level})",) if status in FAILURE else ()


def _same_request(breach: Breach, request: Request, status: int) -> str:
    sent = f"{breach.level} {request.method} {request.full_url} {request.headers} {request.body!r}"
    # A digest: credentials are in it, and only equality counts.
    return f"{hashlib.sha256(sent.encode()).hexdigest()}: {status}"


def _is_of_access(wanted: str) -> bool:
    numbers = _NUMBERS.findall(wanted)
    return bool(numbers) and all(int(each) in NO_ACCESS for each in numbers)


def _of_schema(breach: Breach, pointer: str) -> tuple[str, ...]:
    """The same demand on a field of that name, or at that place of the document, whatever leads there."""
    field = "" if breach.expected.startswith("a field ") else last_name(breach.pointer)
    return _detail(field, breach.expected), f": {breach.expected} at {pointer}"


def _of_undocumented(breach: Breach, pointer: str) -> tuple[str, ...]:
    """The fields of one object, and one field in many objects."""
    return f": {last_name(breach.pointer)}", f": in {pointer}"


def _of_what_came(breach: Breach, _pointer: str) -> tuple[str, ...]:
    return (f": {breach.received}",)


def _of_rule(_breach: Breach, _pointer: str) -> tuple[str, ...]:
    return ("",)


def _of_header(breach: Breach, _pointer: str) -> tuple[str, ...]:
    """One header, of whatever reply; what a document's own rule says of a header is that rule's."""
    is_form = breach.rule == "header" or breach.message.startswith(FORM)
    return (_detail(breach.pointer, breach.expected),) if is_form else ("",)


def _detail(place: str, wanted: str) -> str:
    return f": {place}, {wanted}" if place else f": {wanted}"


_DETAILS: dict[str, Callable[[Breach, str], tuple[str, ...]]] = {
    BUILT_IN_RULES["status"]: _of_what_came,
    BUILT_IN_RULES["media-type"]: _of_what_came,
    SCHEMA: _of_schema,
    DOCUMENTED: _of_undocumented,
    # A serialiser that writes fractions does so everywhere.
    BUILT_IN_RULES[INTEGER_AS_FLOAT]: _of_rule,
}
"""By what the breach says; the others are told by their rules, and those of headers by the header."""


def without_consequences(breaches: Iterable[Breach], *, is_page: bool = False) -> list[Breach]:
    """The breaches without those that follow from others: what has another media type is no JSON.

    A web page where none is documented comes from something before the API, which knows none of its headers.
    """
    breaches = list(breaches)
    is_other_media = any(breach.rule == "media-type" for breach in breaches)
    if is_page and is_other_media:
        return [breach for breach in breaches if breach.rule in {"media-type", "status"}]
    return [breach for breach in breaches if not (is_other_media and breach.rule == "json")]
