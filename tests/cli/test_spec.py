from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from metermock.cli import main
from metermock.contract import load_contract
from metermock.project import open_project
from metermock.spec_changes import READ_BY_GENERATORS, with_server, without_extensions

ACME = str(Path(__file__).parent.parent / "server" / "project")
PATH = Path(ACME) / "openapi" / "acme.openapi.yaml"
URL = "http://localhost:4010/acme"
CONTRACTS = open_project().contracts


def keys(value: Any) -> Iterator[str]:
    """Every key of every map."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


def test_one_document_is_printed_as_written(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Byte for byte."""
    assert main(["spec", "acme", "--project", ACME]) == 0
    assert capfdbinary.readouterr().out == PATH.read_bytes()


def test_one_document_is_converted_and_written_to_a_file(tmp_path: Path) -> None:
    """The notation is all that changes."""
    written = tmp_path / "acme.json"

    assert main(["spec", "acme", "--project", ACME, "--format", "json", "-o", str(written)]) == 0
    assert json.loads(written.read_text("utf-8")) == yaml.safe_load(PATH.read_text("utf-8"))


def test_all_documents_go_into_a_folder(tmp_path: Path) -> None:
    """Without a name, all contracts; the folder is made."""
    folder = tmp_path / "new" / "specs"

    assert main(["spec", "-o", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.openapi.yaml" for name in CONTRACTS]
    for name in CONTRACTS:
        written = (folder / f"{name}.openapi.yaml").read_bytes()
        assert written == Path(open_project().contract_path(name)).read_bytes()


@pytest.mark.parametrize(("out", "is_json"), [("a.json", True), ("a.yaml", False), (None, True)])
def test_a_document_of_ones_own_is_handed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str | None, *, is_json: bool
) -> None:
    """By its path, as `serve` takes it; in the notation that the file's name says, else in its own."""
    own = tmp_path / "own.json"
    own.write_text(json.dumps(yaml.safe_load(PATH.read_text("utf-8"))))
    words = [] if out is None else ["-o", str(tmp_path / out)]
    assert main(["spec", str(own), "--server", URL, *words]) == 0
    text = capsys.readouterr().out if out is None else (tmp_path / out).read_text("utf-8")
    assert text.startswith("{") is is_json
    assert yaml.safe_load(text)["servers"] == [{"url": URL}]


def test_documents_keep_their_notations_in_a_folder(tmp_path: Path) -> None:
    """A folder gets each under its name, as it is written."""
    own = tmp_path / "own.json"
    own.write_text(json.dumps(yaml.safe_load(PATH.read_text("utf-8"))))
    assert main(["spec", str(own), str(PATH), "-o", str(tmp_path / "out")]) == 0
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"own.openapi.json", "acme.openapi.yaml"}
    assert (tmp_path / "out" / "own.openapi.json").read_bytes() == own.read_bytes()


def test_several_documents_go_into_a_folder(tmp_path: Path) -> None:
    """Those that are named, each once, in the notation asked for; one may go into a folder too."""
    assert main(["spec", *CONTRACTS[:2], CONTRACTS[0], "--format", "json", "-o", str(tmp_path)]) == 0
    assert main(["spec", CONTRACTS[2], "-o", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{CONTRACTS[0]}.openapi.json",
        f"{CONTRACTS[1]}.openapi.json",
        f"{CONTRACTS[2]}.openapi.yaml",
    ]


def test_a_project_of_one_contract_is_printed_without_a_name(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """There is only one that can be meant."""
    assert main(["spec", "--project", ACME]) == 0
    assert capfdbinary.readouterr().out == PATH.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "5 documents do not fit into one output.\n  Name a folder for them: -o FOLDER."),
        (("onepin", "zkscore"), "2 documents do not fit into one output."),
        (("onepin", "zkscor"), "Did you mean zkscore?"),
        (("onepin", "--server", "localhost:4010"), "--server localhost:4010 is no URL."),
        (("onepin", "--server", "/api"), "Write it whole, such as http://localhost:4010/api."),
        (("onepin", "--server", "http://a.example/b c"), "--server http://a.example/b c is no URL."),
        (("onepin", "--server", "http://a.example\nx: 1"), "is no URL."),
        (("-o", f"{__file__}/specs"), f"Cannot write {__file__}/specs/"),
        (("onepin", "-o", "/nowhere/onepin.yaml"), "Cannot write /nowhere/onepin.yaml"),
    ],
)
def test_a_mistake_is_told(arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, nothing written, and what to do."""
    code = main(["spec", *arguments])
    output = capsys.readouterr()

    assert (code, output.out) == (2, "")
    assert told in output.err


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("notation", ["yaml", "json"])
def test_a_server_takes_the_place_of_the_documents(tmp_path: Path, name: str, notation: str) -> None:
    """Nothing else changes; the YAML keeps its order and comments."""
    written = tmp_path / "document"
    main(["spec", name, "--server", URL, "--format", notation, "-o", str(written)])
    before = yaml.safe_load(Path(open_project().contract_path(name)).read_text("utf-8"))

    assert yaml.safe_load(written.read_text("utf-8")) == {**before, "servers": [{"url": URL}]}
    if notation == "yaml":
        assert written.read_text("utf-8").startswith('openapi: "3.1.0"\n')


def test_a_server_takes_the_place_of_all_servers(tmp_path: Path) -> None:
    """A path or an operation with servers of its own would lead a client past it."""
    shutil.copytree(ACME, tmp_path / "acme")
    path = tmp_path / "acme" / "openapi" / "acme.openapi.yaml"
    path.write_text(
        re.sub(r"(\n    get:\n)", r"\1      servers: [{url: https://b.example}]\n", path.read_text())
    )
    written = tmp_path / "written.yaml"

    assert main(["spec", "--project", str(tmp_path / "acme"), "--server", URL, "-o", str(tmp_path)]) == 0
    written = tmp_path / "acme.openapi.yaml"
    assert "b.example" in path.read_text()
    assert "b.example" not in written.read_text()
    assert load_contract(written).source.document["servers"] == [{"url": URL}]
    assert with_server({"openapi": "3.1.0"}, URL) == {"openapi": "3.1.0", "servers": [{"url": URL}]}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_clean_document_has_what_generators_read(tmp_path: Path, name: str) -> None:
    """No other extension is left, the document is a contract all the same, and much shorter."""
    for options in ((), ("--clean",)):
        main(["spec", name, "--format", "json", *options, "-o", str(tmp_path / f"document{len(options)}")])
    whole, clean = (json.loads((tmp_path / f"document{n}").read_text("utf-8")) for n in (0, 1))
    left = {key for key in keys(clean) if key.startswith("x-")}

    assert left <= READ_BY_GENERATORS
    assert left == {key for key in keys(whole) if key in READ_BY_GENERATORS}
    assert len(json.dumps(clean)) < 0.8 * len(json.dumps(whole))
    (tmp_path / "clean.openapi.json").write_text(json.dumps(clean))
    operations = [one.id for one in load_contract(tmp_path / "clean.openapi.json").operations]
    assert operations == [one.id for one in open_project().load_contract(name).operations]


def test_a_clean_document_keeps_what_is_no_extension() -> None:
    """Headers, fields and values whose names begin with x- stay; extensions go wherever they may stand."""
    example = {"value": {"x-kept": 1}, "x-now": "gone"}
    schema = {
        "type": "object",
        "properties": {"x-kept": {"type": "string", "x-gone": 1}},
        "default": {"x-kept": 1},
    }
    document = {
        "openapi": "3.1.0",
        "x-gone": 1,
        "info": {"title": "a", "version": "1", "x-gone": 1, "license": {"name": "b", "x-gone": 1}},
        "servers": [{"url": "https://a.example", "x-gone": 1}],
        "tags": [{"name": "t", "x-gone": 1}],
        "paths": {
            "x-gone": 1,
            "/a": {
                "x-gone": 1,
                "get": {
                    "x-gone": 1,
                    "responses": {
                        "x-gone": 1,
                        "200": {
                            "description": "d",
                            "headers": {"x-kept": {"schema": {"type": "string"}, "x-gone": 1}},
                            "content": {
                                "application/json": {"schema": schema, "examples": {"x-kept": example}}
                            },
                        },
                    },
                },
            },
        },
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer", "x-gone": {}}}},
    }
    text = json.dumps(without_extensions(document))

    assert "gone" not in text
    assert text.count("x-kept") == json.dumps(document).count("x-kept") == 5
    assert "gone" in json.dumps(document)


def test_clean_yaml_is_read_alike_by_every_reader(capfd: pytest.CaptureFixture[str]) -> None:
    """What is written anew is the same document as the JSON."""
    main(["spec", "zkscore", "--clean"])
    shown = capfd.readouterr().out

    assert yaml.safe_load(shown) == without_extensions(
        open_project().load_contract("zkscore").source.document
    )


def overlay(path: Path, **update: Any) -> Path:
    """An overlay in a file that changes the document's info."""
    actions = [{"target": "$.info", "update": update}]
    path.write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": actions})
    )
    return path


def test_a_document_is_printed_with_its_overlays(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The one beside it and those that are named; the file itself stays as it is."""
    (tmp_path / "openapi").mkdir()
    copy = shutil.copy(PATH, tmp_path / "openapi" / "acme.openapi.yaml")
    overlay(tmp_path / "openapi" / "acme.overlay.json", title="beside", summary="1e3")
    more = overlay(tmp_path / "more.json", title="named")

    assert main(["spec", "acme", "--project", str(tmp_path), "--overlay", str(more)]) == 0
    printed = capfdbinary.readouterr().out
    info = yaml.safe_load(PATH.read_text("utf-8"))["info"]
    assert yaml.safe_load(printed)["info"] == {**info, "title": "named", "summary": "1e3"}
    assert b"summary: '1e3'" in printed
    assert Path(copy).read_bytes() == PATH.read_bytes()


def test_an_overlay_is_for_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Several are refused, since each overlay changes one."""
    one = overlay(tmp_path / "one.json")
    for words in (["spec"], ["lint", "a.yaml", "b.yaml"], ["serve"], ["check"]):
        assert main([*words, "--overlay", str(one)]) == 2
        assert "changes one document" in capsys.readouterr().err


def test_an_overlay_that_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With the document, where the command reads it."""
    assert main(["spec", "acme", "--project", ACME, "--overlay", "gone.yaml"]) == 2
    assert "gone.yaml: cannot be read" in capsys.readouterr().err
