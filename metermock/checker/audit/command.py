"""The command line of `metermock audit`: its arguments, described and parsed."""

from __future__ import annotations

import argparse
from pathlib import Path

from metermock.checker.audit.options import audit_options

EXAMPLES = """\
examples:
  metermock audit onepin                   which lies the contract notices, field by field
  metermock audit onepin --survivors       only the fields about which some go unnoticed
  metermock audit onepin --at-least 97     fail where less is noticed of what no note explains
"""


def add_audit_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `audit`; its `run` returns the exit code."""
    audit = commands.add_parser(
        "audit",
        help="tell how much a contract can notice",
        description="Change good replies of a mock, one thing at a time; count what the contract notices.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    audit.add_argument("contract", metavar="CONTRACT")
    audit.add_argument("--project", metavar="FOLDER", help="whose contract (default: the bundled ones)")
    audit.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation; repeatable"
    )
    audit.add_argument(
        "--now", action="append", default=[], metavar="INSTANT", help="where the clock stands; repeatable"
    )
    audit.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another world (default: %(default)s)"
    )
    audit.add_argument("--survivors", action="store_true", help="only fields with lies that went unnoticed")
    audit.add_argument("--json", action="store_true", help="as JSON")
    audit.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file")
    audit.add_argument(
        "--at-least",
        type=float,
        metavar="PERCENT",
        help="exit with 1 where less is noticed of the lies that no note explains",
    )
    audit.set_defaults(run=run_audit)


def run_audit(arguments: argparse.Namespace) -> int:
    """Audit a contract and tell the result; 0, or 1 below `--at-least`."""
    wanted = audit_options(arguments)
    from metermock.checker.audit.run import run  # noqa: PLC0415 - other commands do without it

    return run(wanted)
