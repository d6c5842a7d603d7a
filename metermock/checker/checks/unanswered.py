"""What is said of operations that gave no good reply: the most likely cause, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from metermock.checker.checks.base_values import inferred, needed
from metermock.checker.deployment.access import missing_credential
from metermock.checker.deployment.body_fields import BODY
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import NO_ACCESS, NOT_FOUND
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.new_names import is_told
from metermock.contract import Contract, Operation

_OPTION = "--credential"
_TOLD = 2
"""Reasons that a message lists; more of them say the same."""
_SAID = 160
"""Letters of a reply that a reason repeats."""
OTHER_VALUES = (400, NOT_FOUND, 409, 410, 422)
"""What a request gets whose values may be to blame."""


def why_unanswered(
    operation: Operation,
    account: TargetAccount | None,
    status: int,
    why: str,
    asked: Iterable[Operation] = (),
    *,
    body: Any = None,
    said: str = "",
    shown_by: Iterable[str] = (),
) -> str:
    """Why one operation gave no good reply; `why` is what its last reply looks like.

    `asked` are the operations of this check, whose replies may have shown values, and `shown_by` those whose
    replies did. `body` is the value of the last body, and `said` the text of the last reply.
    """
    if status in NO_ACCESS and account is None and operation.is_guarded:
        return f"{why}: {missing_credential(operation, ())}"
    if status in NO_ACCESS and not operation.security and operation.body is not None:
        given = _options(operation, (f"{BODY}{each}" for each in _fields(operation, body, said)))
        how = f": {given}" if given else ", as an example of its body in an Overlay (--overlay FILE)"
        return f"{why}; give values that it accepts{how}, or leave it out: --skip {operation.id}"
    if status in operation.responses and status not in NO_ACCESS and not operation.responses.has_good:
        skip = f"--skip {operation.id} leaves it out"
        return f"only errors are documented, of which it answers {status}; {skip}"
    if status not in OTHER_VALUES:
        return why
    fields = _fields(operation, body, said)
    # What the reply speaks of is to blame.
    parameters = _names(operation) if not any(_speaks_of(each, said) for each in fields) else []
    if not parameters and not fields:
        return f"{why}{_words_of(said)}"
    known = [*parameters, *(["its body"] if fields else [])]
    option = _options(operation, [*parameters[:1], *(f"{BODY}{each}" for each in fields)])
    shown = f", those that {' and '.join(shown_by)} shows too" if shown_by else ""
    told = f"{status} for each value of {', '.join(known)} that is known{shown}{_words_of(said)}"
    return f"{told}; give a good one: {option}{_lists(operation, asked)}"


def _options(operation: Operation, keys: Iterable[str]) -> str:
    return " ".join(f"--param {operation.id}.{each}=VALUE" for each in keys)


def _fields(operation: Operation, body: Any, said: str) -> list[str]:
    """The field of a body whose value is most likely to blame: one that the reply names, or any text."""
    if operation.body is None:
        return []
    texts = [path for path, value in _leaves(body) if isinstance(value, str)]
    named = [path for path in texts if _speaks_of(path, said)]
    points = [path for path in texts if path.rpartition(".")[2].lower().endswith("id")]
    return (named or points or texts)[:1]


def _speaks_of(path: str, said: str) -> bool:
    return is_told(path.rpartition(".")[2], said)


def _leaves(value: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{before}{name}.")
    elif isinstance(value, list):
        for index, each in enumerate(value[:1]):
            yield from _leaves(each, f"{before}{index}.")
    elif before:
        yield before.removesuffix("."), value


def text_of_error(reply: Reply) -> str:
    """What a refusal says in JSON or as a text; empty for others, such as a web page."""
    body = reply.exchange.body
    if isinstance(body, (dict, list)):
        return json.dumps(body, ensure_ascii=False) if body else ""
    media = reply.exchange.headers.get("content-type", "")
    return reply.raw.decode("utf-8", "replace").strip() if media.startswith("text/plain") else ""


def _words_of(said: str) -> str:
    """What a reply says, where that is short enough to be read."""
    words = " ".join(said.split())
    return f" (it says: {words if len(words) <= _SAID else words[: _SAID - 1] + '…'})" if words else ""


def _names(operation: Operation) -> list[str]:
    """The parameters that an operation needs, those of its path first: these name what is not found."""
    return [each.key for each in sorted(needed(operation), key=lambda each: each.location != "path")]


def _lists(operation: Operation, asked: Iterable[Operation]) -> str:
    """What else would show values of the path, and is not asked."""
    ids = {each.id for each in asked}
    lists = inferred(operation, operation.contract.operations, "GET").values()
    others = dict.fromkeys(each.id for each in lists if each.id not in ids)
    return "".join(f", or have {name} asked too, which lists some: --operation {name}" for name in others)


def why_unasked(operation: Operation) -> str:
    """Why an operation could not be asked at all."""
    parameters = _names(operation)
    if parameters and operation.body is None:
        option = f"--param {operation.id}.{parameters[0]}=VALUE"
        return f"no value of {', '.join(parameters)} is known that its schema accepts; give one: {option}"
    return "its body has no example, and none could be made that its schema accepts"


def why_nothing(
    contract: Contract, url: str, reasons: Mapping[str, Iterable[str]], statuses: Mapping[str, int]
) -> str:
    """Why no operation gave a good reply: what all of them have in common, else the first reasons."""
    found = set(statuses.values())
    several = "every operation answers" if len(reasons) > 1 else "it answers"
    causes = list(dict.fromkeys(why for each in reasons.values() for why in each))
    if not causes:
        return "it has no operation to ask"
    if found == {NOT_FOUND} and statuses.keys() == reasons.keys():
        better = _elsewhere(contract, url)
        if better:
            return f"{several} 404: the document's servers have another path, so try {better}"
        if not all(_has_names(contract, each) for each in reasons):
            return f"{several} 404; is the base URL right?"
        causes[0] += "; or is the base URL right?"
    if found and found <= set(NO_ACCESS) and statuses.keys() == reasons.keys():
        return causes[0] if _OPTION in causes[0] else f"{causes[0]}: {_credentials(contract)}"
    listed = "; ".join(causes[:_TOLD])
    return listed + (f"; and so on, for {len(reasons)} operations" if len(causes) > _TOLD else "")


def _has_names(contract: Contract, operation: str) -> bool:
    return any(each.location == "path" for each in contract.operation(operation).parameters)


def _credentials(contract: Contract) -> str:
    schemes = ", ".join(contract.security_schemes)
    if not schemes:
        return "the document has no security scheme, so that nobody knows how to send a credential"
    return f"is it right? {_OPTION} SCHEME=VALUE, with a SCHEME of {schemes}"


def _elsewhere(contract: Contract, url: str) -> str:
    """The URL with the path of the document's first server; empty where it has it, or there is none."""
    servers = contract.document.get("servers")
    path = next((_path(server) for server in servers if isinstance(server, dict)), "") if servers else ""
    here = urlsplit(url)
    if not path or here.path.rstrip("/").endswith(path):
        return ""
    start = "" if path.startswith(here.path.rstrip("/") or "/") else here.path.rstrip("/")
    return f"{here.scheme}://{here.netloc}{start}{path}"


def _path(server: Mapping[str, Any]) -> str:
    """The path of a server, its variables filled in with their defaults."""
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        if isinstance(variable, dict):
            url = url.replace("{" + str(name) + "}", str(variable.get("default", "")))
    return "" if "{" in url else urlsplit(url).path.rstrip("/")
