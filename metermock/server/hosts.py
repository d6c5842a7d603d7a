"""The hosts that contracts answer to: those of their documents' servers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from metermock.remembered import remembered

MOST_SERVERS = 50
"""Addresses of one contract; a template with variables may stand for thousands."""
_VARIABLE = re.compile(r"\{([^{}]*)\}")


@remembered(256)
def host_of(header: str) -> str:
    """Return the host that a Host header names: in lower case, without port, brackets and the last dot."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].rstrip(".")


def servers_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return host and base path of every address at which a document says that its API is."""
    # This machine's own names say nothing about which contract is meant: the mock itself has them.
    return [(host, base) for host, base in _places(document) if host and (base or not is_loopback(host))]


def bases_of(document: Mapping[str, Any], taken: Iterable[str]) -> tuple[str, ...]:
    """Return the base paths of a document's servers, the longest first; none that a path in `taken` has too.

    A client keeps them where only the host of its address is replaced.
    """
    templates = [path.split("/") for path in taken]
    found = {base for _, base in _places(document) if base}
    free = (base for base in found if not any(_begins(each, base.split("/")) for each in templates))
    return tuple(sorted(free, key=lambda base: (-len(base), base)))


def _begins(template: list[str], base: list[str]) -> bool:
    """Tell whether a path of this template may begin with a base path."""
    pairs = zip(template, base, strict=False)
    return len(template) > len(base) and all("{" in each or each == word for each, word in pairs)


def _places(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return host and base path of each server; the host of a relative address is empty."""
    found: dict[tuple[str, str], None] = {}
    servers = document.get("servers")
    for server in servers if isinstance(servers, list) else ():
        for address in itertools.islice(addresses(server), MOST_SERVERS):
            try:
                url = urlsplit(address)
                host = host_of(f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or "")
            except ValueError:
                continue
            if host or url.path.startswith("/"):
                found[host, url.path.rstrip("/")] = None
    return list(found)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    return host in ("localhost", "::1", "0.0.0.0") or re.fullmatch(r"127(\.\d+){3}", host) is not None  # noqa: S104 - a name in a document


def addresses(server: Any) -> Iterator[str]:
    """Yield the addresses of a Server Object: its URL, with every choice of its variables."""
    if not isinstance(server, dict):
        return
    url, variables = str(server.get("url", "")), server.get("variables")
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    choices = [values_of(variables.get(name) if isinstance(variables, dict) else None) for name in names]
    for chosen in itertools.product(*choices):
        address = url
        for name, value in zip(names, chosen, strict=True):
            address = address.replace(f"{{{name}}}", value)
        yield address


def values_of(variable: Any) -> list[str]:
    """Return what a variable of a server may be, its default first."""
    if not isinstance(variable, dict):
        return []
    listed = variable.get("enum")
    named = [variable.get("default"), *(listed if isinstance(listed, list) else ())]
    return list(dict.fromkeys(str(each) for each in named if each is not None))
