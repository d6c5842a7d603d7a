"""What a contract says of one reply, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.contract import Breach, Exchange, Operation
from metermock.contract.cel.expressions import Environment, EvaluationError
from metermock.contract.exchange import Judgement
from metermock.contract.judging import read_body
from metermock.contract.rules import Rule, environment_of, failure
from metermock.ledger.calendar import instant_text
from metermock.server.pages.console.asking import Got
from metermock.server.request import SCOPE_KEY

KEPT, BROKEN, APART = "kept", "broken", "not applicable"
FORM = {
    "status": "The status is documented.",
    "header": "The documented headers are there, as documented.",
    "media-type": "The media type is documented.",
    "schema": "The body is as its schema says, without fields that it does not have.",
}
OF_FORM = frozenset({"status", "header", "media-type"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule, and what it says of a reply."""

    id: str
    level: str
    text: str
    outcome: str
    expression: str = ""
    breaches: tuple[Breach, ...] = ()
    why: str = ""
    """Why the rule is not applicable."""


def verdicts_of(operation: Operation, got: Got) -> list[Verdict]:
    """Judge a reply; empty where the contract did not answer, as for a preference that cannot be met."""
    if SCOPE_KEY not in got.http.scope:
        return []
    exchange = exchange_of(operation, got)
    of_document = of_rules(operation, exchange, is_chosen=got.http.is_chosen)
    return [*of_form(operation, operation.judge(exchange)), *of_document]


def exchange_of(operation: Operation, got: Got) -> Exchange:
    """Return request and reply as the contract judges them."""
    return Exchange(
        operation=operation.id,
        parameters=dict(got.http.parameters),
        request_headers=dict(got.http.headers),
        status=got.status,
        headers={name.lower(): value for name, value in got.headers},
        body=got.body,
        now=instant_text(got.http.now),
    )


def of_form(operation: Operation, judged: Judgement) -> list[Verdict]:
    """Return what is said of the form of a reply; what is of no rule belongs to the schema."""
    own = {rule.id for rule in operation.rules}
    found = []
    for name, text in FORM.items():
        breaches = tuple(
            each
            for each in judged.breaches
            if each.rule == name or (name == "schema" and each.rule not in own and each.rule not in OF_FORM)
        )
        outcome = BROKEN if breaches else KEPT if name in judged.ran else APART
        found.append(Verdict(name, worst(breaches), text, outcome, breaches=breaches))
    return found


def worst(breaches: tuple[Breach, ...]) -> str:
    """Return the level of what is broken: `must`, unless only what should hold is."""
    return "should" if breaches and all(each.level == "should" for each in breaches) else "must"


def of_rules(operation: Operation, exchange: Exchange, *, is_chosen: bool) -> list[Verdict]:
    """Return what each rule of the document says; rules that share an id are judged one by one."""
    body, unread = read_body(exchange)
    if is_chosen:
        unread = "the document's own reply says nothing of this request's values"
    try:
        environment = None if unread else environment_of(exchange, body)
    except EvaluationError as problem:
        unread, environment = str(problem), None
    return [of_rule(rule, exchange.status, environment, unread) for rule in operation.rules]


def of_rule(rule: Rule, status: int, environment: Environment | None, unread: str) -> Verdict:
    """Return what one rule says of a reply; without an environment there is nothing that it could judge."""
    expression = rule.rule.text
    if rule.statuses is not None and status not in rule.statuses:
        why = f"it judges {', '.join(map(str, sorted(rule.statuses)))}, not {status}"
        return Verdict(rule.id, rule.level, rule.message, APART, expression, why=why)
    if environment is None:
        return Verdict(rule.id, rule.level, rule.message, APART, expression, why=unread)
    try:
        applies = rule.applies(status, environment)
        breach = rule.judge(environment) if applies else None
    except EvaluationError as problem:
        # A condition that has no value must not pass for one that does not hold.
        applies = True
        breach = failure(rule.id, rule.level, rule.message, rule.when or rule.rule, problem)
    if not applies:
        why = f"{rule.when.text} is false" if rule.when is not None else ""
        return Verdict(rule.id, rule.level, rule.message, APART, expression, why=why)
    outcome = KEPT if breach is None else BROKEN
    return Verdict(rule.id, rule.level, rule.message, outcome, expression, (breach,) if breach else ())
