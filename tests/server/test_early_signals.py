"""Signals that come while a server reads its files: a handler that takes its time stands for many of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SLOW = """
import multiprocessing, sys, time

if bool(multiprocessing.parent_process()) == {in_worker}:
    sys.stderr.write("reading\\n")
    sys.stderr.flush()
    time.sleep(120)

def echo(request):
    return {{}}
"""

STARTED = """
import multiprocessing, signal
from metermock.server.running.workers import masked

told = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []), flush=True)"
with masked(signal.SIGINT):
    for _ in range(2):
        process = multiprocessing.get_context("spawn").Process(target=exec, args=(told, {}))
        process.start()
        process.join()
"""


def project(folder: Path, *, in_worker: bool) -> str:
    """A project that takes long to read: in the process that is started, or in its workers."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/echo": {"get": {"operationId": "echo", "responses": answer}}},
    }
    for name, text in (
        ("openapi/slow.openapi.json", json.dumps(document)),
        ("handlers/slow.py", SLOW.format(in_worker=in_worker)),
    ):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    return str(folder)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Processes that are started hear Ctrl-C, also where a shell has these tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="its processes have no groups that are sent signals")
@pytest.mark.parametrize(
    ("number", "workers", "code"),
    [(signal.SIGINT, 1, 130), (signal.SIGTERM, 1, -signal.SIGTERM), (signal.SIGINT, 2, 0)],
    ids=["Ctrl-C", "SIGTERM", "Ctrl-C with workers"],
)
def test_a_server_that_reads_its_files_ends_at_once(
    tmp_path: Path, number: signal.Signals, workers: int, code: int
) -> None:
    """All processes of the terminal get Ctrl-C; none writes a stack trace, and none is left."""
    folder = project(tmp_path, in_worker=workers > 1)
    words = [sys.executable, "-m", "metermock", "serve", folder, "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        try:
            lines = [process.stderr.readline()]
            os.killpg(process.pid, number)
            # The pipe ends when the last process that could write into it does.
            lines += process.stderr.readlines()
            found = process.wait()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    assert set(lines) == {"reading\n"}
    assert found == code


@pytest.mark.skipif(sys.platform == "win32", reason="it has no masks of signals")
def test_workers_that_are_started_do_not_hear_ctrl_c() -> None:
    """The first one neither, for which Python starts a process of its own before."""
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "True"]
