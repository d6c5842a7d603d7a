"""What people write about things: descriptions, notes, messages and titles, by what the things are."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from metermock.server.generation.values.pools import pool
from metermock.server.generation.words import names

_KINDS: Mapping[str, str] = {
    word: kind
    for kind, line in (
        ("note", "comment comments note notes caption remark"),
        ("message", "message content body text"),
        ("question", "prompt question query input"),
        ("answer", "output transcript"),
        ("instruction", "explanation instructions"),
        ("bio", "bio"),
    )
    for word in line.split()
}
"""What a text is, by the last word of its name; any other is about the thing that has it."""
_OWNERS: Mapping[str, str] = {
    word: kind
    for kind, line in (
        ("error", "error errors failure problem violation fault issue_detail"),
        ("usage", "usage record meter metric charge line item entry component addon"),
        ("bill", "invoice subscription payment bill billing receipt charge transaction order credit refund"),
        ("plan", "plan tier package offer price pricing"),
        ("key", "key apikey token credential secret"),
        ("hook", "webhook hook endpoint callback"),
        ("limit", "limit quota alert budget threshold rate rule policy"),
        ("event", "event log audit activity history notification incident"),
    )
    for word in line.split()
}
_TEXTS: Mapping[str, Sequence[str]] = {
    "usage": (
        *("API calls of the month", "Calls above the plan", "Storage at the end of the day"),
        *("Outbound messages", "Inbound messages", "Seats of the team", "Traffic to the internet"),
        *("Exports of reports", "Minutes of processing", "Tokens of the month", "Requests of the test keys"),
    ),
    "bill": (
        *(
            "Monthly plan and usage of the workspace",
            "Usage of the last month",
            "Yearly plan, paid in advance",
        ),
        *("Seats that were added within the month", "Usage above the plan", "Monthly plan"),
        *("Credit for an interruption", "First month of the new plan", "Support for the team"),
    ),
    "plan": (
        *("For teams that have outgrown the free plan.", "For trying things out, without a card."),
        *("For companies with several teams.", "With support within a working day."),
        *("All that a small team needs.", "Paid by the month, ended at any time.", "For steady, high use."),
    ),
    "key": (
        *("Used by the nightly export.", "For the dashboard only.", "Reads usage for the monthly report."),
        *("For tests of the mobile app.", "Used by the build server.", "To be replaced after the launch."),
        *("For the partner's integration.", "Used by the billing service."),
    ),
    "hook": (
        *("Tells the billing service of paid invoices.", "Sends events to the data team."),
        *("Tells the team when a limit is near.", "Keeps the customer list up to date."),
        *("For tests of the new integration.", "Writes all events to the archive."),
    ),
    "limit": (
        *("Warns the team before the month's budget is spent.", "Keeps test keys from using the plan up."),
        *("Counts all calls of the workspace.", "Holds for each key by itself.", "Begins anew every month."),
        *("Can be raised by the owner.", "Is the same for all members."),
    ),
    "event": (
        *("A key was replaced by its owner.", "A member joined the team.", "The plan was changed."),
        *(
            "An export was finished.",
            "A limit was reached.",
            "An invoice was paid.",
            "A member's role was changed.",
        ),
    ),
    "note": (
        *("Checked with the customer.", "To be looked at next week.", "As agreed on the phone."),
        *("Please keep until the end of the year.", "Asked for by the sales team.", "Nothing to do here."),
        *("Replaces the one from last year.", "Waiting for an answer.", "Discussed with the team lead."),
    ),
    "message": (
        *(
            "Your report is ready.",
            "Thank you, we have received your request.",
            "Your code is valid for ten minutes.",
        ),
        *(
            "Your appointment is confirmed.",
            "We have updated your account.",
            "Your trial ends in three days.",
        ),
        *("Your order is on its way.", "Please confirm your address.", "Welcome to the team!"),
    ),
    "question": (
        *("Which customers used more than their plan?", "Write a short summary of the report."),
        *("How did usage change since last month?", "Translate this text into German."),
        *("What are the three busiest hours of the day?", "List the open points of the meeting."),
    ),
    "answer": (
        *(
            "Twelve customers used more than their plan in the last month.",
            "Usage grew by a tenth since then.",
        ),
        *("The busiest hours are ten, eleven and three.", "Three points are open: dates, budget and design."),
        *("The report has four parts, and the second one is new.", "Most of the calls came from two keys."),
    ),
    "instruction": (
        *("Open the settings and choose a key.", "Ask the owner of the workspace to raise the limit."),
        *(
            "Wait a minute and try again.",
            "Check the address and send it again.",
            "Update the card and pay again.",
        ),
    ),
    "bio": (
        *("Works on billing and usage.", "Builds tools for developers.", "Leads the support team."),
        *("Writes about data and design.", "Joined the company two years ago.", "Looks after our partners."),
    ),
}
_LEADS = (
    *("The main", "A new", "The first", "An internal", "A regional", "The weekly", "A shared", "The current"),
    *("An additional", "A temporary", "A second", "The latest"),
)
_TAILS = (
    *(
        "kept for reference",
        "added last month",
        "reviewed by the team",
        "in use since spring",
        "not yet final",
    ),
    *(
        "shared with the team",
        "asked for by a customer",
        "prepared for the launch",
        "to be reviewed next month",
    ),
    *("moved from the old system", "agreed with the partner", "used every day"),
)
_TITLES = (
    *(
        "Monthly report",
        "Quarterly review",
        "Plan for the launch",
        "Notes of the meeting",
        "Questions of customers",
    ),
    *("Summary of the week", "Next steps", "Survey of users", "Guide for new members", "List of open points"),
    *("Results of the pilot", "Budget of the year", "Ideas for the website", "Changes to the plan"),
)
_OF = (
    "",
    " (draft)",
    ", part 1",
    ", part 2",
    " for the team",
    " for partners",
    ", second version",
    ", spring",
    ", autumn",
)
_EMPTY = frozenset(
    {"response", "object", "dto", "data", "info", "result", "results", "details", "output", "list", "model"}
    | {
        "schema",
        "type",
        "api",
        "body",
        "payload",
        "value",
        "resource",
        "base",
        "request",
        "get",
        "create",
        "read",
    }
)
"""Words of a type that say nothing about what it is."""


@functools.lru_cache(maxsize=1024)
def texts_of(kind: str, words: tuple[str, ...], owner: str) -> Sequence[str]:
    """The texts of a kind for a field of a type: those of the pool, where nobody writes them."""
    if kind == "title":
        return tuple(f"{each}{of}" for each in _TITLES for of in _OF)
    if kind != "sentence":
        return pool(kind)
    owning = [names.singular(word) for word in names.words_of(owner)]
    known = [_OWNERS[word] for word in reversed(owning) if word in _OWNERS]
    if known[:1] == ["error"]:
        return pool("error")
    own = _KINDS.get(words[-1]) if words else None
    if own is not None or known:
        return _TEXTS[own or known[0]]
    thing = _thing(owning)
    return tuple(f"{lead} {thing}, {tail}." for lead in _LEADS for tail in _TAILS)


def _thing(owning: Sequence[str]) -> str:
    """What a type is called in a sentence."""
    told = [word for word in owning if word.isalpha() and len(word) > 1 and word not in _EMPTY]
    return " ".join(told[-2:]) or "entry"
