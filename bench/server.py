"""A server process under measurement: started, waited for, and asked what it has used."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_MEBIBYTE = 1024


class Server(NamedTuple):
    """A running server on loopback."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Seconds of processor time used so far, by all threads, user and system together."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9

    def memory_mib(self, kind: str = "VmRSS") -> float:
        """Resident memory in MiB: `VmRSS` now, `VmHWM` at its highest."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"{kind}:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) / _MEBIBYTE


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, process: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
    """Return when the port accepts; raise when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after {seconds} s")


@contextmanager
def running(arguments: list[str], environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start `python -m ARGUMENTS`, with `{port}` replaced, for the time of a `with` block."""
    port = free_port()
    command = [sys.executable, "-m", *(word.format(port=port) for word in arguments)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port, process)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(10)
