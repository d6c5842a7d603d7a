"""What the name of an object says of its keys: of which kind they are, and whether it is told at all."""

from __future__ import annotations

from collections.abc import Mapping

from metermock.server.generation.words import names

KINDS: Mapping[str, str] = {
    **dict.fromkeys(("country", "countries"), "country_code"),
    **dict.fromkeys(("currency", "currencies", "balances"), "currency"),
    **dict.fromkeys(("model", "models", "engine"), "model"),
    **dict.fromkeys(("endpoint", "endpoints", "path", "paths", "route", "routes"), "path"),
    **dict.fromkeys(("region", "regions"), "region"),
    **dict.fromkeys(("language", "languages"), "language"),
    **dict.fromkeys(("locale", "locales", "translations"), "locale"),
    **dict.fromkeys(("method", "methods"), "method"),
    **dict.fromkeys(("product", "products", "service", "services", "feature", "features"), "product"),
    **dict.fromkeys(("team", "teams"), "team"),
    **dict.fromkeys(("environment", "environments"), "environment"),
    **dict.fromkeys(("event", "events"), "event"),
    **dict.fromkeys(("plan", "plans", "tier", "tiers"), "plan"),
    **dict.fromkeys(("code", "codes"), "status_code"),
    **dict.fromkeys(("status", "statuses", "state", "states", "outcome", "outcomes"), "outcome"),
    **dict.fromkeys(("source", "sources", "origin", "client", "clients"), "source"),
    **dict.fromkeys(("channel", "channels", "medium"), "channel"),
    **dict.fromkeys(("project", "projects", "workspace", "workspaces", "app", "apps"), "project_key"),
    **dict.fromkeys(("key", "keys", "token"), "key_name"),
}
"""Kinds of texts that keys are of, by the words that say so."""
LEADING: Mapping[str, str] = {"status_code": "200", "outcome": "succeeded"}
"""What is there in each object of such keys: most goes well."""
BAD = (names.OUTCOMES - names.GOOD) | {"rejections", "faults", "failure", "bounces", "refused"}
"""Words of objects that count only what went wrong."""
_OF_CODES = frozenset({"status", "http", "response", "return", "by", "per"})
"""What stands before `codes` where they are those of HTTP: others are of countries or offers."""
SEVERAL = frozenset({"dates", "days", "daily", "months", "monthly"})
"""Words of names that stand for many: a `day` is an object of one."""


def speaks_of_keys(name: str) -> bool:
    """Whether the name of an object says what its fields stand for: `by_day`, `daily`, `status_codes`."""
    return bool(kind_of(name, "", is_counted=True)) or not SEVERAL.isdisjoint(names.words_of(name))


def tells_outcomes(name: str) -> bool:
    """Whether the fields of an object of this name stand for what became of something: `by_status`.

    Those of `errors_by_code` do not: nothing in it went well.
    """
    words = names.words_of(name)
    return bool(words) and KINDS.get(words[-1]) in LEADING and BAD.isdisjoint(words)


def kind_of(name: str, told: str, *, is_counted: bool) -> str:
    """The kind of texts that keys are of, empty where nothing says it; `told` is the word that names them.

    `status: {"database": "up"}` has no outcomes as keys, and `country_codes` are none of HTTP.
    """
    if told in KINDS:
        return KINDS[told]
    words = names.words_of(name)
    kind = KINDS.get(words[-1], "") if words else ""
    if kind == "outcome":
        return kind if is_counted else ""
    if kind == "status_code":
        before = frozenset(words[:-1])
        is_of_http = bool(before) and before <= _OF_CODES
        return kind if is_of_http or (is_counted and before <= _OF_CODES | BAD) else ""
    return kind
