"""Documents at URLs: each is fetched once, within limits of time and size."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

from metermock.errors import ContractError
from metermock.source import Source, source_of

SECONDS = 10.0
"""How long the whole of a document may take."""
LARGEST = 64 * 2**20
"""The most bytes that a document may have."""
REDIRECTS = 5
_OK = 200
_SCHEMES = ("http", "https")
_ADVICE = "try the address with curl, or save the document as a file and name that"


def is_address(name: Path | str) -> bool:
    """Whether a document's name is a URL and no path."""
    return isinstance(name, str) and "://" in name


def fetch(address: str, *, seconds: float = SECONDS, largest: int = LARGEST) -> Source:
    """The document at a URL; ContractError, with the reason, where it cannot be had."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ContractError(address, f"is no URL: {error}") from None
    if parts.scheme not in _SCHEMES:
        raise ContractError(address, "is no URL of http or https", advice="save it as a file and name that")
    if "@" in parts.netloc:
        host = parts.hostname
        problem = "the address of a document carries no credential"
        raise ContractError(f"the document at {host}", problem, advice="save it as a file and name that")
    found, text = _get(address, time.monotonic() + seconds, seconds, largest)
    return source_of(found, text, error=ContractError, is_lenient=True)


def _get(address: str, deadline: float, seconds: float, largest: int) -> tuple[str, bytes]:
    """The address after redirects, to which references are relative, and the bytes."""
    import httpx  # noqa: PLC0415 - documents are files, mostly

    accept = {"Accept": "application/json, application/yaml, */*;q=0.5"}
    received = bytearray()
    try:
        with (
            httpx.Client(follow_redirects=True, max_redirects=REDIRECTS, timeout=seconds) as client,
            client.stream("GET", address, headers=accept) as reply,
        ):
            if reply.status_code != _OK:
                problem = f"cannot be fetched: the status is {reply.status_code} {reply.reason_phrase}"
                raise ContractError(address, problem.rstrip(), advice=_ADVICE)
            for each in reply.iter_bytes():
                received += each
                if len(received) > largest:
                    problem = f"cannot be fetched: it is larger than {largest / 2**20:.0f} MiB"
                    raise ContractError(address, problem, advice="save it as a file and name that")
                if time.monotonic() > deadline:
                    raise ContractError(address, _late(seconds), advice=_ADVICE)
            return str(reply.url), bytes(received)
    except httpx.TimeoutException:
        raise ContractError(address, _late(seconds), advice=_ADVICE) from None
    except httpx.TooManyRedirects:
        problem = f"cannot be fetched: it redirects more than {REDIRECTS} times"
        raise ContractError(address, problem, advice=_ADVICE) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as problem:
        reason = str(problem) or type(problem).__name__
        raise ContractError(address, f"cannot be fetched: {reason}", advice=_ADVICE) from None


def _late(seconds: float) -> str:
    return f"cannot be fetched: it does not come within {seconds:g} seconds"
