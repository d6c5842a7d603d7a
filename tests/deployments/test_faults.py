"""The seeded faults are many, of all kinds, and each is seen by a client."""

import ast
import copy
import sys
import threading
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import deployments
from deployments.deployment import Deployment
from deployments.faults import CONTRACTS, FAULTS, KINDS, deploy
from tests.deployments.client import NOW
from tests.deployments.probes import difference


@cache
def frozen(contract: str) -> Deployment:
    """Give a deployment that has already seen the next minute's calls, so that it can be shared."""
    deployment = deploy(contract, clock=lambda: NOW)
    deployment.grow(NOW + 70)
    return deployment


def twin(contract: str, name: str | None = None) -> Deployment:
    """Give another deployment over the same calls, with a fault if one is named."""
    deployment = copy.copy(frozen(contract))
    deployment.memory, deployment.lock = {}, threading.Lock()
    if name is not None:
        FAULTS[contract, name].seed_into(deployment)
    return deployment


@pytest.mark.parametrize(("contract", "name"), sorted(FAULTS)[::6])
def test_fault_is_seen(contract: str, name: str) -> None:
    """A deployment with the fault answers some request in another way than the right one."""
    assert difference(twin(contract), twin(contract, name), NOW) is not None


@pytest.mark.parametrize("contract", ["essarion", "onceonly"])
def test_right_ones_are_equal(contract: str) -> None:
    """Two right deployments over the same calls answer every request alike."""
    assert difference(twin(contract), twin(contract), NOW) is None


def test_register() -> None:
    """There are faults enough, of every kind and contract, and many that show only sometimes."""
    contracts = Counter(fault.contract for fault in FAULTS.values())
    assert min(contracts[contract] for contract in CONTRACTS) >= 40
    assert {fault.kind for fault in FAULTS.values()} == set(KINDS)
    assert sum(fault.conditional for fault in FAULTS.values()) >= len(FAULTS) / 3
    assert all(fault.says.endswith(".") and "\n" not in fault.says for fault in FAULTS.values())


@pytest.mark.parametrize("contract", CONTRACTS)
def test_one_step_each(contract: str) -> None:
    """A fault replaces one step of its deployment, and nothing else of it."""
    for (owner, _), fault in FAULTS.items():
        if owner == contract:
            deployment = object.__new__(CONTRACTS[contract])
            fault.seed_into(deployment)
            assert list(vars(deployment)) == [fault.step]


def test_unknown_fault() -> None:
    """A fault that nobody registered is a KeyError."""
    with pytest.raises(KeyError, match="nobody"):
        deploy("essarion", "nobody")
    assert ("essarion", "nobody") not in FAULTS


@pytest.mark.parametrize(
    "module", sorted(Path(deployments.__file__).parent.glob("*.py")), ids=lambda module: module.stem
)
def test_no_code_of_the_mock(module: Path) -> None:
    """The deployments are made of the standard library and of themselves alone."""
    tree = ast.walk(ast.parse(module.read_text("utf-8")))
    froms = {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}
    tree = ast.walk(ast.parse(module.read_text("utf-8")))
    plain = {name.name for node in tree if isinstance(node, ast.Import) for name in node.names}
    known = {*sys.stdlib_module_names, "deployments"}
    assert {name.partition(".")[0] for name in froms | plain} <= known
