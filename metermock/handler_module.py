"""The module of a project that answers the operations of a contract."""

from __future__ import annotations

import importlib.util
import inspect
import keyword
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from metermock.errors import HandlerError, MetermockError

MADE = "made"
"""The second parameter of a handler that begins with the reply that the document alone would give."""


@dataclass(frozen=True)
class Handlers:
    """The functions of a handler module, by their purpose."""

    operations: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """By operationId; those that are missing are answered from the document."""
    refuse: Callable[[Any, Any], Any] | None = None
    always: Callable[[Any], Mapping[str, str]] | None = None
    authorize: Callable[[Any], None] | None = None
    begun: frozenset[str] = frozenset()
    """The operations whose functions take the reply that the document alone would give, to change it."""
    makes_errors: bool = False
    """Whether `refuse` was made from the document."""
    unkept: dict[str, int] = field(default_factory=dict)
    """How many replies that were made from the document break a rule, by its id."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """Operations, each with a rule that their made replies were seen to break."""


def wants_made(function: Callable[..., Any]) -> bool:
    """Tell whether a handler takes the reply that the document alone would give, as `made`."""
    try:
        return list(inspect.signature(function).parameters)[1:] == [MADE]
    except (TypeError, ValueError):
        return False


def function_name(operation_id: str) -> str:
    """Return the name of an operation's handler: its operationId in snake_case."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", operation_id)
    name = re.sub(r"\W+", "_", words).lower()
    return name + "_" if keyword.iskeyword(name) else name


def load_handlers(path: Path, operations: Sequence[str]) -> Handlers:
    """Run a handler module and take its functions; HandlerError says what is broken, and where.

    An operation without a function is left to the document, and so are the errors without `refuse`.
    """
    module = load_module(path)
    found = {operation: take(module, path, function_name(operation)) for operation in operations}
    missing = [operation for operation, function in found.items() if function is None]
    refuse_misspelt(module, path, missing, operations)
    return Handlers(
        {operation: function for operation, function in found.items() if function is not None},
        take(module, path, "refuse"),
        take(module, path, "always"),
        take(module, path, "authorize"),
        frozenset(name for name, function in found.items() if function and wants_made(function)),
    )


def refuse_misspelt(
    module: ModuleType, path: Path, missing: Sequence[str], operations: Sequence[str]
) -> None:
    """Raise HandlerError for a function whose name is nearly that of an operation without a function."""
    known = {function_name(operation) for operation in operations}
    wanted = {function_name(operation): operation for operation in missing}
    for name, value in vars(module).items():
        is_own = inspect.isfunction(value) and value.__module__ == module.__name__
        if not is_own or name.startswith("_") or name in known:
            continue
        near = get_close_matches(name, wanted, 1, cutoff=0.85)
        if near:
            line = value.__code__.co_firstlineno
            advice = f"Write `def {near[0]}(request)`, or give it a name with an underscore in front."
            raise HandlerError(
                path, f"{name} is no operation's; {wanted[near[0]]} has no function", line, advice=advice
            )


def load_module(path: Path) -> ModuleType:
    """Run a handler module under a name of our own, so that no project can shadow another module."""
    name = "metermock._handlers." + re.sub(r"\W", "_", path.stem)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise HandlerError(path, "there is no such handler module")
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


def take(module: ModuleType, path: Path, name: str) -> Callable[..., Any] | None:
    """Take a function, or None; HandlerError if it cannot be called as handlers are."""
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:
        return None
    line = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise HandlerError(
            path, f"{name} is no plain function", line, advice="Handlers do no I/O: use `def`."
        )
    taken: tuple[str, ...] = ("refusal", "request") if name == "refuse" else ("request",)
    if wants_made(function):
        taken = ("request", MADE)
    try:
        inspect.signature(function).bind(*taken)
    except TypeError as error:
        advice = f"Write `def {name}({', '.join(taken)})`."
        raise HandlerError(path, f"{name} cannot be called: {error}", line, advice=advice) from None
    return function
