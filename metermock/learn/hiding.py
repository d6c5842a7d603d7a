"""Keeps secrets out of what is written: rules that name one are left out, of evidence it is concealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from metermock.checker.deployment.concealment import Concealment
from metermock.learn.earlier import Earlier
from metermock.learn.learning import Learned


def without_secrets(found: Sequence[Learned], hidden: Concealment) -> tuple[list[Learned], list[str]]:
    """The rules and relations that name no secret, and how many others there were, in lines."""
    kept: list[Learned] = []
    lines: list[str] = []
    for each in found:
        rules = tuple(
            one
            for one in each.rules
            if _is_open(hidden, one.candidate.rule, one.candidate.when, one.candidate.message)
        )
        relations = tuple(
            one
            for one in each.relations
            if _is_open(
                hidden,
                one.rule,
                one.when,
                one.message,
                json.dumps(one.requests, ensure_ascii=False, default=str),
            )
        )
        left = len(each.rules) + len(each.relations) - len(rules) - len(relations)
        if left:
            lines.append(f"{each.operation.id}: {left} left out, since a secret stands in it")
        kept.append(replace(each, rules=rules, relations=relations))
    return kept, lines


def _is_open(hidden: Concealment, *texts: str) -> bool:
    return all(hidden.conceal(text) == text for text in texts)


def hidden_in(before: Iterable[Earlier], hidden: Concealment) -> list[Earlier]:
    """What became of earlier rules, with secrets concealed in what broke them."""
    return [replace(each, received=tuple(hidden.conceal(text) for text in each.received)) for each in before]
