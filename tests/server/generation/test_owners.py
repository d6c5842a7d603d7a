"""An organization has used no less than its projects and members, where names tell that they are its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking, object_of, rows_of


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("owner", ["organization", "workspace"])
def test_an_owner_has_all_that_its_parts_have(tmp_path: Path, account: str, owner: str) -> None:
    """By the same names, with a total or without, of two lists the larger sum."""
    inside = object_of(id=TEXT, total_units=COUNT, total_cost=AMOUNT)
    parts = {
        "projects": rows_of(id=TEXT, units=COUNT),
        "members": rows_of(email=TEXT, units=COUNT, cost=AMOUNT),
    }
    body = asking(tmp_path, object_of(**{owner: inside}, **parts), path="/overview")(account)

    for name in ("projects", "members"):
        assert body[owner]["total_units"] >= sum(row["units"] for row in body[name])
    assert body[owner]["total_cost"] >= round(sum(row["cost"] for row in body["members"]), 2)


@pytest.mark.parametrize(
    ("inside", "rows"),
    [
        ({"units_used": COUNT, "units_limit": COUNT}, {"units_used": COUNT}),
        ({"unit_limit": COUNT}, {"unit_limit": COUNT}),
        ({"avg_score": AMOUNT}, {"avg_score": AMOUNT}),
    ],
)
def test_what_does_not_add_up_is_left_alone(
    tmp_path: Path, inside: dict[str, Any], rows: dict[str, Any]
) -> None:
    """What a limit bounds stays below it, and limits and means are of each."""
    listed = {"projects": rows_of(id=TEXT, **rows)}
    body = asking(
        tmp_path, object_of(organization=object_of(id=TEXT, **inside), **listed), path="/overview"
    )()
    alone = asking(tmp_path, object_of(organization=object_of(id=TEXT, **inside)), path="/overview")()

    assert body["organization"].keys() == alone["organization"].keys()
    if "units_limit" in inside:
        assert body["organization"]["units_used"] <= body["organization"]["units_limit"]
    else:
        assert body["organization"] == alone["organization"]


def test_a_list_of_others_says_nothing_of_an_owner(tmp_path: Path) -> None:
    """Events are no parts of an organization, nor are the top projects all of them."""
    inside = object_of(id=TEXT, units=COUNT)
    paths = [
        asking(
            tmp_path, object_of(organization=inside, **{name: rows_of(label=TEXT, units=COUNT)}), path="/x"
        )()
        for name in ("regions", "top_projects")
    ]

    assert paths[0]["organization"] == paths[1]["organization"]
