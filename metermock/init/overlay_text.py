"""The overlay of suggested rules, as its file has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from metermock import yaml_writer
from metermock.contract import Operation
from metermock.init.suggestion import Suggestion

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INTRODUCTION = """\
# Rules that the names and the structure of {document} suggest.
# Each is a `should`, with its reason under x-source.
# Keep what your API promises, change what is nearly true, remove the rest. `level: must` makes a rule count.
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with the operation that it is for, and its id."""

    id: str
    operation: Operation
    suggestion: Suggestion

    def as_rule(self) -> dict[str, Any]:
        """Its entry in `x-rules`."""
        said = self.suggestion
        statuses = [status for status in self.operation.responses if 200 <= status < 300]  # noqa: PLR2004 - 2xx
        status = min(statuses, default=200)
        return {
            "id": self.id,
            "level": "should",
            "message": said.message,
            **({} if status == 200 else {"status": status}),  # noqa: PLR2004 - what a rule is for unless it says
            **({"when": said.when} if said.when else {}),
            "rule": said.rule,
            "x-source": f"suggested: {said.why}",
        }


def overlay_text(
    document: PurePosixPath, version: str, rules: Iterable[Suggested], extends: str | None = None
) -> bytes:
    """An overlay of these rules for a file; each operation is an action.

    `extends` is the file's address from where the overlay lies: beside it, unless it is said.
    """
    grouped: dict[str, list[Suggested]] = {}
    for rule in rules:
        _, pointer = rule.operation.contract.place(rule.operation.pointer)
        grouped.setdefault(json_path(pointer), []).append(rule)
    head = {
        "overlay": "1.1.0",
        "info": {"title": f"Suggested rules for {document.name}", "version": version or "1"},
        "extends": extends or f"./{document.name}",
    }
    parts = [_INTRODUCTION.format(document=document.name).encode(), yaml_writer.written(head), b"actions:\n"]
    for target, its in grouped.items():
        action = {"target": target, "update": {"x-rules": [rule.as_rule() for rule in its]}}
        lines = yaml_writer.written([action]).decode().splitlines()
        operation = its[0].operation
        parts.append(f"  # {operation.method} {operation.path}\n".encode())
        parts.append("".join(f"  {line}\n" for line in lines).encode())
    return b"".join(parts)


def json_path(pointer: Sequence[str | int]) -> str:
    """The JSONPath (RFC 9535) of one part of a document: `$.paths['/usage'].get`."""
    return "$" + "".join(_step(token) for token in pointer)


def _step(token: str | int) -> str:
    if isinstance(token, int):
        return f"[{token}]"
    if _PLAIN.fullmatch(token):
        return f".{token}"
    escaped = "".join(
        f"\\u{ord(each):04x}" if each < " " else f"\\{each}" if each in "\\'" else each for each in token
    )
    return f"['{escaped}']"


def numbered(name: str, found: Mapping[Operation, Iterable[Suggestion]]) -> list[Suggested]:
    """The suggestions of all operations, each with an id."""
    pairs = [(operation, each) for operation, several in found.items() for each in several]
    return [Suggested(f"{name}-{index}", *pair) for index, pair in enumerate(pairs, 1)]
