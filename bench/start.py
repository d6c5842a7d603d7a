"""From the command to the first reply, and the memory of the whole server."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from bench.server import Server, free_port, wait_until_open

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNS = 5


def _first_reply() -> tuple[float, float]:
    """Seconds from the command to its first reply, and MiB of memory then."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "metermock", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port, process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as reply:
            reply.read()
        return time.perf_counter() - begun, Server(process.pid, port).memory_mib()
    finally:
        process.terminate()
        process.wait(10)


def report() -> Iterator[str]:
    """The start as a Markdown table."""
    found = [_first_reply() for _ in range(_RUNS)]
    seconds = [seconds for seconds, _ in found]
    yield "| | median | lowest | highest |"
    yield "|---|---|---|---|"
    yield (
        f"| command to first reply, five contracts | {statistics.median(seconds):.2f} s"
        f" | {min(seconds):.2f} s | {max(seconds):.2f} s |"
    )
    memory = [mebibytes for _, mebibytes in found]
    median = statistics.median(memory)
    yield f"| memory then | {median:.0f} MiB | {min(memory):.0f} MiB | {max(memory):.0f} MiB |"
