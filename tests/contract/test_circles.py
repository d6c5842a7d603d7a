"""What is wrong with a value is told in bounded time, however deep choices lead back to themselves."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.compiling import Compiler
from metermock.contract.references import References
from metermock.contract.schema_breaches import breaches_of

FORMS = {
    "and": {
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/Filter"}, "x": {"type": "integer"}},
    },
    "or": {
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/Filter"}, "y": {"type": "integer"}},
    },
}
"""Two forms that both fit what has neither `x` nor `y`."""


def compiler_of(schemas: dict[str, Any]) -> Compiler:
    """What compiles the schemas of a document."""
    return Compiler(References({"components": {"schemas": schemas}}))


def nested(levels: int, leaf: Any) -> Any:
    """A value with so many objects around a leaf."""
    value = leaf
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("choice", ["oneOf", "anyOf"])
@pytest.mark.parametrize("many", [False, True], ids=["small", "large"])
def test_a_deep_value_that_fits_no_form_is_told_at_once(choice: str, *, many: bool) -> None:
    """Else each level doubles the time: sixteen took more than five seconds, forty have no end."""
    others = {f"Other{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(70)}
    filters = {choice: [*FORMS.values(), {"type": "integer"}]}
    every = {name: {"$ref": f"#/components/schemas/{name}"} for name in others}
    fields = {"filter": {"$ref": "#/components/schemas/Filter"}, **(every if many else {})}
    asked = {"type": "object", "properties": fields}
    compiled = compiler_of({"Filter": filters, **others}).compiled(asked, closed=False, is_request=True)
    deep = {"filter": nested(40, "x")}

    errors = list(compiled.iter_errors(deep))
    breaches = breaches_of(compiled, deep)

    assert not compiled.is_valid(deep)
    assert [error.kind.name for error in errors] == ["anyOf"]
    assert [(breach.rule, breach.level, breach.pointer) for breach in breaches] == [("schema", "must", "")]


def test_what_is_not_deep_is_told_with_its_place() -> None:
    """Two levels of forms are told as they always were."""
    filters = {"anyOf": [*FORMS.values(), {"type": "integer"}]}
    asked = {"type": "object", "properties": {"filter": {"$ref": "#/components/schemas/Filter"}}}
    compiled = compiler_of({"Filter": filters}).compiled(asked, closed=False, is_request=True)

    (breach,) = breaches_of(compiled, {"filter": nested(2, "x")})
    assert breach.pointer.startswith("/filter")


def test_values_are_as_deep_as_they_like_where_no_form_leads_back() -> None:
    """A tree without choices costs as much as it is long."""
    tree = {
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/Tree"}, "n": {"type": "integer"}},
    }
    compiled = compiler_of({"Tree": tree}).compiled(tree, closed=False, is_request=True)

    (error,) = compiled.iter_errors(nested(40, {"n": "x"}))
    assert list(error.instance_path) == ["a"] * 40 + ["n"]
