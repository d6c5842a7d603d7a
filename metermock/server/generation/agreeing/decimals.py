"""Amounts that are texts, such as "12.40": numbers while fields are made to agree, texts in the reply."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from metermock.server.generation.agreeing.facts import Facts

_EXACT = 15
"""Digits of a text that its number always keeps."""


def thawed(value: Any, field: Facts) -> Any:
    """A value with numbers in the place of such texts."""
    if field.decimals is not None:
        return read(value) if isinstance(value, str) else value
    return _inside(value, field, thawed)


def frozen(value: Any, field: Facts) -> Any:
    """A value with such texts in the place of numbers."""
    if field.decimals is not None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value:.{field.decimals}f}" if is_number else value
    return _inside(value, field, frozen)


def usual(value: Any, field: Facts) -> Any:
    """`frozen` of `thawed`: what has such texts in their usual form is the value itself, and no copy."""
    if field.decimals is not None:
        if not isinstance(value, str):
            return frozen(value, field)
        return value if in_form(field.decimals)(value) else frozen(read(value), field)
    if isinstance(value, list) and field.rows:
        return [_usual_in(row, field.decimal_rows) for row in value]
    return _usual_in(value, field.decimal_fields) if field.fields else value


@functools.cache
def in_form(decimals: int) -> Callable[[str], object]:
    """What finds that a text is what its number is written as, sooner than the number is read and written."""
    most = _EXACT - decimals
    if most < 1:
        return lambda _text: None
    fraction = rf"\.[0-9]{{{decimals}}}" if decimals else ""
    return re.compile(rf"-?(?:0|[1-9][0-9]{{0,{most - 1}}}){fraction}").fullmatch


def read(text: str) -> Any:
    """The number that a text writes; the text itself where it writes none."""
    try:
        return float(text)
    except ValueError:
        return text


def without_amounts(field: Facts) -> Facts:
    """What is known of a field where a text is no number."""
    if not field.has_decimals:
        return field
    return replace(
        field,
        is_number=field.is_number and field.decimals is None,
        is_integer=field.is_integer and field.decimals is None,
        decimals=None,
        rows=[*map(without_amounts, field.rows)],
        fields=[*map(without_amounts, field.fields)],
    )


def _inside(value: Any, field: Facts, change: Any) -> Any:
    if isinstance(value, list) and field.rows:
        return [_each(row, field.decimal_rows, change) for row in value]
    return _each(value, field.decimal_fields, change) if field.fields else value


def _each(value: Any, known: Mapping[str, Facts], change: Any) -> Any:
    if not isinstance(value, dict):
        return value
    changed = value.copy()
    for name, field in known.items():
        if name in changed:
            changed[name] = change(changed[name], field)
    return changed


def _usual_in(value: Any, known: Mapping[str, Facts]) -> Any:
    if not isinstance(value, dict):
        return value
    made = value
    for name, field in known.items():
        if name not in value:
            continue
        before = value[name]
        # Most are in their form: rows of lists come here by the dozen.
        if field.decimals is not None and isinstance(before, str) and in_form(field.decimals)(before):
            continue
        after = usual(before, field)
        if after != before:
            made = value.copy() if made is value else made
            made[name] = after
    return made
