"""Bad values that a deployment may read: that it takes them is a warning."""

from __future__ import annotations

from metermock.checker.deployment.request import Request
from metermock.checker.inputs.refused import may_be_none
from metermock.contract import Operation, Parameter
from metermock.errors import Violation


def is_lenient(operation: Operation, request: Request, violation: Violation) -> bool:
    """Whether a deployment may read it: a spelling that a format does not have (20260301), or U+0000.

    A list may be empty where its name stands alone, and many servers split its items at commas once more. An
    empty value may be read as none, and of several values another one than the last may be read.
    """
    items = violation.value if isinstance(violation.value, list) else []
    is_split = items == [""] or any("," in str(each) for each in items)
    is_nul = violation.kind == "encoding" and "\0" in str(violation.value)
    where = violation.location, violation.name
    parameter = next((each for each in operation.parameters if (each.location, each.name) == where), None)
    is_none = violation.kind == "empty" and parameter is not None and may_be_none(parameter)
    if violation.kind == "format" or is_nul or is_split or is_none:
        return True
    return parameter is not None and _has_a_good_one(operation, request, parameter)


def _has_a_good_one(operation: Operation, request: Request, parameter: Parameter) -> bool:
    """Whether of several values for one in the query some value is good by itself."""
    own = [pair for pair in request.pairs if pair[0] == parameter.name]
    if parameter.location != "query" or parameter.style.form != "text" or len(own) < 2:  # noqa: PLR2004 - several
        return False
    others = [pair for pair in request.pairs if pair[0] != parameter.name]
    return any(
        all(each.name != parameter.name for each in operation.read([*others, one], {}, path={})[1])
        for one in own
    )
