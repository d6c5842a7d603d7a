"""What a site asks of the rooms that make replies from its document."""

from __future__ import annotations

from typing import Protocol

from metermock.errors import Refusal
from metermock.server.handling import Reply, Request


class Documented(Protocol):
    """Makes any documented reply of a contract, also for operations that have a handler."""

    def makes(self, operation: str) -> bool:
        """Tell whether the usual reply of an operation is made from the document."""

    def usual_status(self, operation: str) -> int:
        """Return the status of an operation when all is well."""

    def success(self, operation: str, status: int, request: Request, *, dynamic: bool | None) -> Reply:
        """Return the documented reply of a status that is no error."""

    def error(
        self, operation: str, status: int, refusal: Refusal, request: Request, *, dynamic: bool | None
    ) -> Reply:
        """Return the documented error of a status."""

    def example(self, operation: str, status: int, name: str, request: Request) -> Reply:
        """Return the documented example of a name; PreferenceError where there is none."""
