"""A reply, as exactly as its bytes allow."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import BODILESS
from metermock.checker.deployment.throttle import date_of
from metermock.contract import Breach, Exchange, Operation
from metermock.json_reader import no_number

if TYPE_CHECKING:  # a mistake in the options is reported without waiting for the HTTP client
    import httpx


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: the exchange as the contract judges it, and what is only of use beside it.

    `body` is the JSON value, None where there is none. The exchange has it too, but holds the bytes
    where they are no JSON, so that the contract judges those. `faults` says what is wrong with the
    text: not JSON, not UTF-8, NaN, a key twice. `elapsed` is in seconds. `number` counts the requests of
    the check, from 1, in the order in which they went out; 0 where another process sent it.
    """

    request: Request
    exchange: Exchange
    raw: bytes
    body: Any
    faults: tuple[str, ...]
    elapsed: float
    number: int = 0

    @property
    def breaches(self) -> list[Breach]:
        """What only the text of the body breaks, and so the contract cannot see: a key twice."""
        if isinstance(self.exchange.body, bytes):
            return []
        return [Breach("json", "must", "", "JSON", fault, "the body is JSON") for fault in self.faults]

    @property
    def status(self) -> int:
        """The status code."""
        return self.exchange.status


def reply_of(
    operation: Operation, request: Request, response: httpx.Response, elapsed: float, number: int = 0
) -> Reply:
    """The reply that an HTTP response is; repeated headers are joined by commas."""
    headers: dict[str, str] = {}
    for name, value in response.headers.multi_items():
        lower = name.lower()
        # As RFC 9110 has it: several fields of one name mean one with commas.
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    raw = response.content
    bodiless = request.method == "HEAD" or response.status_code in BODILESS
    is_json = _is_json(headers)
    body, faults = read_json(raw) if is_json and not bodiless else (None, ())
    sent = {name.lower(): value for name, value in request.headers}
    parameters, _ = operation.read(request.pairs, sent, path=dict(request.path))
    exchange = Exchange(
        operation=operation.id,
        parameters=parameters,
        request_headers=sent,
        status=response.status_code,
        headers=headers,
        # Bytes instead of a value tell the contract that this is no JSON.
        body=body if bodiless or (is_json and (body is not None or not faults)) else raw,
        now=date_of(headers).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    documented = operation.responses.find(response.status_code)
    if body is None and documented is not None and documented.content and not documented.has_json:
        # A PDF that is called JSON has the wrong type, and is no bad JSON.
        faults = ()
    return Reply(request, exchange, raw, body, faults, elapsed, number)


def _is_json(headers: Mapping[str, str]) -> bool:
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json")


def read_json(raw: bytes) -> tuple[Any, tuple[str, ...]]:
    """The value of a JSON text, and what is wrong with the text; None where it is no JSON at all."""
    try:
        text = raw.decode("utf-8")
        reader = _Reader()
        value = json.loads(
            text,
            object_pairs_hook=reader.members,
            parse_constant=no_number,
            parse_float=reader.number,
        )
        # Only text with such an escape can hold half a pair, which no UTF-8 can write; writing it shows.
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as problem:
        return None, (f"is not UTF-8: byte 0x{raw[problem.start]:02x} at {problem.start}",)
    except UnicodeEncodeError:
        return None, ("has half of a surrogate pair",)
    except json.JSONDecodeError as problem:
        return None, (f"is not JSON: {problem.msg} at character {problem.pos}",)
    except (RecursionError, ValueError) as problem:
        return None, (f"is not JSON: {problem}",)
    return value, tuple(dict.fromkeys(reader.faults))


class _Reader:
    """Notes what Python's reader of JSON would forgive."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        # A key that came twice: the dict kept the last of them.
        if len(value) < len(pairs):
            names = [name for name, _ in pairs]
            self.faults.extend(f"the key {name!r} is there twice" for name in value if names.count(name) > 1)
        return value

    def number(self, text: str) -> float:
        value = float(text)
        if math.isinf(value):
            self.faults.append(f"{text} is beyond every double")
        return value
