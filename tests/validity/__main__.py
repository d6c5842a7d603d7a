"""How plausible the replies are that the mock makes of the vendors' usage operations, field by field.

`python -m tests.validity` prints the table. Every operation is asked as every account, with two seeds, and
with the documents' examples.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.validity.asking import VENDORS, Asking, mock
from tests.validity.plausibility import looked_at

_RUNS = (("--dynamic",), ("--dynamic", "--seed", "7"), ())


def report() -> Iterator[str]:
    """The fields as a Markdown table: what was looked at in each, and what cannot be."""
    asking = Asking(VENDORS)
    asked = [*asking.asked()]
    answers = []
    for options in _RUNS:
        with mock(VENDORS, *options) as url:
            answers += asking.answers(url, asked)
    fields = looked_at(answers)
    yield "| vendor | operation | field | values | looked at as | faults | for example |"
    yield "|---|---|---|---|---|---|---|"
    for (document, operation, place), seen in fields.items():
        kinds = ", ".join(sorted(seen.kinds))
        shown = seen.faults[0] if seen.faults else seen.shown
        yield (
            f"| {document.removesuffix('.yaml')} | {operation} | `{place}` | {seen.values} | {kinds} "
            f"| {len(seen.faults)} | `{shown}` |"
        )
    faults = sum(len(seen.faults) for seen in fields.values())
    yield f"\n{len(fields)} fields in {len(answers)} replies, {faults} faults."


for line in report():
    sys.stdout.write(f"{line}\n")
