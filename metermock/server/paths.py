"""Finds by method and path which operation of a contract is asked for."""

from __future__ import annotations

import re
from functools import cached_property

from starlette.routing import compile_path
from starlette.types import ASGIApp

Found = tuple[ASGIApp, dict[str, str]]
"""What answers, and the texts of the path's parameters, by the router's names of them."""
Template = tuple[str, re.Pattern[str], ASGIApp]


class Templates:
    """Paths with parameters that have one method and one number of segments, in the router's order.

    Of a thousand, a request's path has to be tried with those alone that have its word in one segment: the
    one in which they have the most different words.
    """

    def __init__(self) -> None:
        self.listed: list[Template] = []

    @cached_property
    def place(self) -> int:
        """The number of that segment."""
        columns = list(zip(*(path.split("/") for path, _, _ in self.listed), strict=True))
        return max(
            range(len(columns)), key=lambda place: len({word for word in columns[place] if "{" not in word})
        )

    @cached_property
    def others(self) -> list[Template]:
        """The templates that have a parameter in that segment."""
        return [each for each in self.listed if "{" in each[0].split("/")[self.place]]

    @cached_property
    def by_word(self) -> dict[str, list[Template]]:
        """Those that may fit a path which has a word in that segment."""
        words = [path.split("/")[self.place] for path, _, _ in self.listed]
        return {
            word: [each for each, own in zip(self.listed, words, strict=True) if own == word or "{" in own]
            for word in words
            if "{" not in word
        }

    def find(self, path: str) -> Found | None:
        """Return the first that fits."""
        word = path.split("/")[self.place]
        for _, pattern, endpoint in self.by_word.get(word, self.others):
            match = pattern.match(path)
            if match is not None:
                return endpoint, match.groupdict()
        return None


def whole_pattern(path: str) -> re.Pattern[str]:
    """Return what fits a path as the router says it, but for one that has a line break behind it."""
    pattern, _, _ = compile_path(path)
    return re.compile(pattern.pattern.removesuffix("$") + r"\Z")


class Paths:
    """The operations of a contract by method and path, as the router finds them, without trying each."""

    def __init__(self) -> None:
        self.fixed: dict[tuple[str, str], ASGIApp] = {}
        """Those of paths without parameters, which go first."""
        self.templates: dict[tuple[str, int], Templates] = {}

    def add(self, method: str, path: str, endpoint: ASGIApp) -> None:
        """Add an operation, behind those that are there, before the first request."""
        if "{" not in path:
            self.fixed[method, path] = endpoint
            return
        self.templates.setdefault((method, path.count("/")), Templates()).listed.append(
            (path, whole_pattern(path), endpoint)
        )

    def find(self, method: str, path: str) -> Found | None:
        """Return what answers a method of a path; None leaves it to the router, which knows what to say."""
        endpoint = self.fixed.get((method, path))
        if endpoint is not None:
            return endpoint, {}
        templates = self.templates.get((method, path.count("/")))
        return None if templates is None else templates.find(path)
