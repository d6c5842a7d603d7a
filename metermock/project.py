"""A project on disk: contracts, handlers and worlds.

The folder has `openapi/<contract>.openapi.yaml`, `.yml` or `.json`, `handlers/<contract>.py` and
`fixtures/<contract>.yaml`.
"""

from __future__ import annotations

import importlib.util
import inspect
import keyword
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from metermock.errors import HandlerError, MetermockError, UsageError, WorldError

if TYPE_CHECKING:  # a mistake in usage is told without waiting for numpy and jsonschema-rs
    from metermock.contract import Contract
    from metermock.ledger.credential import Credential
    from metermock.ledger.world import World

SUFFIX = ".openapi.yaml"
SUFFIXES = (SUFFIX, ".openapi.yml", ".openapi.json")
"""How the name of a contract's document may end."""


@dataclass(frozen=True)
class Handlers:
    """The functions of a handler module, by their purpose."""

    operations: Mapping[str, Callable[[Any], Any]]
    """By operationId."""
    refuse: Callable[[Any, Any], Any]
    always: Callable[[Any], Mapping[str, str]] | None
    authorize: Callable[[Any], None] | None


@dataclass(frozen=True)
class Service:
    """A contract, with the handlers and the world that serve it."""

    name: str
    contract: Contract
    handlers: Handlers
    world: World


@dataclass(frozen=True)
class Project:
    """A folder that metermock serves and checks."""

    folder: Path

    @property
    def contracts(self) -> tuple[str, ...]:
        """The names of its contracts, in alphabetical order."""
        paths = [path for path in (self.folder / "openapi").glob("*.openapi.*") if path.is_file()]
        names = {path.name.removesuffix(end) for path in paths for end in SUFFIXES if path.name.endswith(end)}
        return tuple(sorted(names))

    def contract_path(self, name: str) -> Path:
        """Return the path of a contract's document; UsageError for a name that the project does not have."""
        paths = [path for end in SUFFIXES if (path := self.folder / "openapi" / (name + end)).is_file()]
        if not paths:
            known = ", ".join(self.contracts) or f"none: there is no openapi/*{SUFFIX}"
            near = get_close_matches(name.lower(), self.contracts, 1)
            advice = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(f"There is no contract {name!r} in {self.folder}.\n  {advice}It has {known}.")
        if len(paths) > 1:
            twice = " and ".join(path.name for path in paths)
            raise UsageError(
                f"The contract {name!r} has two documents in {paths[0].parent}: {twice}.\n  Keep one of them."
            )
        return paths[0]

    def world_path(self, name: str) -> Path:
        """Return the path of a contract's world."""
        return self.folder / "fixtures" / f"{name}.yaml"

    def load_world(self, name: str, *, seed: int = 0) -> World:
        """Read a contract's accounts, credentials and traffic."""
        from metermock.ledger import load_world  # noqa: PLC0415 - `--version` must not wait for numpy

        self.contract_path(name)
        return load_world(self.world_path(name), seed=seed)

    def load_contract(self, name: str) -> Contract:
        """Read a contract's document and compile its rules."""
        from metermock.contract import load_contract  # noqa: PLC0415 - see above

        return load_contract(self.contract_path(name))

    def load(self, name: str, *, seed: int = 0) -> Service:
        """Read a contract, its handlers and its world; each raises its own error if it is broken."""
        contract = self.load_contract(name)
        handlers = load_handlers(
            self.folder / "handlers" / f"{name}.py", [op.id for op in contract.operations]
        )
        world = self.load_world(name, seed=seed)
        for credential in world.credentials:
            scheme_of(contract, world, credential)
        return Service(name, contract, handlers, world)


def bundled_folder() -> Path:
    """Return the folder of the bundled project: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def open_project(folder: Path | str | None = None) -> Project:
    """Open the project in `folder`, or the bundled one; UsageError if it has no contracts."""
    try:
        project = Project(bundled_folder() if folder is None else Path(folder).resolve())
        # From Python 3.13 on, `glob` in a folder that cannot be read finds nothing, without an error.
        with suppress(FileNotFoundError, NotADirectoryError):
            next((project.folder / "openapi").iterdir(), None)
        contracts = project.contracts
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{folder} cannot be opened: {getattr(error, 'strerror', error)}") from None
    if not contracts:
        raise UsageError(
            f"{project.folder} is no metermock project: it has no openapi/*{SUFFIX} (or .yml, .json).\n"
            "  A project has the folders openapi/, handlers/ and fixtures/, with a file per contract in each."
        )
    return project


def scheme_of(contract: Contract, world: World, credential: Credential) -> Mapping[str, Any]:
    """Return the security scheme of a world's credential; WorldError for one that the contract lacks.

    `bearer` is always known: it may be a token of another API of the vendor, which this contract must refuse.
    """
    known: dict[str, Mapping[str, Any]] = {"bearer": {"type": "http", "scheme": "bearer"}}
    known.update(contract.security_schemes)
    if credential.scheme not in known:
        from metermock.source import read_source  # noqa: PLC0415 - `--version` must not wait for PyYAML

        where = ("credentials", world.credentials.index(credential), "scheme")
        advice = f"use one of: {', '.join(contract.security_schemes) or 'none'}; or declare it there"
        problem = f"the contract has no security scheme {credential.scheme!r}"
        raise read_source(world.path, error=WorldError).error(where, problem, advice)
    return known[credential.scheme]


def function_name(operation_id: str) -> str:
    """Return the name of an operation's handler: its operationId in snake_case."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", operation_id)
    name = re.sub(r"\W+", "_", words).lower()
    return name + "_" if keyword.iskeyword(name) else name


def load_handlers(path: Path, operations: list[str]) -> Handlers:
    """Run a handler module and take its functions; HandlerError says what is missing or broken, and where."""
    module = load_module(path)
    found = {operation: take(module, path, function_name(operation), operation) for operation in operations}
    refuse = take(module, path, "refuse", None)
    return Handlers(
        found, refuse, take_optional(module, path, "always"), take_optional(module, path, "authorize")
    )


def load_module(path: Path) -> ModuleType:
    """Run a handler module under a name of our own, so that no project can shadow another module."""
    name = "metermock._handlers." + re.sub(r"\W", "_", path.stem)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise HandlerError(path, "there is no such handler module", advice="Every contract needs one.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise HandlerError(
            path, f"syntax error: {error.msg}", error.lineno or 0, error.offset or 0
        ) from error
    except MetermockError:
        raise
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
        ]
        line = (lines or [0])[-1] or 0
        raise HandlerError(path, f"loading it failed: {type(error).__name__}: {error}", line) from error
    return module


def take(module: ModuleType, path: Path, name: str, operation: str | None) -> Callable[..., Any]:
    """Take a function; HandlerError if the module has none of that name."""
    function = take_optional(module, path, name)
    if function is None:
        parameters = "request" if operation else "refusal, request"
        wanted = f"for the operation {operation}" if operation else "that writes the contract's errors"
        raise HandlerError(
            path, f"there is no function {wanted}", advice=f"Write `def {name}({parameters})`."
        )
    return function


def take_optional(module: ModuleType, path: Path, name: str) -> Callable[..., Any] | None:
    """Take a function, or None; HandlerError if it cannot be called as handlers are."""
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:
        return None
    line = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise HandlerError(
            path, f"{name} is no plain function", line, advice="Handlers do no I/O: use `def`."
        )
    taken = ("refusal", "request") if name == "refuse" else ("request",)
    try:
        inspect.signature(function).bind(*taken)
    except TypeError as error:
        advice = f"Write `def {name}({', '.join(taken)})`."
        raise HandlerError(path, f"{name} cannot be called: {error}", line, advice=advice) from None
    return function
