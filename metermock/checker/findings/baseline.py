"""Findings that are known, each with a reason and an end date: a TOML file beside the tests.

contract = "zkscore"

[[known]]
rule = "ZK-3"
operation = "getDeveloperUsage"
place = "/timeSeries/*/totalRequests"
level = "must"            # a "should" does not forgive a "must"
reason = "the vendor counts retries twice; ticket 4711"
until = 2027-03-31        # the last day on which it is forgiven

Where no place of a reply tells one fault from another, `about` lists what was asked and came.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from metermock.checker.deployment.toml_text import SettingsFile, toml_string
from metermock.checker.findings.showings import answered_otherwise, is_asked_alike
from metermock.checker.findings.verdict import Finding
from metermock.errors import UsageError

TO_EXPLAIN = "to be explained"
_DAYS = 90
_TEXTS = ("rule", "operation", "place", "reason")
_LEVELS = ("must", "should")


@dataclass(frozen=True, slots=True)
class Known:
    """One known finding; `until` is the last day on which it is forgiven.

    An entry without a level covers both. One that does not say what was asked covers no *must* that differs
    in that only.
    """

    rule: str
    operation: str
    place: str
    reason: str
    until: date
    level: str = ""
    about: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether this finding is the known one, in all the ways in which it shows."""
        if not self.is_like(finding) or (self.level == "should" and finding.level == "must"):
            return False
        if not self.about:
            return not finding.about or finding.level == "should"
        return set(finding.about) <= set(self.about)

    def is_like(self, finding: Finding) -> bool:
        """Whether rule, operation and place are the same."""
        return (self.rule, self.operation, self.place) == (finding.rule, finding.operation, finding.place)

    def is_still_there(self, finding: Finding) -> bool:
        """Whether the finding may be the known one, though it may be graver, or show in more ways."""
        is_apart = self.about and finding.about and not set(self.about) & set(finding.about)
        return self.is_like(finding) and not is_apart

    def is_asked_alike(self, finding: Finding) -> bool:
        """Whether the finding may be the known one with another answer."""
        return self.is_like(finding) and is_asked_alike(self.about, finding.about)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings of one contract."""

    path: Path
    contract: str
    known: tuple[Known, ...] = ()

    def split(
        self, findings: Iterable[Finding], today: date
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The findings that count, and those that are forgiven; the advice of an expired one says so."""
        new: list[Finding] = []
        forgiven: list[Finding] = []
        for finding in findings:
            # Of several entries the one that lasts longest counts.
            covering = [known for known in self.known if known.covers(finding)]
            entry = max(covering, key=lambda known: known.until, default=None)
            if entry and today <= entry.until:
                forgiven.append(replace(finding, advice=f"Known until {entry.until}: {entry.reason}"))
            elif entry:
                note = f"It was forgiven until {entry.until} ({entry.reason}); that day has passed."
                new.append(replace(finding, advice=f"{finding.advice} {note}".strip()))
            elif any(known.is_like(finding) and not known.about for known in self.known if finding.about):
                note = (
                    "The entry for it in the baseline has no `about`, as older versions wrote it, so that it "
                    "forgives warnings only: take it out, and write it anew with --update-baseline."
                )
                new.append(replace(finding, advice=f"{finding.advice} {note}".strip()))
            else:
                new.append(
                    replace(finding, advice=f"{finding.advice} {self._other_answers(finding, today)}".strip())
                )
        return tuple(new), tuple(forgiven)

    def _other_answers(self, finding: Finding, today: date) -> str:
        """What to say of a finding that an entry forgives with another answer."""
        live = [known for known in self.known if known.is_like(finding) and today <= known.until]
        about = dict.fromkeys(each for known in live for each in known.about)
        told = "; ".join(answered_otherwise(finding.about, about).values())
        return f"The baseline forgives it with another answer: {told}." if told else ""

    def forgives(self, finding: Finding, today: date) -> bool:
        """Whether an entry that has not ended covers the finding."""
        return any(known.covers(finding) and today <= known.until for known in self.known)

    def idle(
        self, findings: Sequence[Finding], ran: Container[tuple[str, str]], today: date
    ) -> tuple[Known, ...]:
        """The entries that still forgive, but whose fault was not found any more, though their rule `ran`.

        `ran` holds pairs of a rule and an operation. An entry that shares a finding with others is at work,
        and one whose fault has become graver than it forgives, or has another answer now, is not mended.
        """
        return tuple(
            known
            for known in self.known
            if today <= known.until
            and (known.rule, known.operation) in ran
            and not any(known.is_still_there(finding) for finding in findings)
            and not any(
                known.is_asked_alike(finding) for finding in findings if not self.forgives(finding, today)
            )
        )

    def extended(self, findings: Iterable[Finding], today: date) -> Baseline:
        """This baseline with an entry for each finding that it does not know."""
        fresh = [
            Known(
                found.rule,
                found.operation,
                found.place,
                TO_EXPLAIN,
                today + timedelta(days=_DAYS),
                found.level,
                found.about,
            )
            for found in findings
            if not any(known.covers(found) for known in self.known)
        ]
        # Two findings may differ in what is no part of an entry; it is written once.
        return replace(self, known=(*self.known, *dict.fromkeys(fresh)))

    def write(self) -> None:
        """Write the file, its entries in their order."""
        lines = [
            f"# Known findings of the contract {self.contract}: what is forgiven, why, and until when.",
            f"contract = {toml_string(self.contract)}",
        ]
        for known in self.known:
            lines += ["", "[[known]]"]
            lines += [f"{name} = {toml_string(getattr(known, name))}" for name in _TEXTS[:-1]]
            lines += [f"level = {toml_string(known.level)}"] if known.level else []
            if known.about:
                lines += ["about = [", *(f"  {toml_string(each)}," for each in known.about), "]"]
            lines.append(f"reason = {toml_string(known.reason)}")
            lines.append(f"until = {known.until.isoformat()}")
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_baseline(path: Path, contract: str) -> Baseline:
    """The baseline in a file; UsageError if it is unreadable, or of another contract."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such baseline\n  --update-baseline writes it")
    settings = SettingsFile.read(path)
    settings.only(settings.document, ("contract", "known"), ())
    named = settings.document.get("contract")
    if named != contract:
        raise settings.error(
            ("contract",), f"this is a baseline of the contract {named!r}, not of {contract!r}"
        )
    entries = settings.document.get("known", [])
    if not isinstance(entries, list):
        raise settings.error(("known",), "`known` is a list: write [[known]]")
    return Baseline(
        path, contract, tuple(_known(settings, index, entry) for index, entry in enumerate(entries))
    )


def _known(settings: SettingsFile, index: int, entry: dict[str, Any]) -> Known:
    where = ("known", index)
    settings.only(entry, (*_TEXTS, "until", "level", "about"), where)
    for name in _TEXTS:
        if not isinstance(entry.get(name), str):
            raise settings.error((*where, name), f"a known finding needs `{name}`, a text")
    if not entry["reason"].strip():
        raise settings.error((*where, "reason"), "a known finding needs a reason")
    until = entry.get("until")
    if not isinstance(until, date) or isinstance(until, datetime):
        raise settings.error((*where, "until"), "a known finding needs `until`, a date such as 2027-03-31")
    level, about = entry.get("level", ""), entry.get("about", [])
    if "level" in entry and level not in _LEVELS:
        raise settings.error((*where, "level"), "`level` is must or should")
    if not isinstance(about, list) or not all(isinstance(each, str) for each in about):
        raise settings.error((*where, "about"), "`about` is a list of texts")
    return Known(**{name: entry[name] for name in _TEXTS}, until=until, level=level, about=tuple(about))
