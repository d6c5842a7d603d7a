"""The guide for pages: its table of states is what the browser tests send, and the mock does it all."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Server

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "frontend.md").read_text("utf-8")
SPEC = (ROOT / "examples" / "dashboard" / "tests" / "states.spec.js").read_text("utf-8")

_, _, TABLE = GUIDE.partition("## Sixteen states")
ROWS = re.findall(r"^\| ([\w ]+) \| `([^|`]+)`[^|]* \| [^|]+ \|$", TABLE, re.MULTILINE)
STATUSES = {
    "refused": 401,
    "too many requests": 429,
    "a retry that ends well": 429,
    "a failure of the server": 500,
}
"""What is not answered with 200."""
UNANSWERED = ("fault=hang", "fault=reset")


def browser_tests() -> list[tuple[str, str]]:
    """Each browser test's title, and what it sends; the name of a session as the guide writes it."""
    titles = re.findall(r"^ *test\('(.+?)', async", SPEC, re.MULTILINE)
    instants = iter(re.findall(r"const now = '(.+?)'", SPEC))
    sent = re.findall(r"await open\(page, ['`](.+?)['`](?:, now|, null)?\)", SPEC)
    plain = [each.replace("${randomUUID()}", "ANY-NAME") for each in sent]
    return list(
        zip(titles, [re.sub(r"\$\{now\}", lambda _: next(instants), each) for each in plain], strict=True)
    )


def test_the_guide_lists_the_states_of_the_browser_tests() -> None:
    """The same sixteen, in the same order, with the same preferences."""
    assert len(ROWS) == 16
    assert browser_tests() == ROWS


def test_the_first_429_of_the_guide_is_one(mock: Server) -> None:
    """Its line, as it stands there, needs no credential beside it."""
    line = re.search(r"^\$ (curl -i .+)$", GUIDE, re.MULTILINE)
    assert line
    words = shlex.split(line[1].replace("http://localhost:4010", mock.url))
    told = subprocess.run([*words, "-s"], capture_output=True, text=True, check=True).stdout
    head, _, body = told.partition("\n\n")

    assert head.startswith("HTTP/1.1 429 ")
    assert "preference-applied: account=steady, code=429" in head.lower()
    assert json.loads(body)["error"]["code"] == "rate_limited"


@pytest.mark.parametrize(("state", "sent"), [row for row in ROWS if row[1] not in UNANSWERED])
def test_the_mock_does_what_a_row_sends(mock: Server, state: str, sent: str) -> None:
    """Every preference of the row is applied, and the status is the one that the state is about."""
    headers = {"authorization": "Bearer op_live_steady00000000000000000000000000", "x-metermock": sent}
    with mock.client() as client:
        reply = client.get("/onepin/api/v1/usage/summary", headers=headers)
    assert reply.status_code == STATUSES.get(state, 200)
    keys = re.findall(r"(?:^|[,;] )(\w+)=", sent)
    assert set(keys) <= set(re.findall(r"(?:^|, )(\w+)=", reply.headers["preference-applied"]))
