"""Random requests: schemathesis in a process of its own, its replies judged by the same contract."""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from metermock.checker.checks.expectation import Expectation
from metermock.checker.checks.growing_record import GrowingRecord, growing_record
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.gateway import is_of_gateway
from metermock.checker.deployment.har import Sent
from metermock.checker.deployment.methods import SAFE
from metermock.checker.deployment.reply import reply_of
from metermock.checker.deployment.request import Pairs, Request
from metermock.checker.deployment.statuses import FAILURE, NO_ACCESS, NOT_FOUND, SUCCESS, TOO_MANY_REQUESTS
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.lenient import is_lenient
from metermock.checker.inputs.refused import invalid_statuses, leads_elsewhere
from metermock.checker.inputs.written_bodies import is_bad_body
from metermock.contract import Breach, Operation
from metermock.contract.exchange import Level
from metermock.errors import CannotTestError, Violation

EXAMPLES = 40
"""Random requests per operation; the coverage phase adds what the schemas suggest."""
PROBES = 2
"""Requests by which schemathesis sees first what the server bears."""
_ALL = 1.0
_SECONDS = 300.0
"""Its time, where nothing limits it further."""
_SENDING = 0.9
"""The part of its time in which it may send; in the rest of it the last replies are judged."""
_START = 5.0
"""Seconds that schemathesis may take before it asks anything."""
_SETTINGS = "schemathesis.toml"
_RECORD = "METERMOCK_FUZZ_RECORD"
"""The variable that tells the hooks where to write."""
_MOST = "METERMOCK_FUZZ_MOST"
"""The variable that tells the hooks after how many requests to end; without it, after all."""
_KNOWN = "METERMOCK_FUZZ_KNOWN"
"""The variable that tells the hooks in which file good values of path parameters are."""
_CONTENT_TYPE = "content-type"
_ABOUT_PROBE = "by this schemathesis sees first what the server bears"
_CODINGS = {"content-encoding", "content-length", "transfer-encoding"}


def fuzz(
    session: Session, operations: Iterable[Operation], account: TargetAccount | None, *, part: float = 1.0
) -> str:
    """Let schemathesis send requests, and judge the replies as they come; why it ended early, or nothing.

    It may take that part of the requests and of the time that are left. Raises BudgetExhaustedError where
    `--max-requests` has ended it and nobody else wants any, and CannotTestError where it asked nothing.
    """
    by_id = {operation.id: operation for operation in operations}
    most, seconds = _most(session, part), _seconds(session, part)
    if most == 0 or seconds < _START:
        return "too little of --max-requests or --max-time is left for them"
    sent = 0
    with tempfile.TemporaryDirectory(prefix="metermock-") as folder:
        words, environment = _command(session, list(by_id.values()), account, Path(folder), most)
        with growing_record(words, environment, Path(environment[_RECORD])) as record:
            for line in _lines(session, record, time.monotonic() + seconds, Path(folder) / _SETTINGS):
                operation = by_id.get(line["operation"])
                sent += "probe" not in line
                if operation is not None and line["method"] == operation.method:
                    _judge(session, operation, account, line)
        if sent == most and part == _ALL:
            session.client.count()
        if sent == most:
            return f"they may be {most} of those that --max-requests allows"
        if record.is_out_of_time:
            return f"they may take {seconds:.0f} s"
        session.client.go_on()
        if not sent:
            told = record.printed().strip().splitlines()
            message = f"schemathesis asked nothing (exit {record.exit_code}): {' '.join(told[-3:])}"
            raise CannotTestError(message)
    return ""


def _most(session: Session, part: float) -> int | None:
    """How many random requests may be sent; None where nothing limits them. Raises where none may."""
    client = session.client
    if client.left is None:
        return None
    if client.left <= PROBES and part == _ALL:
        # Nothing that it could send says anything of the deployment.
        for _ in range(client.left + 1):
            client.count()
    return max(0, int(part * (client.left - PROBES)))


def _seconds(session: Session, part: float) -> float:
    """How long schemathesis may take."""
    left = session.client.seconds_left
    return _SECONDS if left is None else min(_SECONDS, part * left * _SENDING)


def _lines(session: Session, record: GrowingRecord, until: float, settings: Path) -> Iterator[dict[str, Any]]:
    """The lines of the record, each counted, though another process has sent it.

    The settings are deleted once they are read: whatever ends this process, no credential is left.
    """
    client = session.client
    if client.recorder is not None:
        client.recorder.miss("random requests, some or all")
    try:
        for lines in record.batches(session.ended, until):
            settings.unlink(missing_ok=True)
            client.elsewhere += len(lines)
            _note(client, lines)
            for line in lines:
                client.count()
                client.elsewhere -= 1
                yield line
    finally:
        record.end()
        # Nobody judges these any more; they have been sent all the same.
        lines = record.more()
        client.elsewhere += len(lines)
        _note(client, lines)
        if client.recorder is not None:
            client.recorder.miss("")


def _note(client: Client, lines: Iterable[dict[str, Any]]) -> None:
    """Record them in the HAR file, if there is one."""
    if client.recorder is not None:
        for line in lines:
            client.recorder.note(_exchange(line))


def _command(
    session: Session,
    operations: list[Operation],
    account: TargetAccount | None,
    folder: Path,
    most: int | None,
) -> tuple[list[str], dict[str, str]]:
    """The words that start schemathesis, and its environment."""
    known, schema, config = folder / "known.json", folder / "schema.json", folder / _SETTINGS
    in_paths = _known_paths(session, operations, account)
    known.write_text(json.dumps(in_paths), encoding="utf-8")
    schema.write_text(json.dumps(session.contract.document), encoding="utf-8")
    # The file holds the credential: only this user may read it, from the first byte on.
    config.touch(mode=0o600)
    settings = _configuration(session, operations[0], account) + "".join(map(_without_reuse, in_paths))
    config.write_text(settings, encoding="utf-8")
    words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(schema)]
    words += ["--url", session.collector.target.url, "--checks", "metermock_record"]
    words += [f"--include-operation-id={operation.id}" for operation in operations]
    # A process of its own, so that neither its hooks nor its end can change anything here.
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "metermock.checker.checks.fuzz_hooks",
        _RECORD: str(folder / "record.jsonl"),
        _KNOWN: str(known),
    }
    if most is not None:
        environment[_MOST] = str(most)
    return words, environment


def _known_paths(
    session: Session, operations: Sequence[Operation], account: TargetAccount | None
) -> dict[str, dict[str, str | int]]:
    """The values of path parameters that were answered, by operation and name.

    None where an operation may change data: schemathesis sends to it what others were answered with, and
    would delete the thing.
    """
    if any(operation.method not in SAFE for operation in operations):
        return {}
    return {
        operation.id: {each.name: values[each.key] for each in in_path}
        for operation in operations
        for values in [session.base.of(operation, account.name if account else None)]
        for in_path in [[each for each in operation.parameters if each.location == "path"]]
        if in_path and all(isinstance(values.get(each.key), str | int) for each in in_path)
    }


def _configuration(session: Session, operation: Operation, account: TargetAccount | None) -> str:
    """The settings that make it repeatable, quiet and harmless."""
    request = session.client.current(session.make(operation, {}, account))
    options = session.collector.options
    headers = "\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in request.headers)
    rate = session.collector.target.rate_limit or options.rate
    limit = f'rate-limit = "{_per_time(rate)}"\n' if rate else ""
    return f"""
seed = {options.seed}
workers = 1
request-timeout = {options.timeout}
continue-on-failure = true
{limit}
[headers]
{headers}

[cache]
enabled = false

[generation]
mode = "all"
max-examples = {EXAMPLES}
database = "none"
with-security-parameters = false

[phases.coverage]
unexpected-methods = []

[phases.stateful]
enabled = false
"""


def _without_reuse(operation: str) -> str:
    """The settings by which an operation gets no value of a reply: after one good reply all would have it."""
    return f"""
[[operations]]
include-operation-id = {json.dumps(operation)}
phases.coverage.extra-data-sources.responses = false
phases.fuzzing.extra-data-sources.responses = false
"""


def _per_time(rate: float) -> str:
    """Requests per second as schemathesis writes a rate; by the second, so that none comes in bursts."""
    return f"{int(rate)}/s" if rate >= 1 else f"{max(1, int(rate * 60))}/m"


def _exchange(line: dict[str, Any]) -> Sent:
    """A recorded request and its reply, as a log has them."""
    return Sent(
        line["method"],
        line["url"],
        tuple((name, value) for name, value in line["sent"]),
        base64.b64decode(line["sent_body"]),
        line["started"],
        line["elapsed"],
        line["status"],
        line["reason"],
        f"HTTP/{line['version']}",
        tuple((name, value) for name, value in line["headers"]),
        base64.b64decode(line["body"]),
        _ABOUT_PROBE if "probe" in line else "a random request of schemathesis",
    )


def _judge(
    session: Session, operation: Operation, account: TargetAccount | None, line: dict[str, Any]
) -> None:
    """Hold a recorded reply to the contract; what the contract calls invalid must have been refused."""
    request = _sent(session, operation, account, line)
    # The recorded body is decoded already; with these headers it would be decoded again.
    headers = [(name, value) for name, value in line["headers"] if name.lower() not in _CODINGS]
    response = httpx.Response(line["status"], headers=headers, content=base64.b64decode(line["body"]))
    session.collector.target.told.learn(response.content, headers)
    reply = reply_of(operation, request, response, 0.0)
    if is_of_gateway(operation, reply):
        # Nobody asks again here, so that a reply that passes would be believed.
        return
    if reply.status == TOO_MANY_REQUESTS:
        # It says nothing of the request, and comes in the place of what would.
        if reply.status in operation.responses:
            session.judge(operation, reply, due=True)
        return
    session.client.writings.note(reply)
    sent = {name.lower(): value for name, value in line["sent"]}
    _, violations = operation.read(request.pairs, sent, path=dict(request.path))
    if _may_be_elsewhere(operation, request, violations):
        return
    if reply.status not in SUCCESS or not is_bad_body(operation, sent.get(_CONTENT_TYPE, ""), request.body):
        # Random requests are good and bad ones, so that a refusal may be due, and a failure never is.
        session.judge(operation, reply, due=reply.status not in FAILURE)
    wanted = invalid_statuses(operation)
    if wanted and operation.responses.find(NOT_FOUND) and any(each.location == "path" for each in violations):
        # What a path names may be no value by the schema, and no thing that is there.
        wanted |= {NOT_FOUND}
    rule = session.ids.invalid
    # A request that only schemathesis calls invalid is left alone: it knows no zones and no cursors.
    if not violations or not wanted or line["status"] in NO_ACCESS:
        return
    if line["status"] in wanted:
        session.collector.kept(rule, operation.id)
        return
    grave = [
        each for each in violations if _is_promised(operation) or not is_lenient(operation, request, each)
    ]
    level: Level = "must" if grave else "should"
    known = session.taken.known(operation, grave or violations, line["status"], level)
    if known is not None:
        session.collector.again(known)
        return
    worst = (grave or violations)[0]
    came, message = str(line["status"]), f"refused, for {worst.message}"
    breach = Breach(rule, level, "", Expectation(statuses=wanted).wanted, came, message)
    declared = session.collector.locator.parameter(operation.id, worst.name)
    session.collector.broken(breach, request, kind=worst.name, pointer=declared)


def _may_be_elsewhere(operation: Operation, request: Request, violations: Sequence[Violation]) -> bool:
    """Whether another operation may have replied: one that takes such a path, or needs no such parameter."""
    if any(each.kind == "missing" and operation.is_told_by(each.location, each.name) for each in violations):
        return True
    is_of_path = any(each.location == "path" for each in violations)
    return is_of_path and leads_elsewhere(operation, dict(request.path))


def _is_promised(operation: Operation) -> bool:
    return "invalid" in operation.contract.promises


def _sent(
    session: Session, operation: Operation, account: TargetAccount | None, line: dict[str, Any]
) -> Request:
    """The request that schemathesis sent, with the account's credential instead of what was recorded."""
    url = httpx.URL(line["url"])
    plain, _, query = line["url"].partition("?")
    made = session.make(operation, {}, account)
    base = httpx.URL(session.collector.target.url).path.rstrip("/")
    path = operation.path_values(url.raw_path.decode("ascii", "replace").partition("?")[0].removeprefix(base))
    return replace(
        made,
        url=plain,
        query=(),
        raw_query=query,
        headers=_headers(operation, made.headers, line["sent"]),
        path=tuple(path.items()),
        body=base64.b64decode(line.get("sent_body", "")),
    )


def _headers(operation: Operation, made: Pairs, sent: list[list[str]]) -> Pairs:
    """The headers of the account, and what schemathesis made up: header parameters, the Content-Type."""
    names = {parameter.name.lower() for parameter in operation.parameters if parameter.location == "header"}
    names.add(_CONTENT_TYPE)
    of_account = [pair for pair in made if pair[0].lower() not in names]
    return (*of_account, *((name, value) for name, value in sent if name.lower() in names))
