"""Texts by format, pattern, example and name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metermock.server.generation.values import formats
from metermock.server.generation.values.decimal_patterns import OF_PYDANTIC, digits_of
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.letters import hexadecimal, letters, like
from metermock.server.generation.values.patterns import matches, patterned
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Picker, between, child, pick
from metermock.server.generation.values.wording import texts_of
from metermock.server.generation.words import described, names, sizes

_ID_LENGTH = 14
DIGITS = "x-metermock-digits"
"""In a schema as made replies read it: the digits behind the point of its amounts, which are texts."""

_BY_LAST_WORDS: tuple[tuple[str, str], ...] = (
    ("first name|given name|firstname|forename", "first_name"),
    ("last name|family name|surname|lastname", "last_name"),
    (
        "full name|real name|fullname|billing name|cardholder name|contact name|author name|user name",
        "person",
    ),
    ("username|login|handle|screen name|nickname", "username"),
    ("email|email address|mail", "email"),
    ("phone|phone number|mobile|mobile number|fax|telephone|telephone number|msisdn", "phone"),
    ("company|company name|organization|organisation|organization name|org name|account name", "company"),
    ("workspace name|tenant name|customer name|vendor|merchant|publisher|provider name", "company"),
    ("street|line1|line 1|address1|address 1|street address", "street"),
    ("line2|line 2|address2|address 2", "secondary"),
    ("address|billing address|shipping address", "address"),
    ("city|town|locality", "city"),
    ("state|province", "state"),
    ("zip|zip code|postal code|postcode|zipcode", "postcode"),
    ("country code|country iso|iso country|iso country code", "country_code"),
    ("country|nationality", "country"),
    ("currency|currency code|iso currency code|price unit|cost unit", "currency"),
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
    ("role", "role"),
    ("permission|scope|capability", "scope"),
    ("direction|call direction", "direction"),
    ("level|severity", "level"),
    ("payment method|payment method type|default payment method", "payment"),
    ("card type", "brand"),
    ("branch|git branch|repo branch|allowed branch", "branch"),
    ("commit|commit sha|revision", "commit"),
    ("cron|cron expression|schedule expression", "cron"),
    ("framework", "framework"),
    ("nameserver|name server|name servers", "nameserver"),
    ("domain alias|custom domain", "domain"),
    ("jurisdiction", "country"),
    ("funding|funding type", "funding"),
    ("account type|account holder type|holder type", "holder"),
    ("type", "code"),
    ("plan|tier|plan name|subscription plan", "plan"),
    ("environment|env|stage", "environment"),
    ("region|zone|datacenter|data center|location", "region"),
    ("method|http method|verb", "method"),
    ("endpoint|path|route|uri path|resource path", "path"),
    ("unit|units|unit name|unit type|usage unit|count unit|unit of measure|uom", "unit"),
    ("cloud|cloud provider", "cloud"),
    ("card brand|brand|network", "brand"),
    ("last4|last 4|last four", "last4"),
    ("prefix|key prefix|hint", "key_prefix"),
    ("referrer|referer|origin|allowed origin", "domain"),
    ("repository|repository name|repo", "slug"),
    ("quarter|limit reset|reset interval", "interval"),
    ("sku", "sku"),
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
    ("product|service|feature|item", "product"),
    ("plan|tier", "plan_name"),
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
_ABOUT = (("description",), ("memo",), ("text",))
_MOVEMENTS = frozenset({"transaction", "payment", "charge", "refund", "payout"})
"""Types whose descriptions say why money moved."""
_IDS = frozenset(
    {"id", "ids", "uid", "guid", "uuid", "identifier", "ref", "reference", "number", "no", "sid", "cursor"}
)
_SECRETS = frozenset(
    {"token", "secret", "key", "password", "hash", "checksum", "digest", "etag", "sha", "md5", "signature"}
)
_AMOUNTS = frozenset({"count", "quantity", "amount", "price", "cost", "balance", "subtotal"})
"""What is a number though its type is a text: a decimal loses nothing so."""
_MONEY = frozenset(
    {"amount", "cost", "price", "tax", "vat", "fee", "subtotal", "discount", "charge", "spend"}
)
_SHOWN_AMOUNTS = _AMOUNTS | {"usage", "units", "value", "total", "used", "remaining"}
_PICTURES = ("avatar", "logo", "icon", "favicon", "picture", "thumbnail")
"""What is an address though its name does not say so."""
_ADDRESSES = (*_PICTURES, "url", "uri", "href", "link", "website", "homepage")
_SUMS = frozenset({"tax", "total", "paid", "due", "fee", "discount", "vat", "refunded"})
"""What is money as a text where nothing else is said: `total`, `amount_due`."""
_LENGTHS = frozenset({"seconds", "minutes", "hours", "milliseconds", "millis", "bytes"})
"""What is counted as a text by the last word of its name: `included_minutes`."""
_NOT_COUNTED = frozenset(
    {"opening", "business", "office", "working", "store", "happy", "meeting", "hours", "minutes"}
)
"""How names begin of hours at which something is open, and of minutes that somebody writes."""
_VALUES = tuple((word, "value") for word in ("current", "trigger", "threshold", "measured", "average"))
_MONEY_TOLD = frozenset({"price", "cost", "percent", "percentage"})
_OF_A_TOKEN = 8
"""Digits behind the point of what one token costs."""
_COUNTED = frozenset({"count", "quantity", "usage", "used"})
_GROWTH = 1.6
_FACTS = frozenset(
    {"plan", "currency", "email", "person", "first_name", "last_name", "username", "company", "phone"}
    | {"timezone", "locale", "country", "country_code"}
)
_HOLDERS = frozenset(
    {"response", "object", "dto", "data", "info", "item", "result", "record", "entry", "row", "details"}
    | {"output", "of", "on", "for", "by", "in", "to", "the", "behalf"}
)
"""Words of a type that say nothing about what it is: no id begins with them."""
_ANYTHING = frozenset({"thing", "title", "sentence", "slug"})
"""Kinds of texts that say no more than what a pattern says: a few hundred of them are too few for it."""
_MASKED = frozenset({"masked", "redacted", "obfuscated"})
"""What the name of a key begins with, of which both ends are shown."""
_SECRETS_ALSO = frozenset({"fingerprint", "nonce", "sha1", "sha256", "code", "hmac"})


def kind_of(name: str, owner: str) -> str | None:
    """The kind of text that a field's name asks for; None where it says nothing."""
    words = names.words_of(name)
    if words in (("name",), ("display", "name"), ("label",)):
        owning = names.words_of(owner)
        return next((_OWNERS[word] for word in reversed(owning) if word in _OWNERS), "thing")
    is_masked = bool(words) and words[0] in _MASKED
    special = "masked_key" if is_masked else _of_bill(owner) if words[-1:] in _ABOUT else None
    if special is not None:
        return special
    for length in (3, 2, 1):
        phrase = " ".join(words[-length:])
        if phrase == "name":
            # `member_name` is a name of what stands before it.
            return next((_OWNERS[word] for word in reversed(words) if word in _OWNERS), _KINDS[phrase])
        if phrase in _KINDS and len(words) >= length:
            # How something is paid or shipped is no verb of HTTP.
            is_verb = phrase == "method" and len(words) > 1
            return "code" if is_verb else _KINDS[phrase]
        alone = names.singular(words[-1]) if length == 1 and words else ""
        if alone in _KINDS:
            return _KINDS[alone]
    return None


def _of_bill(owner: str) -> str | None:
    """The kind of text that says what a line of a bill, or a movement of money, is of."""
    words = names.words_of(owner)
    if "line" in words:
        return "charge"
    return "movement" if words and words[-1] in _MOVEMENTS else None


def is_fact(name: str, owner: str) -> bool:
    """Whether a field says what an account is, whatever is asked of it: plan, limit, name, mail, birth."""
    words = frozenset(names.words_of(name))
    is_birth = not words.isdisjoint({"created", "joined", "registered", "signed", "member"})
    return is_birth or sizes.is_limit(name) or kind_of(name, owner) in _FACTS


def _all_numbers(shown: list[str]) -> bool:
    """Whether all examples are amounts: numbers without a leading nought, or with digits behind a point."""
    return all(re.fullmatch(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?", each) for each in shown)


def is_id(name: str) -> bool:
    """Whether a field names a thing, by its name."""
    words = names.words_of(name)
    return bool(words) and words[-1] in _IDS


_OF_CODES = frozenset(
    {None, "status", "role", "event", "category", "reason", "interval", "method", "brand", "unit", "gender"}
    | {"error_code", "environment", "region", "plan", "payment", "code", "direction", "level", "cloud"}
)
"""Kinds of texts whose values a description may list; None for names that say nothing."""
_CODES = frozenset({"currency", "country", "country_code", "language", "locale", "timezone"})
"""Kinds of which there are so many and no more."""


def maker(name: str, owner: str, whole: Mapping[str, Any]) -> TextMaker:
    """What makes the texts of a schema, from a key."""
    pattern = whole.get("pattern")
    low, high = whole.get("minLength", 0), whole.get("maxLength")
    shown = [
        each
        for each in (whole.get("example", whole.get("default")), *_listed(whole))
        if isinstance(each, str) and each and (not isinstance(pattern, str) or matches(pattern, each))
    ]
    of_format = formats.maker(name, whole, shown)
    if of_format is not None:
        return of_format
    if isinstance(pattern, str):
        kind = kind_of(name, owner)
        # A code of three letters that looks like an example is no currency.
        known = [] if shown and kind not in _CODES else _of_kind(kind, pattern, low, high)
        return Picker(known) if known else patterned(pattern, low, high, shown)
    told = [] if shown else _told(name, owner, whole, low, high)
    return Picker(told) if told else formats.fitted(_by_name(name, owner, whole, shown), low, high)


def _told(name: str, owner: str, whole: Mapping[str, Any], low: int, high: int | None) -> list[str]:
    """The values of a code that its description lists; one alone only where the name says nothing."""
    kind = kind_of(name, owner)
    words = names.words_of(name)
    if not words or words[-1] in _IDS | _SECRETS or words[-1] in _ADDRESSES or kind not in _OF_CODES:
        return []
    values = [each for each in described.values_of(whole) if low <= len(each) <= (high or len(each))]
    return values if len(values) > 1 or kind is None else []


def _is_amount(words: tuple[str, ...]) -> bool:
    """Whether a text is a number by its name: a decimal as a text loses nothing."""
    if not words or words[-1] in _AMOUNTS | {"usage"}:
        return bool(words)
    is_money = words[-1] in _SUMS and (len(words) == 1 or words[0] in _AMOUNTS | {"total"})
    return is_money or (words[0] == "num" and len(words) > 1)


def _is_shown_amount(words: tuple[str, ...]) -> bool:
    """Whether a text is a number by its name, where its examples are numbers: money and its parts too."""
    return _is_amount(words) or not _SHOWN_AMOUNTS.isdisjoint(words[-1:]) or not _MONEY.isdisjoint(words)


def _of_kind(kind: str | None, pattern: str, low: int, high: int | None) -> list[str]:
    """The texts of a kind that a pattern and the lengths take: a code of three letters is a currency."""
    kinds = {"country": ("country", "country_code")}.get(kind or "", (kind,) if kind else ())
    texts = [text for each in kinds if each not in _ANYTHING for text in pool(each)]
    texts += [text.lower() for text in texts if kind == "currency"]
    return [
        text
        for text in texts
        if low <= len(text) <= (len(text) if high is None else high) and matches(pattern, text)
    ]


def _listed(whole: Mapping[str, Any]) -> list[Any]:
    found = whole.get("examples")
    return found if isinstance(found, list) else []


def _by_name(name: str, owner: str, whole: Mapping[str, Any], shown: list[str]) -> TextMaker:
    words, kind = names.words_of(name), kind_of(name, owner)
    if shown:
        return _by_examples(words, shown)
    is_named = words[-1:] and words[-1] in _IDS and kind != "phone"
    if is_named or (kind is None and words and words[-1] not in _SECRETS and described.is_id(whole)):
        words = words if is_named else (*words, "id")
        prefix = _prefix(words, owner)
        return lambda key: prefix + letters(child(key, "id"), _ID_LENGTH)
    if _is_amount(words):
        return _amounts("6" if words[0] == "num" else "4000" if words[-1] in _COUNTED else "250.00")
    if words and words[-1] in _ADDRESSES:
        return formats.url(name)
    if words and words[-1] in _SECRETS and words[0] not in _MASKED:
        return lambda key: hexadecimal(key, 40)
    kind = kind or ("slug" if words and words[-1] in ("code", "key") else "phrase")
    if kind in ("country", "state") and described.is_code(whole):
        kind = f"{kind}_code"
    return Picker(texts_of(kind, words, owner))


def _by_examples(words: tuple[str, ...], shown: list[str]) -> TextMaker:
    """Texts like examples: others of their shape where they tell things apart or are amounts."""
    last = words[-1] if words else ""
    if last in _IDS | _SECRETS | _SECRETS_ALSO:
        return lambda key: like(pick(key, shown), child(key, "like"))
    if _is_shown_amount(words) and _all_numbers(shown):
        return _amounts(shown[0])
    return Picker(shown)


def decimals_of(name: str, whole: Mapping[str, Any]) -> int | None:
    """The digits behind the point of an amount that is a text; None for a text that is no amount."""
    words = names.words_of(name)
    if DIGITS in whole:
        return int(whole[DIGITS])
    if not words or "enum" in whole or "const" in whole or "currency" in words:
        return None
    shown = [each for each in (whole.get("example"), *_listed(whole)) if each is not None]
    if shown:
        is_number = all(isinstance(each, str) for each in shown) and _all_numbers(shown)
        is_amount = _is_shown_amount(words) or _takes_decimals(words, whole)
        return len(shown[0].partition(".")[2]) if is_amount and is_number else None
    if whole.get("format") not in (None, "decimal"):
        return None
    if "pattern" in whole:
        is_named = words[-1] in _SHOWN_AMOUNTS or sizes.is_limit(name)
        is_amount = is_named or OF_PYDANTIC in str(whole["pattern"])
        is_amount = is_amount or (not _MONEY.isdisjoint(words) and _takes_decimals(words, whole))
        return digits_of(whole["pattern"]) if is_amount else None
    return _usual_decimals(words, whole)


def _takes_decimals(words: tuple[str, ...], whole: Mapping[str, Any]) -> bool:
    """Whether a pattern takes numbers with digits behind a point and nothing else, of what is no version."""
    is_version = not {"version", "release"}.isdisjoint(words) or words[-1] in _IDS
    return not is_version and "pattern" in whole and bool(digits_of(whole["pattern"]))


def _usual_decimals(words: tuple[str, ...], whole: Mapping[str, Any]) -> int | None:
    """The same by the last words of a name, or by what its description says."""
    if described.is_of_each_token(whole):
        return _OF_A_TOKEN
    if words[-1] in _AMOUNTS:
        return 0 if words[-1] in ("count", "quantity") else 2
    is_length = words[-1] in _LENGTHS and words[0] not in _NOT_COUNTED
    is_counted = is_length or (words[-1] not in _IDS and described.is_number(whole))
    if is_counted and not described.values_of(whole):
        return 2 if _MONEY_TOLD.intersection(names.words_of(str(whole.get("description", "")))) else 0
    return 2 if words[-2:] in _VALUES or whole.get("format") == "decimal" else None


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
    owning = [word for word in (words[:-1] or names.words_of(owner)) if word not in _HOLDERS]
    word = re.sub(r"[^a-z]", "", names.singular(owning[-1])) if owning else ""
    return f"{word[:4]}_" if word else ""
