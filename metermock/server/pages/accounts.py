"""The list of a world's accounts: what each is like, and what to send to be answered as it."""

from __future__ import annotations

from typing import Any

from metermock.contract import Contract
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.project import scheme_of
from metermock.server.pages.curl_lines import credential_headers, curl, open_curl


def list_accounts(contract: Contract, world: World, url: str) -> list[dict[str, Any]]:
    """Describe every credential of a world; `url` is where the contract's own paths begin.

    Where no operation asks for one, a request without is all that there is.
    """
    if not world.credentials:
        return [without_credential(contract, url)]
    return [describe(contract, world, credential, url) for credential in world.credentials]


def without_credential(contract: Contract, url: str) -> dict[str, Any]:
    """Describe a request of anybody."""
    return {
        "contract": contract.name,
        "account": "anybody",
        "about": "no operation asks for a credential",
        "plan": None,
        "credential": {},
        "refused": None,
        "headers": {},
        "curl": open_curl(contract, url),
    }


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
        "curl": curl(contract, world, credential, url),
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
