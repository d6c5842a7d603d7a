"""The other files of a new project: its world, its handlers, and what to read first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from metermock import yaml_writer
from metermock.contract import Contract, Operation
from metermock.contract.media import is_json
from metermock.handler_module import function_name
from metermock.ledger.default_world import described
from metermock.server.generation.asked.responses import usual

_COMMENTS: Mapping[str, str] = {
    "clock": "The instant that the mock takes for now.",
    "others": "Any other credential is taken for this account; without the line it is refused.",
    "calls": "What each synthetic call has; handlers read sums of these.",
    "shapes": "When calls come: a weight per hour of the day, and per day of the week from Monday.",
    "accounts": "The situations that the mock has. `month` is the number of calls a month.",
    "credentials": "What a client sends to be an account: `metermock accounts` lists them with curl.",
}
_WIDTH = 104


def world_text(name: str, schemes: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The world of the new project: what a document without a world has, to be edited."""
    parts = [f"# The accounts of {name}, and the traffic behind them.\n".encode()]
    for key, value in described(name, schemes).items():
        comment = f"\n# {_COMMENTS[key]}\n" if key in _COMMENTS else "\n"
        parts += [comment.encode(), yaml_writer.written({key: value}, is_compact=not isinstance(value, str))]
    return b"".join(parts)


def handlers_text(name: str, operations: Iterable[Operation]) -> bytes:
    """A handler module with a function for each of these operations."""
    head = f'''\
"""Handlers of {name}: what answers these operations instead of the document alone."""

from __future__ import annotations

from dataclasses import replace

from metermock import Reply, Request
'''
    return (head + "".join(_stub(operation) for operation in operations)).encode()


def _stub(operation: Operation) -> str:
    title = f"{operation.method} {operation.path}"
    lines = [_sentence(title, operation.document.get("summary"))]
    if operation.parameters:
        listed = ", ".join(f"{each.key} ({_kinds(each.types)})" for each in operation.parameters)
        lines += ["", *_wrapped(f"Parameters: {listed}.")]
    fields = _fields(operation)
    if fields:
        lines += ["", *_wrapped(f"Fields of the body: {', '.join(fields)}.")]
    docstring = "\n".join(f"    {line}".rstrip() for line in lines).strip()
    closing = '"""' if len(lines) == 1 else '\n    """'
    first = f'"{fields[0]}": …' if fields else "…"
    return f'''

def {function_name(operation.id)}(request: Request, made: Reply) -> Reply:
    """{docstring}{closing}
    # `made` is the reply of the document alone. Change what matters: {{**made.body, {first}}};
    # request.parameters, request.account and request.usage say what is asked, by whom, and what was used.
    return replace(made, body=made.body)
'''


def _sentence(title: str, summary: Any) -> str:
    text = " ".join(str(summary or "").replace("\\", "").replace('"', "'").split())
    whole = f"{title}: {text}" if text else title
    shown = whole if len(whole) <= _WIDTH - 1 else whole[: _WIDTH - 2] + "…"
    return shown if shown.endswith((".", "!", "?", "…")) else f"{shown}."


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text.replace("\\", "").replace('"', "'"), _WIDTH)


def _kinds(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) if len(types) < 4 else "anything"  # noqa: PLR2004 - more are no help


def _fields(operation: Operation) -> list[str]:
    response = usual(operation)
    for media, schema in response.content.items() if response else ():
        if is_json(media):
            whole = operation.contract.schemas.parts(schema)
            names = [str(name) for part in whole for name in part.get("properties", {})]
            return [name.replace("\\", "").replace('"', "'") for name in dict.fromkeys(names)]
    return []


def readme_text(
    contract: Contract, root: PurePosixPath, folder: str, files: Sequence[tuple[str, str]]
) -> bytes:
    """What the files are, and what to do with them."""
    info = contract.document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    rows = "\n".join(f"| `{path}` | {what} |" for path, what in files)
    return f"""\
# {" ".join(str(title or contract.name).split())}

A mock of this API, and rules that it is held to, with metermock.

| file | what it is |
|---|---|
{rows}

```console
$ metermock serve {folder}       # serve the mock
$ metermock accounts {folder}    # its accounts, each with a curl line
$ metermock check {folder}       # hold the mock to the document and its rules
$ metermock lint {folder}/{root}
```

To check a mock that runs already by its URL, start it with `metermock serve {folder} --strict-credentials`:
without it every credential is let in, which the check tells as a fault.

A new version of the document takes the place of the old one; `metermock lint` says which rules no longer fit.
""".encode()
