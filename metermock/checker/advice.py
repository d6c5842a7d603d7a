"""What to do about a finding, where whoever made it has nothing better to say."""

from __future__ import annotations

_ADVICE = {
    "status": "Answer with a documented status, or document this one under the operation's `responses`.",
    "media-type": "Send the documented Content-Type, or document this one under the response's `content`.",
    "header": "Send the header as the response documents it.",
    "json": "Write the body with a JSON serialiser, in UTF-8, each key once.",
    "schema": "Make the reply fit the schema, or, if the reply is right, the schema fit the reply.",
}
_OTHERWISE = (
    "Repeat the request and compare the reply with the rule. Mend the deployment; "
    "or, if its reply is right, the rule where the contract has it."
)


def advice_for(rule: str) -> str:
    """The advice for a rule's id."""
    return _ADVICE.get(rule, _OTHERWISE)
