"""The value of a credential or a header, and where it comes from.

That is the environment, a file, a command, or the setting itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from metermock.checker.deployment.header_text import is_public, why_unsendable
from metermock.checker.deployment.many_secrets import ManySecrets
from metermock.checker.deployment.token import Token


@dataclass(frozen=True, slots=True)
class Secret:
    """The value of a credential or a header, which no text of metermock shows.

    `shell` is what a shell puts in its place: `$NAME`, `$(cat 'PATH')`. It is empty where the value
    is public, as the bundled mocks' are; then the value itself is shown.
    """

    value: str = field(repr=False)
    shell: str
    token: Token | None = field(default=None, repr=False, compare=False)
    """The command that printed the value, and may print another one later."""
    many: ManySecrets | None = field(default=None, repr=False, compare=False)
    """Any number of other secrets that go by this name."""

    @property
    def values(self) -> tuple[str, ...]:
        """All values that it has had; requests are made with the first, and sent with the last."""
        return tuple(self.token.values) if self.token else (self.value,)

    def __str__(self) -> str:
        return self.shell or self.value


def read_secret(text: str, account: str, scheme: str, folder: Path, env: Mapping[str, str]) -> Secret:
    """The secret behind `env:NAME`, `file:PATH`, `cmd:COMMAND` (both from `folder`) or the value itself.

    Raises ValueError, which never repeats the value, for one that is missing or cannot be sent.
    """
    secret = _found(text, account, scheme, folder, env)
    # A credential that is written out has no other name than its scheme's.
    shown = text if text.startswith(("env:", "file:")) else scheme
    if not secret.value:
        message = f"the credential {shown} is empty"
        raise ValueError(message)
    # A line break in a header would begin another header.
    if re.search(r"[\x00-\x1f\x7f]", secret.value):
        message = f"the credential {shown} has a control character, such as a line break"
        raise ValueError(message)
    return secret


def read_header(text: str, account: str, name: str, folder: Path, env: Mapping[str, str]) -> Secret:
    """The value of a header, written like that of a credential; one that tells nothing secret is public.

    Raises ValueError, which never repeats the value, for one that is missing or cannot be sent.
    """
    is_elsewhere = text.startswith(("env:", "file:", "cmd:"))
    if not is_elsewhere and is_public(name, text):
        secret = Secret(text, "")
    else:
        secret = _found(text, account, name, folder, env)
    if is_elsewhere and not secret.value:
        message = f"the header {name} is empty: {secret.shell}"
        raise ValueError(message)
    problem = why_unsendable(name, secret.value)
    if problem:
        raise ValueError(problem)
    return secret


def proxy_secrets(env: Mapping[str, str]) -> tuple[Secret, ...]:
    """The credentials of proxies, which the HTTP client takes from the environment."""
    addresses = (value for name, value in env.items() if re.fullmatch("(https?|all)_proxy", name.lower()))
    found = (re.match(r"(?:\w+://)?([^/]+)@", address) for address in addresses)
    return tuple(Secret(unquote(match[1]), "***") for match in found if match)


def public(headers: Mapping[str, str]) -> dict[str, Secret]:
    """Headers whose values may be shown."""
    return {name: Secret(value, "") for name, value in headers.items()}


def _found(text: str, account: str, name: str, folder: Path, env: Mapping[str, str]) -> Secret:
    kind, _, rest = text.partition(":")
    if kind == "env":
        return _from_environment(rest, env)
    if kind == "file":
        return _from_file(folder / rest)
    variable = f"$METERMOCK_{_variable(f'{account}_{name}' if account else name)}"
    return _from_command(rest, folder, variable) if kind == "cmd" else Secret(text, variable)


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


def _from_command(command: str, folder: Path, variable: str) -> Secret:
    token = Token(command, folder)
    # An argument may be a secret, so that only a bare command is shown.
    is_bare = len(shlex.split(command)) == 1
    shell = f"$(cd {shlex.quote(str(folder.absolute()))} && {command})" if is_bare else variable
    return Secret(token.current, shell, token)


def _variable(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()


def beginning(value: str) -> str:
    """The public part of a credential, which tells its kind: `op_live_` of `op_live_4f…`; or nothing."""
    prefix = re.match(r"[a-z]{1,8}_(?:[a-z]{1,8}_)?", value)
    return prefix[0] if prefix else ""
