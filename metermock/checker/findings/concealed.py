"""A verdict whose places and requests show no secret; its texts are concealed as they are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from metermock import json_pointer
from metermock.checker.deployment.concealment import Concealment, concealment
from metermock.checker.deployment.request import Pairs, Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.findings.verdict import Finding, Verdict


def concealed(verdict: Verdict, secrets: Iterable[Secret]) -> Verdict:
    """The verdict without these secrets in its URL, its places and its requests."""
    hidden = concealment(secrets)
    return replace(
        verdict,
        url=hidden.conceal(verdict.url),
        findings=tuple(concealed_finding(each, hidden) for each in verdict.findings),
        unvaried=tuple(replace(each, reason=hidden.conceal(each.reason)) for each in verdict.unvaried),
    )


def concealed_finding(finding: Finding, hidden: Concealment) -> Finding:
    """The finding without secrets in its place and its request."""
    return replace(finding, place=_place(finding.place, hidden), request=_request(finding.request, hidden))


def _place(place: str, hidden: Concealment) -> str:
    """The place, whose keys are hidden one by one, since the name of a secret may have a slash."""
    if not place.startswith("/"):
        return hidden.conceal(place)
    return json_pointer.text_of(map(hidden.conceal, json_pointer.path_of(place)))


def _request(request: Request, hidden: Concealment) -> Request:
    def pairs(given: Pairs) -> Pairs:
        return tuple((hidden.conceal(name), hidden.conceal(value, carried=True)) for name, value in given)

    body = request.body.decode("utf-8", "surrogateescape")
    return replace(
        request,
        url=hidden.conceal(request.url),
        query=pairs(request.query),
        headers=pairs(request.headers),
        raw_query=None if request.raw_query is None else hidden.conceal(request.raw_query),
        path=pairs(request.path),
        body=hidden.conceal(body).encode("utf-8", "surrogateescape"),
    )
