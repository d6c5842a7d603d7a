"""How addresses of documents are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.address import shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://a.test/v1/api.yaml?token=sesame&v=2", "https://a.test/v1/api.yaml?token=***&v=***"),
        ("https://me:sesame@a.test/api.yaml", "https://***@a.test/api.yaml"),
        ("https://a.test/api.yaml?sesame#sesame", "https://a.test/api.yaml?***#***"),
        ("ftp://me:sesame@a.test/api.yaml", "ftp://***@a.test/api.yaml"),
        ("http://me:sesame@[a/api.yaml?token=sesame", "http://***@[a/api.yaml"),
        ("http://a.test/api.yaml", "http://a.test/api.yaml"),
        ("docs/what?token=1.yaml", "docs/what?token=1.yaml"),
        (Path("openapi/api.yaml"), Path("openapi/api.yaml")),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: Path | str, said: Path | str) -> None:
    """User, values of the query and fragment are hidden; the names of keys stay, and paths are untouched."""
    assert shown(address) == said
