"""Values that the user gives for fields of request bodies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.body_fields import body_field, put_in
from metermock.checker.deployment.config import read_targets
from metermock.checker.deployment.options import Options
from metermock.checker.targets import deployment_target, with_parameters
from metermock.contract import load_contract
from metermock.errors import UsageError
from tests.checker.engine.test_right_refusals import broken, replies
from tests.checker.small import Answer, Asked, check, document, small

LINE = {"type": "object", "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}}}
INVOICE = {
    "type": "object",
    "required": ["customerId", "lines"],
    "properties": {
        "customerId": {"type": "string"},
        "days": {"type": "integer", "minimum": 1},
        "pin": {"type": "string", "format": "password"},
        "lines": {"type": "array", "minItems": 1, "items": LINE},
        "payment": {"oneOf": [{"properties": {"iban": {"type": "string"}}}, {"type": "null"}]},
    },
}
POST = {
    "operationId": "invoices.create",
    "requestBody": {"required": True, "content": {"application/json": {"schema": INVOICE}}},
    "responses": replies("201", "400"),
}
DOCUMENT = document(paths={"/invoices": {"post": POST}})


def invoices(sent: list[Any]) -> Answer:
    """A deployment that knows two customers, and says so of others."""

    def answer(asked: Asked) -> tuple[int, Any]:
        try:
            body = json.loads(asked.body or b"null")
        except ValueError:
            return 400, {}
        good = isinstance(body, dict) and isinstance(body.get("lines"), list) and len(body["lines"]) > 0
        if asked.sent != "POST" or not good or body.get("customerId") not in ("cus_1", "cus_2"):
            return 400, {"detail": "no such customer"}
        sent.append(body)
        return 201, {}

    return answer


def test_a_value_of_a_body_may_be_given(tmp_path: Path) -> None:
    """Each good body has it; several values are sent in turn."""
    sent: list[Any] = []
    given = [f"--param=invoices.create.body.customerId={each}" for each in ("cus_1", "cus_2")]
    words = (*given, "--unsafe-methods", "--rule", "valid-request")
    with small(invoices(sent)) as served:
        code, report = check(tmp_path, DOCUMENT, served.url, *words)
    assert (code, broken(report)) == (0, [])
    assert {each["customerId"] for each in sent} == {"cus_1", "cus_2"}


def test_who_gives_none_is_told_how(tmp_path: Path) -> None:
    """With what the deployment said, and the option that helps."""
    with small(invoices([])) as served:
        code, report = check(tmp_path, DOCUMENT, served.url, "--unsafe-methods")
    assert code == 3
    assert "no such customer" in report["reason"]
    assert "--param invoices.create.body.customerId=VALUE" in report["reason"]


@pytest.mark.parametrize(
    ("key", "path", "text", "value"),
    [
        ("body.days", ("days",), "7", 7),
        ("body.customerId", ("customerId",), "7", "7"),
        ("body.lines.0.quantity", ("lines", 0, "quantity"), "3", 3),
        ("body.payment.iban", ("payment", "iban"), "DE1", "DE1"),
    ],
)
def test_a_text_is_read_as_the_field_takes_it(
    tmp_path: Path, key: str, path: tuple[Any, ...], text: str, value: Any
) -> None:
    """Within objects, lists and alternatives."""
    (tmp_path / "api.json").write_text(json.dumps(DOCUMENT))
    field = body_field(load_contract(tmp_path / "api.json").operations[0], key)
    assert (field.path, field.read(text)) == (path, value)


def test_the_way_to_a_value_is_made() -> None:
    """Where a body has no such part; what stands beside stays."""
    assert put_in({"a": 1, "b": [{"c": 2}]}, ("b", 0, "d"), 3) == {"a": 1, "b": [{"c": 2, "d": 3}]}
    assert put_in({}, ("b", "c"), 3) == {"b": {"c": 3}}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("body.customer", "x", "did you mean body.customerId?"),
        ("body.lines.0.price", "x", "body.lines.0.sku"),
        ("body.days", "0", "refuses this value"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_sent(
    tmp_path: Path, name: str, value: str, problem: str
) -> None:
    """A name that is not there, a value that the schema refuses."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(DOCUMENT))
    target = deployment_target("http://127.0.0.1:9", str(path), (), Options())
    with pytest.raises(UsageError, match=problem):
        with_parameters(target, {"invoices": {f"create.{name}": (value,)}})


def test_a_file_gives_values_of_bodies(tmp_path: Path) -> None:
    """As tables in each other, or in one line; a password is read like a credential."""
    (tmp_path / "api.json").write_text(json.dumps(DOCUMENT))
    file = tmp_path / "metermock.toml"
    file.write_text(
        '[target.a]\ncontract = "api.json"\nurl = "http://127.0.0.1:9"\n'
        '[target.a.parameters."invoices.create".body]\ncustomerId = ["cus_1", "cus_2"]\npin = "env:PIN"\n'
        "lines.0.quantity = 2\n"
    )
    (target,) = read_targets(file, env={"PIN": "4711-0815"})
    assert target.parameters == {
        "invoices.create": {
            "body.customerId": ("cus_1", "cus_2"),
            "body.pin": ("4711-0815",),
            "body.lines.0.quantity": (2,),
        }
    }
    assert [each.value for each in target.hidden if each.value == "4711-0815"]


def test_a_file_that_names_no_field_is_told_with_its_line(tmp_path: Path) -> None:
    """And with the fields that there are."""
    (tmp_path / "api.json").write_text(json.dumps(DOCUMENT))
    file = tmp_path / "metermock.toml"
    file.write_text(
        '[target.a]\ncontract = "api.json"\nurl = "http://127.0.0.1:9"\n'
        '[target.a.parameters."invoices.create".body]\ncustomer = "x"\n'
    )
    with pytest.raises(UsageError, match=r"its body has no field 'body.customer'; it has body.customerId"):
        read_targets(file)
