"""A body that is not what its media type says, or not one that the operation takes."""

from __future__ import annotations


class BodyError(Exception):
    """What is wrong with a body as a whole; `kind` names it for a handler's `refuse`."""

    def __init__(self, message: str, kind: str = "json", place: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.place = place
        """The JSON pointer of the part that is wrong; empty for the whole."""
