"""What connexion needs to see of a contract: paths and security, as an OpenAPI 3.0 document in memory.

Connexion refuses every 3.1 document. It only routes and secures here, so the view has no schemas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connexion.spec import OpenAPISpecification

from metermock.contract import Contract, Operation
from metermock.errors import ContractError

SCHEME_NAME = "x-metermock-scheme"
"""Where a security scheme of the view tells its own name, which connexion does not pass on."""

SUPPORTED = {
    "http": ("bearer", "basic"),
    "apiKey": ("header", "query", "cookie"),
    "oauth2": (),
    "openIdConnect": (),
}


class View(OpenAPISpecification):  # type: ignore[misc]  # connexion has no types
    """An OpenAPI 3.0 document that was made here and needs no validating."""

    @classmethod
    def _validate_spec(cls, spec: dict[str, Any]) -> None:
        """Accept it: the contract itself has been validated, and as what it is."""


def make_view(contract: Contract) -> View:
    """Make connexion's view of a contract; ContractError for a security scheme that cannot be checked."""
    paths: dict[str, dict[str, Any]] = {}
    # A concrete path wins over a templated one, whatever their order in the document.
    for operation in sorted(contract.operations, key=lambda each: each.path.count("{")):
        paths.setdefault(operation.path, {})[operation.method.lower()] = view_operation(operation)
    schemes = {
        name: view_scheme(contract, name, scheme) for name, scheme in contract.security_schemes.items()
    }
    info = {"title": contract.name, "version": "0"}
    return View(
        {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"securitySchemes": schemes}}
    )


def view_operation(operation: Operation) -> dict[str, Any]:
    """Say of an operation what routing and security need."""
    # Anonymous access goes last: connexion takes the first alternative that fits.
    security = sorted((dict(each) for each in operation.security), key=lambda each: not each)
    return {"operationId": operation.id, "security": security, "responses": {}}


def view_scheme(contract: Contract, name: str, scheme: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a security scheme, with its name inside."""
    kind: str = scheme["type"]
    detail = str(scheme.get("scheme") or scheme.get("in") or "").lower()
    if kind not in SUPPORTED or (SUPPORTED[kind] and detail not in SUPPORTED[kind]):
        raise ContractError(
            contract.path,
            f"the security scheme {name} ({kind} {detail}) cannot be checked by the mock",
            advice="It knows http bearer and basic, apiKey, oauth2 and openIdConnect.",
        )
    return {**scheme, SCHEME_NAME: name}


def path_names(path: str) -> list[str]:
    """Return the names of a path's parameters, in order."""
    return re.findall(r"\{([^}]*)\}", path)


def routed_path(path: str) -> str:
    """Name a path's parameters p0, p1 …: the router wants Python identifiers, OpenAPI does not."""
    names = iter(range(len(path)))
    return re.sub(r"\{[^}]*\}", lambda _: f"{{p{next(names)}}}", path)
