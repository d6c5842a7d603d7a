"""Holds JSON reports to `docs/report.schema.json`."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "report.schema.json").read_text("utf-8")
)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without room for more: readers must bear new fields, but each is to be documented."""
    closed = copy.deepcopy(schema)
    for part in closed["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return closed


_VALIDATOR = jsonschema_rs.validator_for(_closed(SCHEMA))


def described(report: Any) -> Any:
    """The report, if its schema describes it; an error otherwise."""
    _VALIDATOR.validate(report)
    return report
