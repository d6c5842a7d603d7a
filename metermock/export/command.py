"""The command line of `metermock export`: its arguments, described, parsed and carried out."""

from __future__ import annotations

import argparse

from metermock.errors import UsageError

EXAMPLES = """\
examples:
  metermock export onepin --as json -o fixtures/onepin
  metermock export openapi.yaml --as msw -o src/mocks
  metermock export onepin --as har --url http://localhost:5173/api --accounts steady near-limit -o har
  metermock export onepin --as playwright --now 2026-03-08T12:00:00Z -o tests/onepin
  metermock export onepin --as parquet --accounts steady --from 2026-01-01 -o calls
"""
FORMS = ("json", "msw", "har", "playwright")
"""Those of replies."""
CALL_FORMS = ("csv", "ndjson", "parquet")
"""Those of the calls behind the numbers."""


def add_export_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `export`."""
    export = commands.add_parser(
        "export",
        help="write the mock's replies, or the calls behind them, to files",
        description="Write the replies of a contract to a folder, for tests without the mock: one for each"
        " operation, account and value of a choice. As csv, ndjson or parquet, write the calls from which its"
        " numbers follow: a file for each account and day. The same options give the same bytes.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument(
        "what",
        nargs="+",
        metavar="FILE | URL | CONTRACT | FOLDER",
        help="one contract by name, an OpenAPI document, or a folder with one contract",
    )
    export.add_argument(
        "--as", dest="form", choices=(*FORMS, *CALL_FORMS), required=True, help="the form of the files"
    )
    export.add_argument("-o", "--output", metavar="FOLDER", required=True, help="folder that is written")
    export.add_argument(
        "--accounts",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="only these, of those that `metermock accounts` lists (default: all)",
    )
    export.add_argument("--now", metavar="INSTANT", help="the clock (default: that of the world)")
    export.add_argument("--seed", type=int, default=0, metavar="N", help="another seed gives other traffic")
    export.add_argument("--json", action="store_true", help="print JSON: what was written")
    export.add_argument(
        "--remote-refs", action="store_true", help="fetch what the document refers to at other addresses"
    )
    export.add_argument(
        "--overlay", action="append", default=[], metavar="FILE", help="apply this Overlay; repeatable"
    )
    add_reply_options(export)
    add_call_options(export)
    export.set_defaults(run=run_export)


def add_reply_options(export: argparse.ArgumentParser) -> None:
    """Describe what replies alone have."""
    group = export.add_argument_group("replies")
    group.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation; repeatable"
    )
    group.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="ask with this parameter each operation that has it; repeatable",
    )
    group.add_argument(
        "--url",
        metavar="URL",
        help="where the contract's paths begin in a HAR (default: http://localhost:4010/NAME)",
    )


def add_call_options(export: argparse.ArgumentParser) -> None:
    """Describe what calls alone have."""
    group = export.add_argument_group("calls")
    group.add_argument(
        "--from", dest="first", metavar="DAY", help="first day of UTC (default: that of the first call)"
    )
    group.add_argument(
        "--to", dest="last", metavar="DAY", help="last day, which ends with the clock (default: the clock's)"
    )
    group.add_argument(
        "--resume", action="store_true", help="write what is missing of an export that was interrupted"
    )


def run_export(options: argparse.Namespace) -> None:
    """Write replies or calls; UsageError for an option of the other ones."""
    of_replies = {"--operation": options.operation, "--query": options.query, "--url": options.url}
    of_calls = {"--from": options.first, "--to": options.last, "--resume": options.resume}
    has_calls = options.form in CALL_FORMS
    for name, given in (of_replies if has_calls else of_calls).items():
        if given:
            others = FORMS if has_calls else CALL_FORMS
            raise UsageError(f"{name} does not go with --as {options.form}, but with {', '.join(others)}.")
    if has_calls:
        from metermock.export.call_command import export_calls_of  # noqa: PLC0415 - other commands need no ledger

        export_calls_of(options)
    else:
        from metermock.export.reply_command import export_replies  # noqa: PLC0415 - nor a mock

        export_replies(options)
