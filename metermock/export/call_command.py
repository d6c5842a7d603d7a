"""Carries out `metermock export` of calls."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from metermock.counts import count_of
from metermock.errors import UsageError
from metermock.export.calls import CallExport, export_calls, read_day
from metermock.project import open_words
from metermock.server.running.serve import read_now


def export_calls_of(options: argparse.Namespace) -> None:
    """Write the folder, and say how many calls are in it."""
    project, names = open_words(options.what, remote_refs=options.remote_refs, overlays=options.overlay)
    if len(names) > 1:
        raise UsageError(f"An export is of one contract, not of {', '.join(names)}.\n  Name the one.")
    (name,) = names
    if project.world_path(name) is None:
        raise UsageError(
            f"{name} has no world, so there are no calls behind its replies: they come from the document.\n"
            "  Export them with --as json, msw, har or playwright."
        )
    world = project.load_world(name, seed=options.seed)
    for each in options.accounts:
        if each not in world.accounts:
            raise UsageError(f"{name} has no account {each!r}.\n  It has {', '.join(world.accounts)}.")
    now = read_now(options.now, "--now")
    export = CallExport(
        contract=name,
        world=world,
        seed=options.seed,
        now=world.clock if now is None else now,
        form=options.form,
        folder=Path(options.output),
        accounts=options.accounts or list(world.accounts),
        first=read_day(options.first, "--from"),
        last=read_day(options.last, "--to"),
        is_resumed=options.resume,
    )
    if export.first and export.last and export.last < export.first:
        raise UsageError(f"--to {export.last} is before --from {export.first}.")
    counts = export_calls(export)
    if options.json:
        sys.stdout.write(json.dumps({"folder": options.output, "calls": counts}, indent=2) + "\n")
    else:
        calls, accounts = count_of(sum(counts.values()), "call"), count_of(len(counts), "account")
        sys.stdout.write(f"{calls} of {accounts}: {options.output}\n")
