"""Loading a document of 1,200 operations and about 10 MB, and judging the first reply of many of them.

Each document is read in a process of its own, so that the memory is what it needs: the highest so far. Times
are of the processor; the work is that of one thread, so on an idle core they are those of the clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_OPERATIONS, _SCHEMAS, _GROUP, _ASKED = 1200, 3000, 20, 100
_WORDS = "what this is, in the words of somebody who has a lot to say about it "
_OK = {"description": "ok"}

_MEASURED = """
import json, re, sys, time
from pathlib import Path
from metermock.contract import Exchange, examine

def memory():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024

begun = time.process_time()
contract, _ = examine(sys.argv[1])
loaded = time.process_time() - begun, memory()
seconds = []
for operation in contract.operations[:: len(contract.operations) // int(sys.argv[2])]:
    begun = time.process_time()
    headers, now = {"content-type": "application/json"}, "2026-03-08T12:00:00Z"
    judgement = operation.judge(Exchange(operation.id, {}, {}, 200, headers, {"id": 1}, now))
    assert not judgement.breaches
    seconds.append(time.process_time() - begun)
    if len(seconds) == 1:
        first = memory()
print(json.dumps([*loaded, seconds[0], first, sum(seconds) / len(seconds), memory()]))
"""


def generated(version: str, *, is_linked: bool) -> dict[str, Any]:
    """A document whose schemas all lead to each other, or only within groups of twenty."""
    schemas = {f"S{number}": _schema(version, number, is_linked=is_linked) for number in range(_SCHEMAS)}
    return {
        "openapi": version,
        "info": {"title": "generated", "version": "1"},
        "paths": {f"/r{number}/{{id}}": _path_item(number) for number in range(_OPERATIONS)},
        "components": {"schemas": schemas},
    }


def _schema(version: str, number: int, *, is_linked: bool) -> dict[str, Any]:
    group = 0 if is_linked else number - number % _GROUP
    count = _SCHEMAS if is_linked else _GROUP
    first, second, third, fourth = (
        {"$ref": f"#/components/schemas/S{group + (number * step + 1) % count}"} for step in (7, 13, 3, 5)
    )
    text = {"type": "string", "description": _WORDS, "enum": ["a", "b", "c"]}
    name = {"type": "string", "nullable": True} if version < "3.1" else {"type": ["string", "null"]}
    fields = {
        "id": {"type": "integer", "format": "int64"},
        "name": name,
        "parent": first,
        "rows": {"type": "array", "items": second},
        "owner": {"anyOf": [third, {"type": "string"}]},
        "described": {"allOf": [fourth], "description": _WORDS},
        **{f"f{index}": text for index in range(8)},
    }
    return {"type": "object", "description": _WORDS * 8, "required": ["id"], "properties": fields}


def _path_item(number: int) -> dict[str, Any]:
    path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    queries = [
        {"name": f"q{index}", "in": "query", "description": _WORDS, "schema": {"type": "integer"}}
        for index in range(5)
    ]
    reply = {"application/json": {"schema": {"$ref": f"#/components/schemas/S{number}"}}}
    responses = {"200": {**_OK, "content": reply}, "404": _OK, "default": _OK}
    return {"get": {"description": _WORDS * 8, "parameters": [path, *queries], "responses": responses}}


def report() -> Iterator[str]:
    """Times and memory as a Markdown table."""
    yield (
        "| schemas | form | size | loaded after | memory | first judged reply after | memory "
        f"| first reply of each of {_ASKED} operations, mean | memory |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for is_linked in (True, False):
            for version in ("3.0.3", "3.1.0"):
                document = generated(version, is_linked=is_linked)
                for suffix in ("json", "yaml"):
                    path = Path(folder) / f"api.{suffix}"
                    path.write_text(_written(document, suffix), "utf-8")
                    kind = "all linked" if is_linked else f"in groups of {_GROUP}"
                    yield f"| {kind} | {version} {suffix.upper()} | {_row(path)} |"


def _written(document: dict[str, Any], suffix: str) -> str:
    if suffix == "json":
        return json.dumps(document, indent=1)
    return str(yaml.dump(json.loads(json.dumps(document)), Dumper=yaml.CSafeDumper, sort_keys=False))


def _row(path: Path) -> str:
    words = [sys.executable, "-c", _MEASURED, str(path), str(_ASKED)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    loaded, empty, first, memory, mean, at_last = json.loads(done.stdout)
    size = path.stat().st_size / 1e6
    return (
        f"{size:.1f} MB | {loaded:.1f} s | {empty:.0f} MiB | {loaded + first:.1f} s | {memory:.0f} MiB "
        f"| {mean * 1000:.0f} ms | {at_last:.0f} MiB"
    )
