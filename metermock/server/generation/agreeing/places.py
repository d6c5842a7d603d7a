"""Country, its code, currency and time zone of one object: they are of one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.ledger import dice
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Scene, below
from metermock.server.generation.values.texts import kind_of
from metermock.server.generation.words import names

_KINDS = frozenset({"country", "country_code", "currency", "timezone", "locale"})
_COUNTRIES = frozenset({"country", "country_code"})
_OWN = frozenset({"country", "code", "iso", "alpha", "name", "2", "3"})
_SHORT, _LONG = 2, 3


@dataclass(frozen=True, slots=True)
class Place:
    """A country as replies speak of it."""

    country: str
    code: str
    long_code: str
    currency: str
    timezone: str
    locale: str


PLACES = tuple(
    Place(*line.split("|"))
    for line in (
        "United States|US|USA|USD|America/New_York|en-US",
        "Germany|DE|DEU|EUR|Europe/Berlin|de-DE",
        "France|FR|FRA|EUR|Europe/Paris|fr-FR",
        "Spain|ES|ESP|EUR|Europe/Madrid|es-ES",
        "Netherlands|NL|NLD|EUR|Europe/Amsterdam|nl-NL",
        "Ireland|IE|IRL|EUR|Europe/Dublin|en-IE",
        "United Kingdom|GB|GBR|GBP|Europe/London|en-GB",
        "Japan|JP|JPN|JPY|Asia/Tokyo|ja-JP",
        "Switzerland|CH|CHE|CHF|Europe/Zurich|de-CH",
        "Canada|CA|CAN|CAD|America/Toronto|en-CA",
        "Australia|AU|AUS|AUD|Australia/Sydney|en-AU",
        "Brazil|BR|BRA|BRL|America/Sao_Paulo|pt-BR",
        "India|IN|IND|INR|Asia/Kolkata|en-IN",
        "Sweden|SE|SWE|SEK|Europe/Stockholm|sv-SE",
        "Mexico|MX|MEX|MXN|America/Mexico_City|es-MX",
        "Singapore|SG|SGP|SGD|Asia/Singapore|en-SG",
        "Poland|PL|POL|PLN|Europe/Warsaw|pl-PL",
        "South Korea|KR|KOR|KRW|Asia/Seoul|ko-KR",
    )
)
"""The places that replies speak of, each with what agrees there."""


def places(fields: Sequence[Facts], owner: str) -> Iterator[Step]:
    """What speaks of a country speaks of one; the currency, which is the account's, decides."""
    shared: dict[str, Facts] = {}
    countries: dict[tuple[str, ...], dict[str, Facts]] = {}
    for field in fields:
        kind = kind_of(field.name, owner)
        if kind not in _KINDS or field.is_number or field.is_list or field.is_object:
            continue
        whose = tuple(word for word in names.words_of(field.name) if word not in _OWN)
        (countries.setdefault(whose, {}) if kind in _COUNTRIES else shared).setdefault(kind, field)
    # The countries of an invoice and of a delivery may be two.
    groups = (
        [{**shared, **each} for each in countries.values()] if len(countries) == 1 else [*countries.values()]
    )
    yield from (_placed(each) for each in groups if len(each) > 1)


def _placed(group: Mapping[str, Facts]) -> Step:
    fields = [(kind, field) for kind, field in group.items()]

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        shown = {kind: made[field.name] for kind, field in fields if isinstance(made.get(field.name), str)}
        if len(shown) < _SHORT:
            return {}
        said = {kind for kind, text in shown.items() if scene.said.get(names.plain(group[kind].name)) == text}
        fixed = {kind for kind in shown if kind not in said and kind in _fixed(shown, group)}
        candidates: Sequence[Place] = PLACES
        for kind in sorted(shown, key=lambda each: (each not in said, each not in fixed, each != "currency")):
            if kind in said or kind in fixed or kind == "currency":
                fitting = [place for place in candidates if _written(place, kind, shown[kind]) == shown[kind]]
                if not fitting and kind in said:
                    return {}
                candidates = fitting or candidates
        return _first(candidates, shown, group, said, scene)

    return step


def _fixed(shown: Mapping[str, str], group: Mapping[str, Facts]) -> set[str]:
    """What no free text says: an example or a list of the document, whose texts stand."""
    return {kind for kind in shown if shown[kind] not in pool(kind) and not group[kind].is_free_text}


def _first(
    candidates: Sequence[Place],
    shown: Mapping[str, str],
    group: Mapping[str, Facts],
    said: set[str],
    scene: Scene,
) -> Mapping[str, Any]:
    """The changes of the first place whose texts all fields accept, from one on that the object draws."""
    key = scene.home or dice.key("place", scene.seed, *sorted(shown.values()))
    at = below(key, len(candidates))
    for place in (*candidates[at:], *candidates[:at]):
        told = {kind: _written(place, kind, text) for kind, text in shown.items() if kind not in said}
        if all(text == shown[kind] or group[kind].accepts(text) for kind, text in told.items()):
            return {group[kind].name: text for kind, text in told.items() if text != shown[kind]}
    return {}


def _written(place: Place, kind: str, like: str) -> str:
    """What a place has of a kind, written as another text is: a code of two or three, in its letters."""
    text = place.country if kind == "country" else getattr(place, "code" if kind == "country_code" else kind)
    if kind in _COUNTRIES and len(like) in (_SHORT, _LONG):
        text = place.code if len(like) == _SHORT else place.long_code
    if kind == "locale" and "_" in like:
        text = text.replace("-", "_")
    is_code = kind in {*_COUNTRIES, "currency"} and len(like) <= _LONG
    return text.lower() if is_code and like.islower() else text
