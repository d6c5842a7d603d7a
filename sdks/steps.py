"""The steps of `make sdks`: linters, generators of clients, checks of their types, calls to the mock."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

BUILD = Path(__file__).parents[1] / "build" / "sdks"
PYTHON = BUILD / "venv" / "bin"
NODE = BUILD / "node_modules" / ".bin"
STEP_SECONDS = 300
MOST_LINES = 40


@dataclass(frozen=True)
class Step:
    """A title, and commands that run one after the other in a folder below the build folder."""

    title: str
    commands: list[list[str]]
    folder: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)
    output: str | None = None
    """A file below the build folder for what the commands print."""

    def fault(self) -> str:
        """What went wrong, or the empty text: the first command that fails ends the step."""
        printed = ""
        for command in self.commands:
            try:
                done = subprocess.run(
                    command,
                    cwd=BUILD / self.folder,
                    env={**os.environ, **self.environment},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    encoding="utf-8",
                    timeout=STEP_SECONDS,
                    check=False,
                )
            except OSError as error:
                return f"{command[0]} cannot be started: {error.strerror}"
            except subprocess.TimeoutExpired:
                return f"{' '.join(command)} took longer than {STEP_SECONDS} s"
            if done.returncode:
                return f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            printed += done.stdout
        if self.output:
            (BUILD / self.output).write_text(printed, encoding="utf-8")
        return ""


def run(steps: Iterable[Step]) -> list[str]:
    """Run steps side by side, with a line for each that ends; the titles of those that failed."""

    def one(step: Step) -> tuple[str, str]:
        started = time.monotonic()
        fault = step.fault()
        word = "FAILED" if fault else "ok"
        print(f"{word:6} {time.monotonic() - started:5.1f} s  {step.title}", flush=True)
        return step.title, fault

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [(title, fault) for title, fault in pool.map(one, steps) if fault]
    for title, fault in failed:
        lines = fault.splitlines()
        more = f"\n… and {len(lines) - MOST_LINES} lines more" if len(lines) > MOST_LINES else ""
        print(f"\n-- {title}\n" + "\n".join(lines[:MOST_LINES]) + more, flush=True)
    return [title for title, _ in failed]


def linters(contracts: list[str]) -> list[Step]:
    """Both linters of OpenAPI documents, with their strictest sets of rules; a warning fails."""
    documents = [_document(name) for name in contracts]
    redocly = [str(NODE / "redocly"), "lint", "--extends", "recommended-strict", *documents]
    spectral = [
        str(NODE / "spectral"),
        "lint",
        "--ruleset",
        "spectral.yaml",
        "--fail-severity",
        "hint",
        *documents,
    ]
    quiet = {"REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "REDOCLY_TELEMETRY": "off"}
    return [
        Step("redocly lint, recommended-strict", [redocly], environment=quiet),
        Step("spectral lint, spectral:oas", [spectral]),
    ]


def generators(contracts: list[str]) -> list[Step]:
    """Seven generators; the slowest first, so that the others fill the time beside it."""
    chosen = {"CONTRACTS": " ".join(contracts)}
    return [
        _openapi_generator(contracts),
        Step(
            "openapi-python-client",
            [
                [
                    str(PYTHON / "openapi-python-client"),
                    *("generate", "--meta", "none", "--overwrite", "--fail-on-warning"),
                    *("--config", "openapi-python-client.yaml"),
                    *("--path", _document(name), "--output-path", f"python/{name}_client"),
                ]
                for name in contracts
            ],
        ),
        Step(
            "datamodel-code-generator",
            [
                [
                    str(PYTHON / "datamodel-codegen"),
                    *("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"),
                    *("--target-python-version", "3.11", "--formatters", "builtin", "--use-annotated"),
                    *("--input", _document(name), "--output", f"python/{name}_models.py"),
                ]
                for name in contracts
            ],
        ),
        Step(
            "openapi-typescript",
            [
                [
                    str(NODE / "openapi-typescript"),
                    *(_document(name), "--output", f"typescript/openapi-typescript/{name}.ts"),
                ]
                for name in contracts
            ],
        ),
        Step("@hey-api/openapi-ts", [[str(NODE / "openapi-ts")]], environment=chosen),
        Step("kubb", [[str(NODE / "kubb"), "generate"]], environment=chosen),
    ]


def _openapi_generator(contracts: list[str]) -> Step:
    """Both of its languages in one run, since a Java machine takes seconds to start."""
    folder = BUILD / "openapi-generator"
    folder.mkdir(exist_ok=True)
    settings = []
    for name in contracts:
        for kind, output, more in (
            ("python", f"openapi-generator/{name}", {"packageName": f"{name}_client"}),
            ("typescript-fetch", f"typescript/openapi-generator/{name}", {}),
        ):
            setting = {
                "generatorName": kind,
                "inputSpec": _document(name),
                "outputDir": output,
                "additionalProperties": more,
                "globalProperties": dict.fromkeys(
                    ("apiTests", "modelTests", "apiDocs", "modelDocs"), "false"
                ),
            }
            path = folder / f"{name}.{kind}.json"
            path.write_text(json.dumps(setting), encoding="utf-8")
            settings.append(str(path))
    command = [str(PYTHON / "openapi-generator-cli"), "batch", "--fail-fast", "--threads", "2", *settings]
    return Step("openapi-generator, python and typescript-fetch", [command])


def type_checkers(contracts: list[str]) -> list[Step]:
    """Strict mypy and tsc over all that was generated.

    openapi-generator's Python is checked without `--strict`: its templates leave functions without
    annotations and return Any, whatever the document.
    """
    # Without this, mypy takes the strict settings of the folder above.
    mypy = [str(PYTHON / "mypy"), "--config-file=", "--no-error-summary"]
    packages = [part for name in contracts for part in ("--package", f"{name}_client")]
    folders = os.pathsep.join(str(BUILD / "openapi-generator" / name) for name in contracts)
    return [
        Step(
            "tsc --strict: the clients and types of four generators",
            [[str(NODE / "tsc"), "--project", "tsconfig.json"]],
        ),
        Step(
            "mypy --strict: openapi-python-client, datamodel-code-generator",
            [[*mypy, "--strict", "--cache-dir", "../mypy-strict", "."]],
            folder="python",
        ),
        Step(
            "mypy --check-untyped-defs: openapi-generator",
            [[*mypy, "--check-untyped-defs", "--cache-dir", "../mypy", *packages]],
            folder="openapi-generator",
            environment={"MYPYPATH": folders},
        ),
    ]


def callers() -> list[Step]:
    """One Python and one TypeScript client, against the mock that the documents name."""
    javascript = [[str(NODE / "tsc"), "--project", "tsconfig.calls.json"], ["node", "javascript/calls.js"]]
    return [
        Step(
            "calls through openapi-python-client",
            [[str(PYTHON / "python"), "python/calls.py"]],
            output="called.python.txt",
        ),
        Step("calls through @hey-api/openapi-ts", javascript, output="called.typescript.txt"),
    ]


def _document(contract: str) -> str:
    # Without the `./` one generator takes the path for a name in its vendor's registry.
    return f"./documents/{contract}.openapi.json"
