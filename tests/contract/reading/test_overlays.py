"""Overlays: what they change, from which file a changed part is, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from metermock.contract import Contract, examine
from metermock.errors import ContractError
from tests.contract.reading.documents import document

PARAMETERS = [{"name": "q", "in": "query", "schema": {}}, {"name": "old", "in": "query", "schema": {}}]


def written(folder: Path, *actions: dict[str, Any], version: str = "1.1.0", **others: Any) -> Path:
    """A document in a file, with an overlay of these actions beside it."""
    one = document()
    one["paths"]["/usage"]["get"]["parameters"] = PARAMETERS
    path = folder / "shop.openapi.json"
    path.write_text(json.dumps({**one, **others}))
    overlay = {"overlay": version, "info": {"title": "T", "version": "1"}, "actions": list(actions)}
    (folder / "shop.overlay.yaml").write_text(yaml.safe_dump(overlay, sort_keys=False))
    return path


def read(folder: Path, *actions: dict[str, Any], version: str = "1.1.0", **others: Any) -> Contract:
    """The contract of a document with such an overlay."""
    contract, problems = examine(written(folder, *actions, version=version, **others))
    assert problems == []
    return contract


def refusal(folder: Path, *actions: dict[str, Any], version: str = "1.1.0", **others: Any) -> str:
    """What is said of an overlay that cannot be applied, after the name of its file."""
    path = written(folder, *actions, version=version, **others)
    with pytest.raises(ContractError) as caught:
        examine(path)
    assert Path(caught.value.path).name == "shop.overlay.yaml"
    return str(caught.value).partition("shop.overlay.yaml:")[2]


def test_an_update_is_merged(tmp_path: Path) -> None:
    """Maps are merged at any depth, lists are joined, other values replaced, and the rest stays."""
    update = {"title": "New", "license": {"name": "MIT", "x-of": [3]}}
    info = {"title": "Old", "version": "1", "license": {"name": "Apache", "url": "u", "x-of": [1, 2]}}
    contract = read(tmp_path, {"target": "$.info", "update": update}, info=info)
    license_ = {"name": "MIT", "url": "u", "x-of": [1, 2, 3]}
    assert contract.document["info"] == {"title": "New", "version": "1", "license": license_}


@pytest.mark.parametrize("update", [{"name": "new"}, [{"name": "new"}]])
def test_an_update_of_a_list_is_appended(tmp_path: Path, update: Any) -> None:
    """A list is joined to it, any other value is an item."""
    contract = read(tmp_path, {"target": "$.tags", "update": update}, tags=[{"name": "a"}])
    assert contract.document["tags"] == [{"name": "a"}, {"name": "new"}]


def test_a_value_is_replaced_by_overlay_1_1_only(tmp_path: Path) -> None:
    """Overlay 1.0 changes maps and lists; it is told how to change a text."""
    action = {"target": "$.info.title", "update": "New"}
    assert read(tmp_path, action).document["info"]["title"] == "New"
    said = refusal(tmp_path, action, version="1.0.0")
    assert said.startswith("6:3: the target selects /info/title, which is neither a map nor a list")
    assert "or write overlay: 1.1.0" in said


def test_actions_come_after_each_other(tmp_path: Path) -> None:
    """Each sees what those before it have left, and every part that a target selects is changed."""
    contract = read(
        tmp_path,
        {"target": "$.paths.*.get.parameters[?@.name=='old']", "remove": True},
        {"target": "$.paths['/usage'].get.parameters", "update": {"name": "new", "in": "query"}},
        {"target": "$..parameters.*", "update": {"schema": {"type": "string"}}},
    )
    (operation,) = contract.operations
    named = [(each.name, each.schema["type"]) for each in operation.parameters]
    assert named == [("q", "string"), ("new", "string")]


def test_all_that_is_selected_is_removed(tmp_path: Path) -> None:
    """Several items of a list, and what is inside of another removed part."""
    tags = [{"name": "a"}, {"name": "b"}, {"name": "a"}]
    contract = read(tmp_path, {"target": "$.tags[?@.name=='a']", "remove": True}, tags=tags)
    assert contract.document["tags"] == [{"name": "b"}]
    contract = read(tmp_path, {"target": "$..gone", "remove": True}, gone={"gone": {}})
    assert "gone" not in contract.document


def test_a_part_is_copied(tmp_path: Path) -> None:
    """The copy is merged like an update."""
    tags = [{"name": "a", "description": "A"}, {"name": "b"}]
    contract = read(tmp_path, {"target": "$.tags[1]", "copy": "$.tags[0]"}, tags=tags)
    assert contract.document["tags"][1] == {"name": "a", "description": "A"}


def test_an_update_may_refer_to_the_document_and_be_of_3_0(tmp_path: Path) -> None:
    """It is applied before references are followed and 3.0 is upgraded."""
    schemas = {"Count": {"type": "integer", "nullable": True}}
    contract = read(
        tmp_path,
        {"target": "$", "update": {"components": {"schemas": schemas}}},
        {"target": "$..parameters[0].schema", "update": {"$ref": "#/components/schemas/Count"}},
        openapi="3.0.3",
    )
    (operation,) = contract.operations
    assert operation.validator(operation.parameters[0]).is_valid(None)
    assert not operation.validator(operation.parameters[0]).is_valid("x")


def test_a_file_that_is_referred_to_has_an_overlay_of_its_own(tmp_path: Path) -> None:
    """One beside it, under its name; what is wrong with its rules has its line."""
    usage = document()["paths"]["/usage"]
    (tmp_path / "usage.yaml").write_text(yaml.safe_dump(usage))
    (tmp_path / "usage.overlay.yml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n  - target: $.get\n    update:\n"
        "      x-rules:\n        - {id: R, level: should, message: m,\n           rule: statu == 200}\n"
    )
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document(paths={"/usage": {"$ref": "usage.yaml"}})))
    _, problems = examine(path)
    assert [(Path(each.path).name, each.line, each.column) for each in problems] == [
        ("usage.overlay.yml", 8, 18)
    ]


def test_a_part_that_an_overlay_added_has_its_line(tmp_path: Path) -> None:
    """Parts of the document keep theirs, also where an item before them has been removed."""
    target = "$.paths['/usage'].get.parameters"
    path = written(
        tmp_path,
        {"target": f"{target}[0]", "remove": True},
        {"target": target, "update": [{"name": "new", "in": "query", "schema": {"type": "txt"}}]},
    )
    text = path.read_text().replace(
        '{"name": "old", "in": "query", "schema": {}', '\n{"name": "old", "in": 3'
    )
    path.write_text(text)
    contract, _ = examine(path, is_whole=True)
    places = {(Path(note.path).name, note.line) for note in contract.notes}
    assert places == {("shop.openapi.json", 2), ("shop.overlay.yaml", 13)}


def test_a_target_that_selects_nothing_is_a_note(tmp_path: Path) -> None:
    """The specification lets the action succeed; the author wants to know."""
    contract = read(tmp_path, {"target": "$.paths['/gone']", "remove": True})
    (note,) = contract.notes
    assert "the target $.paths['/gone'] selects nothing" in note.problem
    assert note.line == 6


def test_a_document_that_the_overlay_does_not_name_is_a_note(tmp_path: Path) -> None:
    """A URL may be where the document was copied from."""
    path = written(tmp_path, {"target": "$.info", "update": {"x-a": 1}})
    overlay = tmp_path / "shop.overlay.yaml"
    text = overlay.read_text()
    for extends, count in (("other.yaml", 1), ("shop.openapi.json", 0), ("https://a.example/o.yaml", 0)):
        overlay.write_text(f"extends: {extends}\n{text}")
        assert len(examine(path)[0].notes) == count


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"target": "paths", "remove": True}, "6:3: paths is no JSONPath at character 1"),
        ({"target": "", "remove": True}, "6:3:  is no JSONPath"),
        ({"target": "$.a[?@.b==]", "remove": True}, "6:3: $.a[?@.b==] is no JSONPath at character 11"),
        ({"target": "$.paths./usage", "remove": True}, "6:3: $.paths./usage is no JSONPath"),
        ({"target": 3, "remove": True}, "6:3: target is no text"),
        ({"remove": True}, "6:3: the action has no target"),
        ({"target": "$.info"}, "6:3: the action changes nothing"),
        ({"target": "$.info", "remove": "yes"}, "7:3: remove is true or false"),
        ({"target": "$.info", "updte": {}}, "7:3: 'updte' is no field that an Overlay has here"),
        ({"target": "$.info", "update": {}, "copy": "$"}, "8:3: an action has either update or copy"),
        ({"target": "$.info", "update": "x"}, "7:3: a value cannot be merged into /info"),
        ({"target": "$", "update": {"info": []}}, "8:5: a list cannot be merged into /info"),
        ({"target": "$", "remove": True}, "6:3: the whole document cannot be removed"),
        ({"target": "$.info", "copy": "$.tags.*"}, "7:3: copy selects 0 parts"),
        ({"target": "$['info', 'openapi']", "update": {}}, "6:3: the target selects parts of several kinds"),
    ],
)
def test_a_mistake_is_one_message_with_its_line(tmp_path: Path, action: dict[str, Any], said: str) -> None:
    """Of paths, fields, and values that do not fit."""
    assert refusal(tmp_path, action).startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("overlay: 1.1.0", "overlay: 2.0.0", "overlay is '2.0.0'"),
        ("overlay: 1.1.0", "overlay: 1.1", "overlay is 1.1"),
        ("overlay: 1.1.0\n", "", "is no Overlay"),
        ("title: T", "name: T", "info has no title"),
        ("actions:", "changes:", "'changes' is no field"),
        ("overlay: 1.1.0", "overlay: 1.0.0", "copy came with Overlay 1.1"),
    ],
)
def test_an_overlay_has_the_form_of_the_specification(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Its version, its fields, and those of its version."""
    path = written(tmp_path, {"target": "$.info", "copy": "$.info"})
    overlay = tmp_path / "shop.overlay.yaml"
    overlay.write_text(overlay.read_text().replace(old, new))
    with pytest.raises(ContractError, match=said):
        examine(path)


def test_two_overlays_beside_a_document_are_refused(tmp_path: Path) -> None:
    """Nobody knows which is meant; others are named with `--overlay`, and come after it."""
    path = written(tmp_path, {"target": "$.info", "update": {"title": "beside"}})
    other = tmp_path / "shop.overlay.json"
    (tmp_path / "shop.overlay.yaml").rename(tmp_path / "more.yaml")
    update = {"target": "$.info", "update": {"title": "first", "x-first": True}}
    other.write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "", "version": ""}, "actions": [update]})
    )
    contract, _ = examine(path, overlays=[tmp_path / "more.yaml"])
    assert contract.document["info"] == {"title": "beside", "version": "1", "x-first": True}
    (tmp_path / "more.yaml").rename(tmp_path / "shop.overlay.yaml")
    with pytest.raises(ContractError, match=r"two overlays: shop\.overlay\.yaml and shop\.overlay\.json"):
        examine(path)


def test_the_digest_tells_of_overlays(tmp_path: Path) -> None:
    """A check with another overlay is one of another contract."""
    one = read(tmp_path, {"target": "$.info", "update": {"title": "one"}}).digest
    other = read(tmp_path, {"target": "$.info", "update": {"title": "other"}}).digest
    assert one != other
