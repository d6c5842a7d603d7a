"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TINY = Path(__file__).with_name("tiny.openapi.yaml")
PLAIN = ("-p", "metermock.checker.plugin", "-p", "no:cacheprovider", "-q", "-rs")
CONFIG = ("--metermock-config", "metermock.toml", "--metermock-options=--no-fuzz")
FEWER = b'{"total": 4, "rows": [{"calls": 1}, {"calls": 2}]}'


def pytest_in(folder: Path, *words: str, **environment: str) -> str:
    """What pytest prints in a folder."""
    command = [sys.executable, "-m", "pytest", *PLAIN, *words]
    # Plugins of others would only cost time here, and load what ours must not.
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
    done = subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, text=True, check=False, timeout=60
    )
    return f"{done.stdout}{done.stderr}\nexit {done.returncode}"


def accepting(seen: Any) -> tuple[int, dict[str, str], bytes]:
    """A server that knows one key, and whose rows are not the total."""
    if seen.headers.get("x-api-key") != "tiny-key-1234":
        return 401, {}, b'{"error": "unauthorized"}'
    return 200, {}, FEWER


@pytest.fixture
def folder(serve: Callable[..., Any], tmp_path: Path) -> Path:
    """A folder with a metermock.toml for a server that breaks T-1."""
    url = serve(accepting).url
    (tmp_path / "metermock.toml").write_text(
        f'[target.local]\ncontract = "{TINY}"\nurl = "{url}"\n'
        '[[target.local.account]]\nname = "one"\ncredential = { header = "tiny-key-1234" }\n'
    )
    (tmp_path / "test_contract.py").write_text(
        "from metermock.checker.deployment.options import Options\n"
        "def test_contract(metermock_check):\n"
        f"    metermock_check({str(TINY)!r}, {url!r}, header='tiny-key-1234', options=Options(fuzz=False))\n"
    )
    return tmp_path


def test_a_config_gives_a_test_per_operation_and_rule(folder: Path) -> None:
    """The broken rule fails with its finding, others pass; `-k` chooses as for any test."""
    text = pytest_in(folder, *CONFIG, "-k", "T-1 or T-2")
    assert "metermock.toml::local::getUsage::T-1" in text
    assert 'T-1 (must) is broken: "the rows together are the total"' in text
    assert "$METERMOCK_ONE_HEADER" in text
    assert "1 failed, 1 passed" in text
    assert "exit 1" in text


def test_the_file_says_how_its_targets_are_checked(folder: Path) -> None:
    """A baseline in it forgives in a test too, and a mistake in one is told before anything is sent."""
    config = folder / "metermock.toml"
    known = 'rule = "T-1"\noperation = "getUsage"\nplace = "/rows"\nreason = "late"\nuntil = 2099-01-01\n'
    (folder / "known.toml").write_text(f'contract = "tiny"\n[[known]]\n{known}')
    config.write_text(config.read_text().replace("[[target", 'baseline = "known.toml"\n[[target', 1))
    text = pytest_in(folder, *CONFIG, "-k", "T-1")
    assert "1 passed" in text
    (folder / "known.toml").write_text('contract = "other"\n')
    text = pytest_in(folder, *CONFIG, "-k", "T-1")
    assert "known.toml:1: this is a baseline of the contract 'other'" in text
    assert "exit 4" in text


def test_a_mistake_in_the_options_is_told(folder: Path) -> None:
    """`--metermock-options` takes what `metermock check` takes, and nothing else."""
    text = pytest_in(folder, *CONFIG, "--metermock-options=--no-such-option")
    assert "unrecognized arguments: --no-such-option" in text
    assert "exit 4" in text


@pytest.mark.parametrize("words", [("test_contract.py",), CONFIG])
def test_a_clock_of_our_own_is_refused_for_a_deployment(folder: Path, words: tuple[str, ...]) -> None:
    """`--live` would change nothing there, and is told."""
    text = (folder / "test_contract.py").read_text().replace("fuzz=False", "fuzz=False, live=True")
    (folder / "test_contract.py").write_text(text)
    assert "--live is for a mock of our own" in pytest_in(folder, *words, "--metermock-options=--live")


def test_the_fixture_fails_a_test_with_the_report(folder: Path) -> None:
    """`metermock_check` fails its test with the findings, without a trace of the checker."""
    text = pytest_in(folder, "test_contract.py")
    assert "T-1 (must) is broken" in text
    assert "THE CONTRACT IS BROKEN" in text
    assert "metermock/checker" not in text
    assert "1 failed" in text


def test_a_mistake_in_the_call_is_told_without_a_trace(folder: Path) -> None:
    """A scheme that the contract does not have is one line; nobody reads our stack for it."""
    test = folder / "test_contract.py"
    test.write_text(test.read_text().replace("header=", "haeder="))
    text = pytest_in(folder, "test_contract.py")
    assert "metermock_check: --credential: the contract tiny has no security scheme 'haeder'" in text
    assert "metermock/checker" not in text


@pytest.mark.parametrize("words", [("test_contract.py",), CONFIG])
def test_a_rule_that_never_ran_fails_where_all_are_required(folder: Path, words: tuple[str, ...]) -> None:
    """`--require-all` counts in a test as it does on the command line."""
    text = (folder / "test_contract.py").read_text().replace("fuzz=False", "fuzz=False, require_all=True")
    (folder / "test_contract.py").write_text(text.replace(str(TINY), "silent.openapi.yaml"))
    config = (folder / "metermock.toml").read_text()
    (folder / "metermock.toml").write_text(config.replace(str(TINY), "silent.openapi.yaml"))
    silent = TINY.read_text().replace(
        "message: the rows", "when: body.total > 99\n          message: the rows"
    )
    (folder / "silent.openapi.yaml").write_text(silent)
    if words is CONFIG:
        words = (*CONFIG[:2], "--metermock-options=--no-fuzz --require-all", "-k", "T-1")
    text = pytest_in(folder, *words)
    assert "(--require-all)" in text
    assert "1 failed" in text


def test_a_mistake_in_the_config_is_told_without_a_trace(folder: Path) -> None:
    """A broken metermock.toml is a usage error of pytest."""
    (folder / "metermock.toml").write_text("[target.local]\nurl = 1\n")
    text = pytest_in(folder, *CONFIG)
    assert "metermock.toml:1: `target.local` needs `contract`" in text
    assert "Traceback" not in text
    assert "exit 4" in text


def test_an_unused_plugin_loads_nothing(tmp_path: Path) -> None:
    """Without its options and fixture the plugin imports neither the checker nor its libraries."""
    (tmp_path / "test_light.py").write_text(
        "import sys\n"
        "def test_light():\n"
        "    heavy = {'httpx', 'cel', 'jsonschema_rs', 'numpy', 'yaml', 'metermock.checker.run'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    text = pytest_in(tmp_path, "test_light.py")
    assert "1 passed" in text
