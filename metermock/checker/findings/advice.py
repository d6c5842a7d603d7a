"""What to do about a finding, where its check gives no advice of its own."""

from __future__ import annotations

from metermock.checker.deployment.statuses import FAILURE, SUCCESS

_ADVICE = {
    "status": "Answer with a documented status, or document this one under the operation's `responses`.",
    "media-type": "Send the documented Content-Type, or document this one under the response's `content`.",
    "header": "Send the header as the response documents it.",
    "json": "Write the body with a JSON serialiser, in UTF-8, each key once.",
    "schema": "Make the reply fit the schema, or, if the reply is right, the schema fit the reply.",
    "undocumented-field": "Document the field in the schema, or leave it out of the reply; "
    "`--undocumented-fields allow` accepts such fields.",
    "integer-as-float": "Write the integer without a fraction: 25, not 25.0; many clients read nothing else.",
    "as-asked": "Let the parameter choose what the reply is about; or, if it means something else, document "
    "what it does: it is judged by its name.",
    "pages": "Give each row of the list on one page, and no cursor with the last one.",
    "effect": "Let GET show what was changed; or answer 202 where it is done later.",
    "routing": "Answer unknown paths with 404, and methods that a path does not have with 405 and Allow.",
    "head": "Answer HEAD as GET without its body, or with 405.",
    "repeatable": "Let the same request have the same reply as long as the data stand still.",
    "default": "Let the documented default be what counts where the parameter is left out, or document the "
    "one that does.",
    "parameter-order": "Read the parameters by their names, whatever their order.",
    "unknown-parameter": "Ignore query parameters that the document does not name.",
    "repeated-parameter": "Let the last one count where a parameter comes twice.",
    "format": "Write the text in its format, or leave the format out of the schema.",
    "write-only": "Leave the field out of replies, or the `writeOnly` out of the schema.",
    "discriminator": "Let the value fit the schema that its discriminator selects, or mend the mapping.",
}
_OTHERWISE = (
    "Repeat the request and compare the reply with the rule. Mend the deployment; "
    "or, if its reply is right, the rule where the contract has it."
)
UNUSUAL = (
    "Many frameworks read such a value, and the schema does not have it: "
    "refuse it, or forgive it by a baseline."
)
"""For a value that a deployment may take, and should not."""


def advice_for(rule: str) -> str:
    """The advice for a rule's id."""
    return _ADVICE.get(rule, _OTHERWISE)


def advice_on(
    status: int,
    wanted: str,
    *,
    allowed: bool,
    credential: bool,
    documented: bool = False,
    is_unsaid: bool = False,
    forbidden: tuple[str, str] | None = None,
) -> str:
    """The advice for a status that the contract does not want of a request, or of its credential.

    `documented` says that the operation has the status, for something else; `is_unsaid` that no contract
    speaks of such requests; `forbidden` are the rule, and what the document has against a request.
    """
    if allowed:
        says = "does not forbid" if is_unsaid else "allows"
        if status in FAILURE:
            return f"The contract {says} this request: mend what fails on it."
        if documented:
            return f"The contract {says} this request: answer it, or let it say what makes it a {status}."
        return f"The contract {says} this request: answer it, or document what makes it a {status}."
    advice = f"Refuse this request with {wanted} and the documented body"
    if credential or status in FAILURE or (documented and status not in SUCCESS):
        return f"{advice}."
    if forbidden is not None and status in SUCCESS:
        rule, why = forbidden
        return (
            f"By the document this is wrong: {why}. {advice}; or let the document allow it, by an Overlay "
            f"(--overlay) if it is not yours; or leave it out, by --skip {rule} or a baseline."
        )
    return (
        f"{advice}, or {'let the contract allow it' if status in SUCCESS else f'document {status} for it'}."
    )
