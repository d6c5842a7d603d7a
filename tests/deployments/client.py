"""A plain HTTP client for the tests of the deployments."""

from __future__ import annotations

import gzip
import json
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from deployments.register import CONTRACTS

NOW = 1773848527  # 2026-03-18T15:42:07Z


class Answer(NamedTuple):
    """A reply as it came over the wire."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The body, read as JSON."""
        packed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.content) if packed else self.content)


class Client:
    """Reads one deployment with the credentials of its accounts."""

    def __init__(self, url: str, contract: str, path: str) -> None:
        self.address = urlsplit(url).netloc
        self.path = path
        self.accounts = {account.name: account.headers for account in CONTRACTS[contract].accounts}

    def send(self, place: str = "", account: str = "steady", method: str = "GET", **headers: str) -> Answer:
        """Send one request; underscores in header names stand for dashes."""
        extra = {name.replace("_", "-"): text for name, text in headers.items()}
        connection = HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, self.path + place, headers={**self.accounts[account], **extra})
            reply = connection.getresponse()
            got = {name.lower(): text for name, text in reply.getheaders()}
            return Answer(reply.status, got, reply.read())
        finally:
            connection.close()

    def read(self, place: str = "", account: str = "steady") -> Any:
        """Give the body of a good reply."""
        answer = self.send(place, account)
        if answer.status != 200:
            raise ValueError(f"{answer.status}: {answer.content[:200]!r}")
        return answer.body

    def statuses(self, *places: str) -> set[int]:
        """Give the statuses of some requests."""
        return {self.send(place).status for place in places}
