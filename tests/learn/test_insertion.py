"""Entries are put into a file, of which the rest stays as it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metermock.errors import UsageError
from metermock.learn.insertion import Addition, added
from metermock.source import source_of

AT = ("paths", "/usage", "get")
ENTRY = {"id": "LR-1", "rule": "body.a == 'x: y'"}
DOCUMENT = """\
# The API.
openapi: 3.1.0   # of 2021
paths:
  /usage:
    get:
      operationId: getUsage   # asked often
      description: |
        Two lines,
        the second one.

  # Another one.
  /other: {get: {operationId: other}}
"""


def put(text: str, *additions: Addition) -> str:
    """The text of a YAML file with additions."""
    return added(Path("api.yaml"), text.encode(), additions).decode()


def test_a_new_list_stands_at_the_end_of_its_map() -> None:
    """Comments, quotes and empty lines stay, as the lines that are not new show."""
    made = put(DOCUMENT, Addition(AT, "x-rules", [ENTRY]), Addition(AT, "x-relations", [ENTRY]))

    new = [line for line in made.splitlines() if line not in DOCUMENT.splitlines()]
    assert [line for line in made.splitlines() if line not in new] == DOCUMENT.splitlines()
    assert new[:2] == ["      x-rules:", "        - id: LR-1"]
    operation = source_of("api.yaml", made.encode()).document["paths"]["/usage"]["get"]
    assert (operation["x-rules"], operation["x-relations"]) == ([ENTRY], [ENTRY])


@pytest.mark.parametrize("indent", ["", "    "])
def test_entries_are_put_behind_those_of_a_list(indent: str) -> None:
    """They are indented as these are."""
    text = f"get:\n  x-rules:\n  {indent}- id: A-1\n    {indent}rule: 'true'  # mine\n  tags: [a]\n"

    made = put(text, Addition(("get",), "x-rules", [ENTRY]))

    assert made.startswith(text.removesuffix("  tags: [a]\n") + f"  {indent}- id: LR-1\n")
    assert made.endswith("  tags: [a]\n")


@pytest.mark.parametrize(
    "text", ["\ufeffget:\r\n  a: 1\r\n", "get:\n  a: 1", "get:\n  a: >-\n    b\n\n\nz: 1\n"]
)
def test_ends_of_lines_stay(text: str) -> None:
    """A mark at the beginning, the ends of Windows, a missing last end and empty lines are no matter."""
    made = put(text, Addition(("get",), "x-rules", [ENTRY]))

    assert made.startswith(text.partition("a: ")[0])
    assert ("\r\n" in text) == ("\r\n" in made)
    assert source_of("a.yaml", made.encode()).document["get"]["x-rules"] == [ENTRY]


@pytest.mark.parametrize(
    "text",
    [
        "get: {a: 1}\n",
        "get:\n  x-rules: [{id: A-1}]\n",
        "get:\n  x-rules: text\n",
        "get: text\n",
        "get: &one\n  a: 1\npost: *one\n",
    ],
)
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    """Braces, another kind of value, and a part that is used twice."""
    with pytest.raises(UsageError, match="is left as it is"):
        put(text, Addition(("get",), "x-rules", [ENTRY]))


@pytest.mark.parametrize("indent", [2, 4, "\t", None])
def test_json_keeps_its_indent(indent: int | str | None) -> None:
    """A JSON document is written anew."""
    document = {"get": {"a": "ä", "b": [1.5]}}
    text = json.dumps(document, indent=indent, ensure_ascii=False)

    made = added(Path("api.json"), text.encode(), [Addition(("get",), "x-rules", [ENTRY])]).decode()

    wanted = {"get": {**document["get"], "x-rules": [ENTRY]}}
    assert made == json.dumps(wanted, indent=indent, ensure_ascii=False)


def test_an_overlay_that_cannot_be_added_to_is_not_named_again(tmp_path: Path) -> None:
    """Whoever wrote -o FILE is told to name another one."""
    with pytest.raises(UsageError, match="name another file with -o"):
        added(
            tmp_path / "o.yaml",
            b"actions: [{target: $}]\n",
            [Addition((), "actions", [{"target": "$.info"}])],
        )
