"""Who can open an operation, by the document's security."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.access import Access, concerns, schemes_for
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import RefusedCredential, TargetAccount
from metermock.contract import Contract, load_contract
from tests.checker.small import operation

KEY: Any = {"type": "apiKey", "in": "header", "name": "X-Key"}
SCHEMES = {"key": KEY, "token": {"type": "http", "scheme": "bearer"}, "certificate": {"type": "mutualTLS"}}
SECRET = Secret("s3cret-word", "")


def contract_of(folder: Path, **security: Any) -> Contract:
    """A document with an operation per name."""
    paths = {
        f"/{name}": {"get": {**operation(), "operationId": name, "security": demanded}}
        for name, demanded in security.items()
    }
    info = {"title": "T", "version": "1"}
    path = folder / "doors.json"
    written = {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"securitySchemes": SCHEMES}}
    path.write_text(json.dumps(written))
    return load_contract(path)


@pytest.mark.parametrize(
    ("demanded", "schemes"),
    [
        ([{"key": []}], ("key",)),
        ([{"token": []}, {"key": []}], ("key",)),
        ([{"token": []}], None),
        ([{"token": []}, {}], ()),
        ([{"key": [], "token": []}], None),
        ([{"key": [], "certificate": []}], ("key",)),
        ([{"certificate": []}], ()),
    ],
)
def test_a_credential_opens_what_demands_its_scheme(tmp_path: Path, demanded: Any, schemes: Any) -> None:
    """All schemes of one alternative are needed; a certificate is no part of the request."""
    (operation,) = contract_of(tmp_path, it=demanded).operations
    assert schemes_for(operation, TargetAccount("ada", {"key": SECRET})) == schemes


def test_a_configured_header_may_carry_the_credential(tmp_path: Path) -> None:
    """Who writes the Authorization header himself has what a bearer scheme demands."""
    (operation,) = contract_of(tmp_path, it=[{"key": [], "token": []}]).operations
    account = TargetAccount("ada", {"key": SECRET}, {"Authorization": SECRET})
    assert schemes_for(operation, account) == ("key",)


def test_another_account_of_the_owner_stands_in(tmp_path: Path) -> None:
    """What a relation asks of another operation is asked by who can open that, if it is of the same owner."""
    contract = contract_of(tmp_path, mine=[{"key": []}], ours=[{"token": []}])
    one = TargetAccount("one", {"key": SECRET}, owner="acme")
    two, foreign = (TargetAccount(who, {"token": SECRET}, owner=who) for who in ("acme", "foreign"))
    ours = contract.operation("ours")
    assert Access(contract, [one, foreign, two]).like(ours, one) is two
    with pytest.raises(LookupError):
        Access(contract, [one, foreign]).like(ours, one)


@pytest.mark.parametrize(
    ("scheme", "names"), [("key", ["mine"]), ("token", ["ours"]), ("other", ["mine", "ours"])]
)
def test_a_refused_credential_is_for_operations_that_demand_it(
    tmp_path: Path, scheme: str, names: list[str]
) -> None:
    """One of a scheme that the document does not have is for all that demand some."""
    contract = contract_of(tmp_path, mine=[{"key": []}], ours=[{"token": []}], open=[])
    refused = RefusedCredential("old", {scheme: SECRET}, {}, 403)
    assert [each.id for each in contract.operations if concerns(each, refused)] == names
