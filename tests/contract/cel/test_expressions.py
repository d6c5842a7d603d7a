from __future__ import annotations

import subprocess
import sys

import pytest

from metermock.contract.cel.expressions import CompileError, Environment, EvaluationError, Expression
from metermock.contract.cel.syntax import CelSyntaxError, parse

REPLY = {
    "body": {
        "total": 5,
        "mean": 2.0,
        "none": None,
        "days": [{"n": 1, "at": "a"}, {"n": 4, "at": "b"}],
        "again": [{"n": 1, "at": "a"}, {"n": 5, "at": "b"}],
        "sum": 12345678901234.56,
        "rates": [0.30000000000000004],
    },
    "headers": {"x-limit": "60"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("body.total == 5.0", True),
        ("body.total < 5.5", True),
        ("5 / 2", 2),
        ("double(5) / 2.0", 2.5),
        ("body.none == null", True),
        ("body.none == 0", False),
        ("true == (1 == 1)", True),
        ("has(body.none)", True),
        ("has(body.more)", False),
        ("has(body.more) && body.more == 1", False),
        ("body.days.map(d, d.n)", [1, 4]),
        ("body.days.filter(d, d.n > 1).size()", 1),
        ("body.days.exists_one(d, d.at == 'a')", True),
        ("body.days == body.days", True),
        ("'abc'.matches('^a.c$')", True),
        ("4 in [4, 5]", True),
    ],
)
def test_the_language_is_cel(text: str, expected: object) -> None:
    """Numbers compare across kinds, null equals only null, absent fields are asked for with has()."""
    assert Expression(text).value(Environment(REPLY)) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("body.more == 1", "there is no field 'more'"),
        ("body.total / 0 == 1", "division by zero"),
        ("body.total + 1.5 == 1.0", "No such overload"),
        ("body.days[7].n == 1", "index out of bounds: 7"),
        ("body.total", "it gives 5, not true or false"),
        ("sum(column(body.days, 'at')) == 1", 'sum: item 0 is "a", not a number'),
    ],
)
def test_what_has_no_value_is_an_evaluation_error(text: str, problem: str) -> None:
    """Missing fields, zero divisors and wrong kinds end in one kind of error, which says why."""
    with pytest.raises(EvaluationError) as caught:
        Expression(text).holds(Environment(REPLY))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "pointer", "expected", "received"),
    [
        ("body.total == 6", "/total", "body.total == 6", "5 == 6 is false"),
        ("body.total == 5 && body.mean > 3.0", "/mean", "body.mean > 3.0", "2.0 > 3.0 is false"),
        ("body.days == body.again", "/days", "body.days == body.again", "4 == 5 is false at /1/n"),
        ("near(body.mean, 3, 0.5)", "/mean", "near(body.mean, 3, 0.5)", "near(2.0, 3, 0.5) is false"),
        ("headers['x-limit'] == '5'", "headers/x-limit", "headers['x-limit'] == '5'", '"60" == "5" is false'),
        ("unique([1, 2, 1])", "", "unique([1, 2, 1])", "1 twice"),
        ("ascending([1, 3, 2])", "", "ascending([1, 3, 2])", "3 before 2"),
        (
            "seconds(instant(60)) > seconds('1970-01-01T00:02:00Z')",
            "",
            "seconds(instant(60)) > seconds('1970-01-01T00:02:00Z')",
            '"1970-01-01T00:01:00Z" > "1970-01-01T00:02:00Z" is false',
        ),
        (
            "near(body.total, 26520.999999999996 + 0.0, 1)",
            "/total",
            "near(body.total, 26520.999999999996 + 0.0, 1)",
            "near(5, 26521, 1) is false",
        ),
        ("body.mean > 3.3 * 3.0", "/mean", "body.mean > 3.3 * 3.0", "2.0 > 9.9 is false"),
        ("0.1 + 0.2 == 0.3", "", "0.1 + 0.2 == 0.3", "0.30000000000000004 == 0.3 is false"),
        (
            "near(1.1 * 1.1, 0.21, 1.0)",
            "",
            "near(1.1 * 1.1, 0.21, 1.0)",
            "near(1.2100000000000002, 0.21, 1.0) is false",
        ),
        (
            "body.sum + 1.0 == body.sum",
            "/sum",
            "body.sum + 1.0 == body.sum",
            "12345678901235.56 == 12345678901234.56 is false",
        ),
        ("body.rates[0] == 1.0", "/rates", "body.rates[0] == 1.0", "0.30000000000000004 == 1.0 is false"),
        ("body.total * 1 == 6", "/total", "body.total * 1 == 6", "5 == 6 is false"),
        ("!(body.total == 5)", "/total", "!(body.total == 5)", "false"),
    ],
)
def test_a_false_rule_tells_its_failing_part(text: str, pointer: str, expected: str, received: str) -> None:
    """Of a conjunction the part that failed, its place in the reply, and what its sides came to."""
    reason = Expression(text).why_not(Environment(REPLY))
    assert (reason.pointer, reason.expected, reason.received) == (pointer, expected, received)


def test_a_false_all_tells_its_first_failing_row() -> None:
    """The row's place, the test, and the row itself."""
    reason = Expression("body.days.all(d, d.at != 'x' && d.n < 3)").why_not(Environment(REPLY))
    assert reason.pointer == "/days/1/n"
    assert reason.expected == "d.n < 3"
    assert reason.received == '4 < 3 is false for {"at": "b", "n": 4}'


def test_a_false_all_over_listed_values_tells_the_value_s_place() -> None:
    """`[body.a, body.b].all(…)` fails at the second, not at an index below the first."""
    reason = Expression("[body.total, body.mean].all(n, n > 3)").why_not(Environment(REPLY))
    assert reason == ("/mean", "n > 3", "2.0 > 3 is false for 2.0")


def test_of_rows_in_rows_the_innermost_is_shown() -> None:
    """The outer one is long, and the place says where it stands."""
    reason = Expression("body.days.all(d, [d.n, 7].all(n, n < 5))").why_not(Environment(REPLY))
    assert reason.received == "7 < 5 is false for 7"


@pytest.mark.parametrize(("text", "at"), [("1 +", 3), ("body..x", 5), ("sum([1)", 6), ("a ==\n= b", 5)])
def test_a_text_that_is_no_expression_names_the_place(text: str, at: int) -> None:
    """The offset of a syntax error is known, over several lines too."""
    with pytest.raises(CompileError) as caught:
        Expression(text)
    assert abs(caught.value.at - at) <= 1


def test_a_body_with_half_a_character_is_an_evaluation_error() -> None:
    """A lone surrogate cannot be handed to the evaluator; that is said, not raised through."""
    with pytest.raises(EvaluationError, match="cannot be looked into"):
        Expression("body == 'x'").value(Environment({"body": "\ud800"}))


@pytest.mark.parametrize(
    "text",
    [
        "a.b == 1 && c.all(r, r.x['y'] > -2.5) ? {'a': [1, 2,],} : null // why",
        "!has(a.b) || sum(column(rows, 'n')) == \"it's\".size()",
        "'''x'y''' + r'\\d' == '\\u00e9'",
        "0x1F + 12u - 3 % 2 * (1 + 2)",
        "x in [1.5e3, .5] && a[b + 1].c(d).e",
    ],
)
def test_the_tree_covers_what_the_evaluator_compiles(text: str) -> None:
    """The own grammar takes the whole text of what the evaluator takes."""
    assert Expression(text).text == text
    assert (parse(text).start, parse(text).end) == (0, len(text.partition(" //")[0]))


def test_a_character_that_means_nothing_is_refused() -> None:
    """The tree's own errors carry their offset."""
    with pytest.raises(CelSyntaxError) as caught:
        parse("a ; b")
    assert caught.value.at == 2


def test_the_evaluator_comes_alone() -> None:
    """Compiling rules does not wait for the command line and the terminal toolkit of CEL's package."""
    code = "import sys, metermock.contract.cel.expressions; print({'prompt_toolkit', 'cel'} & {*sys.modules})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
