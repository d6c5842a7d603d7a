"""A contract as connexion gets it: its paths and its security, as an OpenAPI 3.0 document in memory.

Connexion refuses every 3.1 document. Here it only routes and secures, so the view needs no schemas:
parameters and replies are validated against the 3.1 document itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connexion.spec import OpenAPISpecification

from metermock.contract import Contract, Operation
from metermock.errors import ContractError

SCHEME_NAME = "x-metermock-scheme"
"""The key that holds a security scheme's own name in the view; connexion does not pass the name on."""

KNOWN_WORDS = ("bearer", "basic", "digest")
OTHER = "other"
"""Connexion's name here for every other scheme of HTTP authentication; WORD holds its own."""
WORD = "x-metermock-word"

SUPPORTED = {
    "http": (),
    "apiKey": ("header", "query", "cookie"),
    "oauth2": (),
    "openIdConnect": (),
}


class View(OpenAPISpecification):  # type: ignore[misc]  # connexion has no types
    """An OpenAPI 3.0 document that was made here and needs no validation."""

    @classmethod
    def _validate_spec(cls, spec: dict[str, Any]) -> None:
        """Accept the document: the contract that it was made from has been validated as OpenAPI 3.1."""


def make_view(contract: Contract) -> View:
    """Make connexion's view of a contract; ContractError for a security scheme that cannot be checked."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in sorted(contract.operations, key=lambda each: openness(each.path)):
        # Several operations of one method and path are told apart by what else a request has.
        taken = operation.method.lower() in paths.get(operation.path, {})
        path = f"{operation.path}#{operation.id}" if taken or operation.marks else operation.path
        paths.setdefault(path, {})[operation.method.lower()] = view_operation(operation)
    used = {name for operation in contract.operations for each in operation.security for name in each}
    schemes = {
        name: view_scheme(contract, name, scheme)
        for name, scheme in contract.security_schemes.items()
        if name in used and scheme.get("type") != "mutualTLS"
    }
    info = {"title": contract.name, "version": "0"}
    return View(
        {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"securitySchemes": schemes}}
    )


def view_operation(operation: Operation) -> dict[str, Any]:
    """Return the part of an operation that routing and security need."""
    # Anonymous access goes last: connexion takes the first alternative that fits, and that one always does.
    certificates = {
        name
        for name, scheme in operation.contract.security_schemes.items()
        if scheme.get("type") == "mutualTLS"
    }
    # Whether a client has a certificate is settled before its request arrives.
    listed = [
        {name: scopes for name, scopes in each.items() if name not in certificates}
        for each in operation.security
    ]
    security = sorted(listed, key=lambda each: not each)
    return {"operationId": operation.id, "security": security, "responses": {}}


def view_scheme(contract: Contract, name: str, scheme: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a security scheme, with its name inside; ContractError for one that the mock cannot check."""
    kind: str = scheme["type"]
    detail = str(scheme.get("scheme") or scheme.get("in") or "").lower()
    if kind not in SUPPORTED or (SUPPORTED[kind] and detail not in SUPPORTED[kind]):
        raise ContractError(
            contract.path,
            f"the security scheme {name} ({kind} {detail}) cannot be checked by the mock",
            advice="It knows http, apiKey, oauth2 and openIdConnect.",
        )
    view = {**scheme, SCHEME_NAME: name}
    if kind == "http" and detail not in KNOWN_WORDS:
        view |= {"scheme": OTHER, WORD: detail}
    return view


def openness(path: str) -> tuple[int, int, int, int]:
    """How many segments of a path may be anything, and how many something with a text beside it.

    A concrete path wins over a templated one, whatever their order in the document, `{id}:cancel` over
    `{id}`, and of two that have texts beside parameters the one with fewer parameters, then with more text.
    """
    templated = [each for each in path.partition("?")[0].split("/") if "{" in each]
    mixed = [each for each in templated if re.fullmatch(r"\{[^{}]*\}", each) is None]
    texts = sum(len(re.sub(r"\{[^{}]*\}", "", each)) for each in mixed)
    return len(templated) - len(mixed), len(mixed), sum(each.count("{") for each in mixed), -texts


def path_names(path: str) -> list[str]:
    """Return the names of a path's parameters, in order."""
    return re.findall(r"\{([^}]*)\}", path)


def routed_path(path: str) -> str:
    """Name a path's parameters p0, p1 …: the router needs Python identifiers, OpenAPI allows any name."""
    names = iter(range(len(path)))
    return re.sub(r"\{[^}]*\}", lambda _: f"{{p{next(names)}}}", path)
