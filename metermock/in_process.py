"""A mock inside this process, for tests in Python: in a thread, or as an application without a socket.

    with serve_in_thread("onepin", now="2026-03-08T12:00:00Z") as mock:
        httpx.get(f"{mock.url}/api/v1/usage/summary", headers=mock.accounts()["steady"]["headers"])

What is served, and what each option means, is as of `metermock serve`. Nothing is changed for the rest of the
process: no logging, no signals, no settings of Python.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from metermock.errors import CannotTestError, UsageError
from metermock.project import open_words
from metermock.server.settings import Settings

if TYPE_CHECKING:  # they import numpy and connexion, for which `import metermock` does not wait
    from uvicorn import Server

    from metermock.server.dispatcher import Dispatcher

HOST = "127.0.0.1"


class Options(TypedDict, total=False):
    """What `metermock serve` has as options, by the same names."""

    now: str
    """Freezes the clock at an instant, such as 2026-03-08T12:00:00Z."""
    live: bool
    seed: int
    strict: bool
    dynamic: bool
    preferences: bool
    strict_credentials: bool
    remote_refs: bool
    overlays: Sequence[str | Path]
    rate_limits: bool
    """Whether the documented limits are enforced."""


class MockServer:
    """A mock that serves in a thread of this process, until `stop` or the end of its `with` block."""

    def __init__(self, app: Dispatcher, port: int) -> None:
        """Serve on a port; PortInUseError if it is taken. 0 takes a free one."""
        from uvicorn import Server  # noqa: PLC0415 - `import metermock` does not wait for it

        from metermock.server.running.process import bind, config_of  # noqa: PLC0415 - see above

        listener = bind(HOST, port)
        self.app = app
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        """Where a single contract's own paths begin; of several, each begins with `/NAME` behind it."""
        # Without an access log, uvicorn takes the handlers off its logger.
        self._server: Server = Server(config_of(app, access_log=True))
        self._settled = threading.Event()
        self._is_up = False
        app.on_start = self._note_start
        self._thread = threading.Thread(target=self._run, args=(listener,), name="metermock", daemon=True)
        self._thread.start()
        self._settled.wait()
        if not self._is_up:
            raise CannotTestError("The mock did not start; the log says why.")

    def accounts(self, contract: str | None = None) -> dict[str, dict[str, Any]]:
        """Return what `metermock accounts --json` lists of a contract, by the names of the accounts.

        The contract need not be named where only one is served.
        """
        from metermock.server.pages.accounts import list_accounts  # noqa: PLC0415 - see above

        served = list(self.app.mounts)
        name = served[0] if contract is None and len(served) == 1 else contract
        if name not in self.app.mounts:
            known = ", ".join(served)
            raise UsageError(f"accounts({contract!r}): name one of the contracts that are served: {known}.")
        site = self.app.mounts[name].site
        listed = list_accounts(site.contract, site.world, self.url + site.prefix)
        return {each["account"]: each for each in listed}

    def stop(self) -> None:
        """Stop serving, and wait until the port is closed."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def _note_start(self) -> None:
        self._is_up = True
        self._settled.set()

    def _run(self, listener: Any) -> None:
        try:
            self._server.run(sockets=[listener])
        finally:
            self._settled.set()


class MockServers:
    """Mocks in threads of this process, one for each choice of contracts and options."""

    def __init__(self) -> None:
        self._started: dict[str, MockServer] = {}

    def __call__(self, *contracts: str | Path, **options: Unpack[Options]) -> MockServer:
        """Return the mock of these contracts and options, which is started when it is first asked for."""
        choice = repr((contracts, sorted(options.items())))
        if choice not in self._started:
            self._started[choice] = serve_in_thread(*contracts, **options)
        return self._started[choice]

    def stop(self) -> None:
        """Stop them all."""
        while self._started:
            self._started.popitem()[1].stop()


def serve_in_thread(*contracts: str | Path, port: int = 0, **options: Unpack[Options]) -> MockServer:
    """Serve contracts in a thread of this process, and return when requests are answered.

    `contracts` are words as of `metermock serve`: names, documents, URLs, or a project's folder; without one
    all bundled contracts are served. UsageError, SourceError or PortInUseError says why it cannot be.
    """
    return MockServer(asgi_app(*contracts, **options), port)


def asgi_app(*contracts: str | Path, **options: Unpack[Options]) -> Dispatcher:
    """Return contracts as an ASGI application, for a client that needs no socket: `httpx.ASGITransport`.

    The arguments are those of `serve_in_thread`.
    """
    from metermock.server.app import assembled, load_services, tell_left_out  # noqa: PLC0415 - see above

    settings = _settings(contracts, **options)
    services = load_services(settings)
    tell_left_out(services, limited=settings.rate_limits)
    return assembled(services, settings)


def _settings(
    contracts: Sequence[str | Path],
    *,
    now: str | None = None,
    live: bool = False,
    remote_refs: bool = False,
    overlays: Sequence[str | Path] = (),
    **further: Any,
) -> Settings:
    """Read the options; UsageError where they do not fit together, TypeError for one that there is not."""
    from metermock.server.running.serve import read_now  # noqa: PLC0415 - see above

    if live and now is not None:
        raise UsageError(f"now={now!r} and live=True: a clock is frozen, or it runs. Leave one out.")
    unknown = further.keys() - Options.__annotations__.keys()
    if unknown:
        known = ", ".join(Options.__annotations__)
        raise TypeError(f"There is no option {min(unknown)!r}. There are {known}.")
    project, names = open_words(
        [str(each) for each in contracts], remote_refs=remote_refs, overlays=[str(each) for each in overlays]
    )
    return Settings(
        folder=str(project.folder),
        contracts=tuple(names),
        root=len(names) == 1,
        now=read_now(now, "now"),
        live=live,
        documents=tuple((name, str(place)) for name, place in project.documents.items()),
        remote_refs=remote_refs,
        overlays=tuple(map(str, project.further)),
        **further,
    )
