"""How much a check would ask with each profile, counted on a mock of the same document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from metermock.checker.deployment.interruption import interruptible
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target, own_mock
from metermock.checker.deployment.recording import Recording
from metermock.checker.deployment.target import Target, one_of_each
from metermock.checker.findings.verdict import CANNOT_TEST, KEPT, RuleCount, Verdict
from metermock.checker.inputs.sent_inputs import SentInput, SentRequest, as_json, sent_inputs
from metermock.checker.options import CheckOptions
from metermock.checker.parallel import in_parallel
from metermock.checker.profiles import PROFILES
from metermock.checker.run import checked, checked_with_month_start, recording_engine, rounded
from metermock.checker.targets import is_own, targets_of
from metermock.project import project_of

_WHOLE = "full"
"""The profile that asks everything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What each profile asks of a target, as a verdict on a mock of its document."""

    target: Target
    counted: Mapping[str, Verdict]
    options: Mapping[str, Options]
    accounts: int
    """As how many accounts the mock was asked."""
    inputs: Sequence[SentInput] = ()
    """How `full` varies each parameter."""


def print_plan(wanted: CheckOptions) -> int:
    """Print how many requests each profile sends to each target; 3 where that could not be counted.

    Nothing is sent to a deployment.
    """
    with interruptible() as interruption, ExitStack() as stack:
        targets = targets_of(wanted, stack)
        own = is_own(wanted)
        stands_in = {
            each.name: each if own else _rehearsal(each, wanted.of(each.name).options, stack)
            for each in targets
        }
        count = checked_with_month_start if own else checked
        recording = Recording(Path(), Path(stack.enter_context(TemporaryDirectory(prefix="metermock-"))))
        counted: dict[str, dict[str, Verdict]] = {each.name: {} for each in targets}
        for profile in PROFILES:
            if not wanted.quiet:
                sys.stderr.write(f"  counting {profile} on a mock …\n")
            # Only the full profile is recorded: its requests show how each parameter is varied.
            engine = recording_engine(recording) if profile == _WHOLE else None
            verdicts = in_parallel(
                lambda target, profile=profile, engine=engine: count(  # type: ignore[misc]
                    target,
                    _unhurried(wanted.of(target.name).profiles[profile]),
                    engine,
                    interruption=interruption,
                ),
                list(stands_in.values()),
            )
            for verdict in verdicts:
                counted[verdict.target][profile] = verdict
        plans = [
            Plan(
                each,
                counted[each.name],
                wanted.of(each.name).profiles,
                len(one_of_each(stands_in[each.name].accounts)),
                _inputs(stands_in[each.name], recording),
            )
            for each in targets
        ]
        if interruption.number:
            return interruption.exit_code
    sys.stdout.write(_as_json(plans) if wanted.json else "\n".join(map(_as_text, plans)))
    return CANNOT_TEST if any(_reason(each) for plan in plans for each in plan.counted.values()) else KEPT


def _inputs(mock: Target, recording: Recording) -> list[SentInput]:
    """How each parameter was varied, by the requests that a mock got."""
    requests = (
        SentRequest(
            sent["method"],
            sent["url"],
            {pair["name"].lower(): pair["value"] for pair in sent["headers"]},
            sent.get("postData", {}).get("text", "").encode(),
        )
        for sent in recording.requests(mock.name)
    )
    return sent_inputs(mock.contract, mock.url, requests)


def _unhurried(options: Options) -> Options:
    """The options on a mock of our own: it bears any rate, and its data stand still."""
    return replace(options, rate=None, max_time=None, later=0.0, max_failures=None, trust_env=False)


def _rehearsal(target: Target, options: Options, stack: ExitStack) -> Target:
    """A mock of the target's document, with as many accounts as the target has, where its world has them."""
    project, name = project_of(target.contract.path, target.contract.source.further)
    project = replace(project, remote_refs=options.remote_refs)
    world = project.load_world(name, target.contract, is_open=False)
    url = stack.enter_context(own_mock(project, [name], ["--seed", str(options.seed)]))
    mock = mock_target(target.contract, world, url + target.contract.prefix(is_alone=True))
    accounts = islice(one_of_each(mock.accounts), max(len(one_of_each(target.accounts)), 1))
    return replace(
        mock,
        name=target.name,
        accounts=tuple(account for account in accounts if account),
        refused=mock.refused[: len(target.refused)],
        parameters=target.parameters,
    )


def _reason(verdict: Verdict) -> str:
    """Why a profile could not be counted; a run that its budget ended is counted as far as it goes."""
    return "" if any(rule.ran for rule in verdict.rules) else verdict.reason


def _musts(verdict: Verdict) -> tuple[RuleCount, ...]:
    return tuple(rule for rule in verdict.rules if rule.level == "must")


def _as_text(plan: Plan) -> str:
    lines = [f"{plan.target.name} ({plan.target.contract.name}) at {plan.target.url}"]
    lines.append(f"  counted on a mock as {_accounts(plan.accounts)}; nothing is sent to a deployment")
    for profile, verdict in plan.counted.items():
        lines.append(f"  {profile:<8} {_counted(verdict, plan.options[profile])}")
    whole = max(plan.counted.values(), key=lambda verdict: verdict.requests)
    for operation in dict.fromkeys(rule.operation for rule in whole.rules):
        ids = [rule.id for rule in whole.rules if rule.operation == operation and rule.ran]
        lines.append(f"  {operation}: {', '.join(dict.fromkeys(ids)) or 'nothing'}")
    if plan.inputs:
        lines.append(f"  values that {_WHOLE} sends, good ones and bad ones by what is wrong with them:")
        lines += [f"    {each.line}" for each in plan.inputs]
    for profile, verdict in plan.counted.items():
        missing = [f"{rule.operation} {rule.id}" for rule in verdict.never_ran]
        if missing:
            lines.append(f"  {profile} leaves out: {', '.join(missing)}")
    return "\n".join([*lines, ""])


def _accounts(count: int) -> str:
    return {0: "nobody", 1: "1 account"}.get(count, f"{count} accounts")


def _counted(verdict: Verdict, options: Options) -> str:
    if _reason(verdict):
        return f"not counted: {verdict.reason}"
    musts = _musts(verdict)
    ran = sum(1 for rule in musts if rule.ran)
    if options.max_requests is None:
        # A deployment may list more things than a mock, move its data, and be wrong: each takes more.
        more = f"at most about {rounded(verdict.confirming):,} more to confirm differences"
        most = f" where nothing is wrong, {more}, without a limit (--max-requests)"
    else:
        most = f", at most {options.max_requests:,}"
    random = "random ones included" if options.fuzz else "no random ones"
    about = "about " if options.max_requests is None else ""
    return f"{about}{verdict.requests:,} requests{most}, {random} · {ran} of {len(musts)} must rules"


def _as_json(plans: Iterable[Plan]) -> str:
    listed = [
        {
            "target": plan.target.name,
            "contract": plan.target.contract.name,
            "url": plan.target.url,
            "accounts": plan.accounts,
            "inputs": [as_json(each) for each in plan.inputs],
            "profiles": [
                _profile(name, verdict, plan.options[name]) for name, verdict in plan.counted.items()
            ],
        }
        for plan in plans
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def _profile(name: str, verdict: Verdict, options: Options) -> dict[str, Any]:
    musts = _musts(verdict)
    operations = dict.fromkeys(rule.operation for rule in verdict.rules)
    return {
        "profile": name,
        "requests": verdict.requests,
        "max_requests": options.max_requests,
        "confirming": verdict.confirming,
        "random": options.fuzz,
        "must_rules": len(musts),
        "must_rules_ran": sum(1 for rule in musts if rule.ran),
        "operations": [
            {
                "operation": operation,
                "asked": [rule.id for rule in verdict.rules if rule.operation == operation and rule.ran],
                "left_out": [
                    rule.id for rule in verdict.rules if rule.operation == operation and not rule.ran
                ],
            }
            for operation in operations
        ],
        **({"reason": _reason(verdict)} if _reason(verdict) else {}),
    }
