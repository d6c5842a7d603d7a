"""An audit's result, as a table for people and as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass

from metermock.checker.audit.score import Field, Score, Share

_MOST = 4
_WIDE = 110


@dataclass(frozen=True, slots=True)
class Result:
    """What an audit found; `now` are the clocks that were set; empty for the world's own."""

    contract: str
    now: tuple[str, ...]
    seed: int
    replies: int
    seconds: float
    score: Score


def as_table(result: Result, *, survivors: bool = False) -> str:
    """A line per field with its unnoticed lies below; at the end the reasons and the shares noticed."""
    lines: list[str] = []
    operation = ""
    rows = [row for row in result.score.fields if row.missed or not survivors]
    reasons = list(
        dict.fromkeys(row.reasons[kind] for row in rows for kind in row.missed if kind in row.reasons)
    )
    width = max([len(row.place) for row in rows], default=0)
    for row in rows:
        if row.operation != operation:
            operation = row.operation
            lines += ["", operation, f"  {'field':{width}}  noticed  by"]
        caught = f"{row.caught}/{row.told.total()}"
        lines.append(f"  {row.place:{width}}  {caught:>7}  {_noticed_by(row)}")
        if row.missed:
            lines.append(f"    survived: {_survivors(row, reasons)}")
    return "\n".join([_head(result), *lines, "", *_notes(reasons), *_foot(result), ""])


def _head(result: Result) -> str:
    clocks = ", ".join(result.now) or "the world's clock"
    return f"{result.contract}: lies about {result.replies} replies, at {clocks}, seed {result.seed}"


def _notes(reasons: list[str]) -> list[str]:
    found: list[str] = []
    for number, reason in enumerate(reasons, 1):
        mark = f"[{number}] "
        found += textwrap.wrap(reason, _WIDE, initial_indent=mark, subsequent_indent=" " * len(mark))
    return [*found, ""] if found else []


def _foot(result: Result) -> list[str]:
    score = result.score
    warned = sum(row.warned for row in score.fields)
    given_up = score.all.lies - score.constrained.lies
    return [
        f"noticed: {_shown(score.all)} of all lies"
        + (f", {warned} of them by rules at the level should alone" if warned else ""),
        f"noticed: {_shown(score.constrained)} without the {given_up} that the contract's notes give up",
        f"took {result.seconds:.0f} s",
    ]


def _shown(share: Share) -> str:
    return f"{share.percent:.2f} % ({share.caught} of {share.lies})"


def _noticed_by(row: Field) -> str:
    ranked = row.by.most_common()
    shown = [f"{name} {count}" for name, count in ranked[:_MOST]]
    return ", ".join(shown) + (" …" if len(ranked) > _MOST else "")


def _survivors(row: Field, reasons: list[str]) -> str:
    texts = []
    for kind, count in row.missed.items():
        told = row.told[kind]
        why = row.reasons.get(kind)
        mark = f"[{reasons.index(why) + 1}]" if why else "NOT EXPLAINED"
        texts.append(f"{kind} {mark}" if count == told else f"{kind} ({count} of {told}) {mark}")
    return ", ".join(texts)


def as_json(result: Result) -> str:
    """The same as JSON: shares, and per field what noticed and what survived."""
    score = result.score
    document = {
        "contract": result.contract,
        "now": list(result.now),
        "seed": result.seed,
        "replies": result.replies,
        "seconds": round(result.seconds, 1),
        "all": _share(score.all),
        "constrained": _share(score.constrained),
        "fields": [_field(row) for row in score.fields],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _share(share: Share) -> dict[str, float]:
    return {"lies": share.lies, "caught": share.caught, "percent": share.percent}


def _field(row: Field) -> dict[str, object]:
    return {
        "operation": row.operation,
        "field": row.place,
        "lies": row.told.total(),
        "caught": row.caught,
        "by": dict(row.by.most_common()),
        "survived": [
            {"lie": kind, "count": count, "of": row.told[kind], "why": row.reasons.get(kind)}
            for kind, count in row.missed.items()
        ],
    }
