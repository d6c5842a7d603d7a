"""Run the measurements and print them as Markdown tables.

`python -m bench [throughput] [steps] [start] [ledger] [heaviest] [documents] [export] [prism] [faults]
[abuse] [repair] [learning] [live]`; all of them without a name; the faults and the abuse take an hour each,
learning and live several, repair half of one, and prism installs Prism with npm. Figures are medians of one
run on one machine; the ratios are what may be compared between machines.
"""

from __future__ import annotations

import argparse
import platform

from bench import (
    abuse,
    documents,
    export,
    faults,
    heaviest,
    learning,
    ledger,
    live,
    prism,
    repair,
    start,
    steps,
    throughput,
)

_SECTIONS = {
    "throughput": throughput.report,
    "steps": steps.report,
    "start": start.report,
    "ledger": ledger.report,
    "heaviest": heaviest.report,
    "documents": documents.report,
    "export": export.report,
    "prism": prism.report,
    "faults": faults.report,
    "abuse": abuse.report,
    "repair": repair.report,
    "learning": learning.report,
    "live": live.report,
}


def main() -> None:
    """Run the named sections, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "section", nargs="*", choices=[*_SECTIONS, []], help="what to measure; all by default"
    )
    chosen = parser.parse_args().section or list(_SECTIONS)
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    for name in chosen:
        print(f"## {name}\n")
        for line in _SECTIONS[name]():
            print(line, flush=True)
        print()


main()
