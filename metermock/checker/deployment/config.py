"""Targets from the command line and from `metermock.toml`.

    [check]                                    # for every target, as each option of `metermock check`
    rate-limit = "5/s"

    [target.staging]
    contract = "zkscore"                       # a bundled one, or a path to a document
    url = "https://${STAGING_HOST}/api"        # variables; or env:NAME for all of it

    [[target.staging.account]]
    name = "busy"
    credential = { apiKey = "env:ZK_BUSY" }    # security scheme = value | env:NAME | file:PATH | cmd:COMMAND
    headers = { X-Team = "env:ZK_TEAM" }     # written in the same way

    [[target.staging.refused]]
    name = "expired"
    credential = { apiKey = "env:ZK_OLD" }
    status = 401

Every mistake is a UsageError that names the file and the line, or the option.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from metermock.address import shown
from metermock.checker.deployment.body_fields import (
    FOR_ALL_ACCOUNTS,
    body_field,
    flat,
    is_body_field,
    own_body_field,
)
from metermock.checker.deployment.rate import rate_of
from metermock.checker.deployment.secret import Secret, proxy_secrets, read_header, read_secret
from metermock.checker.deployment.secret_parameters import with_secrets
from metermock.checker.deployment.statuses import REFUSAL, UNAUTHENTICATED
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.deployment.target_file import FOR_ALL, table_for_all, target_tables
from metermock.checker.deployment.toml_text import SettingsFile, Where
from metermock.contract import Contract, Operation, load_contract
from metermock.contract.reading.fetching import fetch, is_address
from metermock.errors import ContractError, UsageError
from metermock.project import ENDINGS, open_project

_ACCOUNT = ("name", "credential", "headers")


def read_targets(
    path: Path,
    names: Sequence[str] = (),
    env: Mapping[str, str] = os.environ,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[Target, ...]:
    """The named targets of a `metermock.toml`, or all of them, in their order in the file.

    `given` is what the command line says, by the key that it would have in the file; it wins.
    """
    settings = SettingsFile.read(path)
    tables = target_tables(settings)
    for name in names:
        if name not in tables:
            raise settings.error(("target",), f"has no target {name!r}; it has {', '.join(tables)}")
    reader = _Reader(settings, env, given)
    # Secrets are read only of those that are asked for.
    return tuple(reader.target(name, table) for name, table in tables.items() if not names or name in names)


def target_of(
    url: str,
    contract: str,
    credentials: Iterable[str] = (),
    *,
    rate_limit: str | None = None,
    remote_refs: bool = False,
    overlays: Sequence[str] = (),
    env: Mapping[str, str] = os.environ,
) -> Target:
    """The one target that options describe; a credential is `SCHEME=VALUE` or `ACCOUNT:SCHEME=VALUE`."""
    document = find_contract(contract, Path(), remote_refs=remote_refs, overlays=tuple(map(Path, overlays)))
    accounts: dict[str, dict[str, str]] = {}
    for text in credentials:
        key, equals, value = text.partition("=")
        account, _, scheme = key.rpartition(":")
        if not equals or not scheme:
            # The text is not repeated: what was meant as a secret may stand anywhere in it.
            message = "--credential: write SCHEME=VALUE, with a VALUE such as env:NAME or file:PATH"
            raise UsageError(message)
        held = accounts.setdefault(account or "account", {})
        if scheme in held:
            message = f"--credential {key}: given twice; name the accounts: NAME:{scheme}=VALUE"
            raise UsageError(message)
        held[scheme] = value
    return Target(
        name=document.name,
        contract=document,
        url=_option("URL", url_of, url),
        accounts=tuple(
            _flag_account(document, name, held, len(accounts), env) for name, held in accounts.items()
        ),
        rate_limit=_option("--rate-limit", rate_of, rate_limit) if rate_limit else None,
        hidden=proxy_secrets(env),
    )


def find_contract(
    name: str, folder: Path, *, remote_refs: bool = False, overlays: tuple[Path, ...] = ()
) -> Contract:
    """The bundled contract of that name, or the document at that URL or path, relative to `folder`.

    A path may lead to a project that has one contract.
    """
    follow = fetch if remote_refs else None
    if is_address(name):
        return load_contract(name, fetch=follow, overlays=overlays)
    path = folder / name
    if path.is_dir() and (re.search(r"[./\\]", name) or name not in open_project().contracts):
        return replace(open_project(path), further=overlays, remote_refs=remote_refs).only_contract()
    if path.suffix.lower() in ENDINGS or path.is_file() or "/" in name:
        return load_contract(path, fetch=follow, overlays=overlays)
    return replace(open_project(), further=overlays).load_contract(name)


def url_of(text: str) -> str:
    """A base URL without its trailing slash; ValueError for what cannot be one."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        usable = (
            usable and not re.search(r"[${}]", parts.netloc) and not re.search(r"[\s\x00-\x1f\x7f]", text)
        )
    except ValueError:
        usable = False
    if not usable:
        # What stands before an @ may be a password, in whatever is no URL too.
        said = "the URL" if "@" in text else repr(shown(text))
        message = f"{said} is no base URL; write https://HOST or http://HOST:PORT/PREFIX"
        raise ValueError(message)
    if parts.username is not None or parts.query or parts.fragment:
        message = "a base URL carries no credential, query or fragment"
        raise ValueError(message)
    return text.rstrip("/")


def expanded(text: str, env: Mapping[str, str]) -> str:
    """A text with its variables, `${NAME}` or `env:NAME` for the whole; ValueError for one without value."""

    def value(name: str) -> str:
        if not env.get(name):
            message = f"the variable {name} is {'empty' if name in env else 'not set'}"
            raise ValueError(message)
        return env[name]

    whole = re.fullmatch(r"env:([A-Za-z_][A-Za-z0-9_]*)", text)
    if whole:
        return value(whole[1])
    return re.sub(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", lambda match: value(match[1]), text)


def scheme_known(contract: Contract, scheme: str) -> str:
    """An empty text, or what is wrong with the name of a security scheme."""
    known = contract.security_schemes
    if scheme in known:
        return ""
    return (
        f"the contract {contract.name} has no security scheme {scheme!r}; it has {', '.join(known) or 'none'}"
    )


def _option(name: str, read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError as problem:
        message = f"{name}: {problem}"
        raise UsageError(message) from None


def _flag_account(
    contract: Contract, name: str, held: Mapping[str, str], accounts: int, env: Mapping[str, str]
) -> TargetAccount:
    credential: dict[str, Secret] = {}
    for scheme, value in held.items():
        problem = scheme_known(contract, scheme)
        if problem:
            message = f"--credential: {problem}"
            raise UsageError(message)
        owner = name if accounts > 1 else ""
        try:
            credential[scheme] = read_secret(value, owner, scheme, Path(), env)
        except ValueError as error:
            message = f"--credential {scheme}: {error}"
            raise UsageError(message) from None
    return TargetAccount(name, credential)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tables of one file."""

    settings: SettingsFile
    env: Mapping[str, str]
    given: Mapping[str, Any]

    def target(self, name: str, table: Any) -> Target:
        where: Where = ("target", name)
        contract = self._contract(table, where)
        url = self._read(self._url, self._text(table, "url", where), (*where, "url"))
        rate, place = self._said(table, where, "rate-limit")
        parameters, secrets = self._parameters(contract, table, (*where, "parameters"))
        entries = self._entries(table, "account", where)
        accounts = [self._account(contract, entry, at) for entry, at in entries]
        return Target(
            name=name,
            contract=contract,
            url=url,
            accounts=tuple(account for account, _ in accounts),
            refused=tuple(
                RefusedCredential(
                    *self._holder(contract, entry, at, (*_ACCOUNT, "status")), self._status(entry, at)
                )
                for entry, at in self._entries(table, "refused", where)
            ),
            rate_limit=None if rate is None else self._read(rate_of, rate, place),
            parameters=parameters,
            hidden=(*secrets, *itertools.chain(*(own for _, own in accounts)), *proxy_secrets(self.env)),
        )

    def _account(
        self, contract: Contract, entry: Any, where: Where
    ) -> tuple[TargetAccount, tuple[Secret, ...]]:
        """An account, and what has to be hidden of the values of its parameters."""
        holder = self._holder(contract, entry, where, (*_ACCOUNT, "owner", "parameters"))
        parameters, secrets = self._parameters(contract, entry, (*where, "parameters"))
        if key := own_body_field(contract, parameters):
            raise self.settings.error((*where, "parameters"), f"{key}: {FOR_ALL_ACCOUNTS}")
        return TargetAccount(*holder, self._owner(entry, where), parameters), secrets

    def _said(self, table: Mapping[str, Any], where: Where, key: str) -> tuple[Any, Where]:
        """What the command line, the target or `[check]` says of an option, and where in the file."""
        places: tuple[tuple[Mapping[str, Any], Where], ...] = (
            (self.given, ()),
            (table, (*where, key)),
            (table_for_all(self.settings), (FOR_ALL, key)),
        )
        return next(((each[key], place) for each, place in places if key in each), (None, (*where, key)))

    def _url(self, text: str) -> str:
        return url_of(expanded(text, self.env))

    def _parameters(
        self, contract: Contract, table: Mapping[str, Any], where: Where
    ) -> tuple[dict[str, dict[str, tuple[Any, ...]]], tuple[Secret, ...]]:
        """Good values by operation and parameter: `getMeter.id = "tokens"`, or a list; and those to hide."""
        operations = {operation.id: operation for operation in contract.operations}
        tables = table.get("parameters", {})
        self.settings.only(tables, tuple(operations), where)
        found: dict[str, dict[str, tuple[Any, ...]]] = {}
        for name, values in tables.items():
            found[name] = self._of_operation(operations[name], values, (*where, name))
        try:
            return with_secrets(contract, found, self.settings.path.parent, self.env)
        except UsageError as problem:
            raise self.settings.error(where, str(problem)) from None

    def _of_operation(self, operation: Operation, values: Any, where: Where) -> dict[str, tuple[Any, ...]]:
        """The values of one operation by parameter and by field of its body; a list has several of them."""
        self.settings.table(values, where)
        known = {parameter.key: parameter for parameter in operation.parameters}
        in_body = [key for key in values if is_body_field(operation, f"{key}.")]
        self.settings.only(values, (*known, *in_body), where)
        found: dict[str, tuple[Any, ...]] = {}
        for key, value in values.items():
            if key in known:
                is_one = not isinstance(value, list) or known[key].reader.accepts(value)
                found[key] = (value,) if is_one else tuple(value)
                continue
            whole = flat(value, f"{key}.") if isinstance(value, dict) else [(key, value)]
            for name, each in whole:
                try:
                    field = body_field(operation, name)
                except LookupError as problem:
                    there = ", ".join(problem.args) or "none"
                    message = f"its body has no field {name!r}; it has {there}"
                    raise self.settings.error((*where, key), message) from None
                is_one = not isinstance(each, list) or field.accepts(each)
                found[name] = (each,) if is_one else tuple(each)
        return found

    def _contract(self, table: Mapping[str, Any], where: Where) -> Contract:
        name, place = self._said(table, where, "contract")
        remote_refs, _ = self._said(table, where, "remote-refs")
        folder = self.settings.path.parent
        listed, at = self._said(table, where, "overlay")
        overlays = tuple((folder if at else Path()) / each for each in listed or ())
        if not place:
            return find_contract(name, Path(), remote_refs=bool(remote_refs), overlays=overlays)
        if not isinstance(name, str) or not name:
            raise self._missing("contract", where)
        name = self._read(partial(expanded, env=self.env), name, place)
        try:
            return find_contract(name, folder, remote_refs=bool(remote_refs), overlays=overlays)
        except UsageError as problem:
            raise self.settings.error(place, str(problem)) from None
        except ContractError as problem:
            # A document that is not there is a mistake of this file; any other is one of the document.
            if not problem.problem.startswith("cannot be read"):
                raise
            raise self.settings.error(place, f"{problem.path}: {problem.problem}") from None

    def _entries(self, table: Mapping[str, Any], key: str, where: Where) -> list[tuple[Any, Where]]:
        entries = table.get(key, [])
        if not isinstance(entries, list):
            raise self.settings.error(
                (*where, key), f"`{key}` is a list: write [[{'.'.join(map(str, where))}.{key}]]"
            )
        found = [(entry, (*where, key, index)) for index, entry in enumerate(entries)]
        names: set[str] = set()
        for index, (entry, at) in enumerate(found):
            name = entry.get("name") if isinstance(entry, dict) else None
            if name in names:
                raise self.settings.error((*at, "name"), f"two entries of `{key}` have the name {name!r}")
            names.add(str(name or index))
        return found

    def _holder(
        self, contract: Contract, entry: Any, where: Where, keys: Sequence[str]
    ) -> tuple[str, dict[str, Secret], dict[str, Secret]]:
        self.settings.only(entry, keys, where)
        name = self._text(entry, "name", where)
        texts = self._texts(entry, "credential", where)
        if not texts and not ("status" in keys and entry.get("headers")):
            raise self.settings.error(
                where, f'{name!r} needs a `credential`, such as {{ SCHEME = "env:NAME" }}'
            )
        credential: dict[str, Secret] = {}
        for scheme, value in texts.items():
            at = (*where, "credential", scheme)
            problem = scheme_known(contract, scheme)
            if problem:
                raise self.settings.error(at, problem)
            try:
                credential[scheme] = read_secret(value, name, scheme, self.settings.path.parent, self.env)
            except ValueError as error:
                raise self.settings.error(at, str(error)) from None
        return name, credential, self._headers(entry, name, where)

    def _headers(self, entry: Any, account: str, where: Where) -> dict[str, Secret]:
        headers: dict[str, Secret] = {}
        for name, text in self._texts(entry, "headers", where).items():
            try:
                headers[name] = read_header(text, account, name, self.settings.path.parent, self.env)
            except ValueError as error:
                raise self.settings.error((*where, "headers", name), str(error)) from None
        return headers

    def _owner(self, entry: Mapping[str, Any], where: Where) -> str:
        """Whose account it is, where several credentials are of one."""
        return self._text(entry, "owner", where) if "owner" in entry else ""

    def _texts(self, entry: Mapping[str, Any], key: str, where: Where) -> dict[str, str]:
        table = entry.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise self.settings.error((*where, key), f'`{key}` is a table of texts: {{ NAME = "value" }}')
        return table

    def _text(self, table: Mapping[str, Any], key: str, where: Where) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value:
            raise self._missing(key, where)
        return value

    def _missing(self, key: str, where: Where) -> UsageError:
        return self.settings.error((*where, key), f"`{'.'.join(map(str, where))}` needs `{key}`, a text")

    def _status(self, entry: Mapping[str, Any], where: Where) -> int:
        status = entry.get("status", UNAUTHENTICATED)
        if not isinstance(status, int) or status not in REFUSAL:
            raise self.settings.error(
                (*where, "status"), f"`status` is a number from 400 to 499, not {status!r}"
            )
        return status

    def _read(self, read: Any, text: str, where: Where) -> Any:
        try:
            return read(text)
        except ValueError as problem:
            raise self.settings.error(where, str(problem)) from None
