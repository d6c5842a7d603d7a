"""The address of a thing in its own fields: where the document shows the thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import TEXT, asking_all, object_of, query, rows_of

URI: dict[str, Any] = {"type": "string", "format": "uri"}
LINK = object_of(href=URI)
MOCK = "http://mock.example"


def in_path(*names: str) -> Sequence[dict[str, Any]]:
    """Parameters of a path."""
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]


@pytest.mark.parametrize(
    ("fields", "way"),
    [
        ({"self": URI}, ["self"]),
        ({"uri": TEXT}, ["uri"]),
        ({"href": URI}, ["href"]),
        ({"_links": object_of(self=LINK)}, ["_links", "self", "href"]),
        ({"links": object_of(self=URI)}, ["links", "self"]),
        ({"url": {**URI, "description": "The absolute URL of the resource."}}, ["url"]),
        ({"url": {**URI, "example": "https://api.example.com/v2/parcels/p_1"}}, ["url"]),
    ],
)
def test_a_thing_says_the_address_of_its_page(tmp_path: Path, fields: dict[str, Any], way: list[str]) -> None:
    """Rows and the page itself have the path of the page with their id, which leads to the same thing."""
    parcel = {"$ref": "#/components/schemas/Parcel"}
    ask = asking_all(
        tmp_path,
        {
            "/parcels": (object_of(data={"type": "array", "items": parcel}), ()),
            "/parcels/{id}": (parcel, in_path("id")),
        },
        "/parcels",
        shared={"Parcel": object_of(id=TEXT, weight_note=TEXT, **fields)},
    )
    for row in ask()["data"]:
        address: Any = row
        for name in way:
            address = address[name]
        assert address == f"{MOCK}/parcels/{row['id']}"
        assert ask(path="/parcels/{id}", id=row["id"]) == row


def test_addresses_name_what_a_thing_belongs_to(tmp_path: Path) -> None:
    """What stands before the id in the path is that of the request, or of the thing's own field."""
    paths = {
        "/depots/{depot_id}/vans": (rows_of(id=TEXT, self=URI), in_path("depot_id")),
        "/depots/{depot_id}/vans/{id}": (object_of(id=TEXT, self=URI), in_path("depot_id", "id")),
        "/vans": (rows_of(id=TEXT, depot_id=TEXT, van=object_of(id=TEXT, depot_id=TEXT, self=URI)), ()),
    }
    ask = asking_all(tmp_path, paths, "/vans")
    for row in ask(path="/depots/{depot_id}/vans", depot_id="d 1"):
        assert row["self"] == f"{MOCK}/depots/d%201/vans/{row['id']}"
    for row in ask():
        assert row["van"]["self"] == f"{MOCK}/depots/{row['van']['depot_id']}/vans/{row['van']['id']}"


def test_paths_are_written_as_the_example_has_them(tmp_path: Path) -> None:
    """An example that is a path, with its suffix, gets a path."""
    uri = {**TEXT, "example": "/2024-01/Calls/CA1.json"}
    paths = {
        "/Calls.json": (rows_of(sid=TEXT, uri=uri), ()),
        "/Calls/{Sid}.json": (object_of(sid=TEXT, uri=uri), in_path("Sid")),
    }
    ask = asking_all(tmp_path, paths, "/Calls.json")
    assert ask(path="/Calls/{Sid}.json", Sid="CA7")["uri"] == "/Calls/CA7.json"


def test_the_self_of_a_reply_is_what_was_asked(tmp_path: Path) -> None:
    """A reply that is no thing and has no pages says its own request."""
    paths = {"/totals": (object_of(links=object_of(self=URI), parcels=rows_of(id=TEXT)), query(zone=TEXT))}
    ask = asking_all(tmp_path, paths, "/totals")
    assert ask()["links"]["self"] == f"{MOCK}/totals"
    assert ask(zone="a b")["links"]["self"] == f"{MOCK}/totals?zone=a%20b"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("webhooks", {"url": URI}),
        ("webhooks", {"uri": URI}),
        ("parcels", {"url": URI}),
        ("parcels", {"url": {**URI, "description": "Where the label can be printed."}}),
        ("parcels", {"uri": {**URI, "example": "https://tracking.example/t/1"}}),
        ("parcels", {"tracking_uri": URI}),
        ("parcels", {"note": TEXT, "carrier": object_of(id=TEXT, uri=URI)}),
    ],
)
def test_other_addresses_stay(tmp_path: Path, kind: str, fields: dict[str, Any]) -> None:
    """A webhook is called at its address, and a label lies somewhere else."""
    paths = {
        f"/{kind}": (rows_of(id=TEXT, **fields), ()),
        f"/{kind}/{{id}}": (object_of(id=TEXT, name=TEXT, **fields), in_path("id")),
    }
    ask = asking_all(tmp_path, paths, f"/{kind}")
    for row in ask():
        assert MOCK not in str(row)
