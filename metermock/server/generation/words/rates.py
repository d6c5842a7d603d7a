"""How large a rate is, by what it is a rate of: few calls fail, most mails arrive, some are opened."""

from __future__ import annotations

from collections.abc import Mapping

_RATES = frozenset({"rate", "ratio", "percent", "percentage", "pct", "share", "fraction", "probability"})
_ALONE = frozenset({"ctr", "uptime", "availability", "sla"})
"""What is a rate without a word that says so."""
_SIZES: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("uptime", "availability", "sla"), (0.99, 0.9999)),
    **dict.fromkeys(
        ("error", "errors", "failure", "failures", "failed", "timeout", "rejection", "rejected"),
        (0.001, 0.03),
    ),
    **dict.fromkeys(
        ("bounce", "bounced", "bounces", "drop", "dropped", "loss", "retry", "blocked"), (0.002, 0.03)
    ),
    **dict.fromkeys(
        ("complaint", "complaints", "spam", "unsubscribe", "unsubscribes", "abuse"), (0.0002, 0.004)
    ),
    **dict.fromkeys(("churn", "refund", "fraud", "throttle", "throttled", "overage"), (0.005, 0.05)),
    **dict.fromkeys(("success", "successful", "delivery", "delivered", "deliverability"), (0.95, 0.999)),
    **dict.fromkeys(("acceptance", "accepted", "pass", "completion", "ok"), (0.9, 0.999)),
    **dict.fromkeys(("cache", "cached", "hit"), (0.4, 0.95)),
    **dict.fromkeys(("open", "opened", "opens", "read"), (0.18, 0.45)),
    **dict.fromkeys(("click", "clicks", "clicked", "ctr", "reply"), (0.01, 0.09)),
    **dict.fromkeys(("conversion", "converted"), (0.01, 0.08)),
}
"""The least and the greatest part of one, by a word that says of what; the first that is there."""


def span_of(words: frozenset[str], scale: int) -> tuple[float, float] | None:
    """The span in which a rate lies, of 1 or of 100; None for what is no rate, or one of unknown size."""
    if not words & (_RATES | _ALONE):
        return None
    if words & {"limit", "limits", "tax", "sample", "exchange", "bit", "frame", "max", "min", "threshold"}:
        return None
    found = next((span for word, span in _SIZES.items() if word in words), None)
    return None if found is None else (found[0] * scale, found[1] * scale)
