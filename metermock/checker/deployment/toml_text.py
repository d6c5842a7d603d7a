"""TOML files as people write them: what is in them, and on which line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from metermock.errors import UsageError

Where = tuple[str | int, ...]
"""Keys and list indices, from the top."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A TOML file, read."""

    path: Path
    text: str
    document: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> SettingsFile:
        """The file at `path`; UsageError, with its line, if it is no TOML."""
        try:
            text = path.read_text(encoding="utf-8")
            return cls(path, text, tomllib.loads(text))
        except OSError as problem:
            message = f"{path}: cannot be read: {problem.strerror or problem}"
        except UnicodeDecodeError:
            message = f"{path}: is not UTF-8"
        except tomllib.TOMLDecodeError as problem:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(problem))
            where = f"{path}:{place[1]}:{place[2]}" if place else str(path)
            message = f"{where}: is not TOML: {re.sub(r' [(]at .*[)]', '', str(problem))}"
        raise UsageError(message)

    def error(self, where: Where, problem: str) -> UsageError:
        """The error that says what is wrong with the setting at `where`, ready to raise."""
        line = self.line(where)
        return UsageError(f"{self.path}:{line}: {problem}" if line else f"{self.path}: {problem}")

    def table(self, table: Any, where: Where) -> None:
        """Raise unless `table` is a table."""
        if not isinstance(table, dict):
            raise self.error(where, f"`{where[-1]}` has to be a table")

    def only(self, table: Any, names: Sequence[str], where: Where) -> None:
        """Raise unless `table` is a table that has no other keys than these."""
        self.table(table, where)
        for key in table:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                advice = f"did you mean `{near[0]}`? " if near else ""
                known = ", ".join(names)
                raise self.error((*where, key), f"unknown key `{key}`; {advice}known here: {known}")

    def line(self, where: Where) -> int:
        """The line of a setting, or of the nearest table around it; 0 if it cannot be told."""
        lines = self.text.splitlines()
        best, start, end = 0, 0, len(lines)
        tables = [tuple(where[:depth]) for depth in range(len(where) + 1)]
        headers = list(_headers(lines))
        for index, (line, table) in enumerate(headers):
            # Of the tables around the setting the deepest has it; what comes after the next header is
            # another's.
            if table in tables and len(table) >= _depth(headers, best):
                best, start = line, line
                end = headers[index + 1][0] - 1 if index + 1 < len(headers) else len(lines)
        if not best:
            end = headers[0][0] - 1 if headers else len(lines)
        # From the inside out: the innermost key that is written down is the most telling line.
        for key in reversed(where):
            pattern = _written(str(key))
            found = next(
                (at for at in range(start, end) if pattern.search(lines[at].partition("#")[0])), None
            )
            if found is not None:
                return found + 1
        within = (line for line, table in headers if where and table[: len(where)] == where)
        return best or next(within, 0)


def toml_string(text: str) -> str:
    """`text` as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _written(key: str) -> re.Pattern[str]:
    """What a key looks like before its value, or before the next key of its dotted name."""
    escaped = re.escape(key)
    # Only in quotes may a key be empty.
    forms = [f'"{escaped}"', f"'{escaped}'", *([escaped] if key else [])]
    return re.compile(rf"(^|[\s{{,.])({'|'.join(forms)})\s*[=.]")


def _headers(lines: list[str]) -> list[tuple[int, Where]]:
    """Each `[table]` and `[[list]]` line with what it names; lists with the index of their entry."""
    found: list[tuple[int, Where]] = []
    counts: dict[Where, int] = {}
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        if not match:
            continue
        names = [double or single or bare for double, single, bare in _KEY.findall(match[2])]
        table = _indexed(names, counts)
        if match[1] == "[[":
            # Each `[[name]]` is the next entry of a list, so its index is how often it came before.
            counts[table] = counts.get(table, -1) + 1
            table = (*table, counts[table])
        found.append((number, table))
    return found


_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\.?""")


def _indexed(names: list[str], counts: Mapping[Where, int]) -> Where:
    """The names of a header, with the entry that a list among them is at."""
    table: Where = ()
    for name in names[:-1]:
        table = (*table, name)
        if table in counts:
            table = (*table, counts[table])
    return (*table, names[-1])


def _depth(headers: list[tuple[int, Where]], line: int) -> int:
    return next((len(table) for number, table in headers if number == line), 0)
