"""The list of a world's accounts: what each is like, and what to send to be answered as it."""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from metermock.contract import Contract, Operation
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.project import scheme_of


def list_accounts(contract: Contract, world: World, url: str) -> list[dict[str, Any]]:
    """Describe every credential of a world; `url` is where the contract's own paths begin."""
    return [describe(contract, world, credential, url) for credential in world.credentials]


def describe(contract: Contract, world: World, credential: Credential, url: str) -> dict[str, Any]:
    """Describe one credential: its account, its refusal if there is one, its headers, and a curl line."""
    account = world.accounts[credential.account] if credential.account else None
    refused = credential.refused
    scheme = scheme_of(contract, world, credential)
    headers = credential_headers(scheme, credential)
    return {
        "contract": contract.name,
        "account": credential.name,
        "about": about(credential, account.about if account else ""),
        "plan": account.plan.name if account and account.plan else None,
        "credential": {credential.scheme: credential.value},
        "refused": None if refused is None else {"status": refused.status, "why": refused.why},
        "headers": headers,
        "curl": curl(contract, credential, scheme, headers, url),
    }


def about(credential: Credential, account: str) -> str:
    """Describe a credential in words."""
    refused = credential.refused
    if refused is None:
        return credential.about or account
    said = credential.about
    if credential.account and said == account:
        said = f"a credential of {credential.account}"
    return f"refused with {refused.status} ({refused.why})" + (f": {said}" if said else "")


def credential_headers(scheme: Mapping[str, Any], credential: Credential) -> dict[str, str]:
    """Return the headers that carry a credential, ready to send."""
    value = credential.value
    if scheme["type"] == "apiKey":
        carriers = {
            "header": {scheme["name"]: value},
            "cookie": {"Cookie": f"{scheme['name']}={value}"},
            "query": {},
        }
        headers = carriers[scheme["in"]]
    elif str(scheme.get("scheme", "")).lower() == "basic":
        headers = {"Authorization": f"Basic {b64encode(value.encode()).decode()}"}
    else:
        headers = {"Authorization": f"Bearer {value}"}
    return {**headers, **credential.headers}


def curl(
    contract: Contract,
    credential: Credential,
    scheme: Mapping[str, Any],
    headers: Mapping[str, str],
    url: str,
) -> str:
    """Return a curl line for the first operation that the credential opens."""
    operation = first_operation(contract, credential.scheme)
    query = required_query(operation)
    if scheme["type"] == "apiKey" and scheme["in"] == "query":
        query[scheme["name"]] = credential.value
    target = url + example_path(operation) + ("?" + urlencode(query) if query else "")
    options = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    return " ".join(["curl", *options, shlex.quote(target)])


def first_operation(contract: Contract, scheme: str) -> Operation:
    """Return the first GET operation that accepts a scheme, else the contract's first operation."""
    fitting = (
        operation
        for operation in contract.operations
        if operation.method.upper() == "GET"
        and any(scheme in alternative for alternative in operation.security)
    )
    return next(fitting, contract.operations[0])


def required_query(operation: Operation) -> dict[str, str]:
    """Return the required query parameters, with their examples."""
    return {
        parameter.name: example_of(parameter)
        for parameter in operation.parameters
        if parameter.location == "query" and parameter.required
    }


def example_path(operation: Operation) -> str:
    """Return an operation's path, filled with the examples of its parameters."""
    path = operation.path
    for parameter in operation.parameters:
        path = path.replace("{" + parameter.name + "}", quote(example_of(parameter), safe=""))
    return path


def example_of(parameter: Any) -> str:
    """Return a parameter's example as text."""
    return str(next(iter(parameter.examples.values()), parameter.name))


def as_lines(accounts: list[dict[str, Any]]) -> str:
    """Write accounts for a terminal, by contract."""
    lines: list[str] = []
    contract = ""
    for account in accounts:
        if account["contract"] != contract:
            contract = account["contract"]
            lines += ["", contract] if lines else [contract]
        lines += [f"  {account['account']}: {account['about']}", f"    {account['curl']}"]
    return "\n".join(lines)
