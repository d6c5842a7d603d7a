from __future__ import annotations

import gc
import json
import shutil
import sys
from pathlib import Path

import pytest

from metermock.errors import HandlerError, UsageError, WorldError
from metermock.handler_module import function_name, load_handlers
from metermock.noted_files import noting
from metermock.project import bundled_folder, open_project

ACME = Path(__file__).parent / "project"
GET = {"operationId": "getA", "responses": {"204": {"description": "Nothing."}}}
GOOD = "def get_usage(request): return {}\ndef refuse(refusal, request): return None\n"


def write(tmp_path: Path, text: str) -> Path:
    """Write a handler module."""
    path = tmp_path / "acme.py"
    path.write_text(text)
    return path


def test_the_bundled_project_has_contracts_handlers_and_worlds() -> None:
    """Every bundled contract has a world."""
    project = open_project()

    assert project.folder == bundled_folder()
    assert "onepin" in project.contracts
    assert all(project.world_path(name) is not None for name in project.contracts)


def test_a_folder_of_anybody_is_a_project() -> None:
    """A folder with openapi/, handlers/ and fixtures/ loads like the bundled one."""
    service = open_project(ACME).load("acme")

    assert set(service.handlers.operations) == {"getUsage", "getSiteUsage", "getStatus"}
    assert "steady" in service.world.accounts


@pytest.mark.parametrize("suffix", [".openapi.yaml", ".openapi.yml", ".openapi.json"])
def test_a_document_may_be_yaml_or_json(tmp_path: Path, suffix: str) -> None:
    """The name of a contract is its document's, without the ending."""
    (tmp_path / "openapi").mkdir()
    document = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {"/a": {"get": GET}}}
    (tmp_path / "openapi" / f"acme{suffix}").write_text(json.dumps(document))
    project = open_project(tmp_path)

    assert project.contracts == ("acme",)
    assert [each.id for each in project.load_contract("acme").operations] == ["getA"]


def test_a_contract_has_one_document(tmp_path: Path) -> None:
    """Of two documents of one name nobody can tell which is meant: both are named."""
    (tmp_path / "openapi").mkdir()
    for suffix in (".openapi.yaml", ".openapi.json"):
        (tmp_path / "openapi" / f"acme{suffix}").write_text("{}")

    assert open_project(tmp_path).contracts == ("acme",)
    with pytest.raises(UsageError, match=r"acme\.openapi\.yaml and acme\.openapi\.json"):
        open_project(tmp_path).contract_path("acme")


def test_a_folder_without_contracts_is_no_project(tmp_path: Path) -> None:
    """The error for a folder without contracts says what a project contains."""
    with pytest.raises(UsageError, match=r"is no metermock project") as error:
        open_project(tmp_path)
    assert "openapi/" in str(error.value)


def test_an_unknown_contract_is_answered_with_the_known_ones() -> None:
    """A misspelled name lists the names that there are."""
    with pytest.raises(UsageError, match=r"no contract 'acne'") as error:
        open_project(ACME).contract_path("acne")
    assert "It has acme." in str(error.value)


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("getUsage", "get_usage"),
        ("getAllMonthlyUsage", "get_all_monthly_usage"),
        ("getHTTPUsage", "get_http_usage"),
        ("get-usage.v2", "get_usage_v2"),
        ("import", "import_"),
    ],
)
def test_a_handler_is_named_after_its_operation(operation: str, name: str) -> None:
    """An operationId becomes a Python name in snake_case."""
    assert function_name(operation) == name


def test_handlers_are_loaded_under_a_name_of_the_engines_own(tmp_path: Path) -> None:
    """A project's module cannot shadow any other, whatever its file is called."""
    handlers = load_handlers(write(tmp_path, GOOD), ["getUsage"])

    assert handlers.refuse.__module__.startswith("metermock._handlers.acme_")
    assert handlers.always is None
    assert handlers.authorize is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("get_usage", "get_usages"), "get_usages is no operation's; getUsage has no function"),
        (GOOD.replace("get_usage", "getusage"), "Write `def get_usage(request)`"),
        (GOOD + "def broken(:\n", "acme.py:3:12: syntax error"),
        ("import json\n1 / 0\n" + GOOD, "acme.py:2: loading it failed: ZeroDivisionError: division by zero"),
        ("import nowhere\n" + GOOD, "acme.py:1: loading it failed: ModuleNotFoundError"),
        ("\nasync " + GOOD, "acme.py:2: get_usage is no plain function"),
        (
            GOOD.replace("get_usage(request)", "get_usage()"),
            "acme.py:1: get_usage cannot be called: too many",
        ),
        (GOOD.replace("refusal, request", "request"), "Write `def refuse(refusal, request)`."),
        (GOOD + "def always(): return {}\n", "acme.py:3: always cannot be called"),
    ],
)
def test_a_broken_handler_module_says_where_and_what(tmp_path: Path, text: str, told: str) -> None:
    """The error names the file, the line where there is one, and what to write."""
    with pytest.raises(HandlerError) as error:
        load_handlers(write(tmp_path, text), ["getUsage"])
    assert told in str(error.value)


def test_a_handler_module_may_be_divided(tmp_path: Path) -> None:
    """It imports what lies beside it by a dot, which is read again with it, however soon it was changed."""
    path = write(tmp_path, "from .acme_days import get_usage\n")
    beside = tmp_path / "acme_days.py"
    loaded = []
    for number in (1, 2):
        beside.write_text(f"def get_usage(request): return {number}\n")
        with noting() as found:
            loaded.append(load_handlers(path, ["getUsage"]))
        assert beside in found

    assert [each.operations["getUsage"](None) for each in loaded] == [1, 2]
    name = loaded[0].operations["getUsage"].__module__
    assert name in sys.modules
    del loaded
    gc.collect()
    assert name not in sys.modules


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def broken(:\n", "acme_days.py:1:12: syntax error"),
        ("\n1 / 0\n", "acme_days.py:2: loading it failed: ZeroDivisionError: division by zero"),
    ],
)
def test_a_mistake_beside_a_handler_module_is_told_where_it_is(tmp_path: Path, text: str, told: str) -> None:
    """The error names the file that is broken, not the one that imports it."""
    path = write(tmp_path, "from .acme_days import get_usage\n")
    (tmp_path / "acme_days.py").write_text(text)
    with pytest.raises(HandlerError) as error:
        load_handlers(path, ["getUsage"])
    assert told in str(error.value)


def test_what_has_no_function_is_left_to_the_document(tmp_path: Path) -> None:
    """A module that answers a part has functions for that part, and no errors of its own."""
    handlers = load_handlers(
        write(tmp_path, "def get_usage(request):\n    return {}\n"), ["getUsage", "listKeys"]
    )

    assert list(handlers.operations) == ["getUsage"]
    assert handlers.refuse is None


def test_a_missing_handler_module_is_told(tmp_path: Path) -> None:
    """The error names the file that should be there."""
    with pytest.raises(HandlerError, match=r"acme\.py: there is no such handler module"):
        load_handlers(tmp_path / "acme.py", [])


def test_a_credential_of_an_unknown_scheme_is_told(tmp_path: Path) -> None:
    """A world with a credential of a scheme that the contract lacks is an error with its line."""
    shutil.copytree(ACME, tmp_path / "acme")
    world = tmp_path / "acme" / "fixtures" / "acme.yaml"
    world.write_text(world.read_text().replace("scheme: siteKey", "scheme: sightKey"))

    with pytest.raises(
        WorldError, match=r"acme\.yaml:\d+:\d+: the contract has no security scheme 'sightKey'"
    ):
        open_project(tmp_path / "acme").load("acme")
