"""In which way a breach shows, as a text that is the same in every run."""

from __future__ import annotations

import re

from metermock.checker.deployment.request import Request
from metermock.contract import Breach

_STATUS = re.compile(r"(status )?(\d{3})")
_RANDOM = "refused, for "
"""Before what is wrong with a random request, whose values are others in another document."""
_ALLOWED = "a valid request "
_WORDED = frozenset({"schema", "header"})
"""Rules whose breaches differ in what the document wants."""
_SHOWN = frozenset({"status", "media-type"})
"""Rules whose breaches differ in what came."""


def showing(breach: Breach, kind: str) -> str:
    """What was asked or wanted, and the status that came; no value that changes from run to run."""
    said = f"{_RANDOM}{kind}" if kind and breach.message.startswith(_RANDOM) else breach.message
    if breach.rule in _WORDED:
        return f"{said}: {breach.expected}"
    if found := _STATUS.fullmatch(str(breach.received)):
        return f"{said}: {found[2]} came"
    return f"{said}: {breach.received} came" if breach.rule in _SHOWN else said


def with_parameters(shown: str, request: Request) -> str:
    """The query parameters that an allowed request needs to show it: with fewer it is another fault."""
    names = ", ".join(sorted({name for name, _ in request.pairs})) if shown.startswith(_ALLOWED) else ""
    return f" (with {names})" if names else ""
