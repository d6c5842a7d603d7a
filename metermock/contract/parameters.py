"""Reads a request's parameters: text in, values out, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jsonschema_rs

from metermock.contract.any_text import takes_any_text
from metermock.contract.cookies import cookies_of, of_cookies
from metermock.contract.json_types import ABSENT
from metermock.contract.known_texts import KnownPairs, KnownTexts, Room
from metermock.contract.parameter import Parameter
from metermock.contract.parameter_faults import cut, is_text, kind_of, plain, unknown, unreadable_in
from metermock.contract.schemas import Compiled
from metermock.contract.styles import without_spaces
from metermock.contract.wire_text import Pairs, pairs_of, whole_text
from metermock.errors import Violation


class Reader:
    """Reads the parameters of one operation; everything is decided here, once.

    `credentials` are the names of the pairs of a query, and of the cookies, that carry credentials. `room`
    is for the texts whose values are kept.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        compiled: Callable[[Parameter], Compiled],
        credentials: frozenset[str] = frozenset(),
        room: Room | None = None,
    ) -> None:
        room = room or Room()
        fields = [_Field(parameter, compiled, room) for parameter in parameters]
        places: dict[str, list[_Field]] = {}
        for field in fields:
            places.setdefault(field.parameter.location, []).append(field)
        query = places.get("query", [])
        self._query = {field.parameter.name: field for field in query if not field.is_composed}
        self._composed = [field for field in query if field.is_composed]
        self._whole = places.get("querystring", [])
        self._credentials = credentials
        self._known = frozenset(field.parameter.name for field in query) | credentials
        self._headers = places.get("header", [])
        self._path = places.get("path", [])
        self._cookies = places.get("cookie", [])
        self._known_cookies = frozenset(field.parameter.name for field in self._cookies) | credentials
        self._required = [field for field in fields if field.parameter.required]
        self._needed = frozenset(field.key for field in self._required)
        self._defaults = {
            field.parameter.key: field.parameter.default
            for field in fields
            if field.parameter.default is not ABSENT
        }
        self._pairs = KnownPairs(room)

    def read_text(
        self, query: str, headers: Mapping[str, str], *, path: Mapping[str, str], strict: bool
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """What `read` gives for the pairs of a query that is given as it was sent."""
        if self._whole or self._composed:
            return self.read(pairs_of(query), headers, path=path, strict=strict)
        values = dict(self._defaults)
        violations: list[Violation] = []
        pairs: Pairs = []
        if query and not self._pairs.take(query, values):
            # What was taken of it is read again: a later pair of the same name may say nothing.
            values, pairs = dict(self._defaults), pairs_of(query)
            if self._take_query(pairs, values, violations, strict=strict):
                self._keep_pairs(query, pairs)
        return self._with_rest(headers, path, values, violations, pairs)

    def _keep_pairs(self, query: str, pairs: Pairs) -> None:
        """Keep the pairs of a query whose texts are known by now."""
        for sent, (name, text) in zip(filter(None, query.split("&")), pairs, strict=True):
            field = self._query.get(name)
            if field is not None and (known := field.known.get(text)) is not ABSENT:
                self._pairs.keep(sent, field.key, known)

    def read(
        self,
        query: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        *,
        path: Mapping[str, str],
        strict: bool,
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """The values by name, defaults filled in, and every violation; see `Operation.read`."""
        values = dict(self._defaults)
        violations: list[Violation] = []
        pairs = list(query)
        if pairs:
            self._take_query(pairs, values, violations, strict=strict)
        return self._with_rest(headers, path, values, violations, pairs)

    def _with_rest(
        self,
        headers: Mapping[str, str],
        path: Mapping[str, str],
        values: dict[str, Any],
        violations: list[Violation],
        pairs: Iterable[tuple[str, str]],
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """The same with what stands elsewhere than in the query, and with what is missing."""
        for field in self._headers:
            found = headers.get(field.lower)
            if found is not None and not field.is_left_out(found):
                field.take_text(without_spaces(found, field.parameter.style), values, violations)
        for field in self._path:
            text = path.get(field.name)
            if text is not None and field.is_any_segment and is_text(text):
                values[field.key] = str(text)
            elif text is not None:
                field.take_text(text, values, violations)
        if self._cookies:
            self._take_cookies(headers.get("cookie", ""), values, violations)
        if not values.keys() >= self._needed:
            violations.extend(self._missing(values, violations, {name for name, _ in pairs}))
        return values, tuple(violations)

    def _take_query(
        self, pairs: Pairs, values: dict[str, Any], violations: list[Violation], *, strict: bool
    ) -> bool:
        """Read the query; tell whether it has a text that is kept now with its value."""
        is_known = False
        taken = self._take_composed(pairs, values, violations) if self._composed else ()
        # Of repeated ones the last counts, save where the contract wants a list.
        for name, text in dict(pairs).items():
            asked = self._query.get(name)
            if asked is not None:
                is_known |= asked.take(text, values, violations)
            elif strict and not (name in taken or name in self._credentials or self._whole):
                violations.append(unknown(name, text))
        for field in self._whole:
            field.take(whole_text(pairs), values, violations)
        return is_known

    def _take_composed(
        self, pairs: Pairs, values: dict[str, Any], violations: list[Violation]
    ) -> frozenset[str]:
        """Read the lists and objects of a query; the names of its pairs that belong to one of them."""
        taken: set[str] = set()
        named = [
            field.parameter.style for field in self._composed if not field.parameter.style.takes_any_name
        ]
        others = {name for name, _ in pairs if any(style.owns(name, self._known) for style in named)}
        for field in self._composed:
            style = field.parameter.style
            known = self._known | others if style.takes_any_name else self._known
            raws = style.all_of_query(pairs, known)
            if raws:
                field.take_best(raws, values, violations)
                taken.update(name for name, _ in pairs if style.owns(name, known))
        return frozenset(taken)

    def _take_cookies(self, header: str, values: dict[str, Any], violations: list[Violation]) -> None:
        sent = cookies_of(header)
        for field in self._cookies:
            raws = of_cookies(field.parameter.style, sent, self._known_cookies)
            if raws:
                field.take_best(raws, values, violations)

    def _missing(
        self, values: dict[str, Any], violations: list[Violation], names: set[str]
    ) -> list[Violation]:
        known = {(violation.location, violation.name) for violation in violations}
        absent = [
            field.parameter
            for field in self._required
            if field.parameter.key not in values
            and (field.parameter.location, field.parameter.name) not in known
            and not (field.allows_empty and field.parameter.name in names)
            and not field.takes_nothing()
        ]
        return [Violation(each.location, each.name, f"{each.name} is required", "missing") for each in absent]


class _Field:
    """One parameter, ready to read."""

    def __init__(self, parameter: Parameter, compiled: Callable[[Parameter], Compiled], room: Room) -> None:
        self.parameter = parameter
        self.name, self.key = parameter.name, parameter.key
        self.lower = parameter.name.lower()
        self.is_composed = not parameter.style.is_plain
        self.allows_empty = parameter.location == "query" and bool(parameter.document.get("allowEmptyValue"))
        self._compiled = compiled
        self._room = room
        self.known = KnownTexts(room)
        """Values of texts that were read before."""
        self._is_any_text = not parameter.media and takes_any_text(parameter.schema)
        self._is_as_written = parameter.style.is_plain and parameter.style.style not in ("label", "matrix")
        """Whether a segment or a header is the raw value itself."""
        self.is_any_segment = parameter.location == "path" and self._is_any_text and self._is_as_written
        """Whether a segment of a path is the value, which takes less than to look for what is known of it."""

    def takes_nothing(self) -> bool:
        """Whether no pair at all is a good value: an object without fields, whose fields stand apart."""
        is_of_pairs = self.parameter.location in ("query", "cookie") and not self.parameter.media
        is_nothing = is_of_pairs and self.parameter.style.says_empty_by_nothing
        return is_nothing and self._compiled(self.parameter).is_valid({})

    def is_left_out(self, text: str) -> bool:
        """Whether a header's text leaves it out, as an empty one may."""
        return text.strip() in self.parameter.absent

    def take_text(self, text: str, values: dict[str, Any], violations: list[Violation]) -> None:
        """Put the value of a path's segment or a header, or what is wrong with it."""
        if self._is_as_written:
            self.take(text, values, violations)
            return
        raws = self.parameter.style.all_of_text(text)
        if raws:
            self.take_best(raws, values, violations)
            return
        message = f"{self.parameter.name} is not written in the style {self.parameter.style.style}"
        violations.append(self._violation(message, "style", text))

    def take_best(self, raws: list[Any], values: dict[str, Any], violations: list[Violation]) -> None:
        """Put the value of the first raw value that has a good one, or what is wrong with the likeliest."""
        best = raws[0]
        if len(raws) > 1:
            best = next((raw for raw in raws if not self._read(raw)[1]), best)
        self.take(best, values, violations)

    def take(self, raw: Any, values: dict[str, Any], violations: list[Violation]) -> bool:
        """Put the value of a raw value, or what is wrong with it; tell whether its text is known now."""
        is_of_text = isinstance(raw, str)
        if is_of_text and self._is_any_text and is_text(raw):
            # It is read sooner than it is looked up.
            value: Any = str(raw)
        else:
            value = self.known.get(raw) if is_of_text else ABSENT
            if value is not ABSENT:
                values[self.key] = value
                return True
            value, found = self._read(raw)
            if found and self.allows_empty and raw in ("", [""]):
                # The specification: as if it were not sent.
                return False
            if found:
                violations.extend(found)
                # A faulty text must not pass as the default that was filled in.
                values.pop(self.key, None)
                return False
        values[self.key] = value
        # To keep a text costs more than to read most of them once.
        if not is_of_text or not self._room.latest.again(raw):
            return False
        self.known.keep(raw, value)
        return True

    def _read(self, raw: Any) -> tuple[Any, list[Violation]]:
        name = self.parameter.name
        if self._is_any_text and isinstance(raw, str) and is_text(raw):
            return str(raw), []
        unreadable = unreadable_in(raw)
        if unreadable is not None:
            shown = unreadable.encode("ascii", "backslashreplace").decode("ascii")
            # U+0000 is UTF-8, but few systems can store it in a text.
            said = "has a NUL character" if is_text(unreadable.replace("\0", "")) else "is not UTF-8 text"
            return None, [self._violation(f"{name} {said}", "encoding", shown)]
        value = self.parameter.value_of(raw)
        found = [] if value is ABSENT else self._validate(raw, value)
        if raw == "" and (value is ABSENT or found):
            return None, [self._violation(f"{name} is empty", "empty", raw)]
        if value is ABSENT:
            return None, [self._violation(self._untyped(raw), "type", raw)]
        return value, found

    def _untyped(self, raw: Any) -> str:
        """What to say of a raw value that has none of the types; of a composed one, of which part."""
        name, wanted, text = self.parameter.name, self.parameter.types, raw
        if self.parameter.media:
            return f"{name} is not JSON: {cut(raw)}"
        for path, part_types, part in self.parameter.reader.unread(raw):
            name, wanted, text = name + "".join(f"[{token}]" for token in path), part_types, part
            break
        return f"{name} is not of type {' or '.join(sorted(wanted))}: {cut(text)}"

    def _validate(self, raw: Any, value: Any) -> list[Violation]:
        validator = self._compiled(self.parameter)
        if validator.is_valid(value):
            return []
        return [
            self._violation(self._said(error, raw), kind_of(error), raw)
            for error in validator.iter_errors(value)
        ]

    def _said(self, error: jsonschema_rs.ValidationError, raw: Any) -> str:
        # A reader of the reply can do nothing with a regular expression.
        if error.kind.name == "pattern" and isinstance(raw, str):
            return f"{self.parameter.name} does not have the documented form: {cut(raw)}"
        return f"{self.parameter.name}: {plain(error)}"

    def _violation(self, message: str, kind: str, value: Any) -> Violation:
        return Violation(self.parameter.location, self.parameter.name, message, kind, value)
