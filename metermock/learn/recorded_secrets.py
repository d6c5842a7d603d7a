"""What proves who asks in recorded requests, and what their replies tell that is secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.secret_places import is_secret_name
from metermock.checker.deployment.told_secrets import HIDDEN, ToldSecrets
from metermock.contract import Contract, Operation
from metermock.contract.wire_text import pairs_of

_CARRIERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})


class RecordedSecrets:
    """Learns the secrets of a contract's recorded requests and replies."""

    def __init__(self, contract: Contract) -> None:
        self._schemes = [each for each in contract.security_schemes.values() if isinstance(each, Mapping)]
        self._told = ToldSecrets()
        self._told.know(contract)
        self._carried: dict[str, None] = {}

    def proof(self, headers: Mapping[str, str], query: str) -> str:
        """What tells one account's requests from another's; nothing shows it."""
        named = {name for name in headers if self._is_credential(name, "header")}
        pairs = [f"{name}={value}" for name, value in pairs_of(query) if self._is_credential(name, "query")]
        return "|".join([*(f"{name}:{headers[name]}" for name in sorted(named)), *sorted(pairs)])

    def learn(
        self, operation: Operation, headers: Mapping[str, str], query: str, values: Mapping[str, Any]
    ) -> None:
        """Learn what a request carries: credentials, and parameters that are passwords or called secrets."""
        sent = [(name, value, "header") for name, value in headers.items()]
        sent += [(name, value, "query") for name, value in pairs_of(query)]
        found = [
            value for name, value, place in sent if self._is_credential(name, place) or is_secret_name(name)
        ]
        for parameter in operation.parameters:
            value = values.get(parameter.key)
            is_secret = parameter.resolved.get("format") == "password" or is_secret_name(parameter.name)
            found += [value] if is_secret and isinstance(value, str) else []
        self._carried |= dict.fromkeys(filter(None, found))

    def told(self, headers: Mapping[str, str], body: Any) -> None:
        """Learn what a reply tells."""
        self._told.learn(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), headers.items())

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All of them."""
        return (*(Secret(value, HIDDEN) for value in self._carried), *self._told.secrets)

    def _is_credential(self, name: str, place: str) -> bool:
        if place == "header" and name.lower() in _CARRIERS:
            return True
        return any(self._names(scheme, name, place) for scheme in self._schemes)

    def _names(self, scheme: Mapping[str, Any], name: str, place: str) -> bool:
        named = str(scheme.get("name", ""))
        is_it = named.lower() == name.lower() if place == "header" else named == name
        return scheme.get("in") == place and is_it
