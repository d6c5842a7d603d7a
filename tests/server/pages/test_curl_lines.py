"""Curl lines that are ready to paste."""

from __future__ import annotations

import pytest

from metermock.server.pages.curl_lines import Line


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://bücher.example/größe/{id}", "http://bücher.example/gr%C3%B6%C3%9Fe/{id}"),
        ("http://127.0.0.1:4010/a b", "http://127.0.0.1:4010/a%20b"),
        ("/größe", "/gr%C3%B6%C3%9Fe"),
    ],
)
def test_a_path_is_percent_encoded_and_a_host_is_not(url: str, sent: str) -> None:
    """A name has another spelling for its letters, which curl knows."""
    assert Line(url).sent("GET", "", "").url == sent
