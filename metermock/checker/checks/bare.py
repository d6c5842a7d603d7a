"""Requests without what says who asks."""

from __future__ import annotations

from dataclasses import replace

from metermock.checker.deployment.request import Request
from metermock.contract import Contract


def bare(request: Request, *names: str) -> Request:
    """The request without the headers of these names."""
    dropped = {name.lower() for name in names}
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() not in dropped))


def bare_of_credentials(contract: Contract, request: Request) -> Request:
    """The request without what carries a credential."""
    schemes = contract.security_schemes.values()
    keys = {each["name"] for each in schemes if each.get("in") == "query"}
    if keys:
        request = request.with_query(pair for pair in request.query if pair[0] not in keys)
    return bare(
        request, "Authorization", "Cookie", *(each["name"] for each in schemes if each.get("in") == "header")
    )
