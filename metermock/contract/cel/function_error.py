"""How a function of the rule language says that it cannot answer."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 120


class FunctionError(ValueError):
    """A function of the rule language got something that it has no answer for."""


def as_text(value: Any) -> str:
    """A JSON value as people read it, cut where it gets long; fields sorted, for the evaluator mixes them."""
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
