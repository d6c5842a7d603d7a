"""Writes down what the replies hash to now: `.venv/bin/python -m tests.golden.write`.

A change of `digests.json` changes what users get for the same request: it belongs into the changelog.
"""

from __future__ import annotations

import json
import sys

from tests.conftest import start_server
from tests.golden.replies import DIGESTS, SITUATIONS, Digests, ask, requests


def write() -> None:
    """Ask a new server for each situation, and replace the file."""
    held: dict[str, Digests] = {}
    for situation in SITUATIONS:
        sys.stderr.write(f"{situation}\n")
        server = start_server(*situation.options)
        try:
            held[str(situation)] = ask(server.url, requests())
        finally:
            server.stop()
    DIGESTS.write_text(json.dumps(held, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write()
