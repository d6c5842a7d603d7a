"""Imports connexion without what only other uses of it need.

`import connexion` runs the package's `__init__`, which imports its applications, and with them starlette's
test client. Its security imports httpx, to ask servers about tokens, and its references import requests. The
mock uses none of it, and waited for it as long as for all the rest of connexion.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

PACKAGE = "connexion"
UNUSED = ("httpx", "requests")

_LOADING = threading.RLock()
_RUNS = "runs now"


class Deferred(ModuleType):
    """A module whose code runs when a name of it is first used; from then on it is a plain module.

    `importlib.util.LazyLoader` makes such modules too, but before Python 3.12 an `import` of one runs it.
    """

    def __getattr__(self, name: str) -> Any:
        with _LOADING:
            if type(self) is Deferred:
                if _RUNS in self.__dict__:
                    raise AttributeError(f"{self.__name__} has no {name} yet")
                self.run()
        return getattr(self, name)

    def run(self) -> None:
        """Run the module's code."""
        loader: Any = self.__loader__
        self.__dict__[_RUNS] = True
        try:
            loader.exec_module(self)
        finally:
            del self.__dict__[_RUNS]
        self.__class__ = ModuleType  # type: ignore[assignment]  # Python allows it between modules


@contextmanager
def lean_connexion() -> Iterator[None]:
    """Import parts of connexion in this `with` block; its `__init__` and what they leave unused are deferred.

    Others see no difference: whoever uses one of these modules gets all of it.
    """
    if PACKAGE in sys.modules:
        yield
        return
    for name in UNUSED:
        if name not in sys.modules:
            sys.modules[name] = bare(name)
            sys.modules[name].__class__ = Deferred
    sys.modules[PACKAGE] = package = bare(PACKAGE)
    yield
    # Only now: in the block, its modules are imported from it, and are not there yet.
    package.__class__ = Deferred


def bare(name: str) -> ModuleType:
    """Make a module, or a package in which modules are found, without running its code."""
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return module_from_spec(spec)
