"""The rules of who may import whom, read out of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import metermock
from metermock.project import bundled_folder

PACKAGE = Path(metermock.__file__).parent
PROJECT = bundled_folder()
COMMON = {"errors", "json_pointer", "source", "timezones", "yaml_reader"}
MAY_IMPORT = {
    "errors": set(),
    "json_pointer": set(),
    "timezones": set(),
    "yaml_reader": set(),
    "source": {"errors", "yaml_reader"},
    "contract": {"contract", *COMMON},
    "ledger": {"ledger", *COMMON},
    "project": {"contract", "ledger", *COMMON},
    "server": {"server", "contract", "ledger", "project", *COMMON, "__init__"},
    "checker": {"checker", "contract", "ledger", "project", *COMMON, "__init__"},
}
FREE = {"__init__", "__main__", "cli"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides where it leads"
            names.update(imported_from_top(node) if node.module == "metermock" else [str(node.module)])
    return names


def imported_from_top(node: ast.ImportFrom) -> list[str]:
    """`from metermock import ledger` is an import of the ledger."""
    layers = {part.stem for part in PACKAGE.iterdir()}
    return [f"metermock.{alias.name}" if alias.name in layers else "metermock" for alias in node.names]


def layer(path: Path) -> str:
    """The layer that a file of the package is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if layer(path) not in {*FREE, "bundled"})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_layer_imports_only_what_it_may(path: Path) -> None:
    """A module of the engine imports its own layer and those below it."""
    own = {name for name in imported(path) if name.split(".")[0] == "metermock"}
    layers = {name.split(".")[1] if "." in name else "__init__" for name in own}

    assert layers <= MAY_IMPORT[layer(path)]


def test_every_layer_has_a_rule() -> None:
    """No part of the package stands outside the rules."""
    layers = {layer(path) for path in PACKAGE.rglob("*.py")} - {"bundled"}

    assert layers <= MAY_IMPORT.keys() | FREE


@pytest.mark.parametrize("path", sorted((PROJECT / "handlers").glob("*.py")), ids=lambda path: path.name)
def test_handlers_import_only_the_top_of_metermock(path: Path) -> None:
    """A handler module needs the standard library and what `metermock` exports, nothing inside it."""
    inside = {
        name for name in imported(path) if re.match(r"metermock\.|handlers|numpy|connexion|starlette", name)
    }

    assert inside == set()


def words(path: Path) -> set[str]:
    """The names and strings of a file; texts of several lines are help, and may give examples."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return {word.lower() for word in strings | names if "\n" not in word}


def test_the_engine_knows_no_vendor() -> None:
    """What the engine knows of a contract it knows from the project's folder."""
    vendors = {path.name.split(".")[0] for path in (PROJECT / "openapi").glob("*.openapi.yaml")}
    known = {path.name for path in MODULES for word in words(path) if any(v in word for v in vendors)}

    assert vendors
    assert known == set()
