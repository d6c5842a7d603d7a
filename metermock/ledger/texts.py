"""The texts of single calls, made from the world's name alone: the same for every seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from metermock.ledger import dice

Pools = Callable[[], Mapping[str, tuple[str, ...]]]

BLANK = re.compile(r"\{([^{}]*)\}")
"""The place of a word in a template: `{drug}`."""

_LOCALES = ("en_US", "en_US", "en_US", "de_DE", "fr_FR", "es_ES", "ja_JP", "hi_IN")
_MARKS = ("", "", "", "", "", "", " 🎧", " 📈", " 👩‍💻")
_TRIES = 8  # for a text that is not there yet


@dataclass(frozen=True, slots=True)
class TextPool:
    """So many texts: templates whose blanks are filled from a vocabulary, or else sentences of random words.

    `shortest` and `longest` are in words.
    """

    name: str
    sentences: int
    shortest: int = 0
    longest: int = 0
    templates: tuple[str, ...] = ()
    vocabulary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def texts_of(world: str, pool: TextPool) -> tuple[str, ...]:
    """The texts of a pool."""
    purpose = dice.key("text", world, pool.name)
    return tuple(_composed(purpose, pool) if pool.templates else _sentences(purpose, pool))


def _composed(purpose: int, pool: TextPool) -> Iterator[str]:
    """Different texts from the templates, in turn; fewer than asked for where the words do not give more."""
    made: set[str] = set()
    for number in range(pool.sentences):
        template = pool.templates[number % len(pool.templates)]
        for turn in range(_TRIES):
            text = _filled(template, pool.vocabulary, dice.key(purpose, number, turn))
            if text not in made:
                made.add(text)
                yield text
                break


def _filled(template: str, vocabulary: Mapping[str, tuple[str, ...]], purpose: int) -> str:
    """A template with a word in each blank; blanks of the same name get different words."""
    seen: dict[str, int] = {}

    def word(blank: re.Match[str]) -> str:
        name = blank[1]
        words, turn = vocabulary[name], seen.get(name, 0)
        seen[name] = turn + 1
        first = dice.below(len(words), dice.draw(purpose, list(vocabulary).index(name)))
        return words[(first + turn * (1 + len(words) // 3)) % len(words)]

    filled = BLANK.sub(word, template)
    return filled[:1].upper() + filled[1:]


def _sentences(purpose: int, pool: TextPool) -> Iterator[str]:
    """Sentences from the pool's shortest to its longest number of words, in several scripts."""
    from faker import Faker  # noqa: PLC0415 - takes a fifth of a second, and not every world has such texts

    fakes = {locale: Faker(locale) for locale in dict.fromkeys(_LOCALES)}
    for number in range(pool.sentences):
        bits = dice.draw(purpose, number)
        # Seeded for each sentence, so that a sentence does not depend on those before it.
        fake = fakes[_LOCALES[bits % len(_LOCALES)]]
        fake.seed_instance(bits)
        words = pool.shortest + dice.below(pool.longest - pool.shortest + 1, dice.draw(purpose, ~number))
        text = fake.sentence(nb_words=words, variable_nb_words=False)
        yield text.rstrip(".。") + "?" + _MARKS[(bits >> 8) % len(_MARKS)]
