"""Judges a reply by everything that its operation documents."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from metermock.contract.cel.expressions import Environment, EvaluationError
from metermock.contract.cel.function_error import as_text
from metermock.contract.exchange import Breach, Exchange, Judgement
from metermock.contract.json_types import ABSENT, types_of
from metermock.contract.media import is_json, plain
from metermock.contract.response import BODILESS, Header, Response, Responses
from metermock.contract.rules import Rule, environment_of, failure
from metermock.contract.schema_breaches import FORMAT, INTEGER_AS_FLOAT, breaches_of, breaches_of_closed
from metermock.contract.schemas import Schemas
from metermock.contract.sequences import EVENTS, is_of_data, items_of, unwrapped
from metermock.json_reader import no_number

UNREAD = object()
"""Stands for a body that is not JSON, since null is."""
OF_EVERY_REPLY = ("status", "header", "media-type", "schema")
"""The rules that each judgement has run."""


class Judge:
    """Judges the replies of one operation; schemas are compiled when a status is first seen."""

    def __init__(
        self, schemas: Schemas, responses: Responses, rules: tuple[Rule, ...], *, has_body: bool = True
    ) -> None:
        self._schemas = schemas
        self._has_body = has_body
        self._responses = responses
        self._rules = rules

    def judge(self, exchange: Exchange, *, brief: bool = False) -> Judgement:
        """Every breach, and which rules ran.

        `brief` only tells that something is wrong: it stops after the schema where the reply breaks a *must*,
        else after the first *must* rule that it breaks, and explains nothing.
        """
        response = self._responses.find(exchange.status)
        if response is None:
            return self._undescribed(exchange)
        received = exchange.headers.get("content-type", "")
        media = response.media(received) or next(iter(response.content), None)
        if exchange.body in (b"", None) and (exchange.status in BODILESS or not self._has_body):
            # Such a reply has no body, whatever the document says of one.
            media = None
        breaches = [*self._judge_headers(exchange, response)]
        if media is not None or received:
            breaches += self._judge_media(exchange, response)
        if media is not None and not is_json(received if "*" in media and received else media):
            body, found = self._text_body(exchange, response, media)
        else:
            body, found = self._json_body(exchange, response, media)
        breaches.extend(found)
        if body is UNREAD:
            return Judgement(breaches, OF_EVERY_REPLY, self._rule_ids())
        if brief and any(breach.level == "must" for breach in breaches):
            return Judgement(breaches, OF_EVERY_REPLY, ())
        found, ran, inapplicable = self._judge_rules(exchange, body, explain=not brief)
        return Judgement(breaches + found, OF_EVERY_REPLY + ran, inapplicable)

    def _json_body(
        self, exchange: Exchange, response: Response, media: str | None
    ) -> tuple[Any, list[Breach]]:
        body, unreadable = read_body(exchange)
        if media is None:
            # Nothing is said about a body, so anything may be there.
            return (None if unreadable else body), []
        if unreadable:
            return body, [_must("json", "", "JSON", unreadable, "the body is JSON")]
        return body, self._body_breaches(response, media, body)

    def _text_body(self, exchange: Exchange, response: Response, media: str) -> tuple[Any, list[Breach]]:
        """The text of a body that is not JSON, and what its schema has against it; bytes are not judged."""
        body = exchange.body
        if isinstance(body, bytes):
            try:
                body = body.decode()
            except UnicodeDecodeError:
                return UNREAD, []
        schema = response.content[media]
        if media in response.sequences and isinstance(body, str):
            return self._sequence(exchange, response, media, body)
        if not isinstance(body, str) or types_of(self._schemas, schema) != {"string"}:
            return body, []
        return body, self._body_breaches(response, media, body)

    def _sequence(
        self, exchange: Exchange, response: Response, media: str, text: str
    ) -> tuple[Any, list[Breach]]:
        """The list of a text's items, and what its schema has against it."""
        sent = plain(exchange.headers.get("content-type", ""))
        try:
            items = items_of(sent, text)
            if items and sent == EVENTS and is_of_data(self._schemas, response.content[media]):
                items = unwrapped(items)
        except ValueError as problem:
            return UNREAD, [_must("json", "", "JSON", str(problem), "each item of the body is JSON")]
        if items is None:
            return text, []
        return items, self._body_breaches(response, media, items)

    def _undescribed(self, exchange: Exchange) -> Judgement:
        """What is said of a status without a description: nothing where no response has one.

        Where only errors have one, nothing is said of a success.
        """
        if not self._responses.all or (exchange.status in _GOOD and not self._responses.has_good):
            return Judgement()
        wanted = f"one of {self._responses.documented}"
        breach = _must("status", "", wanted, str(exchange.status), "the status is documented")
        return Judgement([breach], ("status",), ())

    def _rule_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.id for rule in self._rules))

    def _judge_headers(self, exchange: Exchange, response: Response) -> Iterator[Breach]:
        for header in response.headers.values():
            text = exchange.headers.get(header.name.lower())
            pointer = f"headers/{header.name.lower()}"
            if text is None and header.required:
                yield _must("header", pointer, "to be there", "nothing", f"{header.name} is required")
            if text is not None:
                yield from self._judge_header(header, text)

    def _judge_header(self, header: Header, text: str) -> Iterator[Breach]:
        pointer = f"headers/{header.name.lower()}"
        if header.media:
            return
        value = header.read(text)
        message = f"{header.name} is as documented"
        if value is ABSENT:
            wanted = " or ".join(sorted(header.reader.types))
            yield _must("header", pointer, wanted, as_text(text), message)
            return
        for found in breaches_of(self._schemas.validator(header.schema, closed=False), value):
            if found.rule in (INTEGER_AS_FLOAT, FORMAT):
                yield replace(found, pointer=pointer)
            else:
                yield _must("header", pointer, found.expected, found.received, message)

    def _judge_media(self, exchange: Exchange, response: Response) -> Iterator[Breach]:
        if not response.content:
            return
        received = exchange.headers.get("content-type", "")
        if response.media(received) is None:
            wanted = " or ".join(response.content)
            yield _must(
                "media-type",
                "headers/content-type",
                wanted,
                received or "nothing",
                "the media type is documented",
            )

    def _body_breaches(self, response: Response, media: str, body: Any) -> list[Breach]:
        schema = response.content[media]
        written = functools.partial(self._schemas.validator, schema, closed=False)
        return breaches_of_closed(self._schemas.validator(schema, closed=True), body, written)

    def _judge_rules(
        self, exchange: Exchange, body: Any, *, explain: bool
    ) -> tuple[list[Breach], tuple[str, ...], tuple[str, ...]]:
        rules = [rule for rule in self._rules if rule.statuses is None or exchange.status in rule.statuses]
        if not rules:
            return [], (), self._rule_ids()
        try:
            # One environment for all rules: what one of them has added up, the next need not.
            environment = environment_of(exchange, body)
        except EvaluationError as problem:
            return [_must("json", "", "text that is Unicode", str(problem), "the body is JSON")], (), ()
        breaches: list[Breach] = []
        ran = []
        for rule in rules:
            # A `when` that has no value counts as applied: its breach must not pass for inapplicable.
            applied, found = _judge_rule(rule, exchange, environment, explain=explain)
            if applied:
                ran.append(rule.id)
            if found is not None:
                breaches.append(found)
                if not explain and found.level == "must":
                    break
        names = tuple(dict.fromkeys(ran))
        return breaches, names, tuple(id_ for id_ in self._rule_ids() if id_ not in names)


def _judge_rule(
    rule: Rule, exchange: Exchange, environment: Environment, *, explain: bool
) -> tuple[bool, Breach | None]:
    try:
        if not rule.applies(exchange.status, environment):
            return False, None
    except EvaluationError as problem:
        return True, failure(rule.id, rule.level, rule.message, rule.when or rule.rule, problem)
    return True, rule.judge(environment, explain=explain)


def read_body(exchange: Exchange) -> tuple[Any, str]:
    """The body's value and an empty text, or UNREAD and why it cannot be read."""
    if not isinstance(exchange.body, bytes):
        return exchange.body, ""
    try:
        return json.loads(exchange.body, parse_constant=no_number), ""
    except (ValueError, RecursionError) as problem:
        return UNREAD, f"{as_text(exchange.body[:80].decode('utf-8', 'replace'))} ({problem})"


def _must(rule: str, pointer: str, expected: str, received: str, message: str) -> Breach:
    return Breach(rule, "must", pointer, expected, received, message)


_GOOD = range(200, 300)
"""What a reply to a good request has, whatever a document says."""
