"""The pytest plugin: a contract check as a test, or as a test per operation and rule.

    def test_contract(metermock_check):
        metermock_check("onepin", "https://staging.example", liveApiKey="env:ONEPIN_KEY")

    pytest --metermock-config metermock.toml

Nothing of the checker is imported before one of them is used, so that a plugin that is installed but
unused costs nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from metermock.errors import MetermockError

if TYPE_CHECKING:  # a plugin that is installed but unused costs nothing
    from metermock.checker.deployment.options import Options
    from metermock.checker.deployment.target import Target
    from metermock.checker.findings.verdict import Verdict

pytest_plugins = ("metermock.pytest_server",)
"""The other half of the plugin: `metermock_server`, a mock for tests."""

_FOLDER = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Describe the options."""
    group = parser.getgroup("metermock")
    group.addoption(
        "--metermock-config",
        metavar="FILE",
        help="a metermock.toml: its targets are checked, a test per operation and rule",
    )
    group.addoption(
        "--metermock-options",
        metavar="OPTIONS",
        default="",
        help="options of `metermock check` for these tests: '--no-fuzz --seed 7'",
    )
    group.addoption(
        "--metermock-url",
        metavar="URL",
        help="what metermock_check looks at where it is given no URL (default: a mock of its own)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, so that `-m metermock` chooses these tests under `--strict-markers` too."""
    config.addinivalue_line("markers", "metermock: a rule of a contract, out of --metermock-config")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Read the file of `--metermock-config` before anything is collected: a mistake in it ends the run."""
    path = _config(session.config)
    if path:
        # Imported here and below, so that a pytest without the option does not load the checker.
        from metermock.checker.pytest_items import read_config  # noqa: PLC0415

        read_config(session.config, path)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the file where it is named, so that its tests can be chosen by their node ids."""
    path = _config(parent.config)
    if not path or file_path != path.absolute():
        return None
    from metermock.checker.pytest_items import config_file  # noqa: PLC0415

    return config_file(parent, file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the tests of the file, unless it was named itself, or node ids name other tests."""
    path = _config(config)
    if not path:
        return
    from metermock.checker.pytest_items import config_file, is_collected  # noqa: PLC0415

    if not is_collected(items) and not any("::" in word for word in config.args):
        items.extend(session.genitems(config_file(session, path.absolute())))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which tests `-k`, `-m`, `--deselect` and `--lf` have left."""
    if _config(session.config):
        from metermock.checker.pytest_items import note_chosen  # noqa: PLC0415

        note_chosen(session.items)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Name a folder to the workers of pytest-xdist, in which they share what one of them has learnt."""
    # A worker on another machine does not see it, and checks by itself.
    if _config(node.config) and node.gateway.spec.popen:
        if _FOLDER not in node.config.stash:
            node.config.stash[_FOLDER] = tempfile.mkdtemp(prefix="metermock-")
        node.workerinput["metermock_folder"] = node.config.stash[_FOLDER]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder that the workers shared."""
    folder = config.stash.get(_FOLDER, None)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _config(config: pytest.Config) -> Path | None:
    named = config.getoption("metermock_config")
    return config.invocation_params.dir / named if named else None


@pytest.fixture
def metermock_check(request: pytest.FixtureRequest) -> Iterator[Callable[..., Verdict]]:
    """A function that fails the test unless a deployment keeps its contract, and returns the verdict.

    `metermock_check(contract, url=None, *, options=None, **credential)`: `contract` is a bundled one
    or the path to a document; `url` defaults to `--metermock-url`, and without that to a mock that is
    started for the test; `options` is a `metermock.checker.deployment.options.Options`, and defaults to
    `--metermock-options`; a credential is
    `SCHEME="env:NAME"`, and without one the mock's public accounts are used.
    """
    with ExitStack() as stack:

        def check(
            contract: str, url: str | None = None, *, options: Options | None = None, **credential: str
        ) -> Verdict:
            url = url or request.config.getoption("metermock_url")
            try:
                chosen = options or _options(request.config, own=url is None)
                target = _target(contract, url, credential, chosen, stack)
            except MetermockError as problem:
                pytest.fail(f"metermock_check: {problem}", pytrace=False)
            return _checked(target, chosen)

        yield check


def _target(
    contract: str, url: str | None, credential: dict[str, str], options: Options, stack: ExitStack
) -> Target:
    from metermock.checker.targets import deployment_target, own_targets  # noqa: PLC0415 - see above

    if url is None:
        return own_targets([contract], stack, options)[0]
    credentials = [f"{scheme}={value}" for scheme, value in credential.items()]
    return deployment_target(url, contract, credentials, options)


def _options(config: pytest.Config, *, own: bool) -> Options:
    from metermock.checker.command import options_in  # noqa: PLC0415 - see above

    return replace(options_in(config.getoption("metermock_options")), trust_env=not own)


def _checked(target: Target, options: Options) -> Verdict:
    from metermock.checker.findings.verdict import all_required  # noqa: PLC0415 - see above
    from metermock.checker.reports.terminal import terminal_report  # noqa: PLC0415 - see above
    from metermock.checker.run import checked  # noqa: PLC0415 - see above

    verdict = checked(target, options)
    if options.require_all:
        verdict = all_required(verdict)
    if verdict.verdict != "kept":
        pytest.fail(terminal_report([verdict]), pytrace=False)
    return verdict


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the must rules that never ran: pytest shows skipped tests only when asked."""
    if not config.getoption("metermock_config"):
        return
    from metermock.checker.reports.words import NEVER_RAN  # noqa: PLC0415 - see above

    skipped = terminalreporter.stats.get("skipped", [])
    silent = [report.nodeid for report in skipped if "metermock: never ran" in str(report.longrepr)]
    if silent:
        terminalreporter.section(NEVER_RAN)
        for nodeid in silent:
            terminalreporter.write_line(nodeid)
