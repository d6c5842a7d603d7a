"""Every option of `metermock check`, read from the command line and from `metermock.toml` alike.

    [check]                          # for the run, and for each target
    report = { junit = "junit.xml" }
    max-time = 600

    [target.staging]                 # for one target
    no-fuzz = true

A key is an option's name without its dashes. The options are those that the parser of the command line has,
so that a new one is a key too. The command line wins over the target, the target over `[check]`; a list is
replaced as a whole.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from metermock.checker.deployment.target_file import FOR_ALL, TARGET_KEYS, table_for_all, target_tables
from metermock.checker.deployment.toml_text import SettingsFile, Where
from metermock.errors import UsageError

ELSEWHERE = {
    "config": "a file of targets names no other one",
    "credential": "credentials stand in [[target.NAME.account]]: credential = { SCHEME = VALUE }",
    "plan": "--plan counts and checks nothing; write it on the command line",
    "json": 'a report has its place: report = { json = "FILE" }',
    "live": "--live is for a mock of our own: a deployment has its own clock",
}
"""Options that are no keys, and why."""
WHOLE_RUN = ("report", "har", "update-baseline", "diff", "quiet")
"""Options that a single target cannot have."""


class OptionTable:
    """The options of a parser by their keys, with what each of them is where it is not given."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        options = [each for each in parser._actions if each.option_strings and each.dest != "help"]  # noqa: SLF001 - argparse has no other list of them
        self.actions = {each.option_strings[0].removeprefix("--"): each for each in options}
        self._defaults: dict[str, Any] = {each.dest: each.default for each in options}
        for action in options:
            # What was not given is not in the parsed arguments, so that a file can say it.
            action.help = str(action.help).replace("%(default)s", str(action.default))
            action.default = argparse.SUPPRESS
        for key, action in self.actions.items():
            opposite = f"--{key.removeprefix('no-') if key.startswith('no-') else f'no-{key}'}"
            if _is_flag(action) and opposite.removeprefix("--") not in self.actions:
                # For the command line to win over a file that says true.
                parser.add_argument(
                    opposite,
                    dest=action.dest,
                    action="store_false",
                    default=argparse.SUPPRESS,
                    help=argparse.SUPPRESS,
                )

    @property
    def keys(self) -> tuple[str, ...]:
        """What a file may say for all of its targets."""
        return tuple(key for key in self.actions if key not in ELSEWHERE)

    def settled(self, *said: Mapping[str, Any]) -> argparse.Namespace:
        """All arguments, out of several that are only partly given; the first wins."""
        merged = dict(self._defaults)
        for values in reversed(said):
            merged.update(values)
        return argparse.Namespace(**merged)

    def given(self, arguments: argparse.Namespace) -> dict[str, Any]:
        """What the command line says, by key."""
        return {
            key: vars(arguments)[action.dest]
            for key, action in self.actions.items()
            if action.dest in vars(arguments)
        }

    def for_all(self, settings: SettingsFile) -> dict[str, Any]:
        """The arguments that `[check]` gives."""
        where: Where = (FOR_ALL,)
        table = table_for_all(settings)
        self._refuse(settings, table, where)
        for key in table:
            if key in TARGET_KEYS and key not in self.keys:
                raise settings.error((*where, key), f"`{key}` is of one target: write it under [target.NAME]")
        settings.only(table, self.keys, where)
        return self._values(settings, table, where)

    def for_target(self, settings: SettingsFile, name: str) -> dict[str, Any]:
        """The arguments that `[target.NAME]` gives."""
        where: Where = ("target", name)
        table = target_tables(settings)[name]
        self._refuse(settings, table, where)
        for key in table:
            if key in WHOLE_RUN:
                raise settings.error((*where, key), f"`{key}` is of the whole run: write it under [check]")
        known = [*TARGET_KEYS, *(key for key in self.keys if key not in WHOLE_RUN)]
        settings.only(table, tuple(dict.fromkeys(known)), where)
        return self._values(settings, {key: table[key] for key in table if key in self.keys}, where)

    def _refuse(self, settings: SettingsFile, table: Any, where: Where) -> None:
        if not isinstance(table, dict):
            raise settings.error(where, f"`{'.'.join(map(str, where))}` has to be a table")
        for key in table:
            if key in ELSEWHERE:
                raise settings.error((*where, key), f"`{key}`: {ELSEWHERE[key]}")

    def _values(self, settings: SettingsFile, table: Mapping[str, Any], where: Where) -> dict[str, Any]:
        found = {}
        for key, value in table.items():
            action = self.actions[key]
            try:
                found[action.dest] = _value(action, value, settings.path.parent)
            except (ValueError, argparse.ArgumentTypeError, UsageError) as problem:
                said = str(problem).removeprefix(f"--{key}").removeprefix(":").lstrip()
                raise settings.error((*where, key), f"`{key}`: {said}") from None
        return found


def _value(action: argparse.Action, value: Any, folder: Path) -> Any:
    """What the option would be with that value; ValueError if it cannot have it."""
    if _is_flag(action):
        if not isinstance(value, bool):
            raise ValueError("write true or false")
        return value
    if _is_list(action):
        return [_single(action, each, folder) for each in _texts(action, value)]
    return _single(action, value, folder)


def _single(action: argparse.Action, value: Any, folder: Path) -> Any:
    if _is_number(action):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"write a number ({action.help})")
        text = str(value)
    elif isinstance(value, str) and value:
        text = _from_folder(action, value, folder)
    else:
        raise ValueError(f"write a text ({action.help})")
    if action.choices is not None and text not in action.choices:
        raise ValueError(f"{text!r} is none of {', '.join(map(str, action.choices))}")
    return action.type(text) if callable(action.type) else text


def _texts(action: argparse.Action, value: Any) -> list[Any]:
    """A text, a list of texts, or where the option is NAME=VALUE a table, as texts of the command line."""
    if isinstance(value, dict) and "=" in str(action.metavar):
        return [f"{name}={each}" for name, each in _flat(value)]
    return value if isinstance(value, list) else [value]


def _flat(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str):
                raise ValueError(f"the value of `{before}{name}` has to be a text")  # noqa: TRY004 - of a file, not of a caller
            yield f"{before}{name}", each


def _from_folder(action: argparse.Action, text: str, folder: Path) -> str:
    """The text with a path in it seen from the folder of the file that says it."""
    if action.metavar == "FILE" and text != "-":
        return str(folder / text)
    name, equals, file = text.partition("=")
    if str(action.metavar).endswith("=FILE") and equals and file != "-":
        return f"{name}={folder / file}"
    return text


def _is_flag(action: argparse.Action) -> bool:
    return action.nargs == 0


def _is_list(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)  # noqa: SLF001 - argparse has no public name for it


def _is_number(action: argparse.Action) -> bool:
    """Whether the option reads digits as a number."""
    if not callable(action.type):
        return False
    try:
        return isinstance(action.type("1"), int | float)
    except (ValueError, argparse.ArgumentTypeError, UsageError):
        return False
