"""What must hold in a world's file, beyond being readable."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema_rs

if TYPE_CHECKING:
    from metermock.source import Source


def check(source: Source) -> None:
    """Raises the error of the first thing that is wrong, with its line."""
    for problem in _schema().iter_errors(source.document):
        raise source.error(tuple(problem.instance_path), problem.message, "")


@cache
def _schema() -> jsonschema_rs.Validator:
    text = files("metermock.ledger").joinpath("world.schema.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text))
