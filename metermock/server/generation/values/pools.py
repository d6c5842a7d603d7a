"""Plausible texts by kind, made once with Faker and then drawn from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from metermock.ledger import dice

SIZE = 240
"""Texts of a kind that are made; more would not be told apart."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "status": ("active", "active", "active", "pending", "paused"),
    "role": ("owner", "admin", "member", "member", "viewer"),
    "plan": ("free", "starter", "pro", "business", "enterprise"),
    "plan_name": ("Starter", "Team", "Growth", "Pro", "Business", "Enterprise"),
    "environment": ("production", "production", "staging", "development"),
    "region": ("eu-central-1", "us-east-1", "us-west-2", "ap-southeast-1", "sa-east-1"),
    "method": ("GET", "GET", "POST", "PUT", "DELETE"),
    "path": ("/v1/reports", "/v1/events", "/v1/exports", "/v1/users", "/v1/search", "/v1/files"),
    "unit": ("requests", "tokens", "characters", "seconds", "GB"),
    "currency": ("USD", "USD", "EUR", "EUR", "GBP", "JPY", "CHF"),
    "locale": ("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "ja-JP"),
    "language": ("en", "de", "fr", "es", "ja", "pt"),
    "timezone": ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney"),
    "category": ("analytics", "billing", "search", "storage", "messaging", "identity"),
    "label": ("priority", "internal", "beta", "weekly", "customer", "archive"),
    "model": ("small-1", "standard-2", "standard-2-mini", "large-3", "embed-1"),
    "product": ("Search API", "Events API", "Exports", "Object Storage", "Translations", "Speech"),
    "charge": ("Compute hours", "GB of storage", "GB of traffic", "Units of the plan", "Units above it"),
    "movement": ("Invoice payment", "Card payment", "Top-up", "Bank transfer", "Monthly plan"),
    "event": ("invoice.paid", "export.finished", "user.created", "key.rotated", "limit.reached"),
    "error": ("The upstream did not answer in time.", "The input is too long.", "The file cannot be read."),
    "error_code": ("timeout", "input_too_long", "unreadable_file", "rate_limited"),
    "reason": ("scheduled", "requested by the owner", "plan changed", "limit reached"),
    "mime": ("application/json", "text/csv", "application/pdf", "image/png"),
    "extension": ("json", "csv", "pdf", "png"),
    "interval": ("day", "month", "month", "year"),
    "key_name": ("production", "staging", "ci", "laptop", "nightly export", "dashboard"),
    "team": ("Platform", "Growth", "Data", "Billing", "Support", "Mobile"),
    "status_code": ("200", "201", "400", "401", "404", "429", "500"),
    "outcome": ("succeeded", "failed", "pending", "canceled"),
    "source": ("api", "dashboard", "import", "webhook", "sdk"),
    "channel": ("email", "sms", "push", "web"),
    "project_key": ("checkout", "mobile-app", "data-pipeline", "internal-tools", "website"),
    "gender": ("female", "male", "unspecified"),
    "cloud": ("aws", "aws", "gcp", "azure"),
    "brand": ("visa", "mastercard", "amex"),
    "sku": ("requests_standard", "tokens_input", "tokens_output", "storage_gb_month", "egress_gb", "minutes"),
    "scope": ("usage:read", "usage:write", "billing:read", "members:read", "members:write", "keys:read"),
    "direction": ("inbound", "outbound", "outbound"),
    "level": ("low", "medium", "high"),
    "payment": ("card", "card", "bank_transfer", "direct_debit", "invoice"),
    "code": ("standard", "standard", "basic", "custom"),
    "branch": ("main", "main", "develop", "release"),
    "cron": ("0 3 * * *", "*/15 * * * *", "0 0 1 * *", "30 6 * * 1"),
    "framework": ("react", "vue", "svelte", "next", "astro"),
    "funding": ("credit", "debit", "prepaid"),
    "holder": ("company", "company", "individual"),
    "meta_key": ("team", "cost_center", "source", "environment", "ticket"),
    "meta_value": ("growth", "CC-104", "import", "production", "OPS-2113"),
}
_WHICH = (
    "Central",
    "Core",
    "Internal",
    "Legacy",
    "Main",
    "New",
    "Northern",
    "Pilot",
    "Regional",
    "Shared",
    "Weekly",
)
_NAMES = (
    *(
        "Atlas",
        "Beacon",
        "Cedar",
        "Delta",
        "Ember",
        "Harbor",
        "Juniper",
        "Lantern",
        "Meadow",
        "Orchid",
        "Quarry",
    ),
    *("Summit", "Tundra", "Willow", "Zenith"),
)

_FAKED: Mapping[str, Callable[[Any], str]] = {
    "first_name": lambda fake: fake.first_name(),
    "last_name": lambda fake: fake.last_name(),
    "person": lambda fake: f"{fake.first_name()} {fake.last_name()}",
    "username": lambda fake: fake.user_name(),
    "email": lambda fake: f"{fake.user_name()}@example.{fake.random_element(('com', 'org', 'net'))}",
    "phone": lambda fake: fake.numerify("+1-###-555-01##"),
    "e164": lambda fake: fake.numerify("+1%##55501##"),
    "company": lambda fake: fake.company(),
    "street": lambda fake: fake.street_address(),
    "secondary": lambda fake: fake.secondary_address(),
    "city": lambda fake: fake.city(),
    "state": lambda fake: fake.state(),
    "state_code": lambda fake: fake.state_abbr(include_territories=False),
    "postcode": lambda fake: fake.postcode(),
    "country": lambda fake: fake.country(),
    "country_code": lambda fake: fake.country_code(),
    "address": lambda fake: fake.address().replace("\n", ", "),
    "title": lambda fake: fake.catch_phrase(),
    "job": lambda fake: fake.job(),
    "sentence": lambda fake: fake.sentence(nb_words=9),
    "phrase": lambda fake: f"{fake.random_element(_WHICH).lower()} {fake.random_element(_NAMES).lower()}",
    "thing": lambda fake: f"{fake.random_element(_WHICH)} {fake.random_element(_NAMES)}",
    "word": lambda fake: fake.word(),
    "slug": lambda fake: f"{fake.random_element(_WHICH)}-{fake.random_element(_NAMES)}".lower(),
    "domain": lambda fake: f"{fake.domain_word()}.example",
    "nameserver": lambda fake: f"ns{fake.random_int(1, 4)}.{fake.domain_word()}.example",
    "commit": lambda fake: fake.sha1(),
    "ipv4": lambda fake: f"198.51.100.{fake.random_int(1, 254)}",
    "ipv6": lambda fake: f"2001:db8::{fake.random_int(1, 0xFFFF):x}",
    "agent": lambda fake: fake.user_agent(),
    "color": lambda fake: fake.hex_color(),
    "file": lambda fake: fake.file_name(),
    "iban": lambda fake: fake.iban(),
    "last4": lambda fake: fake.numerify("####"),
    "key_prefix": lambda fake: f"{fake.random_element(('sk', 'key', 'pk'))}_{fake.lexify('????')}",
    "masked_key": lambda fake: (
        f"{fake.random_element(('sk', 'key', 'pk'))}_{fake.lexify('????')}****{fake.lexify('????')}"
    ),
    "mac": lambda fake: fake.mac_address(),
    "version": lambda fake: f"{fake.random_int(0, 4)}.{fake.random_int(0, 19)}.{fake.random_int(0, 9)}",
}


@functools.cache
def pool(kind: str) -> tuple[str, ...]:
    """The texts of a kind; the same in every process."""
    if kind in _WORDS:
        return _WORDS[kind]
    make = _FAKED[kind]
    fake = _faker()
    fake.seed_instance(dice.key("generated", kind))
    return tuple(dict.fromkeys(make(fake) for _ in range(SIZE)))


@functools.cache
def _faker() -> Any:
    from faker import Faker  # noqa: PLC0415 - takes a fifth of a second, and not every server needs it

    return Faker("en_US")
