"""Documents of which nothing can be used are refused with one sentence that says what, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metermock.errors import ContractError
from tests.suite.document import Document

UNUSABLE = [Document.of(path) for path in sorted(Path(__file__).with_name("unusable").glob("*.yaml"))]


@pytest.mark.parametrize("document", UNUSABLE, ids=lambda each: each.path.stem)
def test_it_is_refused(document: Document) -> None:
    """The message has the words that the document's `refused` wants."""
    with pytest.raises(ContractError) as refusal:
        document.contract()
    assert re.search(document.suite["refused"], str(refusal.value)), str(refusal.value)
