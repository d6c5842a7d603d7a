"""How values stand on the wire: every style of the specification, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.styles import Form, Style

COLOURS = ["blue", "black", "brown"]
RGB = {"R": "100", "G": "200", "B": "150"}
MEMBERS = frozenset(RGB)


@pytest.mark.parametrize(
    ("style", "explode", "form", "value", "pairs"),
    [
        ("form", True, "text", "blue", [("color", "blue")]),
        ("form", True, "text", "", [("color", "")]),
        ("form", True, "list", COLOURS, [("color", "blue"), ("color", "black"), ("color", "brown")]),
        ("form", False, "list", COLOURS, [("color", "blue,black,brown")]),
        ("form", True, "map", RGB, [("R", "100"), ("G", "200"), ("B", "150")]),
        ("form", False, "map", RGB, [("color", "R,100,G,200,B,150")]),
        ("spaceDelimited", False, "list", COLOURS, [("color", "blue black brown")]),
        ("pipeDelimited", False, "list", COLOURS, [("color", "blue|black|brown")]),
        ("pipeDelimited", False, "map", RGB, [("color", "R|100|G|200|B|150")]),
        (
            "deepObject",
            True,
            "map",
            {"a": {"b": "1"}, "c": ["2", "3"]},
            [("color[a][b]", "1"), ("color[c]", "2"), ("color[c]", "3")],
        ),
    ],
)
def test_a_query_is_written_and_read(
    style: str,
    explode: bool,  # noqa: FBT001 - a column of the table
    form: Form,
    value: Any,
    pairs: list[tuple[str, str]],
) -> None:
    """As the table of the specification has it (3.1, Style Examples)."""
    made = Style("color", style, explode=explode, form=form, members=MEMBERS)
    assert made.to_query(value) == pairs
    assert made.of_query([("other", "x"), *pairs], frozenset({"other", "color"})) == value


@pytest.mark.parametrize(
    ("style", "explode", "form", "value", "text"),
    [
        ("simple", False, "text", "blue", "blue"),
        ("simple", False, "list", COLOURS, "blue,black,brown"),
        ("simple", False, "map", RGB, "R,100,G,200,B,150"),
        ("simple", True, "map", RGB, "R=100,G=200,B=150"),
        ("label", False, "text", "blue", ".blue"),
        ("label", False, "list", COLOURS, ".blue,black,brown"),
        ("label", True, "list", COLOURS, ".blue.black.brown"),
        ("label", True, "map", RGB, ".R=100.G=200.B=150"),
        ("matrix", False, "text", "blue", ";color=blue"),
        ("matrix", False, "list", COLOURS, ";color=blue,black,brown"),
        ("matrix", True, "list", COLOURS, ";color=blue;color=black;color=brown"),
        ("matrix", False, "map", RGB, ";color=R,100,G,200,B,150"),
        ("matrix", True, "map", RGB, ";R=100;G=200;B=150"),
    ],
)
def test_a_path_segment_is_written_and_read(
    style: str,
    explode: bool,  # noqa: FBT001 - a column of the table
    form: Form,
    value: Any,
    text: str,
) -> None:
    """As the table of the specification has it; headers are `simple` too."""
    made = Style("color", style, explode=explode, form=form)
    assert made.to_text(value) == text
    assert made.of_text(text) == value


@pytest.mark.parametrize("style", ["label", "matrix"])
def test_a_segment_in_another_style_is_not_read(style: str) -> None:
    """A label begins with a dot, a matrix parameter with a semicolon."""
    assert Style("color", style, explode=False, form="text").of_text("blue") is None


def test_brackets_make_lists_and_maps() -> None:
    """`filter[a][]` is a list even with one value; a key that is there again has one too."""
    made = Style("filter", "deepObject", explode=True, form="map")
    pairs = [("filter[a][]", "1"), ("filter[b]", "2"), ("filter[b]", "3"), ("filters[c]", "4")]
    assert made.of_query(pairs, frozenset()) == {"a": ["1"], "b": ["2", "3"]}


def test_an_open_object_takes_what_no_other_parameter_does() -> None:
    """With additional fields, names that are no parameters are members."""
    made = Style("extra", "form", explode=True, form="map", is_open=True)
    assert made.of_query([("limit", "5"), ("tag", "x")], frozenset({"limit"})) == {"tag": "x"}
