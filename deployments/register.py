"""The register of seeded faults: each replaces exactly one step of one deployment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MethodType
from typing import Any, TypeVar

from deployments.deployment import Deployment
from deployments.essarion import Essarion
from deployments.glyphnet import Glyphnet
from deployments.onceonly import Onceonly
from deployments.onepin_lists import Onepin
from deployments.zkscore import Zkscore

CONTRACTS: dict[str, type[Deployment]] = {
    kind.contract: kind for kind in (Onepin, Essarion, Zkscore, Onceonly, Glyphnet)
}
KINDS = (
    "shape",
    "status",
    "headers",
    "media type",
    "credentials",
    "parameters",
    "arithmetic",
    "rounding",
    "order",
    "windows",
    "zones",
    "pages",
    "agreement",
    "repeatability",
    "freshness",
    "another account",
)


@dataclass(frozen=True)
class Fault:
    """One thing done wrong: `change` takes the place of the deployment's `step`.

    `conditional` faults show only for some values, accounts, zones or dates.
    """

    name: str
    contract: str
    kind: str
    rule: str
    says: str
    conditional: bool
    step: str
    change: Callable[..., Any]
    shows: str

    def seed_into(self, deployment: Deployment) -> None:
        """Replace the step."""
        setattr(deployment, self.step, MethodType(self.change, deployment))


FAULTS: dict[tuple[str, str], Fault] = {}
F = TypeVar("F", bound="Callable[..., Any]")


def fault(
    contracts: str, kind: str, rule: str, step: str = "served", *, sometimes: bool = False, shows: str = ""
) -> Callable[[F], F]:
    """Register a function as a fault of each contract named; its docstring says what goes wrong.

    `shows` is an instant at which it does, where it does so only at some.
    """

    def register(change: F) -> F:
        for contract in contracts.split():
            if kind not in KINDS or not hasattr(CONTRACTS[contract], step):
                raise ValueError(f"{change.__name__}: no such kind or step")
            name, says = change.__name__.replace("_", "-"), (change.__doc__ or "").strip()
            if (contract, name) in FAULTS:
                raise ValueError(f"{contract} has two faults called {name}")
            FAULTS[contract, name] = Fault(
                name, contract, kind, rule, says, sometimes or bool(shows), step, change, shows
            )
        return change

    return register
