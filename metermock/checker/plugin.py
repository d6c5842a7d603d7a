"""The pytest plugin: a contract check as a test, or as a test per operation and rule.

    def test_contract(metermock_check):
        metermock_check("onepin", "https://staging.example", liveApiKey="env:ONEPIN_KEY")

    pytest --metermock-config metermock.toml

Nothing of the checker is imported before one of them is used, so that a plugin that is installed but
unused costs nothing.
"""

from __future__ import annotations

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the tests that `--metermock-config` asks for."""
    if config.getoption("metermock_config"):
        # Imported here, so that a pytest without the option does not load the checker.
        from metermock.checker.pytest_items import tests_of  # noqa: PLC0415

        items.extend(tests_of(session, Path(config.getoption("metermock_config"))))


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
