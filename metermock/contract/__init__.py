"""An OpenAPI document read and understood: operations, parameters, schemas, rules, relations."""

from metermock.contract.contract import Contract, Operation
from metermock.contract.exchange import Breach, Exchange, Judgement
from metermock.contract.json_types import ABSENT
from metermock.contract.parameter import Parameter
from metermock.contract.reading.loading import examine, load_contract
from metermock.contract.relations import Inapplicable, Relation, RequestSpec, run_relation
from metermock.contract.response import Header, NamedExample, Response
from metermock.contract.rules import Rule
from metermock.errors import Violation

__all__ = [
    "ABSENT",
    "Breach",
    "Contract",
    "Exchange",
    "Header",
    "Inapplicable",
    "Judgement",
    "NamedExample",
    "Operation",
    "Parameter",
    "Relation",
    "RequestSpec",
    "Response",
    "Rule",
    "Violation",
    "examine",
    "load_contract",
    "run_relation",
]
