"""`metermock serve`: makes settings of options, and checks everything before the port answers."""

from __future__ import annotations

import argparse
import sys
import time

from metermock.errors import UsageError
from metermock.project import Project
from metermock.server.reader import Reader
from metermock.server.settings import Settings
from metermock.server.storage import is_in_memory, read_storage

YEAR = 366 * 86_400
WATCHES = "  Its files are read again when they change; options and the port need a new start.\n"


def serve(project: Project, names: list[str], options: argparse.Namespace) -> None:
    """Serve contracts until a signal stops it."""
    settings = read_settings(project, names, options)
    from metermock.server.app import start_logging, tell_left_out, tell_unkept  # noqa: PLC0415 - after the cheap checks
    from metermock.server.running.process import LOCAL, check_storage, listen, run  # noqa: PLC0415 - see above

    if options.live and (warning := live_warning(int(time.time()))):
        sys.stderr.write(f"metermock: {warning}\n")
    if settings.rate_limits or not is_in_memory(settings.rate_limit_storage):
        check_storage(settings.rate_limit_storage)
    reader = Reader(settings)
    if options.workers > 1:
        # Each worker loads for itself. Loaded here first, a broken file is reported once.
        start_logging(settings)
        services = reader.start()
        tell_left_out(services, limited=settings.rate_limits)
        tell_unkept(services, settings)
    listeners = listen(options.host, options.port)
    host, port = listeners[0].getsockname()[:2]
    host = options.host if options.host == LOCAL else host
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def ready(start: str) -> None:
        sys.stdout.write(
            f"metermock serves {', '.join(names)} on {url}\n"
            f"  curl {url}{start}    lists accounts and requests\n"
            f"{WATCHES if options.watch else ''}"
        )
        sys.stdout.flush()

    run(reader, listeners, access_log=options.access_log, watch=options.watch, ready=ready)


def read_settings(project: Project, names: list[str], options: argparse.Namespace) -> Settings:
    """Make settings of options; UsageError for options that do not fit together."""
    if options.workers < 1:
        raise UsageError(f"--workers {options.workers}: at least one process has to serve.")
    limited = options.rate_limits == "documented"
    storage = read_storage(options.rate_limit_storage)
    if limited and options.workers > 1 and is_in_memory(storage):
        raise UsageError(
            f"{options.workers} workers cannot share counts in memory.\n"
            "  Add --rate-limit-storage redis://HOST:PORT/DB, or use --workers 1."
        )
    return Settings(
        folder=str(project.folder),
        contracts=tuple(names),
        root=len(names) == 1,
        now=read_now(options.now, "--now"),
        live=options.live,
        seed=options.seed,
        strict=options.strict,
        verbose=options.verbose,
        tells_left_out=options.workers == 1,
        rate_limits=limited,
        rate_limit_storage=storage,
        workers=options.workers,
        words=tuple(options.what),
        documents=tuple((name, str(place)) for name, place in project.documents.items()),
        remote_refs=project.remote_refs,
        overlays=tuple(map(str, project.further)),
        dynamic=options.dynamic,
        preferences=options.preferences,
        strict_credentials=options.strict_credentials,
    )


def read_now(text: str | None, option: str) -> int | None:
    """Read the instant of an option; UsageError for a text that is not an instant."""
    if text is None:
        return None
    from metermock.ledger.calendar import END, instant_text, read_clock  # noqa: PLC0415 - only such an option needs it

    try:
        now: int = read_clock(text)
    except ValueError:
        raise UsageError(f"{option} {text}: not an instant.\n  Write it as 2026-03-08T12:00:00Z.") from None
    if not 0 <= now < END:
        raise UsageError(
            f"{option} {text}: the ledger goes from {instant_text(0)} to {instant_text(END - 1)}.\n"
            "  Choose an instant between."
        )
    return now


def live_warning(now: int) -> str | None:
    """Return what to tell of a clock that runs from now on; UsageError where the ledger has ended."""
    from metermock.ledger.calendar import END, instant_text  # noqa: PLC0415 - only `--live` needs it

    last = instant_text(END - 1)
    if now >= END:
        raise UsageError(
            f"--live: it is {instant_text(now)}, and the ledger ends with {last}.\n"
            "  Freeze the clock with --now, set the machine's clock, or install a newer metermock."
        )
    if now >= END - YEAR:
        return f"--live: the ledger ends with {last}; from then on nothing can be answered."
    return None
