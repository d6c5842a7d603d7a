"""The evaluator of CEL, without the rest of its package.

`import cel` also imports the package's command line, and with it a toolkit for terminals. That takes longer
than everything else that metermock does at start. So only the compiled module is loaded, by its path.
"""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any


def _extension() -> Any:
    package = find_spec("cel")
    spec = PathFinder.find_spec("cel.cel", list((package and package.submodule_search_locations) or ()))
    if spec is None or spec.loader is None:
        raise ImportError("the package common-expression-language has no evaluator")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _extension()
Context = _MODULE.Context
compile_text = _MODULE.compile
