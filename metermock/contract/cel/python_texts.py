"""Reads texts by Python's own reader, one thread at a time.

Python 3.11 counts for all threads together how deep a tree is that it makes. Where garbage is collected in
the middle of one, and another thread goes on with its own, both end in a SystemError.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Sequence
from typing import Any

_one = threading.RLock()


def literal(text: str) -> Any:
    """The value of a literal; ValueError or SyntaxError for any other text."""
    with _one:
        return ast.literal_eval(text)


def statements(text: str) -> Sequence[ast.stmt]:
    """The statements of a text; SyntaxError for any other text."""
    with _one:
        return ast.parse(text).body
