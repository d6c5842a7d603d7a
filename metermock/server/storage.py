"""Where reads are counted: the value of `--rate-limit-storage`, which may hold a password."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

from metermock.errors import UsageError

_OPTION = "--rate-limit-storage"
_PASSWORD = re.compile(r"(?<=//)\S*(?=@)|(?<=password=)[^&\s]*")
"""A password may hold all that ends a host, unescaped too: so it ends at the last `@`."""


def read_storage(text: str) -> str:
    """Read the option: an address, `env:NAME` or `file:PATH`; UsageError if there is none."""
    kind, _, name = text.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
        where = f"the environment variable {name} is not set"
    elif kind == "file":
        try:
            found, where = Path(name).read_text("utf-8").strip(), "the file is empty"
        except (OSError, UnicodeDecodeError) as error:
            found, where = "", str(error)
    else:
        return text
    if not found:
        raise UsageError(
            f"{_OPTION} {text}: {where}.\n  It has to hold an address such as redis://HOST:PORT/DB."
        )
    return found


def is_in_memory(address: str) -> bool:
    """Tell whether reads are counted in the memory of a process, which shares them with no other."""
    return address.startswith("memory")


def concealed(text: str, address: str = "") -> str:
    """Return a text without the password of an address, or of the addresses that it contains itself."""
    for secret in _PASSWORD.findall(address):
        password = secret.partition(":")[2]
        for part in filter(None, (secret, password, unquote(password))):
            text = text.replace(part, "***")
    return _PASSWORD.sub("***", text)
