"""What is wrong with the security of an operation: schemes that nobody declares, or that say too little."""

from __future__ import annotations

from metermock.contract.contract import Contract
from metermock.contract.reading.bundle import Problem
from metermock.contract.reading.structure import Pointer
from metermock.contract.reading.written import Written
from metermock.contract.schemes import scheme_fault


def security_problem(contract: Contract, written: Written) -> Problem | None:
    """The first scheme of an operation's security by which no request can be made or checked."""
    own = "security" in written.document
    pointer: Pointer = (*written.pointer, "security") if own else ("security",)
    listed = written.document["security"] if own else contract.document.get("security", [])
    if not isinstance(listed, list):
        return Problem(pointer, "security is a list")
    for index, alternative in enumerate(listed):
        if not isinstance(alternative, dict):
            return Problem((*pointer, index), "an alternative of security is a map")
        for name in alternative:
            problem = _of_scheme(contract, name, (*pointer, index, name))
            if problem is not None:
                return problem
    return None


def _of_scheme(contract: Contract, name: str, asked_at: Pointer) -> Problem | None:
    declared = contract.declared_schemes
    scheme = declared.get(name)
    if name not in declared:
        others = f"declares {', '.join(map(str, declared))}" if declared else "declares none"
        advice = f"components.securitySchemes {others}"
        return Problem(asked_at, f"the security scheme {name!r} is not declared", advice)
    stands_at = ("components", "securitySchemes", name)
    if not isinstance(scheme, dict):
        return Problem(stands_at, f"the security scheme {name!r} is not an object", "it needs a type")
    fault = scheme_fault(scheme)
    if fault is None:
        return None
    problem, advice = fault
    return Problem(stands_at, f"the security scheme {name!r} {problem}", advice)
