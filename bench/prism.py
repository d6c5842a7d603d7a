"""This mock beside Prism: the same document, the same requests, the same load generator, in one run.

Prism is installed into `build/prism` from `bench/node/package-lock.json`. All servers are asked in turn, in
short rounds, since other work on the machine slows each of them, and not always alike. Requests per second
are those of one core: the reciprocal of a server's processor time, in its median round and in its best tenth.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.documents import generated
from bench.load import Connection, load
from bench.server import Server, free_port, wait_until_open

_ROOT = Path(__file__).parents[1]
_LOCKED = Path(__file__).parent / "node"
_INSTALLED = _ROOT / "build" / "prism"
_DOCUMENT = _ROOT / "tests" / "vendors" / "lago.yaml"
_WARM, _ROUNDS, _PER_ROUND, _ONE_BY_ONE = 300, 20, 75, 300
_PATIENCE = 180.0


def _prism() -> list[str]:
    """The command of Prism, which is installed when it is not there."""
    script = _INSTALLED / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not script.is_file():
        if shutil.which("npm") is None:
            sys.exit("make bench ARGS=prism needs Node.js 20 or newer with npm; install it and run it again.")
        _INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_LOCKED / name, _INSTALLED)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        subprocess.run(words, cwd=_INSTALLED, check=True, stdout=subprocess.DEVNULL)
    return ["node", str(script), "mock", "--verboseLevel", "silent"]


def _commands() -> dict[str, list[str]]:
    ours = [sys.executable, "-m", "metermock", "serve"]
    prism = _prism()
    return {
        "metermock": ours,
        "Prism": prism,
        "metermock, `--dynamic`": [*ours, "--dynamic"],
        "Prism, `--dynamic`": [*prism, "--dynamic"],
    }


@contextmanager
def _running(command: Sequence[str], document: Path) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [*command, "--port", str(port), str(document)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_open(port, process, seconds=_PATIENCE)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(10)


def _request(path: str) -> bytes:
    # Prism closes what is not said to be kept.
    return (
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: keep-alive\r\nauthorization: Bearer k\r\n\r\n"
    ).encode()


def _usage(number: int) -> bytes:
    return _request(f"/customers/customer-{number}/current_usage?external_subscription_id=sub_{number}")


def _median_seconds(server: Server, requests: Sequence[bytes]) -> float:
    """The median from a request to its whole reply, one at a time."""
    connection = Connection(server.port)
    found = []
    for request in requests:
        begun = time.perf_counter()
        connection.ask([request])
        found.append(time.perf_counter() - begun)
    connection.close()
    return sorted(found)[len(found) // 2]


def _first_reply(command: Sequence[str], document: Path) -> tuple[float, float, float]:
    """Seconds and processor seconds from the command to its first reply, and MiB of memory then."""
    begun = time.perf_counter()
    with _running(command, document) as server, socket.socket() as sent:
        sent.settimeout(_PATIENCE)
        sent.connect(("127.0.0.1", server.port))
        sent.sendall(_request("/r7/1"))
        assert sent.recv(64).startswith(b"HTTP/1.1 200")
        return time.perf_counter() - begun, server.cpu_seconds(), server.memory_mib("VmHWM")


def _in_turn(servers: Mapping[str, Server], request: Callable[[int], bytes]) -> Mapping[str, Sequence[float]]:
    """Requests per second on one core in each round, ascending, by server; warmed before."""
    found: dict[str, list[float]] = {name: [] for name in servers}
    for server in servers.values():
        load(server, [request(number) for number in range(_WARM)])
    for begin in range(_WARM, _WARM + _ROUNDS * _PER_ROUND, _PER_ROUND):
        for name, server in servers.items():
            asked = [request(number) for number in range(begin, begin + _PER_ROUND)]
            found[name].append(1e6 / load(server, asked).cpu_microseconds)
    return {name: sorted(rounds) for name, rounds in found.items()}


def _middle(rounds: Sequence[float]) -> float:
    return rounds[len(rounds) // 2]


def _best(rounds: Sequence[float]) -> float:
    return rounds[-1 - len(rounds) // 10]


def report() -> Iterator[str]:
    """Throughput, time and memory as Markdown tables."""
    commands = _commands()
    told = "requests/s on one core, each another: median (best tenth)"
    yield f"| server | {told} | the same again | median alone | memory |"
    yield "|---|---|---|---|---|"
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(_running(command, _DOCUMENT)) for name, command in commands.items()
        }
        others, same = _in_turn(servers, _usage), _in_turn(servers, lambda _: _usage(0))
        for name, server in servers.items():
            median = _median_seconds(server, [_usage(-number - 1) for number in range(_ONE_BY_ONE)])
            yield (
                f"| {name} | {_middle(others[name]):,.0f} ({_best(others[name]):,.0f}) "
                f"| {_middle(same[name]):,.0f} ({_best(same[name]):,.0f}) "
                f"| {median * 1000:.2f} ms | {server.memory_mib():.0f} MiB |"
            )
    yield ""
    yield "| a document of 1,200 operations | command to first reply | of the processor | highest memory |"
    yield "|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "api.json"
        document.write_text(json.dumps(generated("3.1.0", is_linked=False)), "utf-8")
        for name, command in commands.items():
            if "dynamic" not in name:
                try:
                    wall, work, memory = _first_reply(command, document)
                except TimeoutError:
                    yield f"| {name} | none in {_PATIENCE:.0f} s | | |"
                else:
                    yield f"| {name} | {wall:.1f} s | {work:.1f} s | {memory:.0f} MiB |"
