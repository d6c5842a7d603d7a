"""`metermock export`: replies in files, as a user gets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock import serve_in_thread
from metermock.cli import main
from metermock.export.command import FORMS
from tests.checker.har import log_of

SHOP = str(Path(__file__).with_name("shop.openapi.yaml"))
INDEX = "metermock-export.json"


def export(*words: str) -> int:
    """The exit code of `metermock export`."""
    return main(["export", *words])


def texts(folder: Path) -> dict[str, bytes]:
    """The bytes of each file in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def replies(folder: Path) -> list[dict[str, Any]]:
    """What an export as JSON tells of its replies."""
    listed: list[dict[str, Any]] = json.loads((folder / "replies.json").read_bytes())["replies"]
    return listed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ["onceonly", SHOP], ids=["a contract", "a bare document"])
def test_the_same_options_give_the_same_bytes(form: str, what: str, tmp_path: Path) -> None:
    """An export over itself, and one in another place, have no difference."""
    first, second = tmp_path / "first", tmp_path / "second"

    assert export(what, "--as", form, "-o", str(first)) == 0
    before = texts(first)
    assert export(what, "--as", form, "-o", str(first)) == 0
    assert export(what, "--as", form, "-o", str(second)) == 0

    assert before == texts(first) == texts(second)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]


def test_each_body_is_that_of_the_mock(tmp_path: Path) -> None:
    """The file of an operation and an account has what the mock sends for that credential."""
    export("onceonly", "--as", "json", "--now", "2026-03-08T12:00:00Z", "--seed", "7", "-o", str(tmp_path))

    with serve_in_thread("onceonly", now="2026-03-08T12:00:00Z", seed=7) as mock:
        for each in replies(tmp_path):
            headers = {part["name"]: part["value"] for part in each["credentials"]}
            with httpx.Client(trust_env=False) as client:
                reply = client.get(mock.url + each["path"], params=dict(each["query"]), headers=headers)
            assert reply.status_code == each["status"]
            assert reply.json() == json.loads((tmp_path / each["file"]).read_bytes())
    names = {each["account"] for each in replies(tmp_path)}
    assert {"steady", "near-limit", "no-credential", "unknown-credential"} <= names


def test_a_document_alone_is_exported(tmp_path: Path) -> None:
    """Paths are spelled as in URLs, each value of a choice but its default is asked for, bodies are sent."""
    export(SHOP, "--as", "json", "--accounts", "steady", "no-credential", "-o", str(tmp_path))

    told = ("operation", "account", "query", "status")
    asked = [tuple(each[name] for name in told) for each in replies(tmp_path)]
    assert asked == [
        ("readMeter", "steady", [], 200),
        ("readMeter", "steady", [["unit", "m3"]], 200),
        ("readMeter", "no-credential", [], 401),
        ("addReading", "no-credential", [], 201),
    ]
    assert replies(tmp_path)[0]["path"] == "/meters/gas%20meter/usage"
    assert replies(tmp_path)[0]["credentials"][0]["place"] == "query"
    assert (tmp_path / "addReading" / "no-credential.txt").read_text("utf-8") == "added"


def test_a_har_is_one(tmp_path: Path) -> None:
    """The archive is valid by HAR's schema, and has the URLs that a page asks."""
    export(SHOP, "--as", "har", "--url", "https://shop.example/api/", "-o", str(tmp_path))

    requests = [entry["request"] for entry in log_of(tmp_path / "shop.har")["entries"]]
    assert requests[0]["url"].startswith("https://shop.example/api/meters/gas%20meter/usage?key=")
    assert requests[-1]["postData"] == {"mimeType": "application/json", "text": '{"value": 7}'}


def test_a_query_goes_with_the_operations_that_have_it(tmp_path: Path) -> None:
    """`--query` replaces the choices of its parameter, and no operation without it is changed."""
    words = ("--accounts", "steady", "no-credential", "--query", "page=3", "--query", "unit=m3")
    export(SHOP, "--as", "json", *words, "-o", str(tmp_path))

    queries = [(each["operation"], each["query"]) for each in replies(tmp_path)]
    both = [["page", "3"], ["unit", "m3"]]
    assert queries == [("readMeter", both), ("readMeter", both), ("addReading", [])]


@pytest.mark.parametrize(
    ("place", "text"), [("notes.md", "mine"), (INDEX, '{"as": "json", "contract": "shop", "files": []}')]
)
def test_nothing_foreign_is_overwritten(
    place: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with a file that no export has written, or with another export, stays as it is."""
    (tmp_path / place).write_text(text, "utf-8")

    assert export(SHOP, "--as", "msw", "-o", str(tmp_path)) == 2

    assert texts(tmp_path) == {place: text.encode()}
    assert "-o FOLDER" in capsys.readouterr().err


def test_an_export_removes_what_it_no_longer_writes(tmp_path: Path) -> None:
    """Of an account that is no longer chosen, nothing is left."""
    export("onceonly", "--as", "json", "-o", str(tmp_path / "out"))
    export("onceonly", "--as", "json", "--accounts", "steady", "-o", str(tmp_path / "out"))

    bodies = [path.stem.partition(".")[0] for path in (tmp_path / "out").glob("*/*")]
    assert set(bodies) == {"steady"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("onceonly", "--accounts", "nobody"), "onceonly has no account 'nobody'"),
        (("onceonly", "--operation", "getUsage"), "no operation 'getUsage'.\n  It has getMonthlyUsage"),
        (("onceonly", "--query", "kin=ai"), "no parameter of a query 'kin'"),
        (("onceonly", "--query", "kind"), "write it as NAME=VALUE"),
        (("onceonly", "--now", "later"), "--now later: not an instant"),
        (("onceonly", "onepin"), "An export is of one contract, not of onceonly, onepin"),
        (
            ("onepin", "--query", "range=year"),
            "--query range=year is refused with 422.\n  Its values are 30d, 60d, 90d.",
        ),
        (("onceonly", "--url", "usage.example"), "--url usage.example is no URL"),
    ],
)
def test_a_mistake_is_named(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that there is not is told with those that there are, and nothing is written."""
    assert export(*words, "--as", "har", "-o", str(tmp_path / "out")) == 2

    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder should be, or above it, is no folder."""
    (tmp_path / "file").write_text("mine", "utf-8")

    assert export(SHOP, "--as", "har", "-o", str(tmp_path / "file")) == 2
    assert export(SHOP, "--as", "har", "-o", str(tmp_path / "file" / "in")) == 2

    assert (tmp_path / "file").read_text("utf-8") == "mine"
    assert "Traceback" not in capsys.readouterr().err


def test_json_says_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` lists the files of the folder."""
    export(SHOP, "--as", "har", "--json", "-o", str(tmp_path))

    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [INDEX, "shop.har"]
    assert told["replies"] == len(json.loads((tmp_path / "shop.har").read_bytes())["log"]["entries"])


def test_a_failure_of_the_mock_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reply of 500 is exported, as the mock gives it, but not without a word."""
    document = (
        Path(SHOP).read_text("utf-8").replace("{used: {type: integer}}", "{used: {type: integer, not: {}}}")
    )
    (tmp_path / "shop.openapi.yaml").write_text(document, "utf-8")

    assert export(str(tmp_path / "shop.openapi.yaml"), "--as", "har", "-o", str(tmp_path / "out")) == 0

    assert "readMeter" in capsys.readouterr().err
