"""The plan of an account is one in all operations, with its name; a free one costs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, SEEDS, TEXT, asking_all, object_of

CODE: dict[str, Any] = {"type": "string", "enum": ["free", "starter", "growth_plus"]}
PLAN: dict[str, Any] = {"$ref": "#/components/schemas/PlanDto"}
SHARED = {"PlanDto": object_of(code=CODE, name=TEXT, monthlyPrice=AMOUNT, overageUnitPrice=AMOUNT)}
PATHS: dict[str, Any] = {
    "/account": (object_of(name=TEXT, plan=CODE), ()),
    "/account/plan": (PLAN, ()),
    "/billing": (object_of(plan=PLAN), ()),
    "/plans": (object_of(data={"type": "array", "minItems": 12, "items": PLAN}), ()),
}
NAMES = {"free": "Free", "starter": "Starter", "growth_plus": "Growth Plus"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_code_of_a_plan_is_the_plan_of_the_account(tmp_path: Path, seed: int) -> None:
    """Also in an object of its own, with the name that goes with it, and no price where it is free."""
    ask = asking_all(tmp_path, PATHS, "/account", seed=seed, shared=SHARED)

    for account in ACCOUNTS:
        plan = ask(account)["plan"]
        for told in (ask(account, path="/account/plan"), ask(account, path="/billing")["plan"]):
            assert (told["code"], told["name"]) == (plan, NAMES[plan])
            assert (told["monthlyPrice"] == 0) is (plan == "free")


def test_a_list_of_plans_has_several(tmp_path: Path) -> None:
    """Each with its own name; above a limit of a free one something may cost."""
    ask = asking_all(tmp_path, PATHS, "/account", shared=SHARED)
    rows = ask(path="/plans")["data"]

    assert len({row["code"] for row in rows}) > 1
    assert all(row["name"] == NAMES[row["code"]] for row in rows)
    assert all((row["monthlyPrice"] == 0) is (row["code"] == "free") for row in rows)
    assert any(row["overageUnitPrice"] for row in rows if row["code"] == "free")


def test_a_code_of_something_else_is_no_plan(tmp_path: Path) -> None:
    """Nor is its name made of it: a coupon is called as it likes."""
    coupon = object_of(code=CODE, name=TEXT, price=AMOUNT)
    ask = asking_all(tmp_path, {"/coupon": (coupon, ())}, "/coupon", shared=SHARED)

    assert all(ask(each)["name"] not in NAMES.values() for each in ACCOUNTS)
    assert len({ask(each)["code"] for each in ACCOUNTS}) > 1
