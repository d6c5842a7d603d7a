"""Writes JSON values as YAML that readers of YAML 1.1 and of 1.2 take alike."""

from __future__ import annotations

import re
from typing import Any

import yaml

WIDTH = 110


class _Dumper(yaml.CSafeDumper):
    """Quotes a text too that is a number in YAML 1.2 only, such as 1e3."""


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"),
    list("-+.0123456789"),
)


def written(value: Any, *, is_compact: bool = False) -> bytes:
    """A value as YAML, its keys in their order.

    `is_compact` writes each map or list that holds plain values only on a line.
    """
    style = None if is_compact else False
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=style
    )
    return text.encode()
