"""Exact rounding of ratios, as people do it on paper."""

from __future__ import annotations


def half_up(numerator: int, denominator: int, digits: int = 2) -> float:
    """A ratio rounded half-up on its exact decimal value; 0.0 when the denominator is 0.

    Halves go away from zero, on both sides of it.
    """
    if denominator == 0:
        return 0.0
    scale: int = 10**digits
    negative = (numerator < 0) != (denominator < 0)
    scaled = (2 * abs(numerator) * scale + abs(denominator)) // (2 * abs(denominator))
    return (-scaled if negative else scaled) / scale


def percent(part: int, whole: int, digits: int = 2) -> float:
    """What part is of the whole in percent, rounded half-up; 0.0 of nothing."""
    return half_up(100 * part, whole, digits)
