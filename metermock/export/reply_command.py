"""Carries out `metermock export` of replies."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from metermock.contract import Contract
from metermock.counts import count_of
from metermock.errors import UsageError
from metermock.export.folder import write_folder
from metermock.export.forms import FORMS, Export
from metermock.export.recording import Recorded, questions, record
from metermock.in_process import Options, asgi_app
from metermock.server.running.serve import read_now

CLIENT_ERROR, SERVER_ERROR = 400, 500


def export_replies(options: argparse.Namespace) -> None:
    """Write the folder, and say what is in it."""
    chosen: Options = {
        "seed": options.seed,
        "overlays": options.overlay,
        "remote_refs": options.remote_refs,
    }
    if read_now(options.now, "--now") is not None:
        chosen["now"] = options.now
    app = asgi_app(*options.what, **chosen)
    if len(app.mounts) > 1:
        raise UsageError(f"An export is of one contract, not of {', '.join(app.mounts)}.\n  Name the one.")
    (mount,) = app.mounts.values()
    site = mount.site
    asked = questions(
        site.contract,
        site.world,
        accounts=options.accounts,
        operations=options.operation,
        query=read_query(options.query),
    )
    url = read_url(options.url or f"http://localhost:4010{site.prefix}")
    export = Export(site.name, site.clock.now(), url, record(app, asked))
    demand_accepted(export.replies, read_query(options.query), site.contract)
    texts = FORMS[options.form](export)
    index = {"made_by": "metermock export", "as": options.form, "contract": site.name}
    places = write_folder(Path(options.output), index, texts)
    tell_failed(export.replies)
    told = {"folder": options.output, "files": places, "replies": len(export.replies)}
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write(f"{told['replies']} replies in {count_of(len(places), 'file')}: {options.output}\n")


def read_query(pairs: Sequence[str]) -> dict[str, str]:
    """Read `--query`; UsageError for a text that is no pair."""
    for pair in pairs:
        if not pair.partition("=")[0] or "=" not in pair:
            raise UsageError(f"--query {pair}: write it as NAME=VALUE.")
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in pairs}


def demand_accepted(replies: Iterable[Recorded], query: Mapping[str, str], contract: Contract) -> None:
    """Raise UsageError for a pair of `--query` that no accepted account may send to any operation."""
    asked = [each for each in replies if not each.question.is_refused and not each.question.choice]
    for name, value in query.items():
        own = [each for each in asked if (name, value) in each.question.query]
        if own and all(CLIENT_ERROR <= each.status < SERVER_ERROR for each in own):
            statuses = ", ".join(sorted({str(each.status) for each in own}))
            raise UsageError(f"--query {name}={value} is refused with {statuses}.{_values(contract, name)}")


def _values(contract: Contract, name: str) -> str:
    """What an enum of the parameter allows, as a sentence of its own."""
    own = [each for one in contract.operations for each in one.parameters if each.name == name]
    values = dict.fromkeys(each.text(value) for each in own for value in each.resolved.get("enum", ()))
    return f"\n  Its values are {', '.join(values)}." if values else ""


def read_url(text: str) -> str:
    """Read `--url`; UsageError for a text that is no whole URL."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"--url {text} is no URL.\n  Write it whole, such as http://localhost:5173/api.")
    return text.rstrip("/")


def tell_failed(replies: Iterable[Recorded]) -> None:
    """Say which operations the mock could not answer: its 5xx are exported as they are."""
    failed = dict.fromkeys(each.question.operation for each in replies if each.status >= SERVER_ERROR)
    for operation in failed:
        sys.stderr.write(f"metermock: {operation} is answered with 5xx; see the messages above.\n")
