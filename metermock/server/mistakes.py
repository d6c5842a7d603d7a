"""What is wrong with files that were to be read again: the mock goes on as it read them before."""

from __future__ import annotations

from collections.abc import Mapping

PROJECT = ""
"""Stands for a contract's name where a mistake is about all of them."""


class Mistakes:
    """The mistakes that stand, by the names of contracts; all are replaced at once."""

    def __init__(self) -> None:
        self.told: Mapping[str, str] = {}

    def of(self, contract: str) -> list[str]:
        """Return those that concern a contract."""
        return [self.told[name] for name in (PROJECT, contract) if name in self.told]

    def beside(self, served: list[str]) -> list[str]:
        """Return those of contracts that are not served, since they were never read without a mistake."""
        return [text for name, text in self.told.items() if name not in (PROJECT, *served)]
