"""The projects under examples/, each served by a process of its own."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Server

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(
    request: pytest.FixtureRequest, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> Server:
    """Serve the example that the test's module is named after; every reply is checked on its way out."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return serve(str(EXAMPLES / request.path.stem.removeprefix("test_")), "--strict")


@pytest.fixture
def snippet(request: pytest.FixtureRequest, example: Server) -> tuple[str, str]:
    """What the Python of the example's README prints, and what the README shows."""
    name = request.path.stem.removeprefix("test_")
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    code, shown = (re.search(f"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("python", "text"))
    assert code
    assert shown
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code[1].replace("http://localhost:4010", example.url), {})  # noqa: S102 - our own README
    return printed.getvalue(), shown[1]
