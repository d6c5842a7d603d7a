"""Exact rounding of ratios, as people round on paper."""

from __future__ import annotations


def half_up(numerator: int, denominator: int, digits: int = 2) -> float:
    """A ratio rounded half-up on its exact value; 0.0 if the denominator is 0.

    Halves are rounded away from zero, also below it.
    """
    if denominator == 0:
        return 0.0
    scale: int = 10**digits
    negative = (numerator < 0) != (denominator < 0)
    # (2n + d) // 2d is n / d plus a half, rounded down: in whole numbers, since a float would have rounded
    # before.
    scaled = (2 * abs(numerator) * scale + abs(denominator)) // (2 * abs(denominator))
    return (-scaled if negative else scaled) / scale


def percent(part: int, whole: int, digits: int = 2) -> float:
    """The part in percent of the whole, rounded half-up; 0.0 if the whole is 0."""
    return half_up(100 * part, whole, digits)
