"""A document with more operations than a check may send requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checker.small import check, document, operation, small

COUNT = 45


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("--profile", "quick"), "--profile nightly"),
        (("--profile", "nightly", "--rate-limit", "900/s"), "--profile full"),
        ((), "a higher limit"),
    ],
    ids=["quick", "nightly", "full"],
)
def test_what_a_limit_leaves_out_is_named_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], more: str
) -> None:
    """Each operation is asked once before any is asked twice; the others are named, with how to get them."""
    paths = {f"/things/{n}": {"get": operation(operationId=f"thing{n}")} for n in range(COUNT)}
    with small(lambda _: (200, {})) as server:
        code, report = check(tmp_path, document(paths=paths), server.url, "--max-requests", "20", *words)
    assert (code, report["findings"], len({each.path for each in server.asked})) == (3, [], 20)
    assert report["left_out"][0] == (
        "25 of 45 operations were not asked, since the check had reached its limits: "
        f"thing20, thing21, thing22, thing23, thing24 and 20 more; {more} asks more, and --operation, --tag "
        "or --path a part at a time"
    )
    assert "valid-request  thing20, thing21, thing22, thing23 and 21 more" in capsys.readouterr().out


def test_a_parameter_that_a_limit_kept_from_being_varied_is_told(tmp_path: Path) -> None:
    """Nobody takes a page of one size for all sizes; without a limit nothing of the kind is said."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
    paths = {"/things": {"get": operation(operationId="things", parameters=[limit])}}
    with small(lambda _: (200, {})) as server:
        _, cut = check(tmp_path, document(paths=paths), server.url, "--max-requests", "2")
        _, whole = check(tmp_path, document(paths=paths), server.url)
    reasons = [(each["parameter"], each["reason"]) for each in cut["unvaried"]]
    assert reasons == [("limit", "since the check had reached its limits")]
    assert not whole.get("unvaried")


def test_who_takes_a_part_for_the_whole_is_told_all_the_same(tmp_path: Path) -> None:
    """`--allow-untested` passes, and the line stays."""
    paths = {f"/things/{n}": {"get": operation()} for n in range(COUNT)}
    with small(lambda _: (200, {})) as server:
        limits = ("--max-requests", "20", "--allow-untested")
        code, report = check(tmp_path, document(paths=paths), server.url, *limits)
    assert (code, report["verdict"]) == (0, "kept")
    assert report["left_out"][0].startswith("25 of 45 operations were not asked")
