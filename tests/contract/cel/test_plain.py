from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metermock.checker.audit.lies import lies_about
from metermock.contract import Exchange, Operation, load_contract
from metermock.contract.cel import evaluator, plain
from metermock.contract.cel.expressions import Environment, EvaluationError, Expression
from metermock.contract.cel.functions import calls
from metermock.contract.lint.examples import exchange_of
from metermock.contract.rules import view_of
from metermock.project import bundled_folder

DOCUMENTS = sorted((bundled_folder() / "openapi").glob("*.openapi.*"))
BODY: dict[str, Any] = {
    "n": 5,
    "x": 2.5,
    "none": None,
    "yes": True,
    "text": "é",
    "two": [1, 2],
    "same": [1.0, 2.0],
    "rows": [{"n": 1, "at": "a"}, {"n": 4}],
    "empty": [],
    "huge": 2**53 + 1,
    "lines": "a\nb",
    "slow": "a" * 40 + "!",
}
LIES = 120
"""About each good reply, drawn from all."""


def evaluated(text: str, variables: dict[str, Any]) -> Any:
    """What the evaluator alone gives; its kind of error where it has no value."""
    try:
        return evaluator.compile_text(text).execute(evaluator.Context(variables=variables, functions=calls()))
    except Exception as problem:  # noqa: BLE001 - it raises nearly every kind there is
        return type(problem)


def plainly(text: str, variables: dict[str, Any]) -> Any:
    """What plain Python gives; None where it leaves the answer to the evaluator."""
    step, scope = plain.compiled(text), plain.scope_of(variables)
    if step is None or scope is None:
        return None
    try:
        return (step(scope),)
    except Exception:  # noqa: BLE001 - whatever it is, the evaluator is asked
        return None


def exactly(value: Any) -> str:
    """A value with the kinds of its numbers."""
    if isinstance(value, dict):
        return str({name: exactly(value[name]) for name in sorted(value)})
    return str([exactly(item) for item in value]) if isinstance(value, list) else repr(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1 == 1.0",
            "[1] == [1.0]",
            "true == 1",
            "[[1]] == [[true]]",
            "null == 1",
            "null == null",
            "[1] == 'a'",
        ),
        *(
            "{'a': 1} == {'a': 1.0}",
            "{'a': 1} == {'a': 1, 'b': 2}",
            "1 != 1.0",
            "null != 1",
            "{'a': null} == {}",
        ),
        *("1 < 1.5", "'a' < 'é'", "2.5 >= 2.5", "'b' > 'a'", "1 in [1.0]", "true in [1]", "'a' in {'a': 1}"),
        *("body.none in [null]", "body.two in [body.same]", "'x' in []"),
        *(
            "5 / 2",
            "-5 / 2",
            "5 / -2",
            "-5 % 3",
            "5 % -3",
            "5.0 / 2.0",
            "2 * 3 - 4",
            "'a' + 'b'",
            "[1] + [2]",
        ),
        *("-body.n", "-2.5", "!body.yes", "size('é')", "size([1])", "body.rows.size()", "{'a': 1}.size()"),
        *("has(body.none)", "has(body.q)", "has(body.rows)", "body['n']", "body.two[1]", "{'a': 1}['a']"),
        *("double(5)", "int(5.9)", "int(-5.9)", "'abc'.startsWith('a')", "'abc'.contains('c')"),
        *("'abc'.endsWith('b')", "body.empty.all(r, false)", "body.empty.exists(r, true)"),
        *("body.rows.all(r, r.n > 0)", "body.rows.all(r, r.n > 1)", "body.rows.exists(r, r.n == 4)"),
        *("body.rows.exists_one(r, r.n == 1)", "body.rows.map(r, r.n * 2)", "body.rows.map(r, has(r.at))"),
        *("body.rows.map(r, r.n > 1, {'n': r.n})", "body.rows.filter(r, has(r.at))"),
        *(
            "body.rows.all(r, r.n < 2 || [r.n, 9].exists(n, n == 9))",
            "body.rows.map(n, body.two.map(k, k + n.n))",
        ),
        *("false && body.q", "true || body.q", "true ? 1 : body.q", "body.n > 4 ? 'a' : 'b'"),
        *("sum(column(body.rows, 'n'))", "body.two.sum()", "near(body.x, 2, 0.5)", "column(body.rows, 'n')"),
        *(
            "body.rows.all(r, sum(body.two) == 3)",
            "body.two.map(two, sum([two]))",
            "string(5)",
            "string('a')",
            "min([1, 2.5])",
        ),
        *("'a-1'.matches('^[a-z]-[0-9]+$')", "'+00:00'.matches('(Z|[+]00:00)$')", "'b'.matches('^a?$')"),
        *("[1, 2].map(x, [5].map(x, x)[0] + x)", " && ".join(["body.n == 5"] * 40)),
        *("{'minute': 60}['minute']", "[['a', 1.0]].all(p, p[1] == 1)", "// a remark\nbody.n == 5"),
    ],
)
def test_plain_python_gives_what_the_evaluator_gives(text: str) -> None:
    """Numbers across kinds, null, order, division towards zero, macros: value and kind are the same."""
    found = plainly(text, {"body": BODY})
    assert found is not None
    assert exactly(found[0]) == exactly(evaluated(text, {"body": BODY}))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "body.q",
            "body.n.q",
            "has(body.q.r)",
            "has(body.n.r)",
            "body.two[5]",
            "body.two[-1]",
            "body.two[0.0]",
        ),
        *("body.n / 0", "1.0 / 0.0", "1 + 1.0", "5.0 % 2.0", "body.text / 2", "-body.text", "!body.n"),
        *(
            "null < 1",
            "'a' < 1",
            "true < false",
            "'a' in 'abc'",
            "body.n && true",
            "true && body.n",
            "body.n || true",
        ),
        *(
            "body.n ? 1 : 2",
            "body.rows.all(r, r.at == 'a')",
            "body.two.exists(n, n)",
            "sum(column(body.rows, 'at'))",
        ),
        *("9223372036854775807 + 1", "9223372036854775807 * 2", "sum([9223372036854775807, 1])", "int(1e30)"),
        *("body.huge == 9007199254740992.0", "body.huge > 9007199254740992.0"),
        *(
            "1u + 1u",
            "b'a' == b'a'",
            r"'\x41' == 'A'",
            "'abc'.matches('(?i)B')",
            "type(1)",
            "dyn(5)",
            "string(5.0)",
        ),
        *("timestamp('2026-01-01T00:00:00Z')", "double('5')", "{1: 2}[1]", "{'a': 1}.all(k, k == 'a')"),
        *(
            "body.n.double()",
            "body.n.int()",
            "body.n.string()",
            "matches(body.text, 'b')",
            "startsWith('a', 'a')",
        ),
        *("body.lines.matches('a$')", "body.slow.matches('^([a-z]+-?)+$')", "body.slow.matches('a*a*a*a*b')"),
        *("[1].all(x, x)", "[1].filter(x, x)", "[1].exists_one(x, x)", "-9223372036854775808 % -1"),
        *(
            "007 == 7",
            " && ".join(["body.n == 5"] * 2000),
            "max(1, 2)",
            "nothing == 1",
            "body.two.all(a, b, true)",
        ),
    ],
)
def test_what_is_not_certain_is_left_to_the_evaluator(text: str) -> None:
    """Only the evaluator answers on errors, overflows, operands of unlike kinds, and what only CEL has."""
    assert plainly(text, {"body": BODY}) is None


@pytest.mark.parametrize(
    "text",
    ["1 == null", "'a' != null", "'a'.b == 1", "[1].a == 1", "'a'['b'] == 1", "body.two.map(r, r).a == 1"],
)
def test_python_warns_nobody_of_an_odd_rule(text: str) -> None:
    """Such a rule is the document's: Python's warnings of the made function would tell a user nothing."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        plain.compiled(text)
    assert not warned


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, 2**64, "\ud800", {"\ud800": 1}, float("nan"), float("inf")]
)
def test_values_that_only_python_has_are_left_to_the_evaluator(value: object) -> None:
    """A reply with an integer beyond 64 bits or half a character is not looked into here."""
    assert plain.scope_of({"body": {"rows": [value]}}) is None


NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from([0.0, 1.0, 2.0]), st.text(max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=5,
)
SIGNS = ["==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%", "&&", "||"]


@settings(deadline=None)
@given(VALUES, VALUES, st.sampled_from(SIGNS))
def test_an_operator_means_the_same_for_any_two_values(one: object, other: object, sign: str) -> None:
    """Where plain Python answers at all, for whatever values, it answers as the evaluator does."""
    variables = {"a": one, "b": other}
    found = plainly(f"a {sign} b", variables)
    if found is not None:
        assert exactly(found[0]) == exactly(evaluated(f"a {sign} b", variables))


def good_replies(path: Path) -> Iterator[tuple[Operation, Exchange]]:
    """The documented good replies of a contract."""
    for operation in load_contract(path).operations:
        for example in operation.examples:
            if example.status == 200:
                yield operation, exchange_of(operation, example)


def expressions(operation: Operation) -> list[Expression]:
    """The conditions and rules of an operation."""
    both = chain.from_iterable((rule.when, rule.rule) for rule in operation.rules)
    return [expression for expression in both if expression is not None]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_rules_of_the_contracts_need_no_evaluator_for_good_replies(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are within what plain Python answers: this is what makes a check fast."""
    monkeypatch.setattr(evaluator, "Context", None)
    judged = [operation.judge(exchange) for operation, exchange in good_replies(path)]
    assert judged
    assert not any(judgement.breaches for judgement in judged)
    relations = [relation for operation in load_contract(path).operations for relation in operation.relations]
    assert relations
    assert [relation.rule.text for relation in relations if plain.compiled(relation.rule.text) is None] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_rule_says_the_same_of_a_lie_either_way(path: Path) -> None:
    """Every condition and rule of every contract, over replies with one thing wrong."""
    answered = 0
    for operation, truth in good_replies(path):
        lies = list(lies_about(operation, truth, {}))
        for lie in random.Random(0).sample(lies, min(LIES, len(lies))):  # noqa: S311 - repeatable
            environment, alone = (Environment(view_of(lie.exchange, lie.exchange.body)) for _ in range(2))
            alone.scope = None
            for expression in expressions(operation):
                assert said(expression, environment) == said(expression, alone), expression.text
                answered += 1
    assert answered > LIES


def test_an_expression_may_be_longer_than_python_can_nest() -> None:
    """The evaluator answers there too."""
    assert Expression(" && ".join(["body.n == 5"] * 300)).holds(Environment({"body": BODY}))


def test_what_cannot_be_looked_into_is_told_at_once() -> None:
    """Half a character in a reply is an error of the whole reply, and not one of each rule."""
    with pytest.raises(EvaluationError, match="cannot be looked into"):
        Environment({"body": "\ud800"})


def test_a_row_may_hide_what_a_reply_has() -> None:
    """Looking for the row that breaks a rule sees the row, and what was remembered of another not at all."""
    environment = Environment({"rows": [{"n": 1}], "row": {"n": 5}})
    for row, total in (({"n": 2}, 2), ({"n": 3}, 3)):
        inner = environment.with_variable("row", row)
        assert Expression("sum([row.n])").value(inner) == total
        assert inner.scope is not None
    assert Expression("sum([row.n])").value(environment) == 5


def said(expression: Expression, environment: Environment) -> str:
    """The value of an expression, or why it has none."""
    try:
        return exactly(expression.value(environment))
    except EvaluationError as problem:
        return str(problem)
