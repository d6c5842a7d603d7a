"""The module of a project that answers the operations of a contract."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import keyword
import re
import sys
import traceback
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from metermock.errors import HandlerError, MetermockError
from metermock.noted_files import note

NAMES = "metermock._handlers."
"""How the names of all handler modules begin."""
_NUMBERS = itertools.count(1)

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
    unmade: set[str] = field(default_factory=set)
    """The pointers of the schemas of which no value was found for a reply."""


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
    try:
        handlers = functions_of(module, path, operations)
    except HandlerError:
        forget(module.__name__)
        raise
    # Until nobody answers with these any more, they find their own module, whatever was read since.
    weakref.finalize(handlers, forget, module.__name__)
    return handlers


def functions_of(module: ModuleType, path: Path, operations: Sequence[str]) -> Handlers:
    """Take the functions of a handler module; HandlerError for one that cannot be called, or is misspelt."""
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


class Loader(SourceFileLoader):
    """Compiles a file as it is now.

    Python keeps bytecode by second and size of its file: of two changes in a second it would show the first.
    """

    def get_code(self, _fullname: str) -> CodeType:
        """Compile the file."""
        return self.source_to_code(self.get_data(self.path), self.path)


class Beside(MetaPathFinder):
    """Finds the modules that a handler module imports from its own folder: `from .feed import page`.

    Each handler module has its own, so they are read again with it.
    """

    @classmethod
    def find_spec(
        cls, name: str, folders: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find one of them; None for any other module."""
        if not name.startswith(NAMES) or not folders:
            return None
        path = Path(folders[0]) / f"{name.rpartition('.')[2]}.py"
        note(path)
        if not path.is_file():
            return None
        return importlib.util.spec_from_file_location(name, path, loader=Loader(name, str(path)))


sys.meta_path.insert(0, Beside())


def forget(name: str) -> None:
    """Take a module, and what it imported from its folder, out of those that Python knows."""
    for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        sys.modules.pop(each, None)


def load_module(path: Path) -> ModuleType:
    """Run a handler module under a name of our own, so that no project can shadow another module.

    Each time it has another name: what was read before may still answer requests.
    """
    name = f"{NAMES}{re.sub(r'[^a-zA-Z0-9]', '_', path.stem)}_{next(_NUMBERS)}"
    loader = Loader(name, str(path))
    spec = importlib.util.spec_from_file_location(
        name, path, loader=loader, submodule_search_locations=[str(path.parent)]
    )
    if spec is None or not path.is_file():
        raise HandlerError(path, "there is no such handler module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        run_module(loader, module, path)
    except BaseException:
        forget(name)
        raise
    return module


def run_module(loader: Loader, module: ModuleType, path: Path) -> None:
    """Run a module's code; HandlerError says what is broken, and where."""
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        where = Path(error.filename) if error.filename else path
        raise HandlerError(
            where, f"syntax error: {error.msg}", error.lineno or 0, error.offset or 0
        ) from error
    except MetermockError:
        raise
    except (Exception, SystemExit) as error:
        where, line = path, 0
        for frame in traceback.extract_tb(error.__traceback__):
            # It may lie in a module that this one imports from its folder.
            if Path(frame.filename).parent == path.parent:
                where, line = Path(frame.filename), frame.lineno or 0
        raise HandlerError(where, f"loading it failed: {type(error).__name__}: {error}", line) from error


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
