"""The command line of `metermock audit`: its arguments, described and parsed."""

from __future__ import annotations

import argparse
from pathlib import Path

from metermock.checker.audit.options import audit_options

EXAMPLES = """\
examples:
  metermock audit onepin                   which changed replies (lies) the contract notices, by field
  metermock audit onepin --survivors       only the fields with an unnoticed lie
  metermock audit onepin --at-least 97     fail if less than 97 % of the unexplained lies are noticed
"""


def add_audit_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `audit`; its `run` returns the exit code."""
    audit = commands.add_parser(
        "audit",
        help="measure how much a contract notices",
        description="Change one thing at a time in a mock's good replies; count what the contract notices.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    audit.add_argument("contract", metavar="CONTRACT")
    audit.add_argument("--project", metavar="FOLDER", help="whose contract (default: the bundled ones)")
    audit.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation; repeatable"
    )
    audit.add_argument(
        "--now",
        action="append",
        default=[],
        metavar="INSTANT",
        help="set the mock's clock to this instant; repeatable",
    )
    audit.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another world of data (default: %(default)s)"
    )
    audit.add_argument("--survivors", action="store_true", help="list only fields with an unnoticed lie")
    audit.add_argument("--json", action="store_true", help="as JSON")
    audit.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file")
    audit.add_argument(
        "--at-least",
        type=float,
        metavar="PERCENT",
        help="exit with 1 if a smaller share is noticed of the lies that no note explains",
    )
    audit.set_defaults(run=run_audit)


def run_audit(arguments: argparse.Namespace) -> int:
    """Audit a contract and write the result; 0, or 1 below `--at-least`."""
    wanted = audit_options(arguments)
    from metermock.checker.audit.run import run  # noqa: PLC0415 - other commands do without it

    return run(wanted)
