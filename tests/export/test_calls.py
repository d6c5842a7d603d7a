"""`metermock export` of the calls behind a contract's numbers."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from metermock import Window
from metermock.cli import main
from metermock.export.command import CALL_FORMS
from metermock.ledger.calendar import DAY
from metermock.ledger.queries import table
from metermock.project import open_project

SHOP = str(Path(__file__).with_name("shop.openapi.yaml"))
INDEX = "metermock-export.json"
DAYS = ("--from", "2026-03-16", "--to", "2026-03-18")
STEADY = ("glyphnet", "--accounts", "steady", *DAYS)


def export(*words: str) -> int:
    """The exit code of `metermock export`."""
    return main(["export", *words])


def texts(folder: Path) -> dict[str, bytes]:
    """The bytes of each file in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of_parquet(path: Path) -> list[dict[str, str]]:
    """The rows of a file, each value as a CSV has it."""
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    for row in rows:
        row["instant"] = row["instant"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return [{name: str(value) for name, value in row.items()} for row in rows]


def rows_of_lines(path: Path) -> list[dict[str, str]]:
    """The rows of a file, each value as a CSV has it."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{name: str(value) for name, value in row.items()} for row in rows]


FORMS = [
    pytest.param(
        form,
        marks=pytest.mark.skipif(
            form == "parquet" and find_spec("pyarrow") is None, reason="`make setup` installs pyarrow"
        ),
    )
    for form in CALL_FORMS
]
READERS = {"csv": rows_of_csv, "ndjson": rows_of_lines, "parquet": rows_of_parquet}


@pytest.mark.parametrize("form", FORMS)
def test_the_calls_are_those_that_the_ledger_lists(form: str, tmp_path: Path) -> None:
    """A day's file has each of its calls, oldest first, with number, instant, dimensions and measures."""
    export(*STEADY, "--as", form, "-o", str(tmp_path))

    world = open_project().load_world("glyphnet")
    first = world.clock // DAY * DAY
    listed = world.usage("steady", world.clock).calls(Window(first, first + DAY), limit=10_000)[::-1]
    rows = READERS[form](tmp_path / "steady" / f"2026-03-18.{form}")
    assert len(rows) > 100
    assert [row["number"] for row in rows] == [str(call.number) for call in listed]
    for row, call in zip(rows, listed, strict=True):
        stated = {**call.dimensions, **{name: str(value) for name, value in call.measures.items()}}
        assert list(row)[:3] == ["account", "number", "instant"]
        assert {name: row[name] for name in list(row)[3:]} == stated


def test_large_tables_are_divided(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A window with more calls than a table may have is written in several, to the same bytes."""
    export(*STEADY, "--as", "csv", "-o", str(tmp_path / "whole"))
    monkeypatch.setattr(table, "MOST", 10)
    export(*STEADY, "--as", "csv", "-o", str(tmp_path / "divided"))

    assert texts(tmp_path / "whole") == texts(tmp_path / "divided")


@pytest.mark.parametrize("form", FORMS)
def test_an_interrupted_export_goes_on_to_the_same_bytes(form: str, tmp_path: Path) -> None:
    """What is there is left alone, what is missing is written, and half a file is written again."""
    export(*STEADY, "--as", form, "-o", str(tmp_path))
    whole = texts(tmp_path)
    middle = tmp_path / "steady" / f"2026-03-17.{form}"
    middle.with_name(f".{middle.name}.part").write_bytes(middle.read_bytes()[:100])
    middle.unlink()

    assert export(*STEADY, "--as", form, "--resume", "-o", str(tmp_path)) == 0

    assert texts(tmp_path) == whole


def test_a_killed_export_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """An export that ends with SIGKILL leaves whole files only under their names, and is resumed."""
    words = ("essarion", "--accounts", "steady", "--as", "csv")
    export(*words, "-o", str(tmp_path / "whole"))
    killed = tmp_path / "killed"
    running = subprocess.Popen([sys.executable, "-m", "metermock", "export", *words, "-o", str(killed)])
    while len(list(killed.glob("steady/2*.csv"))) < 5:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
    running.kill()
    running.wait()
    whole = texts(tmp_path / "whole")
    left = {place: text for place, text in texts(killed).items() if place.startswith("steady/2")}
    assert left.items() <= whole.items()

    assert export(*words, "--resume", "-o", str(killed)) == 0

    assert texts(killed) == whole


def test_a_day_depends_on_no_other(tmp_path: Path) -> None:
    """The file of a day alone is that of an export of many days, and of a later clock."""
    export("onceonly", "--as", "csv", "--accounts", "steady", *DAYS, "-o", str(tmp_path / "three"))
    words = ("--from", "2026-03-17", "--to", "2026-03-17", "--now", "2026-09-01T00:00:00Z")
    export("onceonly", "--as", "csv", "--accounts", "steady", *words, "-o", str(tmp_path / "one"))

    place = "steady/2026-03-17.csv"
    assert texts(tmp_path / "one")[place] == texts(tmp_path / "three")[place]
    assert set(texts(tmp_path / "one")) == {place, INDEX}


def test_the_index_says_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`metermock-export.json` and `--json` count the calls of each account, also of one without any."""
    words = ("glyphnet", "--accounts", "steady", "empty", *DAYS, "--as", "csv", "--json")
    export(*words, "-o", str(tmp_path))

    index = json.loads((tmp_path / INDEX).read_bytes())
    assert index["complete"] is True
    assert index["calls"] == json.loads(capsys.readouterr().out)["calls"]
    assert index["calls"]["empty"] == 0
    assert index["calls"]["steady"] == sum(len(rows_of_csv(each)) for each in (tmp_path / "steady").iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*STEADY, "--seed", "7", "--resume"), "its seed is 0, and now it is 7"),
        ((*STEADY, "--now", "2026-03-18T00:00:00Z", "--resume"), "its now is 2026-03-18T15:42:07Z"),
        (("onceonly", "--resume"), "its contract is glyphnet"),
        (STEADY, "Add --resume to write what is missing"),
    ],
)
def test_another_export_is_left_alone(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the export that was interrupted is resumed, and none is replaced."""
    export(*STEADY, "--as", "csv", "-o", str(tmp_path))
    before = texts(tmp_path)

    assert export(*words, "--as", "csv", "-o", str(tmp_path)) == 2

    assert said in capsys.readouterr().err
    assert texts(tmp_path) == before


def test_a_foreign_folder_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that no export has written stays as it is, whatever is asked."""
    (tmp_path / "notes.md").write_text("mine", "utf-8")

    assert export(*STEADY, "--as", "csv", "--resume", "-o", str(tmp_path)) == 2

    assert "no export has written it" in capsys.readouterr().err
    assert set(texts(tmp_path)) == {"notes.md"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("glyphnet", "--as", "csv", "--accounts", "nobody"), "no account 'nobody'.\n  It has steady"),
        (("glyphnet", "--as", "csv", "--from", "soon"), "--from soon: not a day"),
        (
            ("glyphnet", "--as", "csv", "--from", "2026-03-18", "--to", "2026-03-16"),
            "--to 2026-03-16 is before",
        ),
        (("glyphnet", "--as", "csv", "--query", "period=day"), "--query does not go with --as csv"),
        (("glyphnet", "--as", "har", "--resume"), "--resume does not go with --as har"),
        ((SHOP, "--as", "csv"), "shop has no world"),
    ],
)
def test_a_mistake_is_named(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not fit is told before anything is written."""
    assert export(*words, "-o", str(tmp_path / "out")) == 2

    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without pyarrow there is no Parquet, and the message says how to get it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert export(*STEADY, "--as", "parquet", "-o", str(tmp_path / "out")) == 2

    assert 'pip install "metermock[table]"' in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
