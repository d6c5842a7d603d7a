"""The forms in which verdicts are written."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

FORMS = ("html", "json", "junit", "markdown", "sarif")
"""Each is a module here with a function `<form>_report`, and a choice of `--report`."""


def reporter_of(form: str) -> Callable[..., str]:
    """The function that writes verdicts in a form."""
    # Imported when it is needed: the command line names the forms and must not wait for their libraries.
    module = import_module(f"{__name__}.{form}")
    reporter: Callable[..., str] = getattr(module, f"{form}_report")
    return reporter
