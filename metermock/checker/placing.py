"""Where a setting stands that cannot be used: on which line of `metermock.toml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metermock.checker.deployment.target import Target
from metermock.checker.deployment.target_file import FOR_ALL, target_tables
from metermock.checker.deployment.toml_text import SettingsFile, Where
from metermock.checker.options import CheckOptions
from metermock.errors import UsageError

Placed = Callable[[str, Sequence[Target], UsageError], UsageError]
"""A problem with an option, such as `--rule`, of these targets, told where the option stands."""


def placed(wanted: CheckOptions, option: str, targets: Sequence[Target], problem: UsageError) -> UsageError:
    """The problem with the place in the file that the option stands in, if it stands in one."""
    key = option.removeprefix("--")
    if wanted.config is None or key in wanted.given:
        return problem
    settings = SettingsFile.read(wanted.config)
    tables = target_tables(settings)
    name = next((target.name for target in targets if key in tables[target.name]), "")
    where: Where = ("target", name, key) if name else (FOR_ALL, key)
    return settings.error(where, f"`{key}`: {str(problem).removeprefix(option).removeprefix(':').lstrip()}")


def unplaced(_: str, __: Sequence[Target], problem: UsageError) -> UsageError:
    """The problem as it is, where no file says the option."""
    return problem
