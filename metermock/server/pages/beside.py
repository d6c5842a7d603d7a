"""Draws pages beside the clients' replies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from metermock.server.endpoint import LONG_WORK

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """Do what a page needs in the thread of long work, so that no client waits for it."""
    return await asyncio.get_running_loop().run_in_executor(LONG_WORK, work)
