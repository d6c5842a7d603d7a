"""A credential's value, and where it comes from: the environment, a file, or the setting itself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential's value, which no text of metermock shows.

    `shell` is what a shell puts in its place: `$NAME`, `$(cat 'PATH')`. It is empty where the value
    is public, as the bundled mocks' are; then the value itself is shown.
    """

    value: str = field(repr=False)
    shell: str

    def __str__(self) -> str:
        return self.shell or self.value


def read_secret(text: str, account: str, scheme: str, folder: Path, env: Mapping[str, str]) -> Secret:
    """The secret behind `env:NAME`, `file:PATH` (relative to `folder`) or the value itself.

    Raises ValueError, which never repeats the value, for one that is missing or cannot be sent.
    """
    kind, _, rest = text.partition(":")
    if kind == "env":
        secret = _from_environment(rest, env)
    elif kind == "file":
        secret = _from_file(folder / rest)
    else:
        secret = Secret(text, f"$METERMOCK_{_variable(f'{account}_{scheme}' if account else scheme)}")
    if not secret.value:
        message = f"the credential {text if kind in {'env', 'file'} else scheme} is empty"
        raise ValueError(message)
    # A line break in a header would begin another header.
    if re.search(r"[\x00-\x1f\x7f]", secret.value):
        message = f"the credential in {secret.shell} has a control character, such as a line break"
        raise ValueError(message)
    return secret


def _from_environment(name: str, env: Mapping[str, str]) -> Secret:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        # The name may be the secret itself, put behind `env:` by mistake.
        message = "what follows env: is no name of a variable"
        raise ValueError(message)
    if name not in env:
        message = f"the variable {name} is not set"
        raise ValueError(message)
    return Secret(env[name], f"${name}")


def _from_file(path: Path) -> Secret:
    try:
        # Editors end a file with a line break, which is no part of the secret.
        value = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as problem:
        message = f"the file {path} cannot be read: {problem.strerror or problem}"
        raise ValueError(message) from None
    except UnicodeDecodeError:
        message = f"the file {path} is not UTF-8"
        raise ValueError(message) from None
    return Secret(value, f"$(cat {shlex.quote(str(path.absolute()))})")


def _variable(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()


def beginning(value: str) -> str:
    """The public part of a credential, which tells its kind: `op_live_` of `op_live_4f…`; or nothing."""
    prefix = re.match(r"[a-z]{1,8}_(?:[a-z]{1,8}_)?", value)
    return prefix[0] if prefix else ""
