"""What must hold in a world's file: its schema, and then the checks of each section."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import chain

import jsonschema_rs

from metermock.ledger.checks.accounts import account_problems
from metermock.ledger.checks.calls import call_problems
from metermock.ledger.checks.credentials import credential_problems
from metermock.ledger.checks.sizes import size_problems
from metermock.source import Source


def check(source: Source) -> None:
    """Raises an error for the first thing that is wrong, with its line."""
    document = source.document
    for error in _schema().iter_errors(document):
        where = tuple(error.instance_path)
        name = str(where[-1]) if where else "the world"
        raise source.error(
            where, f"{name}: {error.message}", "docs/worlds.md lists every key and what it takes"
        )
    checks = (call_problems, account_problems, credential_problems, size_problems)
    for problem in chain.from_iterable(one(document) for one in checks):
        raise source.error(problem.where, problem.text, problem.advice)


@cache
def _schema() -> jsonschema_rs.Validator:
    text = files("metermock.ledger").joinpath("world.schema.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text))
