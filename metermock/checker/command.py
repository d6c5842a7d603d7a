"""The command line of `metermock check`: its arguments, described and parsed."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import get_args

from metermock.checker.deployment.interruption import interruptible
from metermock.checker.deployment.options import Grade, Options
from metermock.checker.option_table import WHOLE_RUN, OptionTable
from metermock.checker.options import check_options, har_of, options_of, parameter_of, rate_text, report_of
from metermock.checker.profiles import PROFILES
from metermock.checker.reports import FORMS
from metermock.errors import UsageError

_OF_A_RUN = ("config", "credential", "plan", "json")
"""Options that a test of pytest has of its own, besides those of a whole run."""

EXAMPLES = """\
examples:
  metermock check                                          the bundled contracts, on a mock that it starts
  metermock check onepin                                   one of them
  metermock check ./acme                                   the contracts of a folder, on a mock that it starts
  metermock check https://staging.example --contract onepin --credential liveApiKey=env:ONEPIN_KEY
  metermock check --config metermock.toml --plan           how many requests each profile would send
  metermock check --config metermock.toml                  every target of the file
  metermock check --config metermock.toml staging --report junit=junit.xml --report html=check.html

exit codes:
  0 the contract is kept   1 it is broken   2 a mistake in options or files   3 it could not be tested
  130, 143 interrupted by Ctrl-C or SIGTERM; what was learnt until then is reported
"""


def add_check_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `check`; its `run` returns the exit code."""
    _described(commands).set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Check every target, write every report; 0 kept, 1 broken, 3 could not be tested."""
    # Reading the options and importing the checker takes a part of a second, in which a signal may come.
    with interruptible() as interruption:
        wanted = check_options(arguments)
        # Imported here: other commands do without the checker, and so does a mistake in the options.
        if not wanted.profiles:
            from metermock.checker.run import run  # noqa: PLC0415 - see above

            return run(wanted)
    if interruption.number:
        return interruption.exit_code
    from metermock.checker.plan import print_plan  # noqa: PLC0415 - see above

    return print_plan(wanted)


def options_in(text: str) -> Options:
    """The options in a text such as `--no-fuzz --seed 7`; UsageError for others."""
    arguments = arguments_in(text)
    return options_of(arguments.table.settled(vars(arguments)))


def arguments_in(text: str) -> argparse.Namespace:
    """The parsed arguments in a text; UsageError for one that is no option of how to check."""
    parser = argparse.ArgumentParser(prog="metermock check", add_help=False, exit_on_error=False)
    _add_all(parser)
    try:
        arguments, unknown = parser.parse_known_args(shlex.split(text))
    except (argparse.ArgumentError, ValueError) as problem:
        raise UsageError(f"--metermock-options {text}: {problem}") from None
    elsewhere = [f"--{key}" for key in arguments.table.given(arguments) if key in (*WHOLE_RUN, *_OF_A_RUN)]
    if unknown or arguments.what or elsewhere:
        words = " ".join([*unknown, *arguments.what, *elsewhere])
        raise UsageError(f"--metermock-options: unrecognized arguments: {words}")
    return arguments


def _described(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    check = commands.add_parser(
        "check",
        help="check that a deployment keeps its contract",
        description="Check that a deployment, mock or real, keeps its contract.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_all(check)
    return check


def _add_all(check: argparse.ArgumentParser) -> None:
    _add_targets(check)
    _add_selection(check)
    _add_manners(check)
    _add_reports(check)
    # Last, because it takes up what the parser has.
    check.set_defaults(table=OptionTable(check))


def _add_targets(check: argparse.ArgumentParser) -> None:
    group = check.add_argument_group("what to check")
    group.add_argument(
        "what",
        nargs="*",
        metavar="URL | TARGET | CONTRACT | FOLDER",
        help="a base URL, targets of --config, or contracts to serve and check (default: all bundled ones)",
    )
    group.add_argument(
        "--contract",
        metavar="NAME | FILE | URL | FOLDER",
        help="a bundled contract, a document, or a project with one",
    )
    group.add_argument(
        "--remote-refs", action="store_true", help="fetch what a document refers to at other addresses"
    )
    group.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="apply this Overlay to the document, after the one beside it",
    )
    group.add_argument(
        "--credential",
        action="append",
        default=[],
        metavar="[ACCOUNT:]SCHEME=VALUE",
        help="VALUE is env:NAME, file:PATH, cmd:COMMAND or the value (default: the mock's public accounts)",
    )
    group.add_argument(
        "--param",
        action="append",
        type=parameter_of,
        default=[],
        metavar="[ACCOUNT:]OPERATION.NAME=VALUE",
        help="a good value of a parameter that only you know, for all accounts or one: getMeter.id=tokens",
    )
    group.add_argument("--config", type=Path, metavar="FILE", help="a metermock.toml with targets")
    group.add_argument(
        "--live",
        action="store_true",
        help="let the clock of the mock that it starts run (default: it stands still)",
    )


def _add_selection(check: argparse.ArgumentParser) -> None:
    group = check.add_argument_group("which rules, and what counts")
    group.add_argument("--operation", action="append", default=[], metavar="ID", help="only this operation")
    group.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only operations with this tag"
    )
    group.add_argument(
        "--path", action="append", default=[], metavar="PATTERN", help="only paths such as /v1/usage or /v1/*"
    )
    group.add_argument("--rule", action="append", default=[], metavar="ID", help="only this rule: ZK-3, ZK-*")
    group.add_argument(
        "--skip", action="append", default=[], metavar="ID", help="leave this rule or operation out"
    )
    group.add_argument("--strict", action="store_true", help="a broken should counts like a broken must")
    group.add_argument("--require-all", action="store_true", help="fail if a must rule never ran")
    group.add_argument(
        "--allow-untested",
        action="store_true",
        help="pass a run that --max-requests or --max-time ended before every must rule ran",
    )
    group.add_argument(
        "--undocumented-fields",
        choices=get_args(Grade),
        help="fields that no schema names (default: must where the schema forbids others, else should)",
    )
    group.add_argument(
        "--integer-as-float",
        choices=get_args(Grade),
        help="integers written as 25.0 (default: must where x-checks names them, else should)",
    )
    group.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        default="full",
        help="how much is asked: quick is 150 requests, nightly 900 at 60/min, without random ones "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--no-fuzz", action="store_true", default=None, help="send no random requests (schemathesis)"
    )
    group.add_argument(
        "--seed",
        type=_at_least(0),
        default=0,
        metavar="N",
        help="draw other requests and, on a mock that it starts, other data (default: %(default)s)",
    )


def _add_manners(check: argparse.ArgumentParser) -> None:
    group = check.add_argument_group("how to ask")
    group.add_argument(
        "--rate-limit", type=rate_text, metavar="RATE", help="send at most so many requests: 5/s, 100/min"
    )
    group.add_argument(
        "--plan",
        action="store_true",
        help="print how many requests each profile sends, counted on a mock; check nothing",
    )
    group.add_argument(
        "--max-requests", type=_at_least(1), metavar="N", help="stop after N requests per target"
    )
    group.add_argument(
        "--max-time", type=_seconds, metavar="SECONDS", help="stop checking a target after that time"
    )
    group.add_argument(
        "--max-failures",
        type=_at_least(1),
        metavar="N",
        help="stop checking a target after N failing findings",
    )
    group.add_argument(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="how long to wait for a reply (default: %(default)s)",
    )
    group.add_argument(
        "--retries",
        type=_at_least(0),
        default=2,
        metavar="N",
        help="ask again so often where a connection breaks or a gateway answers (default: %(default)s)",
    )
    group.add_argument(
        "--workers",
        type=_at_least(1),
        default=4,
        metavar="N",
        help="requests at a time (default: %(default)s)",
    )
    group.add_argument(
        "--unsafe-methods",
        action="store_true",
        help="also send methods that may change data (POST, PUT, PATCH, DELETE)",
    )
    group.add_argument("--ca-file", type=Path, metavar="FILE", help="trust this certificate authority too")
    group.add_argument("--insecure", action="store_true", help="do not verify TLS")


def _add_reports(check: argparse.ArgumentParser) -> None:
    group = check.add_argument_group("reports")
    group.add_argument(
        "--report",
        action="append",
        type=report_of,
        default=[],
        metavar="FORM=FILE",
        help=f"write a report: {', '.join(FORMS)}; - as FILE is standard output",
    )
    group.add_argument(
        "--json",
        action="store_true",
        help="print the JSON report, as --report json=- does; with --plan the plan",
    )
    group.add_argument(
        "--har", type=har_of, metavar="FILE", help="write all requests and replies, without secrets"
    )
    group.add_argument("--baseline", type=Path, metavar="FILE", help="findings that are known and forgiven")
    group.add_argument("--update-baseline", action="store_true", help="add every new finding to the baseline")
    group.add_argument(
        "--diff", type=Path, metavar="FILE", help="say what is new and gone since this earlier JSON report"
    )
    group.add_argument(
        "--all", action="store_true", help="list every part of a finding, not those of one cause together"
    )
    group.add_argument("--quiet", action="store_true", help="say nothing while the check runs")


def _at_least(least: int) -> type:
    def whole(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
        return int(text)

    return whole  # type: ignore[return-value]


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in seconds")
    return value
