"""The forms in which verdicts are written: one table, which also names the choices of `--report`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metermock.checker.findings.verdict import Verdict
from metermock.checker.reports.html import html_report
from metermock.checker.reports.json import json_report
from metermock.checker.reports.junit import junit_report
from metermock.checker.reports.markdown import markdown_report
from metermock.checker.reports.sarif import sarif_report

REPORTERS: dict[str, Callable[[Sequence[Verdict]], str]] = {
    "html": html_report,
    "json": json_report,
    "junit": junit_report,
    "markdown": markdown_report,
    "sarif": sarif_report,
}
