"""What the words of the command line mean, and which targets the selection leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.config import read_targets
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.options import CheckOptions
from metermock.checker.targets import is_own, selected, targets_of
from metermock.contract import load_contract
from metermock.errors import UsageError

TINY = Path(__file__).with_name("tiny.openapi.yaml")
CANARIES = Path(__file__).with_name("canaries.openapi.yaml")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What would end a mock of our own."""
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize("words", [(), ("onepin",), ("onepin", "zkscore"), (".",), (".", "onepin")])
def test_contracts_and_a_folder_mean_a_mock_of_our_own(words: tuple[str, ...]) -> None:
    """Nothing among the words looks like an address."""
    assert is_own(CheckOptions(words))


@pytest.mark.parametrize("word", ["http://h", "staging.example", "localhost:8080", "./nowhere"])
def test_an_address_means_a_deployment(word: str) -> None:
    """A dot, a slash or a colon is in no contract's name; a folder that is not there is no folder."""
    assert not is_own(CheckOptions((word,)))


def test_a_file_of_targets_means_deployments() -> None:
    """The words are then names of its targets, whatever they look like."""
    assert not is_own(CheckOptions(("staging",), config=Path("metermock.toml")))


def test_a_url_is_one_target(stack: ExitStack) -> None:
    """It has the contract, the accounts and the rate of the options."""
    wanted = CheckOptions(("http://h",), str(TINY), ("bearer=secret",), "5/s")
    (target,) = targets_of(wanted, stack)
    assert (target.url, target.contract.name, target.rate_limit) == ("http://h", "tiny", 5)
    assert [account.name for account in target.accounts] == ["account"]


def test_a_secret_parameter_is_read_like_a_credential(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`format: password` marks it; its value is hidden, and that of another parameter is taken as it is."""
    monkeypatch.setenv("PIN_OF_CI", "pin-4711-x")
    given = {"getUsage": {"pin": ("env:PIN_OF_CI",), "days": ("env:7",)}}
    wanted = CheckOptions(("http://h",), str(CANARIES), ("bearer=secret",), parameters=given)
    (target,) = targets_of(wanted, stack)
    assert target.parameters == {"getUsage": {"pin": ("pin-4711-x",), "days": ("env:7",)}}
    assert conceal("got pin-4711-x", target.secrets) == "got $PIN_OF_CI"


def test_a_secret_parameter_that_is_missing_is_told(stack: ExitStack) -> None:
    """With the option, the operation and the parameter."""
    given = {"getUsage": {"pin": ("env:NO_SUCH_PIN",)}}
    wanted = CheckOptions(("http://h",), str(CANARIES), ("bearer=secret",), parameters=given)
    with pytest.raises(UsageError, match=r"--param getUsage\.pin: the variable NO_SUCH_PIN is not set"):
        targets_of(wanted, stack)


def test_a_parameter_of_one_account_is_only_its_own(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is hidden like another, and an account that is not there is told."""
    monkeypatch.setenv("PIN_OF_CI", "pin-4711-x")
    keys = ("ann:bearer=secret-of-ann", "ben:bearer=secret-of-ben")
    given = {"ben:getUsage": {"pin": ("env:PIN_OF_CI",)}, "getUsage": {"days": ("7",)}}
    wanted = CheckOptions(("http://h",), str(CANARIES), keys, parameters=given)
    (target,) = targets_of(wanted, stack)
    ann, ben = target.accounts
    assert (target.parameters, ann.parameters) == ({"getUsage": {"days": ("7",)}}, {})
    assert ben.parameters == {"getUsage": {"pin": ("pin-4711-x",)}}
    assert conceal("got pin-4711-x", target.secrets) == "got $PIN_OF_CI"
    other = CheckOptions(("http://h",), str(CANARIES), keys, parameters={"cay:getUsage": {"days": ("7",)}})
    with pytest.raises(UsageError, match="--param cay: no account has that name"):
        targets_of(other, stack)


def test_targets_without_a_chosen_rule_are_left_out(target: Target, tmp_path: Path) -> None:
    """`--rule` and `--operation` choose among targets too; a name that no target has is a mistake."""
    text = TINY.read_text("utf-8").replace("id: T-1", "id: U-1")
    document = tmp_path / "other.openapi.yaml"
    document.write_text(text, "utf-8")
    other = replace(target, name="other", contract=load_contract(document))
    assert selected([target, other], lambda _: Options(rules=("U-*",))) == [other]
    assert selected([target, other], lambda _: Options(operations=("getUsage",))) == [target, other]
    with pytest.raises(UsageError, match="--rule V-1: no rule has that name"):
        selected([target, other], lambda _: Options(rules=("V-1",)))


def test_what_is_chosen_for_one_target_is_looked_for_in_it_alone(target: Target, tmp_path: Path) -> None:
    """A rule that the file names for a target has to be one of that target's own."""
    text = TINY.read_text("utf-8").replace("id: T-1", "id: U-1")
    (tmp_path / "other.openapi.yaml").write_text(text, "utf-8")
    other = replace(target, name="other", contract=load_contract(tmp_path / "other.openapi.yaml"))
    own = {"tiny": Options(rules=("T-1",)), "other": Options(skip=("U-1",), workers=1)}
    assert selected([target, other], lambda one: own[one.name]) == [target, other]
    wrong = {**own, "other": Options(skip=("T-1",))}
    with pytest.raises(UsageError, match="--skip T-1: no rule or operation has that name"):
        selected([target, other], lambda one: wrong[one.name])


def test_an_overlay_changes_the_contract_of_a_deployment_and_of_a_mock(
    stack: ExitStack, tmp_path: Path
) -> None:
    """Named by an option, or by a file of targets, relative to that; the mock serves it too."""
    (tmp_path / "more.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
        "  - {target: $.info, update: {version: from the overlay}}\n"
    )
    options = Options(overlays=(str(tmp_path / "more.yaml"),))
    targets = targets_of(CheckOptions(("http://h",), str(TINY), ("bearer=s",), options=options), stack)
    targets += targets_of(CheckOptions((str(TINY),), options=options), stack)
    reply = httpx.get(f"{targets[1].url}/openapi.json", timeout=10)
    config = tmp_path / "metermock.toml"
    config.write_text(f'[target.a]\nurl = "http://h"\ncontract = "{TINY}"\noverlay = ["more.yaml"]\n')
    targets += read_targets(config, ())
    versions = [target.contract.version for target in targets]
    assert [*versions, reply.json()["info"]["version"]] == ["from the overlay"] * 4
