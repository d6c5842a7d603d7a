"""The ids of a path stand where they belong: in the thing that it names, in references to its parents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.given_ids import ends_in_id, parents_of
from tests.server.generation.made import TEXT, WHOLE, asking, object_of, rows_of


def in_path(*names: str) -> list[dict[str, Any]]:
    """Parameters of a path."""
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]


@pytest.mark.parametrize("path", ["/boats/{id}", "/boats/{id}.json", "/boats/{id}.xml"])
def test_a_path_with_a_suffix_names_a_thing(tmp_path: Path, path: str) -> None:
    """The id before `.json` is the id of the reply."""
    assert asking(tmp_path, object_of(id=TEXT, name=TEXT), in_path("id"), path=path)(id="b-1")["id"] == "b-1"


@pytest.mark.parametrize("path", ["/boats", "/boats.json", "/boats/{id}/crew", "/boats/{id}:paint"])
def test_other_paths_name_no_thing(path: str) -> None:
    """What does not end in a parameter, or in more than one step of a name, names none."""
    assert not ends_in_id(path)


@pytest.mark.parametrize(
    ("parameter", "reference"),
    [
        ("id", "boat_id"),
        ("harbour_id", "harbour_boat_id"),
        ("external_id", "external_boat_id"),
        ("slug", "boat_slug"),
    ],
)
def test_what_belongs_to_a_thing_refers_to_it(tmp_path: Path, parameter: str, reference: str) -> None:
    """The id in the path of a collection is the parent's: rows keep ids of their own."""
    schema = object_of(trips=rows_of(**{parameter: TEXT, reference: TEXT, "miles": WHOLE}))
    rows = asking(tmp_path, schema, in_path(parameter), path=f"/boats/{{{parameter}}}/trips")(
        **{parameter: "b-1"}
    )

    assert {row[reference] for row in rows["trips"]} == {"b-1"}
    assert len({row[parameter] for row in rows["trips"]}) == len(rows["trips"])


def test_one_thing_behind_another_refers_to_it(tmp_path: Path) -> None:
    """`/boats/{external_id}/insurance` is the insurance of that boat."""
    schema = object_of(external_boat_id=TEXT, premium=WHOLE)
    ask = asking(tmp_path, schema, in_path("external_id"), path="/boats/{external_id}/insurance")
    assert ask(external_id="b-1")["external_boat_id"] == "b-1"


@pytest.mark.parametrize(
    "path", ["/boats/{boat_id}/trips", "/usage/{id}/trips", "/boats/{name}/trips", "/boats/{id}"]
)
def test_what_says_what_it_is_or_of_what_nobody_knows_is_no_parent(path: str) -> None:
    """A parameter with a name of its own stays what it is."""
    assert parents_of(path) == []


@pytest.mark.parametrize("account", ["steady", "huge"])
def test_a_list_of_the_thing_that_a_path_names_has_it_alone(tmp_path: Path, account: str) -> None:
    """`/Boats/{BoatID}` with a list of boats has that boat, and counts it."""
    schema = object_of(Boats=rows_of(BoatID=TEXT, Name=TEXT, CreatedAt=TEXT), meta=object_of(total=WHOLE))
    body = asking(tmp_path, schema, in_path("BoatID"), path="/Boats/{BoatID}")(account, BoatID="b-1")

    assert [row["BoatID"] for row in body["Boats"]] == ["b-1"]
    assert body["meta"]["total"] == 1


def test_a_list_of_other_things_has_several(tmp_path: Path) -> None:
    """`/trips/{boat_id}` lists the trips of a boat, with ids of their own."""
    schema = object_of(trips=rows_of(id=TEXT, boat_id=TEXT))
    trips = asking(tmp_path, schema, in_path("boat_id"), path="/trips/{boat_id}")(boat_id="b-1")["trips"]

    assert len({row["id"] for row in trips}) == len(trips) > 1
    assert {row["boat_id"] for row in trips} == {"b-1"}


@pytest.mark.parametrize(
    ("path", "parameter", "field"),
    [
        ("/orgs/{orgId}/usage", "orgId", "organizationId"),
        ("/orgs/{org_id}/usage", "org_id", "organization_id"),
        ("/orgs/{organizationId}/usage", "organizationId", "orgId"),
        ("/organizations/{id}/usage", "id", "orgId"),
        ("/a/{acctId}/usage", "acctId", "accountId"),
        ("/a/{subscription_id}/usage", "subscription_id", "sub_id"),
        ("/a/{repo_id}/usage", "repo_id", "repository_id"),
    ],
)
def test_an_id_of_the_path_is_told_in_the_spelling_of_the_reply(
    tmp_path: Path, path: str, parameter: str, field: str
) -> None:
    """An organization may be an org."""
    schema = object_of(**{field: TEXT, "calls": WHOLE})
    body = asking(tmp_path, schema, in_path(parameter), path=path)(**{parameter: "acme-1"})
    assert body[field] == "acme-1"


def test_an_id_of_something_else_is_not_that_of_the_path(tmp_path: Path) -> None:
    """An `app_id` beside the parameter of an organization, and an org that has one of its own in the path."""
    schema = object_of(appId=TEXT, organizationId=TEXT, orgId=TEXT, parentOrgId=TEXT)
    body = asking(
        tmp_path, schema, in_path("orgId", "organizationId"), path="/o/{orgId}/{organizationId}/usage"
    )(orgId="acme-1", organizationId="acme-2")
    assert (body["orgId"], body["organizationId"]) == ("acme-1", "acme-2")
    assert not {body["appId"], body["parentOrgId"]} & {"acme-1", "acme-2"}


@pytest.mark.parametrize("path", ["/organizations/{orgId}/usage", "/organizations/{id}/usage"])
def test_an_organization_of_the_path_is_that_of_a_reply_with_rows(tmp_path: Path, path: str) -> None:
    """Whether it is called shortly or only by the path."""
    schema = object_of(organizationId=TEXT, calls=WHOLE, rows=rows_of(id=TEXT, orgId=TEXT))
    name = path.split("{", maxsplit=1)[1].partition("}")[0]
    body = asking(tmp_path, schema, in_path(name), path=path)(**{name: "acme-1"})
    assert body["organizationId"] == "acme-1"
    assert "acme-1" not in {row["id"] for row in body["rows"]}
