"""HAR files, read and held to the specification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMA = json.loads(Path(__file__).with_name("har-1.2.schema.json").read_text(encoding="utf-8"))


def log_of(path: Path) -> dict[str, Any]:
    """The log in a file, which is HAR 1.2."""
    found = json.loads(path.read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(SCHEMA).validate(found)
    log: dict[str, Any] = found["log"]
    return log
