"""An operation of a contract: what it takes, what it may answer, and what holds for its replies."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from metermock.contract.judging import Judge
from metermock.contract.parameters import Reader
from metermock.contract.response import named_examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import jsonschema_rs

    from metermock.contract.contract import Contract
    from metermock.contract.exchange import Exchange, Judgement
    from metermock.contract.parameters import Parameter
    from metermock.contract.relations import Relation
    from metermock.contract.response import NamedExample, Response
    from metermock.contract.rules import Rule
    from metermock.errors import Violation


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
        path: str,
        method: str,
        parameters: tuple[Parameter, ...],
        responses: Mapping[int, Response],
    ) -> None:
        self.contract = contract
        self.document = document
        self.id = str(document["operationId"])
        self.path = path
        self.method = method.upper()
        self.parameters = parameters
        self.responses = responses
        self.pointer: tuple[str | int, ...] = ("paths", path, method)
        self.security: tuple[Mapping[str, list[str]], ...] = tuple(
            document.get("security", contract.document.get("security", ()))
        )
        self._validators: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}
        self.rules: tuple[Rule, ...] = ()
        self.relations: tuple[Relation, ...] = ()

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"

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
        return self._reader.read(query, headers, path=path or {}, strict=strict)

    def judge(self, exchange: Exchange, *, brief: bool = False) -> Judgement:
        """What the contract says about a reply: status, headers, media type, schema, rules.

        `brief` ends with the schema where that is broken, else with the first *must* rule that is, and
        explains none.
        """
        return self._judge.judge(exchange, brief=brief)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, wherever it goes."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    @functools.cached_property
    def examples(self) -> tuple[NamedExample, ...]:
        """The named examples of its responses, each with the parameter examples of the same name."""
        return tuple(named_examples(self.responses.values(), self.parameters))

    @functools.cached_property
    def _reader(self) -> Reader:
        return Reader(self.parameters, self.validator)

    @functools.cached_property
    def _judge(self) -> Judge:
        return Judge(self)

    def validator(self, parameter: Parameter) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema of a parameter."""
        key = parameter.location, parameter.name
        if key not in self._validators:
            self._validators[key] = self.contract.schemas.validator(parameter.schema, closed=False)
        return self._validators[key]
