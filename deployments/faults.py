"""All seeded faults, and deployments made with one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from deployments import (
    common_faults,
    essarion_faults,
    glyphnet_access_faults,
    glyphnet_faults,
    onceonly_faults,
    onepin_faults,
    onepin_list_faults,
    request_faults,
    zkscore_faults,
    zkscore_list_faults,
)
from deployments.deployment import Deployment
from deployments.register import CONTRACTS, FAULTS, KINDS, Fault

__all__ = ["CONTRACTS", "FAULTS", "KINDS", "LISTS", "Fault", "deploy"]
LISTS = (
    common_faults,
    request_faults,
    onepin_faults,
    onepin_list_faults,
    essarion_faults,
    zkscore_faults,
    zkscore_list_faults,
    onceonly_faults,
    glyphnet_faults,
    glyphnet_access_faults,
)


def deploy(
    contract: str,
    name: str | None = None,
    variants: Sequence[str] = (),
    *,
    seed: int = 0,
    clock: Callable[[], float] = time.time,
) -> Deployment:
    """Make a deployment, with one fault if a name is given; raises KeyError for an unknown one."""
    deployment = CONTRACTS[contract](seed=seed, clock=clock, variants=tuple(variants))
    if name is not None:
        FAULTS[contract, name].seed_into(deployment)
    return deployment
