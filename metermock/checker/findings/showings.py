"""In which way a breach shows, as a text that is the same in every run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from metermock.checker.deployment.request import Request
from metermock.checker.findings.check_ids import BUILT_IN_RULES
from metermock.contract import Breach

_STATUS = re.compile(r"(status )?(\d{3})")
_ANSWER = re.compile(r": (\d{3}) came(?= \(with |\Z)")
_RANDOM = "refused, for "
"""Before what is wrong with a random request, whose values are others in another document."""
_ALLOWED = "a valid request "
_WORDED = frozenset({"schema", "header"})
"""Rules whose breaches differ in what the document wants."""
_SHOWN = frozenset({"status", "media-type"})
"""Rules whose breaches differ in what came."""


def showing(breach: Breach, kind: str) -> str:
    """What was asked or wanted, and the status that came; no value that changes from run to run."""
    said = f"{_RANDOM}{kind}" if kind and breach.message.startswith(_RANDOM) else breach.message
    if breach.rule in _WORDED:
        return f"{said}: {breach.expected}"
    if found := _STATUS.fullmatch(str(breach.received)):
        return f"{said}: {found[2]} came"
    return f"{said}: {breach.received} came" if breach.rule in _SHOWN else said


def with_parameters(shown: str, request: Request) -> str:
    """The query parameters that an allowed request needs to show it: with fewer it is another fault."""
    names = ", ".join(sorted({name for name, _ in request.pairs})) if shown.startswith(_ALLOWED) else ""
    return f" (with {names})" if names else ""


def is_asked_alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two findings have something in common that was asked, whatever came."""
    return not {_parted(each)[0] for each in one}.isdisjoint(_parted(each)[0] for each in other)


def answered_otherwise(now: Collection[str], then: Collection[str]) -> dict[str, str]:
    """What was asked now as then, and has another answer: by the text of now, a text with both answers.

    What gets the answer of then too, beside another, is not among them.
    """
    before: dict[str, list[str]] = {}
    for each in then:
        question, answer = _parted(each)
        if answer:
            before.setdefault(question, []).append(answer)
    parted = {each: _parted(each) for each in now}
    again = {question for question, answer in parted.values() if answer in before.get(question, ())}
    return {
        each: f"{question}: {answer} came, and {' and '.join(before[question])} before"
        for each, (question, answer) in parted.items()
        if answer and question in before and question not in again
    }


def _parted(shown: str) -> tuple[str, str]:
    """What was asked, and the status that came; all is asked where the status alone is what is wrong."""
    found = _ANSWER.search(shown)
    question = _ANSWER.sub("", shown)
    if found is None or question.endswith(BUILT_IN_RULES["status"]):
        return shown, ""
    return question, found[1]
