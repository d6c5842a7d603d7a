"""The time in which a limit holds, as its name says it: `smsPerHour` is of an hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.limit_rows import LABELS
from metermock.server.generation.agreeing.resets import LENGTHS, NONE, SECONDS, WINDOWS
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS, Unit

_OF_WINDOWS = frozenset({"window", "period", "interval"})


def limit_windows(fields: Sequence[Facts], around: str) -> Iterator[Step]:
    """`window` is the time that the label of a row, the name of the object or that of the limit says.

    What an account has some of, such as `senders`, has none, where the schema lists a word for that.
    """
    words = [each for each in fields if names.plain(each.name) in WINDOWS and not each.is_number]
    words = [each for each in words if each.notation is None and not each.fields and not each.rows]
    lengths = [each for each in fields if each.is_number and names.has(each.name, _OF_WINDOWS)]
    lengths = [each for each in lengths if _length(each.name)]
    is_limit = any(each.is_number and names.has(each.name, names.LIMITS) for each in fields)
    labels = [each for each in fields if each.choices and names.has(each.name, LABELS) and each not in words]
    named = [each.name for each in fields if each.is_number and "per" in names.words_of(each.name)]
    units = {unit for text in (around, *named) if (unit := time_of(text)) is not None}
    if not (words or lengths) or not (labels or len(units) == 1) or not (is_limit or named):
        return
    yield _held(words, lengths, labels[0] if len(labels) == 1 else None, *units if len(units) == 1 else ())


def time_of(name: str) -> Unit | None:
    """The time in which a limit of this name holds; None where it says none."""
    words = names.words_of(name)
    if "per" in words:
        return next((UNITS[word] for word in words[words.index("per") + 1 :] if word in UNITS), None)
    counted = sizes.counted_times(words)
    return next(
        (UNITS[word] for word in words if word in UNITS and len(word) > 1 and word not in counted), None
    )


def _held(
    words: Sequence[Facts], lengths: Sequence[Facts], label: Facts | None, usual: Unit | None = None
) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        text = made.get(label.name) if label is not None else None
        unit = (time_of(text) if isinstance(text, str) else None) or usual
        is_of_few = unit is None and isinstance(text, str) and sizes.is_of_few(text)
        changes: dict[str, Any] = {}
        for each in words:
            value = _written(each, unit, is_none=is_of_few)
            if isinstance(made.get(each.name), str) and value is not None:
                changes[each.name] = value
        for each in lengths:
            if unit is not None and unit in SECONDS and made.get(each.name) is not None:
                changes[each.name] = SECONDS[unit] // _length(each.name)
        return changes

    return step


def _written(field: Facts, unit: Unit | None, *, is_none: bool) -> str | None:
    """How a window of a time is written, of those that a schema lists; None where it lists none."""
    if is_none:
        return next((each for each in field.choices if names.plain(each) in NONE), None)
    if unit is None:
        return None
    if not field.choices:
        return unit if field.accepts(unit) else None
    return next((each for each in field.choices if _is_of(each, unit)), None)


def _is_of(text: str, unit: Unit) -> bool:
    """Whether a text is a time and nothing else: `hour`, `hourly`, `1h`, `per_hour`."""
    words = [word for word in names.words_of(text) if word not in ("per", "1", "a", "one")]
    return len(words) == 1 and UNITS.get(words[0]) == unit


def _length(name: str) -> int:
    return next((LENGTHS[word] for word in reversed(names.words_of(name)) if word in LENGTHS), 0)
