"""Which operations are asked: by name, tag and path, and what is said about names that mean nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.address import shown
from metermock.errors import UsageError
from tests.checker.small import check, document, operation, small

BROKEN = operation(schema={"$ref": "#/components/schemas/Nope"}, operationId="getCost", tags=["money"])
PATHS = {
    "/v1/usage": {"get": operation(schema={"type": "object"}, operationId="getUsage", tags=["usage"])},
    "/v1/cost": {"get": BROKEN},
}


@pytest.mark.parametrize(
    "words", [("--operation", "getCost"), ("--tag", "money"), ("--path", "/v1/cost"), ("--path", "/v1/*")]
)
def test_a_broken_operation_that_is_asked_for_is_no_pass(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It is left out of the document, so nothing is known about it: exit 3, with what is wrong there."""
    with small(lambda _: (200, {})) as server:
        code, report = check(tmp_path, document(paths=PATHS), server.url, *words)
    assert (code, report["verdict"]) == (3, "untested")
    assert report["reason"].startswith("1 operation was not tested: GET /v1/cost: ")
    assert "leads nowhere" in report["reason"]


def test_the_command_that_tells_the_notes_has_the_overlay(tmp_path: Path) -> None:
    """Without it the notes would be of another document."""
    overlay = tmp_path / "rules.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $.info, update: {x-a: 1}}]\n"
    )
    noted = {**document(paths={"/v1/usage": {"get": operation()}}), "x-rules": [], "summary": 3}
    with small(lambda _: (200, {})) as server:
        _, report = check(tmp_path, noted, server.url, "--overlay", str(overlay))
    (told,) = [line for line in report["left_out"] if "metermock lint" in line]
    assert told.endswith(f" --overlay {shown(overlay)}")


@pytest.mark.parametrize("name", ["getCost", "GET /v1/cost"])
def test_skip_leaves_a_broken_operation_out(tmp_path: Path, name: str) -> None:
    """By its id, or by its method and path."""
    with small(lambda _: (200, {})) as server:
        code, _ = check(tmp_path, document(paths=PATHS), server.url, "--skip", name)
    assert code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--operation", "getUsag"),
            "--operation getUsag: no operation has that name\n  did you mean getUsage?\n  there are: get",
        ),
        (
            ("--tag", "Usages"),
            "--tag Usages: no operation has that tag\n  did you mean usage?\n  there are: money, usage",
        ),
        (
            ("--path", "usage"),
            "--path usage: no path fits\n  did you mean /v1/usage?\n  there are: /v1/cost, /v1/usage",
        ),
        (("--param", "nope.id=1"), "--param nope: no operation has that name\n  there are: getUsage"),
    ],
)
def test_a_name_that_means_nothing_is_told_with_near_ones(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    """What was asked, what comes near to it, and what there is."""
    with pytest.raises(UsageError) as caught:
        check(tmp_path, document(paths=PATHS), "http://127.0.0.1:9", *words)
    assert str(caught.value).startswith(told)


def test_a_long_list_of_names_is_cut(tmp_path: Path) -> None:
    """A document of many operations must not fill the terminal."""
    paths: dict[str, Any] = {f"/p{number}": {"get": operation()} for number in range(50)}
    with pytest.raises(UsageError, match=r"get_p0, get_p1, .*get_p19 and 30 more$"):
        check(tmp_path, document(paths=paths), "http://127.0.0.1:9", "--operation", "x")


def test_words_that_leave_nothing_are_no_pass(tmp_path: Path) -> None:
    """Each of them names something, and no operation has both."""
    words = ("--path", "/v1/usage", "--tag", "money")
    with pytest.raises(UsageError, match="no operation has all of"):
        check(tmp_path, document(paths=PATHS), "http://127.0.0.1:9", *words)
