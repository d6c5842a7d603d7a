"""The command line of `metermock export`: its arguments, described, parsed and carried out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from metermock.errors import UsageError

if TYPE_CHECKING:  # other commands need no mock
    from metermock.export.recording import Recorded

EXAMPLES = """\
examples:
  metermock export onepin --as json -o fixtures/onepin
  metermock export openapi.yaml --as msw -o src/mocks
  metermock export onepin --as har --url http://localhost:5173/api --accounts steady near-limit -o har
  metermock export onepin --as playwright --now 2026-03-08T12:00:00Z -o tests/onepin
"""
SERVER_ERROR = 500
FORMS = ("json", "msw", "har", "playwright")


def add_export_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `export`."""
    export = commands.add_parser(
        "export",
        help="write the mock's replies to files, for tests without it",
        description="Write the replies of a contract to a folder: one for each operation, account and value"
        " of a choice. The same options give the same bytes.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument(
        "what",
        nargs="+",
        metavar="FILE | URL | CONTRACT | FOLDER",
        help="one contract by name, an OpenAPI document, or a folder with one contract",
    )
    export.add_argument("--as", dest="form", choices=FORMS, required=True, help="the form of the files")
    export.add_argument("-o", "--output", metavar="FOLDER", required=True, help="folder that is written")
    export.add_argument(
        "--accounts",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="only these, of those that `metermock accounts` lists (default: all)",
    )
    export.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation; repeatable"
    )
    export.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="ask with this parameter each operation that has it; repeatable",
    )
    export.add_argument("--now", metavar="INSTANT", help="the clock (default: that of the world)")
    export.add_argument("--seed", type=int, default=0, metavar="N", help="another seed gives other traffic")
    export.add_argument(
        "--url",
        metavar="URL",
        help="where the contract's paths begin in a HAR (default: http://localhost:4010/NAME)",
    )
    export.add_argument("--json", action="store_true", help="print JSON: folder, files and replies")
    export.add_argument(
        "--remote-refs", action="store_true", help="fetch what the document refers to at other addresses"
    )
    export.add_argument(
        "--overlay", action="append", default=[], metavar="FILE", help="apply this Overlay; repeatable"
    )
    export.set_defaults(run=run_export)


def run_export(options: argparse.Namespace) -> None:
    """Write the folder, and say what is in it."""
    from metermock.export.folder import write_folder  # noqa: PLC0415 - see above
    from metermock.export.forms import FORMS, Export  # noqa: PLC0415 - other commands need no mock
    from metermock.export.recording import questions, record  # noqa: PLC0415 - see above
    from metermock.in_process import Options, asgi_app  # noqa: PLC0415 - see above
    from metermock.server.serve import read_now  # noqa: PLC0415 - see above

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
    url = read_url(options.url or f"http://localhost:4010/{site.name}")
    export = Export(site.name, site.clock.now(), url, record(app, asked))
    texts = FORMS[options.form](export)
    index = {"made_by": "metermock export", "as": options.form, "contract": site.name}
    places = write_folder(Path(options.output), index, texts)
    tell_failed(export.replies)
    told = {"folder": options.output, "files": places, "replies": len(export.replies)}
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write(f"{len(export.replies)} replies in {len(places)} files: {options.output}\n")


def read_query(pairs: Sequence[str]) -> dict[str, str]:
    """Read `--query`; UsageError for a text that is no pair."""
    for pair in pairs:
        if not pair.partition("=")[0] or "=" not in pair:
            raise UsageError(f"--query {pair}: write it as NAME=VALUE.")
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in pairs}


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
