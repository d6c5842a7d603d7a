"""How grave the breaches of a reply are: as the document promises, and as the options say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from metermock.checker.deployment.options import Grade, Options
from metermock.checker.deployment.throttle import is_http_date
from metermock.checker.findings.check_ids import CheckIds
from metermock.contract import Breach
from metermock.contract.schema_breaches import (
    DISCRIMINATOR,
    FORMAT,
    INTEGER_AS_FLOAT,
    UNDOCUMENTED_FIELD,
    WRITE_ONLY,
)


class Grading:
    """Gives each breach its level and its id; what the options allow is no breach."""

    def __init__(self, ids: CheckIds, options: Options) -> None:
        self._chosen: dict[str, tuple[str, Grade | None]] = {
            UNDOCUMENTED_FIELD: (
                ids.undocumented,
                options.undocumented_fields or _promised("undocumented", ids),
            ),
            INTEGER_AS_FLOAT: (ids.integers, options.integer_as_float or _promised("integers", ids)),
            DISCRIMINATOR: (ids.discriminator, _promised("discriminator", ids)),
            FORMAT: (ids.formats, _promised("formats", ids)),
            WRITE_ONLY: (ids.unsent, _promised("unsent", ids)),
        }

    def graded(self, breaches: Iterable[Breach]) -> list[Breach]:
        """The breaches that count for anything."""
        return [graded for breach in breaches if (graded := self._graded(breach)) is not None]

    def _graded(self, breach: Breach) -> Breach | None:
        if breach.pointer == "headers/retry-after" and is_http_date(str(breach.received)):
            # HTTP has two forms for it, and clients read both.
            return replace(breach, level="should")
        rule, grade = self._chosen.get(breach.rule, (breach.rule, None))
        if grade == "allow":
            return None
        return replace(breach, rule=rule, level=grade or breach.level)


def _promised(check: str, ids: CheckIds) -> Grade | None:
    """*Must* for a check that the document names: it promises it."""
    return "must" if check in ids.named else None
