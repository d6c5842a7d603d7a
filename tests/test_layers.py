"""The rules of who may import whom, read out of the code."""

from __future__ import annotations

import ast
import builtins
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import metermock
from metermock import errors
from metermock.project import bundled_folder

PACKAGE = Path(metermock.__file__).parent
PROJECT = bundled_folder()
REPOSITORY = Path(__file__).parents[1]

COMMON = {
    "address",
    "counts",
    "ctrl_c",
    "document_names",
    "errors",
    "json_pointer",
    "json_reader",
    "noted_files",
    "remembered",
    "source",
    "timezones",
    "version",
    "yaml_reader",
    "yaml_writer",
}
LAYERS = {
    "address": set(),
    "counts": set(),
    "ctrl_c": set(),
    "errors": {"address"},
    "document_names": {"errors", "noted_files"},
    "json_pointer": set(),
    "json_reader": {"errors"},
    "noted_files": set(),
    "remembered": set(),
    "timezones": set(),
    "version": set(),
    "yaml_reader": {"errors"},
    "yaml_writer": set(),
    "source": {"errors", "json_reader", "noted_files", "yaml_reader"},
    "contract": {"contract", *COMMON},
    "ledger": {"ledger", *COMMON},
    "handler_module": {"errors", "noted_files"},
    "project": {"contract", "ledger", "handler_module", *COMMON},
    "server": {"server", "contract", "ledger", "project", *COMMON, "__init__"},
    "checker": {"checker", "contract", "ledger", "project", *COMMON, "__init__"},
    "init": {"init", "contract", "ledger", "handler_module", "project", "server", *COMMON},
    "export": {"export", "in_process", "contract", "ledger", "server", "project", *COMMON},
    "learn": {"learn", "checker", "contract", "init", "project", *COMMON},
    "in_process": {"server", "project", *COMMON},
    "pytest_server": {"in_process", *COMMON},
    "spec": {"project", "spec_changes", *COMMON},
    "spec_changes": {"contract", "server", *COMMON},
}
"""What each layer may import of the package."""
FREE = {"__init__", "__main__", "cli"}

GROUPS: dict[str, set[str]] = {
    "init": set(),
    "export": set(),
    "learn.templates": {"learn"},
    "learn": set(),
    "learn, whole": {"learn", "learn.templates"},
    "contract.cel": set(),
    "contract": {"contract.cel"},
    "contract.reading": {"contract", "contract.cel"},
    "contract.lint": {"contract", "contract.reading"},
    "contract, whole": {"contract", "contract.reading", "contract.lint"},
    "ledger": set(),
    "ledger.traffic": {"ledger"},
    "ledger.queries": {"ledger", "ledger.traffic"},
    "ledger.checks": {"ledger", "ledger.traffic"},
    "ledger, whole": {"ledger", "ledger.traffic", "ledger.queries", "ledger.checks"},
    "server.preferences": set(),
    "server": {"server.preferences"},
    "server.generation": {"server", "server.preferences"},
    "server.pages": {"server", "server.preferences"},
    "server.connection": {"server", "server.preferences"},
    "server, whole": {"server", "server.preferences", "server.generation", "server.pages"},
    "server.running": {"server", "server, whole", "server.connection"},
    "checker.deployment": set(),
    "checker.inputs": {"checker.deployment"},
    "checker.findings": {"checker.deployment"},
    "checker.checks": {"checker.deployment", "checker.inputs", "checker.findings"},
    "checker.reports": {"checker.findings"},
    "checker.audit": {"checker.deployment", "checker.inputs", "checker.findings", "checker.checks"},
    "checker": {
        "checker.deployment",
        "checker.inputs",
        "checker.findings",
        "checker.checks",
        "checker.reports",
    },
}
"""What each group of a layer may import of its own layer, besides itself.

A layer's name alone means its files that lie in no folder; `whole`, those of them that join the groups.
"""
WHOLE = {
    "contract": {"__init__", "__main__"},
    "ledger": {"__init__", "default_world", "world", "world_file"},
    "learn": {
        *("command", "earlier", "evidence", "gathering", "hiding", "learning", "output", "overlay", "page"),
        *("proving", "run", "telling", "writing"),
    },
    "server": {"app", "assemble"},
}

ROOMS = ("words", "values", "asked", "agreeing", "makers", "rows", "wire", "errors", "repair")
"""The rooms of `server/generation`: each imports only those before it, and what lies in none, all of them."""


def imported(path: Path, *, is_of_project: bool = False) -> set[str]:
    """The modules that a file imports, anywhere in it, in functions and for types too.

    A project's modules have no name of their own, so they import those beside them by a dot.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if is_of_project and node.level == 1:
                continue
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides where it leads"
            names.update(module_of(str(node.module), alias.name) for alias in node.names)
    return names


def module_of(module: str, name: str) -> str:
    """The module that `from module import name` needs: the name may be a module itself."""
    inside = f"{module}.{name}"
    return inside if inside in MODULES else module


def module_name(path: Path) -> str:
    """The name under which a file of the package is imported."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def layer(path: Path) -> str:
    """The layer that a file of the package is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def group(path: Path) -> str:
    """The group of its layer that a file is in."""
    folders = path.relative_to(PACKAGE).parts[:-1]
    if len(folders) > 1:
        return ".".join(folders[:2])
    return f"{folders[0]}, whole" if path.stem in WHOLE.get(folders[0], ()) else folders[0]


MODULES = {
    module_name(path): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] != "bundled"
}
LAYERED = [path for path in MODULES.values() if layer(path) not in FREE]
GROUPED = [path for path in LAYERED if path.parent != PACKAGE]


def short(path: Path) -> str:
    """A file's path inside the package."""
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", LAYERED, ids=short)
def test_a_layer_imports_only_what_it_may(path: Path) -> None:
    """A module of the engine imports its own layer and those below it."""
    own = {name for name in imported(path) if name.split(".")[0] == "metermock"}

    assert {name.split(".")[1] if "." in name else "__init__" for name in own} <= LAYERS[layer(path)]


@pytest.mark.parametrize("path", GROUPED, ids=short)
def test_a_group_imports_only_what_it_may(path: Path) -> None:
    """A module imports of its layer its own group and those below it."""
    own = [MODULES[name] for name in imported(path) if name.split(".")[0] == "metermock"]
    groups = {group(each) for each in own if layer(each) == layer(path)}

    assert groups <= GROUPS[group(path)] | {group(path)}


def test_a_room_of_generation_imports_only_those_before_it() -> None:
    """Values are made without a request, fields agree without what makes them, and so on."""
    folder = PACKAGE / "server" / "generation"

    def floor(path: Path) -> int:
        return ROOMS.index(path.parent.name) if path.parent != folder else len(ROOMS)

    inside = [path for path in MODULES.values() if path.is_relative_to(folder)]
    upwards = [
        (short(path), name)
        for path in inside
        for name in imported(path)
        if name in MODULES and MODULES[name] in inside and floor(MODULES[name]) > floor(path)
    ]

    assert {path.parent.name for path in inside} == {*ROOMS, folder.name}
    assert upwards == []


def test_every_layer_and_group_has_a_rule() -> None:
    """No part of the package stands outside the rules, and no rule speaks of a part that is gone."""
    assert {layer(path) for path in MODULES.values()} == LAYERS.keys() | FREE
    assert {group(path) for path in GROUPED} == GROUPS.keys()


def test_no_circle_of_imports() -> None:
    """No two files need each other, not even through others, in a function, or for types alone."""
    circle: list[str] = []
    try:
        TopologicalSorter({name: imported(path) for name, path in MODULES.items()}).prepare()
    except CycleError as error:
        circle = error.args[1]

    assert circle == []


def test_imports_for_types_alone_have_a_reason() -> None:
    """Each `if TYPE_CHECKING:` says on its line why the import is not a plain one."""
    blocks = [
        (short(path), line)
        for path in MODULES.values()
        for line in path.read_text("utf-8").splitlines()
        if line.lstrip().startswith("if TYPE_CHECKING")
    ]

    assert [block for block in blocks if not re.search(":  # .{10,}", block[1])] == []


def exceptions() -> set[str]:
    """The exception classes of the package: those that have an exception among their bases."""
    built_in = [each for each in vars(builtins).values() if isinstance(each, type)]
    known = {each.__name__ for each in built_in if issubclass(each, BaseException)}
    classes = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found: set[str] = set()
    while more := {name for name, bases in classes.items() if bases & (known | found)} - found:
        found |= more
    return found


def test_every_error_is_listed() -> None:
    """The docstring of `errors` names every exception class of the package, and nothing that is gone."""
    named = set(
        re.findall(
            r"\b_?[A-Z]\w*(?:Error|Warning|Credential)\b|\bRefused\b|\bStoppedAtStart\b|\bEnded\b",
            str(errors.__doc__),
        )
    )

    assert exceptions() == named


@pytest.mark.parametrize("path", sorted((PROJECT / "handlers").glob("*.py")), ids=lambda path: path.name)
def test_handlers_import_only_the_top_of_metermock(path: Path) -> None:
    """A handler module needs the standard library and what `metermock` exports, nothing inside it."""
    inside = {
        name
        for name in imported(path, is_of_project=True)
        if re.match(r"metermock\.|handlers|numpy|connexion|starlette", name)
    }

    assert inside == set()


@pytest.mark.parametrize(
    ("folder", "others"), [("deployments", {"bench", "tests", "metermock"}), ("bench", {"tests"})]
)
def test_nothing_imports_the_tests(folder: str, others: set[str]) -> None:
    """Measurements do without the tests, and the deployments without measurements, tests and engine."""
    names = {name for path in (REPOSITORY / folder).glob("*.py") for name in imported(path)}

    assert {name.split(".")[0] for name in names} & others == set()


def words(path: Path) -> set[str]:
    """The names and strings of a file; texts of several lines are help, and may give examples."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return {word.lower() for word in strings | names if "\n" not in word}


def test_the_engine_knows_no_vendor() -> None:
    """What the engine knows of a contract it knows from the project's folder."""
    vendors = {path.name.split(".")[0] for path in (PROJECT / "openapi").glob("*.openapi.yaml")}
    known = {path.name for path in LAYERED for word in words(path) if any(v in word for v in vendors)}

    assert vendors
    assert known == set()
