"""Several processes that serve, and read their files again when the one that started them says so.

That one alone watches and speaks. It sends each worker SIGUSR1, and a worker writes into a pipe, which all
share, that it is up and when it has read: so what is said to be read is what every new request gets.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from metermock.server.app import first_app, start_logging
from metermock.server.current import Current
from metermock.server.lasting import lasting_of
from metermock.server.reader import News, Reader
from metermock.server.running.renewal import Renewal
from metermock.server.running.replacing import Replacing, tell_read
from metermock.server.running.signals import HANGUP, on_hangup
from metermock.server.settings import Settings

logger = logging.getLogger("metermock")

AGAIN = getattr(signal, "SIGUSR1", None)
"""Tells a worker to read again; Windows has no such signal."""
LONGEST = 60.0
"""Seconds that workers may take to read again before it is said that they have not."""


class Ended(Exception):  # noqa: N818 - no error
    """A signal asks for the end."""


class Workers(Multiprocess):
    """Starts workers, and starts another for each that ends."""

    def __init__(
        self,
        config: Config,
        sockets: list[socket.socket],
        reader: Reader,
        answers: Connection,
        *,
        watch: bool,
    ) -> None:
        """`answers` is the end of the pipe that is read."""
        self.renewal = Renewal(reader, self.take, watch=watch)
        self.answers = answers
        self.up: set[int] = set()
        """The workers that wait for signals."""
        before = signal.getsignal(HANGUP) if HANGUP else None
        super().__init__(config, sockets)
        self.is_ending = self.is_starting = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.end)
        if HANGUP:
            # Uvicorn takes all signals; under `nohup` this one has to stay ignored.
            signal.signal(HANGUP, before)
            on_hangup(self.renewal.ask)

    def start(self) -> None:
        """Serve until a signal stops it."""
        self.renewal.start()
        try:
            self.run()
        except Ended:
            for worker in multiprocessing.active_children():
                worker.terminate()
            self.join_all()

    def end(self, *_: object) -> None:
        """End as soon as a signal comes: uvicorn waits until the workers answer, which load their files.

        A worker that is being started is known before.
        """
        if not self.is_ending:
            self.is_ending = True
            if not self.is_starting:
                raise Ended

    def init_processes(self) -> None:
        """Start workers that do not hear Ctrl-C while they import: this process ends them."""
        self.is_starting = True
        with masked(signal.SIGINT):
            super().init_processes()
        self.is_starting = False
        if self.is_ending:
            raise Ended

    def take(self, news: News) -> None:
        """Have the workers read again, and say so when they have."""
        reader = self.renewal.reader
        if news.is_another or news.mistakes or news.mended:
            self.have_read()
        tell_read(reader, news)

    def have_read(self) -> None:
        """Have the workers read again, and wait for them.

        One that is not up yet has not read anything, and needs no signal.
        """
        if AGAIN is None:
            logger.warning("Several workers cannot read again on this system; start the mock anew.")
            return
        while self.answers.poll():
            self.hear()
        waited = set()
        for worker in [each.pid for each in self.processes if each.pid in self.up]:
            with suppress(ProcessLookupError):
                os.kill(worker, AGAIN)
                waited.add(worker)
        ends = time.monotonic() + LONGEST
        while waited and time.monotonic() < ends:
            if self.answers.poll(0.1):
                waited -= self.hear()
            waited &= {each.pid for each in self.processes if each.process.is_alive()}
        if waited:
            logger.warning("%d workers have not read again within %g s", len(waited), LONGEST)

    def hear(self) -> set[int]:
        """Take an answer of a worker; return it if it has read again."""
        worker, has_read = self.answers.recv()
        self.up.add(worker)
        return {worker} if has_read else set()


@contextmanager
def masked(number: signal.Signals) -> Iterator[None]:
    """Have a signal wait in this thread, and in processes that are started now: they inherit that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The first process that is started starts this one before it, which takes the mask off (CPython to 3.13).
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let SIGTERM end this process at once while it serves nothing; from then on SIGINT is heard too."""
    heard = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Uvicorn's server notes one that came before, and looks at its notes once the files are read.
    if getattr(getattr(heard, "__self__", None), "should_exit", False):
        signal.raise_signal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, heard)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def worker_app(settings: Settings, answer: Connection) -> ASGIApp:
    """Make the application of a worker, which ends when the process that started it has ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()
    start_logging(settings)
    reader, lasting = Reader(settings), lasting_of(settings)

    def take(news: News) -> None:
        replacing.take(news)
        answer.send((os.getpid(), True))

    renewal = Renewal(reader, take, watch=False)
    if HANGUP:
        # Whoever closes a terminal sends it to all of its processes; the first tells the others.
        signal.signal(HANGUP, signal.SIG_IGN)
    if AGAIN is not None:
        signal.signal(AGAIN, lambda *_: renewal.ask())
    answer.send((os.getpid(), False))
    with ending_at_once():
        current = Current(first_app(reader.start(), settings, lasting))
    replacing = Replacing(current, reader, lasting)
    renewal.start()
    return current


def end_with(sentinel: int) -> None:
    """Wait until another process has ended, then end this one, as a signal would."""
    multiprocessing.connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
