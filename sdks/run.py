"""Generates clients of the bundled contracts, checks their types, and calls a mock with them.

`make sdks` installs the generators and runs this. Each step prints a line; all steps run, whatever fails.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sdks.steps import BUILD, Step, callers, generators, linters, run, type_checkers

HERE = Path(__file__).parent
METERMOCK = [sys.executable, "-m", "metermock"]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@contextmanager
def mock() -> Iterator[str]:
    """The URL of a mock of all contracts, with rate limits, for the time of a `with` block."""
    # Linters take `localhost` in a document for a mistake of its author.
    command = [*METERMOCK, "serve", "--host", "127.0.0.1", "--port", "0", "--rate-limits", "documented"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            first = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://\S+", first)
            if found is None:
                raise SystemExit("the mock did not start: see above")
            yield found[0]
        finally:
            process.terminate()


def prepare(url: str) -> list[str]:
    """Fill the build folder with all that the steps read; the names of the contracts."""
    for made in ("documents", "python", "typescript", "javascript", "openapi-generator"):
        shutil.rmtree(BUILD / made, ignore_errors=True)
        (BUILD / made).mkdir()
    # Node looks for packages in the folders above a file, so what imports them stands beside node_modules.
    for path in (*HERE.glob("*.mjs"), *HERE.glob("*.yaml"), *HERE.glob("tsconfig*.json")):
        shutil.copy(path, BUILD)
    shutil.copy(HERE / "calls.py", BUILD / "python")
    shutil.copy(HERE / "calls.ts", BUILD / "typescript")
    listed = subprocess.run(
        [*METERMOCK, "accounts", "--json"], capture_output=True, encoding="utf-8", check=True
    )
    (BUILD / "mock.json").write_text(
        json.dumps({"url": url, "accounts": json.loads(listed.stdout)}), encoding="utf-8"
    )
    return sorted({account["contract"] for account in json.loads(listed.stdout)})


def documents(url: str, contracts: list[str]) -> list[Step]:
    """A step that writes the document of each contract, with its server at the mock."""
    written = [
        [
            *(*METERMOCK, "spec", name, "--clean", "--server", f"{url}/{name}"),
            *("--format", "json", "--output", f"documents/{name}.openapi.json"),
        ]
        for name in contracts
    ]
    return [Step("metermock spec --clean --server", written)]


def documented(contracts: list[str]) -> set[str]:
    """Each operation with each of its statuses, as `contract operation status`."""
    found = set()
    for name in contracts:
        document = json.loads((BUILD / "documents" / f"{name}.openapi.json").read_text("utf-8"))
        for path in document["paths"].values():
            for operation in (path[method] for method in METHODS if method in path):
                found |= {f"{name} {operation['operationId']} {status}" for status in operation["responses"]}
    return found


def uncalled(contracts: list[str]) -> list[str]:
    """What a client's calls left out of the documents, as failures."""
    missing = []
    for language in ("python", "typescript"):
        called = BUILD / f"called.{language}.txt"
        if called.exists():
            left = documented(contracts) - set(called.read_text("utf-8").splitlines())
            missing += [f"no call of the {language} client: {case}" for case in sorted(left)]
    return missing


def main() -> None:
    """Run all steps, and end with 1 where one failed."""
    started = time.monotonic()
    for called in BUILD.glob("called.*.txt"):
        called.unlink()
    with mock() as url:
        contracts = prepare(url)
        failed = run(documents(url, contracts))
        failed += run([*generators(contracts), *linters(contracts)])
        failed += run([*type_checkers(contracts), *callers()])
    failed += uncalled(contracts)
    seconds = time.monotonic() - started
    if failed:
        raise SystemExit("\n".join([f"\nmake sdks FAILED after {seconds:.0f} s:", *failed]))
    cases = len(documented(contracts))
    print(
        f"{len(contracts)} documents, {cases} replies documented, each got by both clients: {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
