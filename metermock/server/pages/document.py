"""A contract's document as the mock serves it: as it is written, with the mock as its only server."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import orjson
import yaml

from metermock import yaml_writer
from metermock.contract import Contract
from metermock.server.answer import Answer
from metermock.server.json_body import encoded
from metermock.server.origin import origin
from metermock.server.request import HttpRequest


def start_url(http: HttpRequest) -> str:
    """Return the URL of the mock itself, with the preferences that the request has in its base URL."""
    return origin(http) + http.base


def base_url(http: HttpRequest) -> str:
    """Return the URL to which the contract's own paths are appended."""
    return start_url(http) + http.prefix


class Document:
    """A contract's document as YAML and as JSON."""

    def __init__(self, contract: Contract) -> None:
        self.document = contract.source.document
        self._contract = contract

    @functools.cached_property
    def _around(self) -> tuple[str, str]:
        # Of a document with overlays the text is made first, which takes seconds if it is large.
        return around_servers(self._contract.text.decode("utf-8-sig"))

    def as_yaml(self, url: str) -> bytes:
        """Return the text as it is written, comments and order included, with `url` as its only server.

        A map in braces, as JSON is, is written anew.
        """
        if self._contract.text.lstrip()[:1] == b"{":
            return yaml_writer.written({**self.document, "servers": [{"url": url}]})
        before, after = self._around
        return f"{before}servers:\n  - url: {url}\n{after}".encode()

    def as_json(self, url: str) -> bytes:
        """Return the document as JSON, with `url` as its only server."""
        return encoded({**self.document, "servers": [{"url": url}]}, option=orjson.OPT_INDENT_2)

    def pages(self) -> dict[str, Callable[[HttpRequest], Answer]]:
        """Return the document's pages by path."""
        return {"/openapi.yaml": self.yaml_page, "/openapi.json": self.json_page}

    def yaml_page(self, http: HttpRequest) -> Answer:
        """Show the YAML."""
        return Answer(200, [(b"content-type", b"application/yaml")], self.as_yaml(base_url(http)))

    def json_page(self, http: HttpRequest) -> Answer:
        """Show the JSON."""
        return Answer(200, [(b"content-type", b"application/json")], self.as_json(base_url(http)))


def around_servers(text: str) -> tuple[str, str]:
    """Return a YAML document's text before and after its top-level `servers`.

    A document without `servers` gets them at its end.
    """
    root: Any = yaml.compose(text, yaml.CSafeLoader)
    for key, value in root.value:
        if key.value == "servers":
            return text[: key.start_mark.index], text[end_of(text, value.end_mark.index) :]
    return text.rstrip("\n") + "\n", ""


def end_of(text: str, end: int) -> int:
    """Return where a block ends: the parser's end mark lies behind the comments that follow the block."""
    block = text[:end].rstrip()
    while block.rpartition("\n")[2].startswith("#"):
        block = block.rpartition("\n")[0].rstrip()
    return len(block) + 1
