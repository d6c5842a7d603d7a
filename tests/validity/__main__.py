"""How plausible the replies are that the mock makes of usage operations, field by field and in sum.

`python -m tests.validity` prints the table of the vendors' documents in `tests/vendors`, and
`python -m tests.validity DOCUMENT… --about 'usage|billing'` that of others, of operations with these words in
their paths. Every operation is asked as every account, with three seeds, and with the documents' examples.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.validity.asking import VENDORS, Asking, mock
from tests.validity.plausibility import Fields, looked_at

_RUNS = (("--dynamic",), ("--dynamic", "--seed", "7"), ("--dynamic", "--seed", "42"), ())


def report(documents: Sequence[Path], about: str) -> Iterator[str]:
    """The fields as a Markdown table: what was looked at in each, and what cannot be."""
    asking = Asking(documents)
    asked = [*asking.asked(about)]
    answers = []
    for options in _RUNS:
        with mock(documents, *options) as url:
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
    yield from _in_sum(fields)
    good = sum(each.status < 300 and "json" in each.headers.get("content-type", "") for each in answers)
    faults = sum(len(seen.faults) for seen in fields.values())
    operations = len({(each.asked.document, each.asked.request.operation) for each in answers})
    yield (
        f"\n{len(fields)} fields of {operations} operations in {len(answers)} replies, {good} of them good, "
        f"{faults} faults."
    )


def _in_sum(fields: Fields) -> Iterator[str]:
    """How many fields were looked at as what, and how many of them have a fault."""
    yield "\n| looked at as | fields | with a fault |\n|---|---|---|"
    for kind in sorted(set().union(*(seen.kinds for seen in fields.values()))):
        of_kind = [seen for seen in fields.values() if kind in seen.kinds]
        yield f"| {kind} | {len(of_kind)} | {sum(kind in seen.wrong for seen in of_kind)} |"


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.validity")
    parser.add_argument("documents", nargs="*", type=Path, default=VENDORS)
    parser.add_argument("--about", default="", help="words of the paths of the operations, as a pattern")
    given = parser.parse_args()
    for line in report(given.documents, given.about):
        sys.stdout.write(f"{line}\n")


_main()
