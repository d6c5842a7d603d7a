"""Formats beside patterns and lengths that no text of the format has: an instant that begins with `se-`.

By the letter no text is right, whoever sends it. What the author shows tells what is meant. Else a pattern of
the format's own characters tells how it is written, a time as `^[0-9]{2}:[0-9]{2}$`, and the format is passed
over; another pattern, or a length, is passed over itself. A note says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metermock.contract.format_texts import AROUND, is_nothing
from metermock.contract.languages import Common, Language, UnreadableError
from metermock.contract.patterns import usable
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import Part
from metermock.contract.references import References
from metermock.counts import count_of

_WRITTEN: Mapping[str, str] = {
    **dict.fromkeys(("date", "date-time", "time"), "[0-9:/., TZz+-]+"),
    "uuid": "[0-9A-Fa-f{}-]+",
    "ipv4": "[0-9./]+",
}
"""Of which characters texts are that may be meant by a format, however they are written."""
_OF_TEXTS = frozenset({"type", "pattern", "minLength", "maxLength", "title", "description", "example"})
_LENGTHS = {"maxLength": "at most", "minLength": "at least"}


def mend_clashing_format(made: Bundle, references: References, part: Part) -> None:
    """Take out the format of a schema, or what stands beside it, where no text can keep both."""
    form = part.value.get("format")
    if not isinstance(form, str) or form not in AROUND:
        return
    for name in _LENGTHS:
        _mend_length(made, part, form, name)
    _mend_pattern(made, part, form)
    parts = part.value.get("allOf")
    for number, entry in enumerate(parts if isinstance(parts, list) else ()):
        known = references.follow(entry)
        # What else such a part says of texts, is said of those of its pattern.
        if isinstance(known, dict) and known.keys() <= _OF_TEXTS and _excludes(form, known.get("pattern")):
            _tell(made, (*part.pointer, "allOf", number), f"no {form} fits the pattern", "pattern", form)
            parts[number] = {}


def _mend_length(made: Bundle, part: Part, form: str, name: str) -> None:
    bound = part.value.get(name)
    if not isinstance(bound, int) or bound < 0:
        return
    bounds = {"low": bound, "high": None} if name == "minLength" else {"low": 0, "high": bound}
    if is_nothing(form, None, **bounds):
        text = f"no {form} has {_LENGTHS[name]} {count_of(bound, 'character')}"
        shows = any(
            len(each) <= bound if name == "maxLength" else len(each) >= bound for each in _shown(part)
        )
        _mend(made, part, name, text, is_meant=shows)


def _mend_pattern(made: Bundle, part: Part, form: str) -> None:
    pattern = part.value.get("pattern")
    if "format" not in part.value or not _excludes(form, pattern):
        return
    shown = _shown(part)
    is_meant = (
        _is_of(pattern, _WRITTEN.get(form)) if not shown else any(_found(pattern, each) for each in shown)
    )
    _mend(made, part, "pattern", f"no {form} fits the pattern", is_meant=is_meant)


def _mend(made: Bundle, part: Part, name: str, text: str, *, is_meant: bool) -> None:
    """Take out the format where a keyword is what is meant, else the keyword."""
    _tell(made, (*part.pointer, name), text, "format" if is_meant else name, name)
    del part.value["format" if is_meant else name]


def _tell(made: Bundle, where: tuple[str | int, ...], text: str, passed: str, name: str) -> None:
    what = passed if passed in _LENGTHS else f"the {passed}"
    beside = name if name in _LENGTHS else "the pattern"
    made.note(where, f"{text}; {what} is passed over", f"leave out {beside} or the format")


def _shown(part: Part) -> list[str]:
    """The texts that a schema shows."""
    listed = part.value.get("examples")
    found = [
        part.value.get("example"),
        part.value.get("default"),
        *(listed if isinstance(listed, list) else ()),
    ]
    return [each for each in found if isinstance(each, str) and each]


def _excludes(form: str, pattern: Any) -> bool:
    """Whether it is certain that no text of a format has a pattern."""
    return isinstance(pattern, str) and is_nothing(form, pattern, 0, None)


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _is_of(pattern: str, characters: str | None) -> bool:
    """Whether some text of a pattern has only such characters."""
    if characters is None:
        return False
    try:
        return not Common([Language(f"^{characters}$"), Language(usable(pattern) or "")]).is_empty
    except UnreadableError:
        return False
