"""The error of a function that has no value for its arguments, and JSON values as messages show them."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 120


class FunctionError(ValueError):
    """A function of the rule language has no value for its arguments."""


def as_text(value: Any) -> str:
    """A JSON value as a message shows it: cut where long; fields sorted, since the evaluator mixes them."""
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
