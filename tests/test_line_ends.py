"""No text with a line break behind it passes for the same text without one.

In Python's regular expressions `$` fits before a line break at the end, too. Elsewhere it does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser

import pytest

import metermock
from metermock.contract.composing import schema_of_name
from metermock.contract.python_patterns import for_python
from metermock.project import bundled_folder

PACKAGE = Path(metermock.__file__).parent
FOLDERS = PACKAGE, bundled_folder() / "handlers"


def has_end(parsed: object) -> bool:
    """Whether a parsed regular expression has a `$` in it."""
    if isinstance(parsed, tuple) and parsed == (_constants.AT, _constants.AT_END):
        return True
    is_many = isinstance(parsed, (list, tuple, _parser.SubPattern))
    return is_many and any(map(has_end, parsed))  # type: ignore[call-overload]


def expressions(source: str) -> Iterator[tuple[int, str, int]]:
    """The regular expressions that are written in a file, by line, with their flags."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args):
            continue
        written = node.args[0]
        parts = written.values if isinstance(written, ast.JoinedStr) else [written]
        texts = [part.value if isinstance(part, ast.Constant) else "x" for part in parts]
        text = "".join(each for each in texts if isinstance(each, str))
        yield node.lineno, text, re.VERBOSE if "VERBOSE" in ast.unparse(node) else 0


def test_no_regular_expression_ends_before_a_line_break() -> None:
    """What is written in the product ends with the other sign, or is held to the whole text."""
    found = [
        f"{path}:{line}: {text}"
        for folder in FOLDERS
        for path in folder.rglob("*.py")
        if "$" in (source := path.read_text("utf-8"))
        for line, text, flags in expressions(source)
        if "$" in text and has_end(_parser.parse(text, flags))
    ]

    assert found == []


@pytest.mark.parametrize(("expression", "ends"), [("a$", True), ("(b|(?:c$)?)d", True), (r"[$]\$\Z", False)])
def test_an_end_is_found_wherever_it_stands(expression: str, *, ends: bool) -> None:
    """The test above sees into groups."""
    assert has_end(_parser.parse(expression)) == ends


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("[$]", "$\n", True),
        (r"\$$", "$", True),
        ("a|b$", "b\n", False),
    ],
)
def test_a_documents_pattern_ends_where_its_language_says(pattern: str, text: str, *, fits: bool) -> None:
    """ECMA-262 has `$` at the end of the text alone."""
    assert (re.search(for_python(pattern), text) is not None) == fits


def test_a_name_with_a_line_break_is_another_name() -> None:
    """A field has the schema of a pattern only where the pattern fits its name."""
    assert schema_of_name("x-a\n", "others", {"^x-[a-z]$": "pattern"}) == "others"
    assert schema_of_name("x-a", "others", {"^x-[a-z]$": "pattern"}) == "pattern"
