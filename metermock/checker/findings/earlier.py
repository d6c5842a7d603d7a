"""An earlier JSON report, and what has changed since then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from metermock import json_reader
from metermock.checker.findings.changes import Changes, Named
from metermock.checker.findings.verdict import Finding, Verdict
from metermock.errors import UnreadableError, UsageError

NEWEST = 1
"""The newest form of report that is understood; later ones may mean something else."""
_COMPARED = {
    "version": "metermock",
    "contract_version": "the document's version",
    "contract_digest": "the document",
    "profile": "the profile",
    "seed": "the seed",
}
"""What is said to differ, by the field of the report, and its name."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The verdicts of an earlier check, as its JSON report tells them, by target."""

    path: Path
    verdicts: Mapping[str, Mapping[str, Any]]

    def compared(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts of now, each with what has changed since the report."""
        compared = [replace(verdict, changes=self._changes(verdict, verdicts)) for verdict in verdicts]
        left = self.verdicts.keys() - {verdict.target for verdict in verdicts}
        if compared and left and not self._is_one_of_one(verdicts):
            changes = compared[0].changes or Changes(str(self.path))
            said = f"not checked this time: {', '.join(sorted(left))}"
            compared[0] = replace(
                compared[0], changes=replace(changes, differences=(*changes.differences, said))
            )
        return tuple(compared)

    def _is_one_of_one(self, verdicts: Sequence[Verdict]) -> bool:
        """Whether target and target can only be each other's, whatever their names."""
        then = list(self.verdicts.values())
        return len(then) == len(verdicts) == 1 and then[0]["contract"] == verdicts[0].contract

    def _nothing(self, why: str) -> Changes:
        return Changes(str(self.path), compared=False, differences=(why,))

    def _changes(self, verdict: Verdict, verdicts: Sequence[Verdict]) -> Changes:
        then = self.verdicts.get(verdict.target)
        said = []
        if then is None and self._is_one_of_one(verdicts):
            then = next(iter(self.verdicts.values()))
            said.append(f"the target was {then['target']}")
        if then is None:
            return self._nothing(f"it has no target {verdict.target!r}")
        if then["contract"] != verdict.contract:
            return self._nothing(f"its target {verdict.target!r} has the contract {then['contract']!r}")
        old = _unique(_named(found) for found in (*then["findings"], *then.get("known", ())))
        now = _unique(_named_now(found) for found in (*verdict.findings, *verdict.known))
        ran = verdict.asked_in_full
        same = [(found, found.same_in(old)) for found in now]
        met = [each for _, its in same for each in its]
        missing = [found for found in old if found not in met]
        more = [(found, found.answered_otherwise(its)) for found, its in same if found.is_more_than(its)]
        return Changes(
            str(self.path),
            new=tuple(found for found, otherwise in more if otherwise is None),
            gone=tuple(found for found in missing if (found.rule, found.operation) in ran),
            otherwise=tuple(otherwise for _, otherwise in more if otherwise is not None),
            stayed=tuple(found for found, its in same if not found.is_more_than(its)),
            unasked=tuple(found for found in missing if (found.rule, found.operation) not in ran),
            differences=(*said, *_differences(then, verdict), *_untold(then, now)),
        )


def read_earlier(path: Path) -> Earlier:
    """The report in a file that `--report json=FILE` has written; UsageError for any other file."""
    try:
        value = json_reader.read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"--diff {path}: there is no such report\n  --report json={path} writes it"
        ) from None
    except OSError as problem:
        raise UsageError(f"--diff {path}: cannot be read: {problem.strerror or problem}") from None
    except UnicodeDecodeError:
        raise UsageError(f"--diff {path}: is not UTF-8") from None
    except UnreadableError as problem:
        where = f"{path}:{problem.line}" if problem.line else path
        raise UsageError(f"--diff {where}: {problem.problem}") from None
    verdicts = value if isinstance(value, list) else [value]
    if not verdicts or not all(map(_is_verdict, verdicts)):
        raise UsageError(
            f"--diff {path}: is no JSON report of metermock check\n  --report json=FILE writes one"
        )
    form = max(verdict.get("report_version", NEWEST) for verdict in verdicts)
    if form > NEWEST:
        raise UsageError(
            f"--diff {path}: is a report of form {form}, and this metermock understands up to {NEWEST}"
            "\n  compare with a report that this version has written"
        )
    return Earlier(path, {verdict["target"]: verdict for verdict in verdicts})


def _is_verdict(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    findings = [value.get("findings"), value.get("known", [])]
    return (
        all(isinstance(value.get(name), str) for name in ("target", "contract", "verdict"))
        and isinstance(value.get("report_version", NEWEST), int)
        and all(isinstance(each, list) and all(map(_is_finding, each)) for each in findings)
    )


def _is_finding(value: Any) -> bool:
    texts = ("rule", "operation", "place", "message")
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in texts)
        and isinstance(value.get("about", []), list)
    )


def _named(found: Mapping[str, Any]) -> Named:
    texts = (found["rule"], found["operation"], found["place"], found["message"])
    return Named(*texts, str(found.get("level", "must")), tuple(map(str, found.get("about", ()))))


def _named_now(found: Finding) -> Named:
    return Named(found.rule, found.operation, found.place, found.message, found.level, found.about)


def _unique(findings: Iterable[Named]) -> list[Named]:
    """Findings by what makes them the same; two may differ in what is no part of that."""
    found: dict[tuple[str, ...], Named] = {}
    for each in findings:
        there = found.setdefault(each.key, each)
        about = tuple(dict.fromkeys((*there.about, *each.about)))
        level = "must" if "must" in (there.level, each.level) else there.level
        found[each.key] = replace(there, level=level, about=about)
    return list(found.values())


def _differences(then: Mapping[str, Any], verdict: Verdict) -> list[str]:
    said = []
    for field, name in _COMPARED.items():
        now = version("metermock") if field == "version" else getattr(verdict, field, None)
        old = then.get(field)
        # A field that either of them does not have tells nothing.
        if old is None or now is None or "" in (old, now) or old == now:
            continue
        said.append(
            f"{name} has changed" if field == "contract_digest" else f"{name} was {old}, and is {now}"
        )
    return said


def _untold(then: Mapping[str, Any], now: Sequence[Named]) -> list[str]:
    """Say that older reports do not tell in which ways a finding shows, where one of now has several."""
    found = (*then["findings"], *then.get("known", ()))
    old = [_named(each) for each in found if "about" not in each]
    if not any(one.is_same(each) and each.is_told_without_about(one) for each in now for one in old):
        return []
    return ["the older report does not tell in which ways a finding shows, so new ways are not told"]
