from __future__ import annotations

import subprocess
import sys

import metermock

EXPORTED = """
    Account Call File Key MockServer MockServers Person Plan Refusal Refused Reply Request Usage Violation
    Window World add_months asgi_app day_edges half_up instant_text local_date midnight month_start percent
    read_instant serve_in_thread week_start zone zone_names
"""


def test_what_handlers_may_import_is_pinned() -> None:
    """A name joins or leaves the surface on purpose, by a change of this list."""
    assert sorted(metermock.__all__) == sorted(EXPORTED.split())


def test_every_exported_name_is_there() -> None:
    """Lazy loading finds each name where it lives."""
    assert all(getattr(metermock, name).__name__ == name for name in metermock.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not exported fails as on any module."""
    assert not hasattr(metermock, "Nonsense")
    assert set(metermock.__all__) <= set(dir(metermock))


def test_importing_metermock_imports_nothing_heavy() -> None:
    """`import metermock` waits neither for numpy nor for connexion."""
    code = "import sys, metermock; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "metermock" in loaded
    assert not {"numpy", "connexion", "uvicorn", "faker", "jsonschema_rs"} & set(loaded)
