"""Texts by format, pattern, example and name."""

from __future__ import annotations

import base64
import functools
import random
import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from metermock.contract.samples import FORMATS, matching
from metermock.ledger import dice
from metermock.server.generation import names
from metermock.server.generation.pools import pool
from metermock.server.generation.scene import between, child, pick

if TYPE_CHECKING:  # a module of type stubs, which is not there at run time
    from _typeshed import SupportsLenAndGetItem

TextMaker = Callable[[int], str]
T = TypeVar("T")

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 14
_DRAWS, _DRAWN = 160, 12
"""Texts of a pattern that are drawn, and how many of them are kept."""

_BY_LAST_WORDS: tuple[tuple[str, str], ...] = (
    ("first name|given name|firstname|forename", "first_name"),
    ("last name|family name|surname|lastname", "last_name"),
    (
        "full name|real name|fullname|billing name|cardholder name|contact name|author name|user name",
        "person",
    ),
    ("username|login|handle|screen name|nickname", "username"),
    ("email|email address|mail", "email"),
    ("phone|phone number|mobile|fax|telephone", "phone"),
    ("company|company name|organization|organisation|organization name|org name|account name", "company"),
    ("workspace name|tenant name|customer name|vendor|merchant|publisher|provider name", "company"),
    ("street|line1|line 1|address1|address 1|street address", "street"),
    ("line2|line 2|address2|address 2", "secondary"),
    ("address|billing address|shipping address", "address"),
    ("city|town|locality", "city"),
    ("state|province", "state"),
    ("zip|zip code|postal code|postcode|zipcode", "postcode"),
    ("country code|country iso", "country_code"),
    ("country|nationality", "country"),
    ("currency|currency code|iso currency code", "currency"),
    ("locale|lang tag", "locale"),
    ("language|lang|language code|source lang|target lang", "language"),
    ("timezone|time zone|tz", "timezone"),
    ("domain|hostname|host|fqdn", "domain"),
    ("ip|ip address|ipv4|client ip|remote ip", "ipv4"),
    ("user agent|useragent", "agent"),
    ("mac|mac address", "mac"),
    ("version|release|app version|sdk version|api version", "version"),
    ("color|colour", "color"),
    ("title|subject|headline", "title"),
    ("job title|position|occupation", "job"),
    ("description|summary|comment|note|notes|message|content|body|text|bio|caption|about", "sentence"),
    ("details|detail|explanation|instructions|prompt|question|query|transcript|input|output", "sentence"),
    ("slug|permalink|identifier name", "slug"),
    ("file|filename|file name", "file"),
    ("extension|file extension", "extension"),
    ("mime|mime type|content type|media type", "mime"),
    ("model|model name|engine", "model"),
    (
        "product|product name|product type|line item|sku name|service|service name|feature|item name",
        "product",
    ),
    ("meter|metric|metric name|dimension", "unit"),
    ("key name|api key name|token name", "key_name"),
    ("event|event type|event name|action|topic", "event"),
    ("error code|failure code", "error_code"),
    ("error|error message|failure message|failure reason", "error"),
    ("reason|cause", "reason"),
    ("role|permission", "role"),
    ("plan|tier|plan name|subscription plan", "plan"),
    ("environment|env|stage", "environment"),
    ("region|zone|datacenter|data center|location", "region"),
    ("method|http method|verb", "method"),
    ("endpoint|path|route|uri path|resource path", "path"),
    ("unit|units|unit name", "unit"),
    ("interval|billing period|billing cycle|frequency|granularity", "interval"),
    ("category|type name|usage type|kind|group|department", "category"),
    ("tag|label|tags|labels|keyword|keywords", "label"),
    ("team|team name|squad", "team"),
    ("status|state name", "status"),
    ("iban|bank account", "iban"),
    ("gender|sex", "gender"),
    ("name|display name|displayname|label name", "thing"),
)
"""The kinds of texts by the last words of a field's name."""

_KINDS: Mapping[str, str] = {
    phrase: kind for phrases, kind in _BY_LAST_WORDS for phrase in phrases.split("|")
}
_OWNED: tuple[tuple[str, str], ...] = (
    ("user|person|member|contact|author|owner|employee|assignee|creator|actor|lead", "person"),
    ("customer|company|organization|organisation|org|account|workspace|tenant|vendor", "company"),
    ("product|service|feature|item|plan", "product"),
    ("key|apikey|token|credential", "key_name"),
    ("team|group|department", "team"),
    ("file|document|attachment|upload", "file"),
    ("model|engine", "model"),
    ("tag|label", "label"),
    ("city|town", "city"),
    ("project|campaign|report", "title"),
)
_OWNERS: Mapping[str, str] = {word: kind for words, kind in _OWNED for word in words.split("|")}
"""What a `name` is, by the type that has it."""
_IDS = frozenset(
    {"id", "ids", "uid", "guid", "uuid", "identifier", "ref", "reference", "number", "no", "sku", "cursor"}
)
_SECRETS = frozenset(
    {"token", "secret", "key", "password", "hash", "checksum", "digest", "etag", "sha", "md5", "signature"}
)
_AMOUNTS = frozenset({"count", "quantity", "amount", "price", "cost", "balance", "subtotal"})
"""What is a number though its type is a text: a decimal loses nothing so."""
_SHOWN_AMOUNTS = _AMOUNTS | {"usage", "units", "value", "total", "used", "remaining"}
_GROWTH = 1.6
_SECRETS_ALSO = frozenset({"fingerprint", "nonce", "sha1", "sha256", "code", "hmac"})


def kind_of(name: str, owner: str) -> str | None:
    """The kind of text that a field's name asks for; None where it says nothing."""
    words = names.words_of(name)
    if words in (("name",), ("display", "name"), ("label",)):
        owning = names.words_of(owner)
        return next((_OWNERS[word] for word in reversed(owning) if word in _OWNERS), "thing")
    for length in (3, 2, 1):
        phrase = " ".join(words[-length:])
        if phrase in _KINDS and len(words) >= length:
            return _KINDS[phrase]
        alone = names.singular(words[-1]) if length == 1 and words else ""
        if alone in _KINDS:
            return _KINDS[alone]
    return None


def is_shared(name: str, whole: Mapping[str, Any]) -> bool:
    """Whether all texts of the name are one, whatever they stand in: an account has one currency."""
    return kind_of(name, "") == "currency" and "pattern" not in whole and "example" not in whole


def _all_numbers(shown: list[str]) -> bool:
    """Whether all examples are amounts: numbers without a leading nought, or with digits behind a point."""
    return all(re.fullmatch(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?", each) for each in shown)


def is_id(name: str) -> bool:
    """Whether a field names a thing, by its name."""
    words = names.words_of(name)
    return bool(words) and words[-1] in _IDS


def maker(name: str, owner: str, whole: Mapping[str, Any]) -> TextMaker:
    """What makes the texts of a schema, from a key."""
    form, pattern = str(whole.get("format", "")), whole.get("pattern")
    low, high = whole.get("minLength", 0), whole.get("maxLength")
    if form in _FORMATS and pattern is None:
        return _fitted(_FORMATS[form](name), low, high)
    if form in FORMATS:
        values = [each for each in FORMATS[form] if not isinstance(pattern, str) or _matches(pattern, each)]
        if values:
            return lambda key: pick(key, values)
    shown = [
        each
        for each in (whole.get("example"), *_listed(whole))
        if isinstance(each, str) and each and (not isinstance(pattern, str) or _matches(pattern, each))
    ]
    if isinstance(pattern, str):
        return _patterned(pattern, low, high, shown)
    return _fitted(_by_name(name, owner, shown, high), low, high)


def _listed(whole: Mapping[str, Any]) -> list[Any]:
    found = whole.get("examples")
    return found if isinstance(found, list) else []


def _by_name(name: str, owner: str, shown: list[str], high: int | None) -> TextMaker:
    words = names.words_of(name)
    if shown:
        return _by_examples(words, shown)
    if words and words[-1] in _IDS:
        prefix = _prefix(words, owner)
        return lambda key: prefix + _letters(child(key, "id"), _ID_LENGTH)
    if words and words[-1] in _AMOUNTS:
        return _amounts("4000" if words[-1] in ("count", "quantity") else "250.00")
    if words and words[-1] in ("url", "uri", "href", "link", "website", "homepage"):
        return _url(name)
    if words and words[-1] in _SECRETS:
        return lambda key: _hex(key, 40)
    kind = kind_of(name, owner) or ("slug" if words and words[-1] in ("code", "key") else "phrase")
    if kind == "country" and high is not None and high <= 3:  # noqa: PLR2004 - an ISO code's length
        kind = "country_code"
    return lambda key: pick(key, pool(kind))


def _by_examples(words: tuple[str, ...], shown: list[str]) -> TextMaker:
    """Texts like examples: others of their shape where they tell things apart or are amounts."""
    last = words[-1] if words else ""
    if last in _IDS | _SECRETS | _SECRETS_ALSO:
        return lambda key: like(pick(key, shown), child(key, "like"))
    if last in _SHOWN_AMOUNTS and _all_numbers(shown):
        return _amounts(shown[0])
    return lambda key: pick(key, shown)


def _amounts(shape: str) -> TextMaker:
    """Numbers as texts, of the size and the digits of one of them."""
    digits = len(shape.partition(".")[2])
    most = int(float(shape) * 10**digits * _GROWTH)

    def made(key: int) -> str:
        number = between(key, most // 4, most)
        whole, part = divmod(number, 10**digits)
        return f"{whole}.{part:0{digits}d}" if digits else str(whole)

    return made


def _prefix(words: tuple[str, ...], owner: str) -> str:
    """The beginning of an id, as vendors have it: `cus_` of a customer."""
    owning = [
        word for word in (words[:-1] or names.words_of(owner)) if word not in ("response", "object", "dto")
    ]
    word = re.sub(r"[^a-z]", "", names.singular(owning[-1])) if owning else ""
    return f"{word[:4]}_" if word else ""


def _letters(key: int, length: int) -> str:
    made = []
    bits = 0
    for index in range(length):
        if index % 12 == 0:
            bits = dice.draw(key, index)
        bits, rest = divmod(bits, len(_ALPHABET))
        made.append(_ALPHABET[rest])
    return "".join(made)


def _hex(key: int, length: int) -> str:
    return "".join(f"{dice.draw(key, index):016x}" for index in range(-(-length // 16)))[:length]


def _uuid(key: int) -> str:
    return str(uuid.UUID(int=dice.draw(key, 1) << 64 | dice.draw(key, 2), version=4))


def like(shown: str, key: int) -> str:
    """Another text of an example's shape: what stands before the last separator stays, the rest is drawn."""
    shape = _shape_of(shown)
    if shape is None:
        return _uuid(key)
    kept, alphabets = shape
    made = [kept]
    bits = 0
    for index, alphabet in enumerate(alphabets):
        if index % 12 == 0:
            bits = dice.draw(key, index)
        bits, rest = divmod(bits, len(alphabet))
        made.append(alphabet[rest])
    return "".join(made)


@functools.lru_cache(maxsize=4096)
def _shape_of(shown: str) -> tuple[str, tuple[str, ...]] | None:
    """What stays of an example, and of which letters each of the others is one; None for a UUID."""
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", shown):
        return None
    head = re.match(r"(?:.*[_\-:/.])?", shown)
    kept = head[0] if head and len(head[0]) < len(shown) else ""
    rest = shown[len(kept) :]
    if re.fullmatch(r"[0-9a-f]{6,}", rest) is not None and not rest.isdecimal():
        return kept, ("0123456789abcdef",) * len(rest)
    return kept, tuple(
        _alphabet_of(character, is_first=index == 0) or character for index, character in enumerate(rest)
    )


def _alphabet_of(character: str, *, is_first: bool) -> str:
    if character.isdecimal() and character.isascii():
        return "123456789" if is_first else "0123456789"
    if character.isascii() and character.islower():
        return "abcdefghijklmnopqrstuvwxyz"
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if character.isascii() and character.isupper() else ""


def _url(name: str) -> TextMaker:
    tail = {"avatar": ".png", "image": ".png", "logo": ".png", "photo": ".jpg", "icon": ".svg"}
    end = next((tail[word] for word in names.words_of(name) if word in tail), "")
    return lambda key: f"https://{pick(key, pool('domain'))}/{_letters(child(key, 'path'), 8)}{end}"


_FORMATS: Mapping[str, Callable[[str], TextMaker]] = {
    "uuid": lambda _: _uuid,
    "email": lambda _: lambda key: pick(key, pool("email")),
    "idn-email": lambda _: lambda key: pick(key, pool("email")),
    "uri": _url,
    "url": _url,
    "iri": _url,
    "hostname": lambda _: lambda key: pick(key, pool("domain")),
    "ipv4": lambda _: lambda key: pick(key, pool("ipv4")),
    "ipv6": lambda _: lambda key: pick(key, pool("ipv6")),
    "byte": lambda _: lambda key: base64.b64encode(_letters(key, 12).encode()).decode(),
    "binary": lambda _: lambda key: _letters(key, 24),
    "password": lambda _: lambda key: _letters(key, 16),
}


def _fitted(make: TextMaker, low: int, high: int | None) -> TextMaker:
    """Texts of a length: cut at a word where that leaves enough, filled up with their own letters."""
    if not low and high is None:
        return make

    def fitted(key: int) -> str:
        text = make(key)
        if high is not None and len(text) > high:
            cut = text[:high]
            at_word = cut.rpartition(" ")[0].rstrip(" ,;-")
            text = at_word if len(at_word) >= max(low, high // 2, 1) else cut
        if len(text) < low:
            text += _letters(child(key, "fill"), low - len(text))
        return text

    return fitted


class _Ordered(random.Random):
    """Draws from characters in their order: `rstr` has them from a set, whose order differs by process."""

    def choice(self, seq: SupportsLenAndGetItem[T]) -> T:
        """One of several; of characters by their order."""
        values: Any = seq
        is_text = isinstance(values, list) and all(isinstance(each, str) for each in values)
        return super().choice(cast("list[T]", sorted(values)) if is_text else seq)


@functools.lru_cache(maxsize=1024)
def drawn(pattern: str, low: int, high: int | None) -> tuple[str, ...]:
    """Texts that a pattern matches whole, of the lengths that are allowed; none where none is found."""
    import rstr  # noqa: PLC0415 - few documents have patterns

    source = rstr.Rstr(_Ordered(dice.key("pattern", pattern)))
    found: list[str] = []
    for _ in range(_DRAWS):
        try:
            text = source.xeger(pattern)
        except (re.error, ValueError, TypeError, IndexError, KeyError, RecursionError, OverflowError):
            break
        if len(text) < low and not pattern.endswith("$"):
            text += _letters(dice.key(text), low - len(text))
        if high is None or len(text) <= high:
            found.append(text)
    # What repeats without bound is drawn too long: the shorter texts are the likelier ones.
    found.sort(key=len)
    fitting = [text for text in found if len(text) >= low and _matches(pattern, text)][:_DRAWN]
    if not fitting:
        text = matching(pattern, low) or ""
        fitting = [text] if text and (high is None or len(text) <= high) else []
    return tuple(dict.fromkeys(fitting))


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _patterned(pattern: str, low: int, high: int | None, shown: list[str]) -> TextMaker:
    """Texts of a pattern: others of the example's shape where the pattern takes them, else drawn ones."""

    def made(key: int) -> str:
        if shown:
            text = like(pick(key, shown), child(key, "like"))
            if low <= len(text) <= (len(text) if high is None else high) and _matches(pattern, text):
                return text
            return pick(key, shown)
        texts = drawn(pattern, low, high)
        return pick(key, texts) if texts else "a" * max(low, 1)

    return made
