"""The tables of a `metermock.toml`, before anything in them is understood."""

from __future__ import annotations

from typing import Any

from metermock.checker.deployment.toml_text import SettingsFile

FOR_ALL = "check"
"""The table of what holds for every target."""
TARGET_KEYS = ("contract", "url", "account", "refused", "parameters")
"""What a file says of a target, beside the options of a check."""


def table_for_all(settings: SettingsFile) -> Any:
    """What the file says for all of its targets."""
    return settings.document.get(FOR_ALL, {})


def target_tables(settings: SettingsFile) -> dict[str, Any]:
    """The tables of all targets of a file, by name."""
    settings.only(settings.document, (FOR_ALL, "target"), ())
    tables = settings.document.get("target")
    if not isinstance(tables, dict) or not tables:
        raise settings.error((), "has no target: write [target.NAME]")
    return tables
