"""The command line of `metermock learn`: its arguments, described and parsed."""

from __future__ import annotations

import argparse
from pathlib import Path

from metermock.checker.deployment.interruption import interruptible
from metermock.checker.options import parameter_of, rate_text
from metermock.learn.options import REQUESTS, learn_options

EXAMPLES = """\
examples:
  metermock learn https://staging.example --contract openapi.yaml --credential apiKey=env:KEY
  metermock learn --har traffic.har --contract openapi.yaml     from recordings
  metermock learn onepin                                        from a mock that it starts, to try it

The rules come as an Overlay. Each is a `should`, with what it was learned from. Review them first.
Learning again says what still holds, what broke since (exit code 1) and what is new.
Ctrl-C or SIGTERM ends the asking; what was heard until then is learned from (exit code 130, 143).
"""


def add_learn_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `learn`; its `run` returns the exit code."""
    learn = commands.add_parser(
        "learn",
        help="propose rules for a contract, learned from replies",
        description="Ask an API, or read recordings of it; propose rules that its replies keep.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    learn.add_argument(
        "what",
        nargs="*",
        metavar="URL | CONTRACT | FOLDER",
        help="a base URL, or a contract to serve and ask",
    )
    add_sources(learn)
    learn.add_argument(
        "--requests",
        type=_count,
        default=REQUESTS,
        metavar="N",
        help="send at most N requests (default: %(default)s)",
    )
    learn.add_argument(
        "--rate-limit", type=rate_text, metavar="RATE", help="send at most so many: 5/s, 100/min"
    )
    learn.add_argument(
        "--seed", type=int, default=0, metavar="N", help="draw other requests, and other data of a mock"
    )
    add_results(learn)
    learn.set_defaults(run=run_learn)


def add_sources(learn: argparse.ArgumentParser) -> None:
    """Describe where the replies come from."""
    learn.add_argument("--contract", metavar="NAME | FILE", help="the contract of the URL or the recordings")
    learn.add_argument(
        "--har",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="learn from a recording; repeatable",
    )
    learn.add_argument(
        "--credential",
        action="append",
        default=[],
        metavar="[ACCOUNT:]SCHEME=VALUE",
        help="VALUE is env:NAME, file:PATH, cmd:COMMAND or the value; name several accounts: they show more",
    )
    learn.add_argument(
        "--param",
        action="append",
        type=parameter_of,
        default=[],
        metavar="[ACCOUNT:]OPERATION.NAME=VALUE",
        help="a good value of a parameter that only you know",
    )
    learn.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation; repeatable"
    )
    learn.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="apply this Overlay to the document first",
    )


def add_results(learn: argparse.ArgumentParser) -> None:
    """Describe what is written, and where."""
    learn.add_argument(
        "--accept", type=Path, metavar="FILE", help="write only rules whose ids the file lists"
    )
    learn.add_argument("--json", action="store_true", help="as JSON, with the evidence")
    learn.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write to a file; an Overlay that is there is added to, and nothing in it is changed",
    )
    learn.add_argument("--write", action="store_true", help="write the rules into the document itself")
    learn.add_argument("--html", type=Path, metavar="FILE", help="write a page to review the rules")
    learn.add_argument("--quiet", action="store_true", help="say nothing while it learns")


def run_learn(arguments: argparse.Namespace) -> int:
    """Learn rules and write them; 0, 1 where an earlier one broke, or 3 where nothing could be asked."""
    wanted = learn_options(arguments)
    # Importing takes a part of a second, in which a signal may come.
    with interruptible():
        from metermock.learn.run import run  # noqa: PLC0415 - a mistake in the options needs no engine

        return run(wanted)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)
