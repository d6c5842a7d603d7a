"""The command line: it parses arguments and calls what does the work."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from metermock.checker.audit.command import add_audit_command
from metermock.checker.command import add_check_command
from metermock.ctrl_c import INTERRUPTED, is_ctrl_c
from metermock.errors import MetermockError, UsageError
from metermock.export.command import add_export_command
from metermock.init.options import add_init_command
from metermock.learn.command import add_learn_command
from metermock.project import demand_one, documents_of, open_project, open_words
from metermock.version import VERSION

PORT = 4010

EXAMPLES = """\
examples:
  metermock serve                          serve the bundled contracts, each under its name
  metermock serve onepin                   serve one contract, also at the root
  metermock serve openapi.yaml             serve a document: replies are made from its examples and schemas
  metermock serve ./acme --port 0          serve the contracts of a folder, on any free port
  metermock serve --now 2026-03-08T12:00:00Z --strict
  metermock accounts onepin                list the accounts, each with a curl line to paste
  metermock spec onepin -o onepin.yaml     write the contract's document to a file
  metermock lint openapi.yaml              what is wrong with a document, a file or a URL
  metermock init openapi.yaml -o acme      a project for a document: suggested rules, accounts, handlers
  metermock init --overlay openapi.yaml    the suggested rules alone, as an Overlay beside the document
  metermock export onepin --as msw -o mocks   replies for tests without the mock: JSON, MSW, HAR, Playwright
  metermock spec --clean -o specs          write all documents, without what generators do not read
  metermock check                          check the bundled contracts, on a mock that it starts
  metermock check https://staging.example --contract onepin --credential liveApiKey=env:ONEPIN_KEY
  metermock audit onepin --survivors       which wrong values the contract would not notice
  metermock learn onepin                   rules that the replies of a mock keep, as an Overlay to review
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    2 for a mistake in usage or a file; 3 for a port in use, or a deployment that could not be tested;
    1 where a check finds a contract broken; 130 after Ctrl-C.
    """
    open_missing_streams()
    try:
        options = parser().parse_args(arguments)
        code = options.run(options) or 0
        sys.stdout.flush()
    except MetermockError as error:
        sys.stderr.write(f"metermock: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        # The reader of the output has closed it, as `head` does.
        sys.stderr.close()
        return 0
    except OSError as error:
        # Only writing to standard output raises this here: the disk is full, mostly. What Python still holds
        # is written at exit; it has to go to the null device.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"metermock: the output cannot be written: {error.strerror or error}\n")
        return UsageError.exit_code
    except (KeyboardInterrupt, Exception) as error:
        if not is_ctrl_c(error):
            raise
        return INTERRUPTED
    return code


def open_missing_streams() -> None:
    """Open standard output and error to the null device if they are closed, as in some services."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - it stays open as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - see above


class Parser(argparse.ArgumentParser):
    """A parser that repeats no value of an argument which it does not know: it may be a credential."""

    def error(self, message: str) -> NoReturn:
        """End the process with the message."""
        if message.startswith("unrecognized arguments"):
            message = re.sub(r"=.*?(?=\Z| --)", "=…", message)
        super().error(message)


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    top: argparse.ArgumentParser = Parser(
        prog="metermock",
        description="Serve realistic usage APIs from their OpenAPI contracts; check deployments.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"metermock {VERSION}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add_serve(commands)
    add_accounts(commands)
    add_spec(commands)
    add_lint(commands)
    add_init_command(commands)
    add_check_command(commands)
    add_audit_command(commands)
    add_export_command(commands)
    add_learn_command(commands)
    return top


def add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `serve`."""
    serve = commands.add_parser(
        "serve", help="serve contracts as a mock", description="Serve contracts as a mock."
    )
    serve.add_argument(
        "what",
        nargs="*",
        metavar="FILE | URL | CONTRACT | FOLDER",
        help="OpenAPI documents, contracts by name, or a project folder (default: all bundled contracts)",
    )
    add_listening(serve)
    add_replying(serve)
    serve.add_argument(
        "--watch",
        action="store_true",
        help="read documents, overlays, handlers, worlds again when they change",
    )
    serve.add_argument("--access-log", action="store_true", help="print a line for each request")
    serve.add_argument("--verbose", action="store_true", help="log the stack trace of unexpected errors")
    add_overlay(serve)
    serve.set_defaults(run=run_serve)


def add_listening(serve: argparse.ArgumentParser) -> None:
    """Describe where `serve` listens."""
    serve.add_argument(
        "--host", default="localhost", help="address to listen on (default: %(default)s, 127.0.0.1 and [::1])"
    )
    serve.add_argument(
        "--port", type=int, default=PORT, help="port to listen on; 0 takes a free one (default: %(default)s)"
    )
    serve.add_argument(
        "--workers", type=int, default=1, metavar="N", help="number of processes (default: %(default)s)"
    )


def add_replying(serve: argparse.ArgumentParser) -> None:
    """Describe what `serve` replies, and when it refuses."""
    clock = serve.add_mutually_exclusive_group()
    clock.add_argument(
        "--now",
        metavar="INSTANT",
        help="freeze the clock at an instant such as 2026-03-08T12:00:00Z (default: that of the world)",
    )
    clock.add_argument("--live", action="store_true", help="let the clock run, with the machine's time")
    serve.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="another seed gives other traffic (default: %(default)s)",
    )
    serve.add_argument(
        "--strict",
        action="store_true",
        help="answer 500 for a reply that breaks its contract; refuse unknown parameters, unless the contract"
        " promises to ignore them (x-checks: unknown)",
    )
    serve.add_argument(
        "--dynamic",
        action="store_true",
        help="make replies from schemas also where the document has examples",
    )
    serve.add_argument(
        "--no-preferences",
        dest="preferences",
        action="store_false",
        help="ignore what requests want of their replies (Prefer, X-Metermock, /~KEY=VALUE/ before the path)",
    )
    serve.add_argument(
        "--strict-credentials",
        action="store_true",
        help="refuse credentials that `accounts` does not list, whatever a world says of others",
    )
    serve.add_argument(
        "--remote-refs", action="store_true", help="fetch what a document refers to at other addresses"
    )
    serve.add_argument(
        "--rate-limits",
        choices=("off", "documented"),
        default="off",
        help="answer 429 above the documented limits (default: %(default)s)",
    )
    serve.add_argument(
        "--rate-limit-storage",
        default="memory://",
        metavar="URI",
        help="memory:// or redis://HOST:PORT/DB, or env:NAME or file:PATH with it (default: %(default)s)",
    )


def add_overlay(command: argparse.ArgumentParser) -> None:
    """Describe which Overlays are applied to a document."""
    command.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="apply this Overlay to the document, after the one beside it; repeatable",
    )


def add_accounts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `accounts`."""
    accounts = commands.add_parser(
        "accounts",
        help="list accounts and their credentials",
        description="List accounts and their credentials, each with a curl line to paste.",
    )
    accounts.add_argument(
        "what",
        nargs="*",
        metavar="FILE | URL | CONTRACT | FOLDER",
        help="OpenAPI documents, contracts by name, or a project folder (default: all bundled contracts)",
    )
    accounts.add_argument("--json", action="store_true", help="print JSON, with the headers to send")
    where = accounts.add_mutually_exclusive_group()
    where.add_argument("--url", help="URL of the mock (default: http://localhost with the port)")
    where.add_argument(
        "--port", type=int, default=PORT, help="port that the mock was started with (default: %(default)s)"
    )
    add_overlay(accounts)
    accounts.set_defaults(run=run_accounts)


def add_spec(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `spec`."""
    spec = commands.add_parser(
        "spec",
        help="print contracts' documents",
        description="Print a contract's document, or write those of several into a folder.",
    )
    spec.add_argument(
        "contract",
        nargs="*",
        metavar="FILE | URL | CONTRACT | FOLDER",
        help="OpenAPI documents, contracts by name, or a project folder (default: all bundled contracts)",
    )
    spec.add_argument(
        "--project",
        metavar="FOLDER",
        help="folder of the project that has the contract (default: the bundled one)",
    )
    spec.add_argument(
        "--format",
        choices=("yaml", "json"),
        help="format of the document (default: as FILE ends, else as the document is written)",
    )
    spec.add_argument(
        "--server", metavar="URL", help="put this server in the place of the document's, for generators"
    )
    spec.add_argument(
        "--clean", action="store_true", help="leave out x- extensions, but for those that generators read"
    )
    spec.add_argument(
        "-o",
        "--output",
        metavar="FILE | FOLDER",
        help="write to a file, several contracts to a folder (default: standard output)",
    )
    add_overlay(spec)
    spec.set_defaults(run=run_spec)


def add_lint(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `lint`."""
    lint = commands.add_parser(
        "lint",
        help="list what is wrong with OpenAPI documents",
        description="List what is wrong with OpenAPI documents: 0 nothing, 1 errors, 2 not usable at all.",
    )
    lint.add_argument(
        "document",
        nargs="+",
        metavar="FILE | URL | FOLDER",
        help="an OpenAPI document, YAML or JSON, or a project, for all of its documents",
    )
    lint.add_argument(
        "--style", action="store_true", help="hold them to the style of the bundled documents too"
    )
    lint.add_argument(
        "--json", action="store_true", help="print JSON: file, line, column, level, problem, advice"
    )
    lint.add_argument(
        "--remote-refs", action="store_true", help="fetch what a document refers to at other addresses"
    )
    lint.add_argument("--all", action="store_true", help="print all problems of a kind, not the first three")
    add_overlay(lint)
    lint.set_defaults(run=run_lint)


def run_serve(options: argparse.Namespace) -> None:
    """Serve until a signal stops it."""
    from metermock.server.running.serve import serve  # noqa: PLC0415 - other commands need no server

    project, names = open_words(options.what, remote_refs=options.remote_refs, overlays=options.overlay)
    serve(project, names, options)


def run_accounts(options: argparse.Namespace) -> None:
    """List accounts."""
    from metermock.server.pages.accounts import as_lines, list_accounts  # noqa: PLC0415 - see run_serve

    project, names = open_words(options.what, overlays=options.overlay)
    url = options.url or f"http://localhost:{options.port}"
    listed = [
        account
        for name in names
        for contract in [project.load_contract(name)]
        for account in list_accounts(
            contract,
            project.load_world(name, contract),
            url.rstrip("/") + contract.prefix(is_alone=len(names) == 1),
        )
    ]
    text = json.dumps(listed, indent=2, ensure_ascii=False) if options.json else as_lines(listed)
    sys.stdout.write(text + "\n")


def run_lint(options: argparse.Namespace) -> int:
    """List problems of documents."""
    from metermock.contract.lint.command import lint  # noqa: PLC0415 - see run_serve

    return lint(
        [document for word in options.document for document in documents_of(word)],
        style=options.style,
        as_json=options.json,
        remote_refs=options.remote_refs,
        everything=options.all,
        overlays=[Path(each) for each in options.overlay],
    )


def run_spec(options: argparse.Namespace) -> None:
    """Hand out documents."""
    from metermock.spec import Handout, write_documents  # noqa: PLC0415 - see run_serve

    words = options.contract
    if options.project is None:
        project, names = open_words(words, overlays=options.overlay)
    else:
        project = replace(
            open_project(options.project), further=tuple(Path(each) for each in options.overlay)
        )
        names = list(dict.fromkeys(words)) or list(project.contracts)
        for name in names:
            project.contract_path(name)
        demand_one(names, options.overlay)
    handout = Handout(notation=options.format, server=options.server, is_clean=options.clean)
    is_one = bool(words) and len(names) == 1
    write_documents(project, names, handout, output=options.output, is_one=is_one)
