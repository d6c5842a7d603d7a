"""Where the package lies changes no request of a check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import metermock
from tests.checker.small import document, operation, small

PACKAGE = Path(metermock.__file__).parent
PATTERNS = {
    "word": {"type": "string", "pattern": "^[a-z]+$", "minLength": 12},
    "key": {"type": "string", "pattern": "^(?=.*[0-9])(?=.*[A-Z])[A-Za-z0-9]+(?<!x)$", "minLength": 8},
    "note": {"type": "string"},
}


def installed(folder: Path) -> Path:
    """A copy of the package, with the one document that each installation has to have."""
    shutil.copytree(PACKAGE, folder / "metermock", ignore=shutil.ignore_patterns("__pycache__", "bundled"))
    (folder / "metermock" / "bundled" / "openapi").mkdir(parents=True)
    document = Path(__file__).parent / "tiny.openapi.yaml"
    shutil.copy(document, folder / "metermock" / "bundled" / "openapi")
    return folder


def asked(folder: Path, contract: Path) -> list[tuple[Any, ...]]:
    """All that the package in a folder asks, in any order: each account asks by itself."""
    with small(lambda _: (200, {})) as served:
        words = [sys.executable, "-m", "metermock", "check", served.url, "--contract", str(contract)]
        environment = {**os.environ, "PYTHONPATH": str(folder), "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [*words, "--seed", "3"], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1, done.stderr
    return sorted((each.sent, each.raw, sorted(each.query.items())) for each in served.asked)


def test_a_checkout_and_an_installed_package_ask_the_same(tmp_path: Path) -> None:
    """Hypothesis, which makes random requests, draws from the source of packages that are not installed."""
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in PATTERNS.items()]
    get = operation(schema={"type": "object"}, parameters=parameters)
    get["responses"]["400"] = {"description": "bad"}
    contract = tmp_path / "api.json"
    contract.write_text(json.dumps(document(paths={"/usage": {"get": get}})))
    checkout = installed(tmp_path / "checkout")
    package = installed(tmp_path / "lib" / "site-packages")

    assert asked(checkout, contract) == asked(package, contract)
