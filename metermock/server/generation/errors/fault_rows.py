"""What is wrong with a request: name, place and constraint of each part, in the rows of an error."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.errors import Refusal, Violation
from metermock.server.generation.errors.lean_errors import INPUTS, PLACES, place
from metermock.server.generation.words import fault_codes, names

Accepts = Callable[[Any], bool]
_MESSAGES = frozenset(
    {"message", "msg", "detail", "description", "reason", "default_message", "error_message"}
)
_CODES = frozenset({"type", "code", "kind", "error_code", "rule", "keyword", "validator", "constraint"})
_WHERE = frozenset({"in", "location", "where", "param_type", "parameter_location"})
"""Fields that say in which part of a request it is, where another says the name."""
_POINTERS = frozenset({"pointer", "instance_path", "json_pointer", "data_path"})
_PARAMETERS = frozenset({"parameter", "param", "query", "query_parameter"})
_OWN = frozenset({"header", "cookie"})
"""Fields that name what lies in a place of that name, and nothing else."""
_NAMES = (PLACES | _POINTERS | _PARAMETERS | {"field_name", "property_path", "attribute", "argument"}) - {
    "location"
}
"""Fields that say the name of what is wrong."""
_OF_MANY = frozenset({"path", "source", "query"})
"""Those of them that say something else of an error without rows."""
_MAPS = frozenset({"errors", "field_errors", "validation_errors", "violations", "invalid_fields", "fields"})
"""Objects whose fields are called as those of the request that are wrong."""
_OF_ERRORS = frozenset({"code", "message", "detail", "title", "type", "status", "error", "description"})
_DEEPEST = 3


def told(body: Any, refusal: Refusal, said: Mapping[str, Any], accepts: Accepts) -> Any:
    """A body whose rows are what is wrong, one each, as far as it can say that."""
    if not refusal.violations:
        return body
    return _Telling(refusal.violations, said, accepts).of(body, lambda new: new, "", 0)


def _put(put: Callable[[Any], Any], around: Mapping[str, Any], key: str, value: Any) -> Any:
    """The whole body with a value in a field of one of its objects."""
    return put({**around, key: value})


class _Telling:
    """The telling of one body: each field by itself, so that one that cannot say it spoils no other."""

    def __init__(self, wrong: tuple[Violation, ...], said: Mapping[str, Any], accepts: Accepts) -> None:
        self._wrong = wrong
        self._said = said
        self._accepts = accepts

    def of(self, value: Any, put: Callable[[Any], Any], name: str, depth: int) -> Any:
        """A part of the body; `put` makes the whole body with another one in its place."""
        if isinstance(value, list):
            return self._rows(value, put) if _are_rows(value) else value
        if not isinstance(value, dict) or depth > _DEEPEST:
            return value
        if names.plain(name) in _MAPS and _is_map(value):
            return self._map(value, put)
        found = dict(value)
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                found[key] = self.of(inner, partial(_put, put, dict(found), key), key, depth + 1)
        is_of_one = not (_NAMES - _OF_MANY).isdisjoint(map(names.plain, found))
        return self._alone(found, put) if is_of_one else found

    def _rows(self, rows: list[Any], put: Callable[[Any], Any]) -> list[Any]:
        # A list that must have several is tried with as many.
        count = 1 if self._accepts(put(rows[:1])) else len(rows)
        told = [
            self._told(rows[0], lambda row: put([row] * count), self._candidates(rows[0], each))
            for each in self._wrong
        ]
        if self._accepts(put(told)) or not self._accepts(put(rows)):
            return told
        fitting = (each for each in self._fitted(told, rows, put) if self._accepts(put(each)))
        return next(fitting, rows)

    def _fitted(self, told: list[Any], rows: list[Any], put: Callable[[Any], Any]) -> Iterator[list[Any]]:
        """The rows of what is wrong for a list that must have more of them, or takes fewer, or none twice."""
        yield from (told + told[-1:] * more for more in range(1, len(rows) - len(told) + 1))
        yield told + rows[len(told) :]
        counts = range(1, len(told))
        most = bisect_left(counts, 1, key=lambda count: int(not self._accepts(put(told[:count]))))
        yield told[: max(most, 1)]

    def _alone(self, value: dict[str, Any], put: Callable[[Any], Any]) -> dict[str, Any]:
        """An error without rows: what is wrong first, though its sentences are of all."""
        is_open = {name: self._accepts(put({**value, name: "x-0"})) for name in value}
        asked = [
            (name, ways)
            for name, ways in self._candidates(value, self._wrong[0])
            if (plain := names.plain(name)) not in _MESSAGES | _OF_MANY
            # A code of the document's own is that of the whole error, unless it lists its codes.
            and not (plain in _CODES & {"type", "code", "kind", "error_code"} and is_open[name])
        ]
        return self._told(value, put, iter(asked))

    def _map(self, value: Mapping[str, Any], put: Callable[[Any], Any]) -> Any:
        """The messages by the names of what is wrong, in lists or alone."""
        listed: dict[str, list[str]] = {}
        for each in self._wrong:
            listed.setdefault(_dotted(each), []).append(each.message)
        single = {name: messages[0] for name, messages in listed.items()}
        forms = [single, listed] if isinstance(next(iter(value.values())), str) else [listed, single]
        return next((each for each in forms if self._accepts(put(each))), value)

    def _told(
        self,
        row: Mapping[str, Any],
        put: Callable[[Any], Any],
        candidates: Iterator[tuple[str, Iterator[Any]]],
    ) -> dict[str, Any]:
        """A row with the first of what each field may say that the schema takes."""
        found = dict(row)
        for name, ways in candidates:
            for each in ways:
                other = {**found, name: each}
                if each is ABSENT:
                    del other[name]
                if self._accepts(put(other)):
                    found = other
                    break
        return found

    def _candidates(self, row: Mapping[str, Any], wrong: Violation) -> Iterator[tuple[str, Iterator[Any]]]:
        """What the fields of a row may say, the likeliest first; `ABSENT` to say nothing."""
        beside = frozenset(map(names.plain, row))
        for name, value in row.items():
            yield name, self._ways(names.plain(name), beside, value, wrong)

    def _ways(self, plain: str, beside: frozenset[str], value: Any, wrong: Violation) -> Iterator[Any]:
        dialect = fault_codes.dialect_of(beside, value if isinstance(value, str) else "")
        if plain in _MESSAGES and isinstance(value, str):
            yield wrong.message
        elif plain == "source" and isinstance(value, dict):
            yield _source(value, wrong)
        elif _is_name(plain, beside):
            yield from _names_of(plain, beside, value, wrong)
            yield ABSENT
        elif plain in _WHERE:
            yield from (wrong.location, wrong.location.upper(), wrong.location.capitalize(), ABSENT)
        elif plain in INPUTS:
            yield from ([] if wrong.value is None else [wrong.value, str(wrong.value)])
            yield ABSENT
        elif plain in _CODES and isinstance(value, str):
            if dialect is not None:
                yield fault_codes.in_dialect(dialect, wrong.kind, wrong.message)
            yield from fault_codes.common(wrong.kind)
        elif plain in ("status", "status_code"):
            yield from (self._said["status"], str(self._said["status"]))
        elif plain == "title" and isinstance(value, str):
            yield self._said["title"]
        else:
            yield from _of_libraries(plain, beside, wrong)


def _is_name(plain: str, beside: frozenset[str]) -> bool:
    """Whether a field says the name of what is wrong, by what stands beside it."""
    if plain in _OWN:
        return not beside.isdisjoint(_POINTERS | _PARAMETERS)
    if plain in ("location", "name"):
        return beside.isdisjoint(_NAMES)
    return plain in _NAMES


def _names_of(plain: str, beside: frozenset[str], value: Any, wrong: Violation) -> Iterator[Any]:
    """The name of what is wrong, as a field has it: none where a field beside it is for such a place."""
    is_body = wrong.location == "body"
    if plain in _OWN and plain != wrong.location:
        return
    if plain in _PARAMETERS and ((is_body and beside & _POINTERS) or wrong.location in beside & _OWN):
        return
    if plain in _POINTERS and not is_body and beside & (_PARAMETERS | _OWN):
        return
    if isinstance(value, list):
        yield place(wrong)
        yield [*map(str, place(wrong))]
        return
    pointer = wrong.name if wrong.name.startswith("/") else f"/{wrong.name}"
    if isinstance(value, str) and value.startswith("#"):
        yield f"#{pointer}"
    if isinstance(value, str) and value.startswith("$"):
        yield f"$.{_dotted(wrong)}"
    if plain in _POINTERS and is_body:
        yield pointer
    yield _dotted(wrong)


def _source(value: Mapping[str, Any], wrong: Violation) -> dict[str, Any]:
    """The source of JSON:API: the field for the place of what is wrong, and no other."""
    beside = frozenset(map(names.plain, value))
    ways = {
        name: next(_names_of(names.plain(name), beside, each, wrong), ABSENT) for name, each in value.items()
    }
    return {name: each for name, each in ways.items() if each is not ABSENT}


def _of_libraries(plain: str, beside: frozenset[str], wrong: Violation) -> Iterator[Any]:
    """What fields say that only the rows of some library have."""
    if plain == "constraints":
        yield {fault_codes.in_dialect(fault_codes.CLASS_VALIDATOR, wrong.kind, wrong.message): wrong.message}
    elif plain == "expected" and "code" in beside:
        yield fault_codes.expected(wrong.kind, wrong.message) or ABSENT
        yield ABSENT
    elif plain == "received" and "code" in beside:
        is_text = wrong.kind == "type" and wrong.location != "body"
        yield "undefined" if wrong.kind in ("missing", "required") else "string" if is_text else ABSENT
        yield ABSENT
    elif "default_message" in beside:
        code = fault_codes.in_dialect(fault_codes.SPRING, wrong.kind, wrong.message)
        ways: Mapping[str, list[Any]] = {
            "object_name": [ABSENT],
            "codes": [[f"{code}.{_dotted(wrong)}", code]],
            "binding_failure": [code == "typeMismatch"],
        }
        yield from ways.get(plain, ())


def _dotted(wrong: Violation) -> str:
    """The name of a parameter; of a part of a body its steps with dots between them."""
    steps = place(wrong)
    return ".".join(map(str, steps[1:])) if wrong.name.startswith("/") else wrong.name


def _are_rows(value: list[Any]) -> bool:
    """Whether a list has rows that speak of what is wrong."""
    if not value or not all(isinstance(each, dict) for each in value):
        return False
    return not (_NAMES | _MESSAGES | _CODES).isdisjoint(map(names.plain, value[0]))


def _is_map(value: Mapping[str, Any]) -> bool:
    """Whether the fields of an object are called as what is wrong: each has messages, and nothing else."""
    are_texts = all(isinstance(each, str) for each in value.values())
    are_lists = all(
        isinstance(each, list) and all(isinstance(one, str) for one in each) for each in value.values()
    )
    return bool(value) and (are_lists or (are_texts and _OF_ERRORS.isdisjoint(map(names.plain, value))))
