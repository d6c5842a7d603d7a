from __future__ import annotations

from metermock.contract.contract import _pattern

PATHS = 1500
"""More than Python's own cache of patterns keeps."""


def test_the_patterns_of_paths_are_made_once() -> None:
    """A request for an unknown path is held against every path of the document, which may have thousands."""
    first = [_pattern(f"/things/{{id}}/{number}") for number in range(PATHS)]
    again = [_pattern(f"/things/{{id}}/{number}") for number in range(PATHS)]
    assert all(one is other for one, other in zip(first, again, strict=True))
