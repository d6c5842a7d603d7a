"""From the command to the first reply, and the memory of the whole server."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence

from bench.server import Server, free_port, wait_until_open

_RUNS = 5


def _first_reply() -> tuple[float, float, float]:
    """Seconds from the command to its first reply, seconds of processor time, and MiB of memory then."""
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
        seconds, server = time.perf_counter() - begun, Server(process.pid, port)
        return seconds, server.cpu_seconds(), server.memory_mib()
    finally:
        process.terminate()
        process.wait(10)


def report() -> Iterator[str]:
    """The start as a Markdown table."""
    seconds, work, memory = zip(*(_first_reply() for _ in range(_RUNS)), strict=True)
    yield "| five contracts | median | lowest | highest |"
    yield "|---|---|---|---|"
    yield _row("command to first reply", seconds, "{:.2f} s")
    yield _row("processor time until then", work, "{:.2f} s")
    yield _row("memory then", memory, "{:.0f} MiB")


def _row(name: str, figures: Sequence[float], form: str) -> str:
    shown = (statistics.median(figures), min(figures), max(figures))
    return f"| {name} | {' | '.join(map(form.format, shown))} |"
