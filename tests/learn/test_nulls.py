"""What is null, and together with what."""

from __future__ import annotations

from dataclasses import replace

from metermock.learn.templates.nothing import Nothing
from metermock.learn.terms import Term
from tests.learn.samples import scope, term


def nullable(name: str, values: list[int | None]) -> Term:
    """A number that may be null."""
    return replace(term(name, values), guards=(f"body.{name} != null",))


def test_a_share_is_null_where_there_is_no_limit() -> None:
    """No quota, or one of zero: of neither there is a part."""
    values = [None, None, None, 0, 10, 20, 40]
    quota = nullable("quota", [None, 0, None, 0, 100, 200, 400])

    found = Nothing(scope(nullable("percent", [None, None, None, None, *values[4:]]), quota)).candidates()

    assert [each.rule for each in found] == [
        "(body.percent == null) == (body.quota == null || body.quota == 0)"
    ]
    assert [each.when for each in found] == [""]
    # One that is shown without a quota is no such share.
    assert Nothing(scope(nullable("percent", [*values[:3], 5, *values[4:]]), quota)).candidates() == []
