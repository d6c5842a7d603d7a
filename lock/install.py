"""Installs the releases that a lock file names, and prints each name as it arrives.

The Python that runs it is the one that gets them: `.venv/bin/python lock/install.py lock/dev.txt`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable

# The lock is complete, so pip need not resolve (--no-deps). Python compiles a module when it is first
# imported, so pip need not compile all of them (--no-compile). Together they halve the time.
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes")
QUICK = ("--no-deps", "--no-compile", "--progress-bar", "off")
# pip names a package in one of two ways when it takes it up: from a registry, or from a local folder.
TAKEN = re.compile(r"Collecting ([\w.-]+)==|Processing (?:.*[/\\])?([\w.-]+?)-\d")
WIDTH = 100


def show(lines: Iterable[str]) -> int:
    """Print the names of the packages that pip takes up, in lines of some width; how many there were."""
    count, column = 0, WIDTH
    for line in lines:
        found = TAKEN.match(line)
        if found:
            name = (found[1] or found[2]).replace("_", "-")
            count += 1
            column = column + 1 + len(name)
            if column > WIDTH:
                column = len(name)
            sys.stdout.write(f"\n  {name}" if column == len(name) else f" {name}")
        elif line.startswith("Installing collected"):
            sys.stdout.write("\nUnpacking …")
        sys.stdout.flush()
    return count


def install(lock: str) -> None:
    """Fill this environment; end with pip's own words and code where pip fails."""
    started = time.monotonic()
    sys.stdout.write(f"Installing the releases of {lock} …")
    sys.stdout.flush()
    # Warnings are shown only when pip fails: a machine's own settings can make it warn once per package.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        with subprocess.Popen(
            [*PIP, *QUICK, "--requirement", lock], stdout=subprocess.PIPE, stderr=said, encoding="utf-8"
        ) as pip:
            count = show(pip.stdout or ())
        if pip.returncode:
            said.seek(0)
            sys.stderr.write(f"\n{said.read()}")
            raise SystemExit(pip.returncode)
    sys.stdout.write(f"\n{count} packages installed in {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    install(sys.argv[1])
