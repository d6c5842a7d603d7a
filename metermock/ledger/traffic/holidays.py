"""Holidays: dates on which an account works less, each year or once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from metermock.ledger.calendar import utc_day

YEARS = range(1970, 2040)
"""The years of the ledger."""
LEAP = 2024


def read_holidays(texts: Iterable[str]) -> frozenset[int]:
    """The days since 1970 that `12-25` means, each year, and `2026-04-03`; ValueError for no date."""
    return frozenset(utc_day(day) for text in texts for day in dates_of(text))


def dates_of(text: str) -> list[date]:
    """The dates that a text means; ValueError where it is no date."""
    if text.count("-") > 1:
        return [date.fromisoformat(text)]
    month, day = map(int, text.split("-"))
    date(LEAP, month, day)
    is_leap_day = (month, day) == (2, 29)
    return [date(year, month, day) for year in YEARS if not is_leap_day or year % 4 == 0]
