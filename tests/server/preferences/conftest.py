"""The server that tests of preferences share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Server
from tests.server.preferences.asking import DOCUMENT


@pytest.fixture
def made(serve: Callable[..., Server]) -> Server:
    """Serve a document alone; every reply is judged."""
    return serve(DOCUMENT, "--strict")
