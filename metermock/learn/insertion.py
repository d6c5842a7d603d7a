"""Puts entries into lists of a YAML or JSON file, and leaves the rest of a YAML file as it is written.

What comes out is read again: a file is never written that does not say what it said before, and the entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from metermock import json_pointer, yaml_writer
from metermock.errors import UsageError
from metermock.source import Pointer, apart, source_of

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Addition:
    """Entries for the end of the list `name` of the map at `pointer`; the list is made where it lacks."""

    pointer: Pointer
    name: str
    entries: Sequence[Any]


def added(path: Path, text: bytes, additions: Sequence[Addition]) -> bytes:
    """The text of a file with the additions; UsageError where they cannot be put into it."""
    source = source_of(path, text, is_lenient=True)
    wanted = apart(source.document)
    for each in additions:
        _append(path, wanted, each)
    if source.is_json:
        made = _as_json(text, wanted)
    else:
        made = _as_yaml(path, text.removeprefix(_BOM).decode(), additions).encode()
        made = _BOM + made if text.startswith(_BOM) else made
    if source_of(path, made, is_lenient=True).document != wanted:
        raise _unable(path, "what it says would change elsewhere, as where a part is used twice")
    return made


def _append(path: Path, document: Any, addition: Addition) -> None:
    around = json_pointer.at(document, addition.pointer)
    if not isinstance(around, dict) or not isinstance(around.get(addition.name, []), list):
        place = json_pointer.text_of(addition.pointer)
        raise _unable(path, f"{place} is no map with a list {addition.name}")
    around[addition.name] = [*around.get(addition.name, []), *addition.entries]


def _unable(path: Path, why: str) -> UsageError:
    return UsageError(f"{path} cannot be added to, and is left as it is: {why}\n  name another file with -o")


def _as_json(text: bytes, document: Any) -> bytes:
    """JSON with the indent that the text has."""
    found = re.search(rb"[\[{]\r?\n([ \t]+)", text)
    indent: str | None = found[1].decode() if found else None
    is_ascii = text.isascii() and b"\\u" in text
    made = json.dumps(document, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    made += b"\n" if text.endswith(b"\n") else b""
    made = made.replace(b"\n", b"\r\n") if b"\r\n" in text else made
    return _BOM + made if text.startswith(_BOM) else made


def _as_yaml(path: Path, text: str, additions: Sequence[Addition]) -> str:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    places = [(*_place(path, root, each, lines), each) for each in additions]
    places.sort(key=lambda place: place[0])
    # From the last line upwards, so that the numbers of the others stay what they are.
    for line, indent, is_new, each in reversed(places):
        written = yaml_writer.written(list(each.entries)).decode().splitlines()
        shown = [" " * (indent + 2 * is_new) + one if one else one for one in written]
        shown = [" " * indent + f"{each.name}:", *shown] if is_new else shown
        lines[line:line] = [one + end for one in shown]
    return "".join(lines)


def _place(path: Path, root: Any, addition: Addition, lines: list[str]) -> tuple[int, int, bool]:
    """The line before which entries are put, how far they are indented, and whether the list is new."""
    node = root
    for step in addition.pointer:
        node = _member(node, step)
    where = json_pointer.text_of(addition.pointer) or "the document"
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise _unable(path, f"{where} stands in braces")
    listed = _member(node, addition.name)
    if listed is None:
        return _after(node, lines), node.value[0][0].start_mark.column, True
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
        raise _unable(path, f"{addition.name} of {where} stands in brackets")
    return _after(listed, lines), listed.start_mark.column, False


def _member(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _after(node: Any, lines: list[str]) -> int:
    """The line after a node; what it calls its end is behind the comments that follow."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    mark = node.end_mark
    if mark.column or mark.line == node.start_mark.line:
        return int(mark.line) + 1
    # A block of text ends where the next thing begins.
    line = int(mark.line)
    while line and not lines[line - 1].strip():
        line -= 1
    return line
