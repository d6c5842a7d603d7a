from __future__ import annotations

import json
from pathlib import Path

import pytest

from metermock.errors import ContractError, SourceError, WorldError
from metermock.source import read_source

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("", ":", "is empty"),
        ("a: 1\nb: 2\na: 3\n", ":3:1:", "the key 'a' is there twice"),
        ("a:\n\tb: 1\n", ":2:1:", "spaces, not with tabs"),
        ("a: 2026-01-01\n", ":1:4:", "quote it: '2026-01-01'"),
        ("a:\n  200: 1\n", ":2:3:", "the key 200 is not text"),
        ("a: 1\n---\nb: 1\n", ":2:1:", "second document"),
        ("a: !!set {x}\n", ":1:4:", "leave tags out"),
        ("a: &a [*a]\n", ":1:8:", "no finished anchor"),
        ("x: &x {a: 1}\nb: {<<: *x}\n", ":2:5:", "merge key"),
        ("? [a]\n: 1\n", ":1:3:", "key that is not text"),
        ("a: \0", ":", "is not YAML"),
        (f"a: {'9' * 5000}", ":1:4:", "too large"),
        ("a: 1e999", ":1:4:", "too large"),
        (BOMB, ":7:10:", "2,000,000 parts"),
        ("[" * 100_000, ":1:101:", "nested deeper"),
        ("- " * 2_000, ":1:201:", "nested deeper"),
        ("? " * 50_000, ":", "key that is not text"),
    ],
)
def test_an_unusable_yaml_file_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str, problem: str
) -> None:
    """What YAML or JSON cannot hold is an error of the caller's kind, with line and column."""
    path = tmp_path / "world.yaml"
    path.write_text(text)
    with pytest.raises(WorldError) as caught:
        read_source(path, error=WorldError)
    assert f"world.yaml{place}" in str(caught.value)
    assert problem in str(caught.value)


def test_a_file_that_is_not_utf8_names_the_byte(tmp_path: Path) -> None:
    """A Latin-1 file is refused at the line and column of its first stray byte."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(SourceError, match=r"a\.yaml:2:4: is not UTF-8: byte 0xe9"):
        read_source(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A path without a file is a source error, not an operating system's."""
    with pytest.raises(ContractError, match="cannot be read: No such file") as caught:
        read_source(tmp_path / "none.yaml", error=ContractError)
    assert caught.value.line == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": }', ":1:7: is not JSON"),
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_an_unusable_json_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """JSON is held to the same rules as YAML: no repeated keys, no NaN, no bombs."""
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert problem in str(caught.value)


def test_words_that_old_yaml_takes_for_booleans_are_text(tmp_path: Path) -> None:
    """`on`, `no` and `12:30` are text, as YAML 1.2 says; numbers, null and true are not."""
    path = tmp_path / "a.yaml"
    path.write_text("on: [no, 12:30, 1.5, -3, null, true, '5']\n")
    assert read_source(path).document == {"on": ["no", "12:30", 1.5, -3, None, True, "5"]}


def test_an_alias_stands_for_its_anchor(tmp_path: Path) -> None:
    """Aliases are followed while they stay small."""
    path = tmp_path / "a.yaml"
    path.write_text("a: &x {b: 1}\nc: [*x, *x]\n")
    assert read_source(path).document["c"] == [{"b": 1}, {"b": 1}]


def test_every_part_knows_its_line(tmp_path: Path) -> None:
    """A pointer leads to its key or item; one that leads nowhere, to the nearest parent."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n    d: 3\n")
    source = read_source(path)
    assert source.line(("b", 0, "d")) == (4, 5)
    assert source.line(("b", 0)) == (3, 5)
    assert source.line(("b", 9, "x")) == (2, 1)
    assert source.line(()) == (1, 1)


def test_json_knows_its_lines_too(tmp_path: Path) -> None:
    """A JSON document, tabs and all, has lines like a YAML one."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"a": 1, "b": [1, {"c": 2}]}, indent="\t"))
    assert read_source(path).line(("b", 1, "c")) == (6, 4)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: one two\n", (1, 8)),
        ('a: "one two"\n', (1, 9)),
        ("a: |\n  zero\n  one two\n", (2, 7)),
        ('a: "on\\x65 two"\n', (1, 5)),
        ("a: >-\n  one\n  two\n", (3, 3)),
    ],
)
def test_a_place_inside_a_text_is_found(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    """The fifth character of a text has its own column, save where escapes or folding hide it."""
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert read_source(path).line_inside(("a",), 4) == place


def test_an_error_points_at_its_part(tmp_path: Path) -> None:
    """`error` makes the caller's kind of error, with the part's line and the advice."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb: 2\n")
    problem = read_source(path, error=WorldError).error(("b",), "is wrong", "mend it")
    assert str(problem) == f"{path}:2:1: is wrong\n  mend it"


def test_what_others_publish_is_read_leniently(tmp_path: Path) -> None:
    """Keys that are no text, dates, merge keys and plain tags mean what they say, one note of each kind."""
    path = tmp_path / "api.yaml"
    path.write_text(
        "base: &base {a: 1, b: 2}\n"
        "codes: {200: x, 404: y, on: z}\n"
        "day: 2026-03-01\n"
        "merged: {<<: *base, b: 3}\n"
        "text: !!str 7\n"
    )
    source = read_source(path, is_lenient=True)
    assert source.document == {
        "base": {"a": 1, "b": 2},
        "codes": {"200": "x", "404": "y", "on": "z"},
        "day": "2026-03-01",
        "merged": {"a": 1, "b": 3},
        "text": "7",
    }
    told = [(note.line, note.problem) for note in source.notes]
    assert told == [
        (2, "the key 200 is not text (2 such places)"),
        (3, "2026-03-01 would be read as a date by some tools"),
        (4, "has a merge key, `<<`"),
    ]


def test_json_is_read_whatever_its_name(tmp_path: Path) -> None:
    """By its first character; lines are known although escapes are no YAML."""
    path = tmp_path / "api"
    path.write_text('{"title": "\\ud83d\\ude00\\/",\n "n": {"a": 1}}')
    source = read_source(path)
    assert source.document == {"title": "😀/", "n": {"a": 1}}
    assert source.line(("n", "a")) == (2, 8)
