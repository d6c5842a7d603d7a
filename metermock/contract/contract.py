"""A contract, which is an OpenAPI document that was read and found to be sound, and its operations.

Both classes stand in one file because each uses the other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from metermock.contract.carriers import apart
from metermock.contract.exchange import Exchange, Judgement
from metermock.contract.judging import Judge
from metermock.contract.known_texts import Room
from metermock.contract.parameter import Parameter
from metermock.contract.parameters import Reader
from metermock.contract.relations import Relation
from metermock.contract.response import Body, NamedExample, Responses, named_examples
from metermock.contract.rules import Rule
from metermock.contract.schemas import Compiled, Schemas, UnknownReferenceError
from metermock.contract.schemes import scheme_fault
from metermock.contract.wire_text import decoded, pairs_of
from metermock.document_names import name_of
from metermock.errors import ContractError, Violation
from metermock.source import Source

Pointer = tuple[str | int, ...]


_VALUE = re.compile(r"\{[^{}]*\}")
Mark = tuple[str, str, str | None]
"""A place (`query` or `header`), a name (of a header in lower case), and a value; None for any."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An operation that cannot be used, with what is wrong within its reach."""

    id: str
    """Its operationId, or the name that it would have without one."""
    method: str
    path: str
    problem: ContractError
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`GET /v1/usage`."""
        return f"{self.method} {self.path}"


class Contract:
    """An OpenAPI document with its operations; `name` is its file's, without `.openapi.yaml`.

    `document` is the whole of it as OpenAPI 3.1, with other files taken in; `source` is the file as written.
    `left_out` are operations that cannot be used; `notes` tell what is odd and harms none.
    """

    def __init__(
        self, source: Source, document: dict[str, Any], place: Callable[[Pointer], tuple[Source, Pointer]]
    ) -> None:
        self.source = source
        self.place = place
        """The file that a part of `document` stands in, and its pointer there."""
        self.path = source.path
        """A path, or a URL as text."""
        self.document = document
        self.schemas = Schemas(self.document)
        self.schemas.expect(self._used)
        self.name = name_of(source.path)
        self.operations: tuple[Operation, ...] = ()
        self.left_out: tuple[LeftOut, ...] = ()
        self.notes: tuple[ContractError, ...] = ()
        self.room = Room()
        """For the texts of parameters whose values are kept."""

    def __repr__(self) -> str:
        return f"<Contract {self.name}: {len(self.operations)} operations>"

    def _used(self) -> Iterator[tuple[Any, bool, bool]]:
        """Every schema that its operations need, as `Schemas.validator` takes it."""
        for operation in self.operations:
            for parameter in operation.parameters:
                yield parameter.schema, False, False
            for response in operation.responses.all:
                yield from ((header.schema, False, False) for header in response.headers.values())
                # Closed to judge it, and as it is written to tell what only the closing refuses.
                for schema in response.content.values():
                    yield from ((schema, closed, False) for closed in (True, False))
            for schema in operation.body.content.values() if operation.body else ():
                yield schema, False, True

    @property
    def text(self) -> bytes:
        """The document as written; with overlays, as it is with them."""
        return self.source.text

    def written(self, pointer: Pointer, problem: str, advice: str = "") -> ContractError:
        """What is wrong with a part of the document's file, or of the overlay that the part is from."""
        source, there = self.source.origin(pointer)
        return ContractError(source.path, problem, *source.line(there), advice)

    @property
    def version(self) -> str:
        """What the document calls its own version; empty where it has none."""
        info = self.document.get("info")
        return str(info.get("version", "")) if isinstance(info, dict) else ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the document's files, which tells whether two checks had the same ones."""
        return self.source.digest

    @property
    def security_schemes(self) -> Mapping[str, dict[str, Any]]:
        """The declared security schemes by name, without those that say too little to be used."""
        declared = self.declared_schemes.items()
        return {name: each for name, each in declared if isinstance(each, dict) and not scheme_fault(each)}

    @property
    def declared_schemes(self) -> Mapping[str, Any]:
        """What stands under `securitySchemes`, by name, references followed."""
        components = self.document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        found = {}
        for name, scheme in schemes.items() if isinstance(schemes, dict) else ():
            # A scheme that leads nowhere is reported where an operation asks for it.
            with suppress(UnknownReferenceError):
                found[name] = self.schemas.follow(scheme)
        return found

    @property
    def promises(self) -> Mapping[str, Any]:
        """The checks that the document names in `x-checks`, with its ids for them."""
        return promises(self.document)

    @property
    def ignores_unknown(self) -> bool:
        """Whether the document promises to ignore a query parameter that no operation names."""
        return "unknown" in self.promises

    def methods(self, path: str) -> frozenset[str]:
        """The methods that a path documents, those of operations that are left out too."""
        everything: list[Operation | LeftOut] = [*self.operations, *self.left_out]
        return frozenset(each.method for each in everything if sent_path(each.path) == path)

    def methods_at(self, path: str) -> frozenset[str]:
        """The methods of each template that a sent path fits: `/users/me` fits `/users/{id}` too."""
        everything: list[Operation | LeftOut] = [*self.operations, *self.left_out]
        return frozenset(each.method for each in everything if _pattern(sent_path(each.path)).fullmatch(path))

    @functools.cached_property
    def begins_alike(self) -> bool:
        """Whether a path of the contract begins with its name, as the prefix that a mock gives it does."""
        return any(operation.path.split("/")[1:2] == [self.name] for operation in self.operations)

    def prefix(self, *, is_alone: bool) -> str:
        """Under which path a mock serves the contract without a doubt.

        `/<name>`; nothing for one that is served alone, where `/<name>` begins paths of its own.
        """
        return "" if is_alone and self.begins_alike else f"/{self.name}"

    def matches(self, path: str) -> bool:
        """Whether a path that was sent may be one of the document's."""
        return any(_pattern(sent_path(each)).fullmatch(path) for each in self.document.get("paths", {}))

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id, or KeyError."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)


class Operation:
    """One method of one path.

    `method` is in capitals. `security` lists alternatives, each a map of scheme to scopes. `responses`
    are by status. `pointer` is where it stands in the document.
    """

    def __init__(
        self,
        contract: Contract,
        document: Mapping[str, Any],
        *,
        id: str,  # noqa: A002 - the field's word
        path: str,
        method: str,
        parameters: tuple[Parameter, ...],
        responses: Responses,
        body: Body | None,
        pointer: tuple[str | int, ...],
        marks: frozenset[Mark] = frozenset(),
    ) -> None:
        self.contract = contract
        self.document = document
        self.id = id
        self.path = path
        self.marks = marks
        """What tells requests to this one of several operations that a document tells apart by `#…` in the
        path, which nobody sends."""
        in_path = pairs_of(sent_path(path).partition("?")[2])
        self.fixed_query = [pair for pair in in_path if not _VALUE.fullmatch(pair[1])]
        """Pairs of the query that the path itself has, against the specification: `/usage?beta=true`."""
        self.queried = {name: text[1:-1] for name, text in in_path if _VALUE.fullmatch(text)}
        """Parameters of the path that stand in such a query, by its names: `/usage?city={city}`."""
        self.method = method.upper()
        self.parameters = parameters
        self.responses = responses
        self.body = body
        self.pointer = pointer
        schemes = contract.security_schemes
        self.demanded: tuple[Mapping[str, list[str]], ...] = tuple(
            document.get("security", contract.document.get("security", ()))
        )
        """The security as it is written; in `security` what one place carries is one credential."""
        self.security: tuple[Mapping[str, list[str]], ...] = tuple(
            apart(each, schemes) for each in self.demanded
        )
        self.tags: tuple[str, ...] = tuple(document.get("tags", ()))
        self.rules: tuple[Rule, ...] = ()
        self.relations: tuple[Relation, ...] = ()

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"

    @property
    def is_guarded(self) -> bool:
        """Whether it wants a credential of everybody: no alternative of its security is empty."""
        return bool(self.security) and all(self.security)

    @property
    def knows_accounts(self) -> bool:
        """Whether a reply may depend on who asks: an operation without security answers everybody alike.

        A document without any security schemes says nothing of credentials, so there it may.
        """
        return any(self.security) or not self.contract.security_schemes

    def read(
        self,
        query: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        *,
        path: Mapping[str, str] | None = None,
        strict: bool = False,
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """The values of a request's parameters, defaults filled in, and every violation.

        Header names are lower-case; `path` has the texts of the path's parameters. Of a parameter that is
        there twice the last counts; absent optional ones are left out; `strict` makes an unknown query
        parameter a violation.
        """
        values, found = self._reader.read(query, headers, path=path or {}, strict=strict)
        return values, self._told(found)

    def read_text(
        self, query: str, headers: Mapping[str, str], *, path: Mapping[str, str], strict: bool
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """What `read` gives for a query as it was sent; faster where its pairs were read before."""
        values, found = self._reader.read_text(query, headers, path=path, strict=strict)
        return values, self._told(found) if found else found

    def _told(self, found: tuple[Violation, ...]) -> tuple[Violation, ...]:
        """The violations without those that the path itself makes."""
        if (self.fixed_query or self.queried) and found:
            fixed = {*self.queried, *(name for name, _ in self.fixed_query)}
            found = tuple(each for each in found if each.kind != "unknown" or each.name not in fixed)
        return found

    def is_unknown(self, name: str) -> bool:
        """Whether a query parameter is none of its own: not named, and no field of an object."""
        _, found = self.read([(name, "1")], {}, strict=True)
        return any(violation.kind == "unknown" for violation in found)

    def is_told_by(self, location: str, name: str) -> bool:
        """Whether requests without a parameter may be another operation's, whose path differs behind `#`."""
        return (location, name.lower() if location == "header" else name, None) in self.marks

    def path_values(self, path: str) -> dict[str, str]:
        """The texts of the path's parameters in a path as it was sent, and spelled; none in another's."""
        bare = self.path.partition("?")[0]
        found = re.fullmatch(re.sub(r"\\{[^{}]*\\}", "([^/]+)", re.escape(bare)), path)
        names = re.findall(r"\{([^{}]*)\}", bare)
        return dict(zip(names, map(decoded, found.groups()), strict=True)) if found else {}

    def judge(self, exchange: Exchange, *, brief: bool = False) -> Judgement:
        """What the contract says about a reply: status, headers, media type, schema, rules.

        `brief` stops after the schema where the reply breaks it, else after the first *must* rule that it
        breaks, and explains nothing.
        """
        return self._judge.judge(exchange, brief=brief)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, in the path, the query or the headers."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    @functools.cached_property
    def examples(self) -> tuple[NamedExample, ...]:
        """The named examples of its responses, each with the parameter examples of the same name."""
        return tuple(named_examples(self.responses.all, self.parameters))

    @functools.cached_property
    def _reader(self) -> Reader:
        return Reader(self.parameters, self.validator, self._credential_names(), self.contract.room)

    def _credential_names(self) -> frozenset[str]:
        """The names of query parameters and cookies that carry credentials, so that no object takes them."""
        schemes = self.contract.security_schemes
        used = [schemes[name] for each in self.security for name in each if name in schemes]
        carriers = [each for each in used if each.get("in") in ("query", "cookie")]
        return frozenset(str(each.get("name")) for each in carriers)

    @functools.cached_property
    def _judge(self) -> Judge:
        return Judge(self.contract.schemas, self.responses, self.rules, has_body=self.method != "HEAD")

    def validator(self, parameter: Parameter) -> Compiled:
        """The compiled schema of a parameter."""
        return self.contract.schemas.validator(parameter.schema, closed=False)


def promises(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The `x-checks` of a document: which of the checks for all contracts it promises to keep."""
    given = document.get("x-checks")
    return given if isinstance(given, dict) else {}


def sent_path(path: str) -> str:
    """What is sent of a path of a document: no client sends what stands behind `#`."""
    return path.partition("#")[0]


@functools.lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    """What the requests of a path template look like."""
    parts = re.split(r"(\{[^{}]*\})", template)
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts))
