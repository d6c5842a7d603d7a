"""What schemathesis says of the mock and is wrong about; docs/schemathesis.md tells why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from deployments.schemathesis_run import Asked, Run
from metermock.contract import Contract
from metermock.timezones import zone_names

TODAY = date(2026, 3, 18)


@dataclass(frozen=True)
class Alarm:
    """A complaint of schemathesis that is no defect: about `parameter`, where `holds`."""

    contract: str
    check: str
    operations: tuple[str, ...]
    parameter: str
    about: str
    holds: Callable[[str, Asked, Run], bool]
    settings: bool = True
    """Whether the settings that docs/schemathesis.md recommends leave it."""


def no_zone(text: str, _asked: Asked, _run: Run) -> bool:
    """Tell whether no zone has this name."""
    return text not in zone_names()


def never_issued(text: str, _asked: Asked, run: Run) -> bool:
    """Tell whether no page of the run gave this cursor."""
    pages = [asked.body["pagination"] for asked in run.asked if "pagination" in asked.body]
    return all(text not in (page["next"], page["prev"]) for page in pages)


def day_of(text: str) -> date | None:
    """Return the UTC day that a text stands for; None where no calendar has it."""
    try:
        instant = datetime.fromisoformat(text)
        return (instant.astimezone(UTC) if instant.tzinfo else instant).date()
    except (ValueError, OverflowError):
        return None


def no_day(text: str, asked: Asked, _run: Run) -> bool:
    """Tell whether the day is in no calendar, and the reply complains of it or of the other one."""
    return day_of(text) is None and asked.body["error"] == "invalid_request"


def no_range(text: str, asked: Asked, _run: Run) -> bool:
    """Tell whether two days that there are make no range."""
    start, end = day_of(text), day_of(dict(asked.query).get("end_date", TODAY.isoformat()))
    return start is not None and end is not None and start > end


def put_back(_text: str, asked: Asked, run: Run) -> bool:
    """Tell whether the good cookie went out, whatever schemathesis meant to send."""
    return asked.sent.get("cookie") == run.headers["Cookie"]


ACCEPT, REJECT = "positive_data_acceptance", "negative_data_rejection"
ONEPIN = tuple(f"GET /api/v1/usage/{name}" for name in ("summary", "by-language", "activity"))
ALARMS = (
    Alarm("onepin", ACCEPT, ONEPIN, "timezone", "no zone has that name", no_zone, settings=False),
    Alarm("onepin", ACCEPT, ONEPIN[2:], "cursor", "no page gave that cursor", never_issued),
    Alarm("glyphnet", ACCEPT, ("GET /v1/usage",), "start_date", "no calendar has that day", no_day),
    Alarm("glyphnet", ACCEPT, ("GET /v1/usage",), "end_date", "no calendar has that day", no_day),
    Alarm("glyphnet", ACCEPT, ("GET /v1/usage",), "start_date", "the range ends before it starts", no_range),
    Alarm(
        "essarion",
        REJECT,
        ("GET /api/usage",),
        "essarion_session",
        "`-H` put the cookie back",
        put_back,
        settings=False,
    ),
)


def excuses(contract: Contract, check: str, asked: Asked, run: Run, *, settings: bool) -> list[Alarm]:
    """Return the false alarms that a complaint is; none where it may be a defect.

    What the contract itself finds wrong with the request has to be excused too.
    """
    given = dict(asked.query)
    found = [
        alarm
        for alarm in ALARMS
        if (alarm.contract, alarm.check) == (contract.name, check)
        and asked.label in alarm.operations
        and (alarm.settings or not settings)
        and (alarm.parameter in given or check == REJECT)
        and alarm.holds(given.get(alarm.parameter, ""), asked, run)
    ]
    operation = next(
        each for each in contract.operations if asked.label == f"{each.method.upper()} {each.path}"
    )
    _, violations = operation.read(asked.query, asked.sent)
    refused = {violation.name for violation in violations}
    return found if refused <= {alarm.parameter for alarm in found} else []
