"""What is said about a name that means nothing: near ones first, then what there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from metermock.checker.findings.collector import natural
from metermock.checker.findings.first_names import first_names

_MOST = 20
"""Names that a message lists."""
_NEAR = 3
_CUTOFF = 0.6


def unknown(option: str, name: str, what: str, known: Iterable[str]) -> str:
    """`--tag usge: no operation has that tag`, near misses, and a list of what there is."""
    there = sorted(known, key=natural)
    lines = [f"{option}{'' if option.endswith('.') else ' '}{name}: no {what}"]
    near = [each for each in there if name.lower() in each.lower()]
    near += difflib.get_close_matches(name, there, n=_NEAR, cutoff=_CUTOFF)
    if near:
        lines.append(f"did you mean {' or '.join(dict.fromkeys(near[:_NEAR]))}?")
    lines.append(f"there are: {first_names(there, _MOST) or 'none'}")
    return "\n  ".join(lines)
