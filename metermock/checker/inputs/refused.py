"""Inputs that a contract refuses: wrong types, unknown values, one beyond each bound, empty, left out."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from metermock import json_pointer
from metermock.checker.deployment.request import SENT_ANYWAY, Request, filled
from metermock.checker.deployment.statuses import (
    INVALID,
    METHOD_NOT_ALLOWED,
    NO_ACCESS,
    NOT_FOUND,
    REFUSAL,
    TOO_MANY_REQUESTS,
)
from metermock.checker.inputs.allowed import candidates
from metermock.checker.inputs.dates import is_date, is_month
from metermock.checker.inputs.guard import Sent, can_send, is_ours
from metermock.checker.inputs.wrong_texts import IMPOSSIBLE_DAYS, LONG, Doubt, Wrong
from metermock.checker.inputs.wrong_values import each_kind, wrong_values
from metermock.contract import Operation, Parameter
from metermock.contract.exchange import Level
from metermock.contract.json_types import ABSENT
from metermock.contract.wire_text import pairs_of

_SHORT = 60
"""Characters of an input that are worth showing."""
_FEW = 6
"""Bad values of a parameter that is not in the query: they all go the same way."""
_MOST = 80
"""Bad values of one parameter in the query."""
_NO_TEXTS = (("%00", "a NUL", "\0"), ("%FF%FE", "bytes that are no UTF-8", "\ufffd\ufffd"))
"""What no text has, and what a deployment that goes on all the same reads it as."""
_NO_JSON = ("{", '"no-such-value"', "[]", "null")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")

_NOT_ABOUT_VALUES = frozenset({*NO_ACCESS, METHOD_NOT_ALLOWED, TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """A bad input of one parameter, which the contract's own reading refuses, and what is wrong with it.

    `raw` is the part of a query, byte for byte, or the text of a header, a cookie or a path's segment.
    """

    of: Parameter
    raw: str
    about: str
    level: Level = "must"
    is_left_out: bool = False

    @property
    def parameter(self) -> str:
        """The key of the parameter."""
        return self.of.key

    @property
    def location(self) -> str:
        """The place of the parameter."""
        return self.of.location

    @property
    def declared(self) -> str:
        """The JSON pointer to the declaration of the parameter."""
        return json_pointer.text_of(self.of.pointer)

    @property
    def shown(self) -> str:
        """What is wrong, with the input that shows it where that is short."""
        return f"{self.about} ({self.raw})" if self.raw and len(self.raw) <= _SHORT else self.about

    def into(self, request: Request, operation: Operation) -> Request:
        """A good request with this input in place of the parameter's own."""
        if self.location == "query":
            others = request.with_query(pair for pair in request.pairs if not self._owns(pair[0], operation))
            return replace(others, raw_query="&".join(filter(None, (others.query_text, self.raw))))
        if self.location == "path":
            return self._into_path(request, operation)
        name = "cookie" if self.location == "cookie" else self.of.name.lower()
        headers = [pair for pair in request.headers if pair[0].lower() != name]
        if self.location == "cookie":
            before = [pair[1] for pair in request.headers if pair[0].lower() == name]
            cookies = [part for text in before for part in text.split("; ")]
            kept = [part for part in cookies if part.partition("=")[0] != self.of.name]
            added = [] if self.is_left_out else [f"{self.of.name}={self.raw}"]
            headers += [("Cookie", "; ".join([*kept, *added]))] if kept or added else []
        elif not self.is_left_out:
            headers.append((self.of.name, self.raw))
        return replace(request, headers=tuple(headers))

    def _owns(self, name: str, operation: Operation) -> bool:
        known = frozenset(
            each.name for each in operation.parameters if each.location == "query" and each is not self.of
        )
        return self.of.style.owns(name, known)

    def _into_path(self, request: Request, operation: Operation) -> Request:
        path = {**dict(request.path), self.of.name: self.raw}
        base = request.url.removesuffix(filled(operation.path, dict(request.path)))
        return replace(request, url=base + filled(operation.path, path), path=tuple(path.items()))

    def is_refused(self, operation: Operation) -> bool:
        """Whether the operation's own reading of what is sent finds this parameter at fault."""
        return bool(self.why(operation))

    def why(self, operation: Operation) -> str:
        """What the operation's own reading of what is sent has against this parameter; empty: nothing."""
        found = self._sent().violations(operation)
        its = (each for each in found if (each.location, each.name) == (self.location, self.of.name))
        return next(map(str, its), "")

    def _sent(self) -> Sent:
        if self.is_left_out:
            return Sent()
        if self.location == "query":
            return Sent(tuple(pairs_of(self.raw)))
        if self.location == "path":
            return Sent(path={self.of.name: self.raw})
        if self.location == "cookie":
            return Sent(headers={"cookie": f"{self.of.name}={self.raw}"})
        return Sent(headers={self.of.name.lower(): self.raw})


@functools.lru_cache(maxsize=4096)
def refused_inputs(operation: Operation) -> tuple[RefusedInput, ...]:
    """Every input that an operation must refuse, parameter by parameter."""
    found: dict[tuple[str, str, bool], RefusedInput] = {}
    for parameter in operation.parameters:
        if not is_ours(operation, parameter):
            continue
        for bad in _of(operation, parameter):
            if _is_bad(operation, bad):
                found.setdefault((bad.parameter, bad.raw, bad.is_left_out), bad)
    return tuple(found.values())


def first_refused(operation: Operation) -> RefusedInput | None:
    """A bad input that surely reaches the operation: a bad path may lead nowhere."""
    return next((bad for bad in refused_inputs(operation) if bad.location != "path"), None)


def invalid_statuses(operation: Operation) -> frozenset[int]:
    """The documented statuses for invalid parameters; none where nothing is said about them.

    Where 400 and 422 are documented, no document says which of them is about which parameter.
    Where only `4XX` or `default` is documented, any refusal that is about the request itself will do.
    """
    exact = [status for status in INVALID if status in operation.responses]
    if exact:
        return frozenset(exact)
    is_open = operation.responses.has_range("4XX") or operation.responses.has_range("default")
    return about_values() if is_open else frozenset()


def refuses_values(operation: Operation) -> bool:
    """Whether the document says of any request that it is refused for what it says."""
    return bool(invalid_statuses(operation)) or any(each in operation.responses for each in about_values())


def is_unclear(operation: Operation, bad: RefusedInput) -> bool:
    """Whether it stands in a path, and the document does not tell a bad value from what is not there."""
    return bad.location == "path" and not (
        invalid_statuses(operation) and operation.responses.find(NOT_FOUND)
    )


def is_asked(operation: Operation, bad: RefusedInput) -> bool:
    """Whether a bad input is sent: not where the document says nothing of how it is answered."""
    if is_unclear(operation, bad):
        return refuses_values(operation)
    # Of a deletion, whoever takes it deletes what the rest of the requests is about.
    is_risky = bad.level == "should" and operation.method == "DELETE"
    return bool(bad.location == "path" or invalid_statuses(operation)) and not is_risky


def about_values() -> frozenset[int]:
    """The refusals that are about what a request says, and not about who asks, how, or how often."""
    return frozenset(REFUSAL) - _NOT_ABOUT_VALUES


# The guard -------------------------------------------------------------------------------------------


def _is_bad(operation: Operation, bad: RefusedInput) -> bool:
    if bad.location == "path" and leads_elsewhere(operation, {bad.of.name: bad.raw}):
        return False
    if bad.is_left_out and operation.is_told_by(bad.location, bad.of.name):
        return False
    return bad.is_refused(operation) or _is_no_day_of(operation, bad)


def _is_no_day_of(operation: Operation, bad: RefusedInput) -> bool:
    """Whether it is a day in no calendar, where the document refuses such a day by an example.

    A pattern cannot say how long a month is.
    """
    if bad.raw.partition("=")[2] not in IMPOSSIBLE_DAYS:
        return False
    shown = [
        example.parameters.get(bad.parameter) for example in operation.examples if example.status in INVALID
    ]
    return any(isinstance(each, str) and _is_impossible(each) for each in shown)


def _is_impossible(text: str) -> bool:
    if not _DAY.match(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return True
    return False


def leads_elsewhere(operation: Operation, texts: Mapping[str, str]) -> bool:
    """Whether a path with these texts fits another template: `/meters/current` beside `/meters/{id}`."""
    path = filled(operation.path, texts)
    contract = operation.contract
    # A path whose operations cannot be used is answered all the same.
    known = {each.path for each in contract.operations} | {each.path for each in contract.left_out}
    others = known - {operation.path}
    return any(_template(filled(each, {})).fullmatch(path) for each in others)


@functools.lru_cache(maxsize=4096)
def _template(path: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(path)
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts))


# What is proposed ------------------------------------------------------------------------------------


def _of(operation: Operation, parameter: Parameter) -> Iterator[RefusedInput]:
    if parameter.location == "query":
        yield from itertools.islice(_of_query(operation, parameter), _MOST)
    else:
        yield from _elsewhere(operation, parameter)
    # What goes out anyway is there, whoever leaves it out.
    is_sent = parameter.location == "header" and parameter.name.lower() in map(str.lower, SENT_ANYWAY)
    if parameter.required and parameter.location != "path" and not is_sent:
        yield RefusedInput(parameter, "", "left out", is_left_out=True)


def may_be_none(parameter: Parameter) -> bool:
    """Whether an empty value may be read as none, as many frameworks do; no items are written like that."""
    return not parameter.required or parameter.reader.accepts([])


def _of_query(operation: Operation, parameter: Parameter) -> Iterator[RefusedInput]:
    name, is_text = _quoted(parameter.name), parameter.style.form == "text"
    level = _level(operation, "spelling") if may_be_none(parameter) else "must"
    empty = RefusedInput(parameter, f"{name}=", "empty", level)
    is_refused = not parameter.document.get("allowEmptyValue")
    if is_refused and level == "must":
        yield empty
    wrong = _refused(operation, parameter)
    if wrong and is_text:
        # Of a text that may be anything, a deployment may as well say that it knows no such thing.
        for raw, about, read in _NO_TEXTS:
            # What such bytes are read as is the deployment's affair, unless no reading is good.
            if _is_promised(operation) or not parameter.reader.accepts(read):
                yield RefusedInput(parameter, f"{name}={raw}", about)
    yield from wrong
    if is_refused and level == "should":
        # What is surely wrong comes first: of a deletion, the first one that is taken leaves nothing.
        yield empty
    allowed, worst = _allowed_text(parameter), next((bad for bad in wrong if bad.level == "must"), None)
    if allowed is not None and worst is not None and is_text:
        # Of a repeated parameter the last one counts, where the contract says so.
        raw = f"{name}={_quoted(allowed)}&{worst.raw}"
        yield RefusedInput(parameter, raw, "valid, then invalid", _level(operation, "spelling"))


def _refused(operation: Operation, parameter: Parameter) -> list[RefusedInput]:
    """The wrong values of a query parameter that are refused, those that may be unusual only last."""
    found = [
        RefusedInput(parameter, _query(parameter, wrong.raw), wrong.about, _level(operation, wrong.doubt))
        for wrong in sorted(_wrong(parameter), key=lambda wrong: wrong.doubt == "unusual")
    ]
    return [bad for bad in found if _is_bad(operation, bad)]


def _elsewhere(operation: Operation, parameter: Parameter) -> Iterator[RefusedInput]:
    """Bad texts of a path's segment, a header or a cookie."""
    proposed = (
        RefusedInput(
            parameter,
            str(parameter.style.to_text(wrong.raw)),
            wrong.about,
            _level(operation, wrong.doubt),
        )
        for wrong in _wrong(parameter)
        if wrong.doubt in ("", "format")
    )
    sendable = (bad for bad in proposed if len(bad.raw) < LONG and can_send(parameter.location, bad.raw))
    yield from each_kind((bad for bad in sendable if _is_bad(operation, bad)), _FEW)


def _wrong(parameter: Parameter) -> Iterator[Wrong]:
    if parameter.media:
        yield from (Wrong(text, "another JSON" if text != "{" else "no JSON") for text in _NO_JSON)
        return
    wanted = {"list": list, "map": dict}.get(parameter.style.form, str)
    takes_dates = is_date(parameter) and not is_month(parameter)
    found = wrong_values(parameter.reader.schemas, parameter.schema, takes_dates=takes_dates)
    for wrong in found:
        if isinstance(wrong.raw, wanted):
            yield wrong
        elif wanted is list and isinstance(wrong.raw, str):
            yield Wrong([wrong.raw], wrong.about, wrong.doubt)


def _level(operation: Operation, doubt: Doubt) -> Level:
    """How grave it is to accept: of another spelling or format only where the contract promises a refusal."""
    is_spelling = doubt in ("spelling", "format") and not _is_promised(operation)
    return "should" if doubt == "unusual" or is_spelling else "must"


def _is_promised(operation: Operation) -> bool:
    """Whether the document promises to refuse what is invalid, and gives the check a name."""
    return "invalid" in operation.contract.promises


def _allowed_text(parameter: Parameter) -> str | None:
    default = [] if parameter.default in (ABSENT, None) else [parameter.default]
    texts = (_text(parameter, value) for value in [*default, *candidates(parameter)])
    return next((text for text in texts if text is not None), None)


def _text(parameter: Parameter, value: Any) -> str | None:
    """What a query says for a value; None where it says nothing, as for an empty list."""
    if parameter.media:
        return json.dumps(value)
    return next((str(text) for _, text in parameter.pairs(value)), None)


def _query(parameter: Parameter, raw: Any) -> str:
    """The part of a query that says a raw value."""
    # A comma between the items of a list is no part of them.
    safe = "," if parameter.style.form != "text" else ""
    pairs = parameter.style.to_query(raw)
    return "&".join(f"{_quoted(name)}={_quoted(text, safe)}" for name, text in pairs)


def _quoted(text: str, safe: str = "") -> str:
    letters = (chr(byte) for byte in text.encode())
    return "".join(
        each if each.isascii() and (each.isalnum() or each in f"-._~/{safe}") else f"%{ord(each):02X}"
        for each in letters
    )
