"""JSON pointers, written, read and followed."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.json_pointer import difference, member, path_of, text_of, without


@pytest.mark.parametrize(
    ("path", "pointer"),
    [((), ""), (("a", 0), "/a/0"), (("a/b", "~1"), "/a~1b/~01"), (("",), "/")],
)
def test_a_path_is_written_and_read(path: tuple[str | int, ...], pointer: str) -> None:
    """Slashes and tildes are escaped as RFC 6901 says; what is read are texts."""
    assert text_of(path) == pointer
    assert path_of(pointer) == tuple(str(token) for token in path)
    assert path_of("#" + pointer) == path_of(pointer)


def test_a_member_is_found_by_its_pointer() -> None:
    """Through objects; nothing where there is none."""
    assert member({"meta": {"id": 1}}, "/meta/id") == 1
    assert member({"meta": [1]}, "/meta/id") is None


@pytest.mark.parametrize(
    ("pointers", "left"),
    [
        ((), {"meta": {"id": 1, "at": 2}, "n": 3}),
        (("/meta/id",), {"meta": {"at": 2}, "n": 3}),
        (("/meta", "/none/such"), {"n": 3}),
        (("/n/deeper",), {"meta": {"id": 1, "at": 2}, "n": 3}),
    ],
)
def test_what_every_reply_has_anew_is_left_out(pointers: tuple[str, ...], left: Any) -> None:
    """Members go by pointer; what is not there is no mistake, and the body itself stays as it was."""
    body = {"meta": {"id": 1, "at": 2}, "n": 3}
    assert without(body, pointers) == left
    assert body == {"meta": {"id": 1, "at": 2}, "n": 3}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, ("/a/1", 2, 3)),
        ({"a": [1]}, {"a": [1, 3]}, ("/a", [1], [1, 3])),
        ({"a": 1}, {"b": 1}, ("", {"a": 1}, {"b": 1})),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, ("/a~1b/~0", 1, 2)),
        (1, "1", ("", 1, "1")),
    ],
)
def test_a_difference_is_told_by_its_first_place(one: Any, other: Any, told: Any) -> None:
    """The deepest place whose neighbours agree, as a JSON pointer, and what each value has there."""
    assert difference(one, other) == told
