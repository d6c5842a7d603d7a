"""What a report says of targets that a signal has kept from being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.interruption import Interruption, current, interruptible
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.options import CheckOptions
from metermock.checker.unstarted import NOWHERE, unstarted
from metermock.errors import StoppedAtStart


def names(wanted: CheckOptions) -> list[tuple[str, str, str]]:
    """The target, contract and address of each verdict, which are all untested, for the reason given."""
    verdicts = unstarted(wanted, "interrupted by SIGTERM")
    assert {(each.verdict, each.reason, each.requests) for each in verdicts} == {
        ("untested", "interrupted by SIGTERM", 0)
    }
    return [(each.target, each.contract, each.url) for each in verdicts]


def test_a_deployment_is_named_by_its_contract_without_the_secrets_of_its_url() -> None:
    """What stands in a URL may be a secret."""
    found = names(CheckOptions(("https://u:pw@h/v1?key=s3cret",), contract="docs/acme.yaml"))

    assert found[0][:2] == ("acme", "acme")
    assert "h/v1" in found[0][2]
    assert not any(secret in found[0][2] for secret in ("pw", "s3cret"))


def test_the_targets_of_a_file_are_named_that_were_asked_for(tmp_path: Path) -> None:
    """A table without a contract has its own name."""
    config = tmp_path / "metermock.toml"
    config.write_text(
        "[target.a]\ncontract = 'onepin'\nurl = 'http://h'\n[target.b]\nurl = 3\n[target.c]\n", "utf-8"
    )

    assert names(CheckOptions(config=config)) == [
        ("a", "onepin", "http://h"),
        ("b", "b", NOWHERE),
        ("c", "c", NOWHERE),
    ]
    assert names(CheckOptions(("b",), config=config)) == [("b", "b", NOWHERE)]


def test_contracts_of_our_own_mock_are_named_each() -> None:
    """Without a word they are all that are bundled."""
    assert [name for name, *_ in names(CheckOptions(("onepin", "zkscore")))] == ["onepin", "zkscore"]
    assert len(names(CheckOptions())) > 1


def test_a_signal_is_waited_for_only_where_something_was_learnt() -> None:
    """Before the first request it ends what runs; one that came earlier is not forgotten."""
    interruption = Interruption()
    with interruption.starting():
        pass
    with pytest.raises(StoppedAtStart), interruption.starting():
        interruption.note(15, None)
    with pytest.raises(StoppedAtStart), interruption.starting():
        pytest.fail("it had come before")
    assert interruption.reason == "interrupted by SIGTERM"


def test_an_inner_part_of_a_check_forgets_no_signal() -> None:
    """The command takes signals before it has imported what does so too."""
    with interruptible():
        current.number = 15
        with interruptible() as inner:
            assert inner.number == 15
    with current.starting():
        pass  # What is started by itself since then is not ended by that signal.
    with interruptible() as anew:
        assert anew.number == 0


def test_a_check_that_follows_an_ended_one_runs_to_its_end(target: Target, serve: Callable[..., Any]) -> None:
    """As in the process of a test suite: a signal to one check is none to the next."""
    with interruptible():
        current.number = 15

    verdict = check(replace(target, url=serve().url), Options(fuzz=False, trust_env=False))

    assert "interrupted" not in verdict.reason
    assert verdict.requests > 1
