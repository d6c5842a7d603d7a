"""Headers of rate limits count in the unit and form of their names, descriptions and examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app
from metermock.server.generation.wire.limits import exhausted
from tests.server.generation.made import TEXT, WHOLE

NOW, WAIT = 1_773_848_527, 53
LIMIT = {"schema": WHOLE, "description": "Requests per minute"}
SETS: dict[str, dict[str, Any]] = {
    "new": {"RateLimit": {"schema": TEXT}, "RateLimit-Policy": {"schema": TEXT}},
    "old": {
        "RateLimit-Limit": LIMIT,
        "RateLimit": {"schema": TEXT},
        "RateLimit-Policy": {"schema": TEXT},
    },
    "number": {"RateLimit": LIMIT, "RateLimit-Remaining": {"schema": WHOLE}},
    "listed": {
        "RateLimit-Limit": {"schema": TEXT, "example": "100, 100;w=60"},
        "RateLimit-Remaining": {"schema": WHOLE},
    },
    "shown": {"RateLimit": {"schema": TEXT, "example": '"burst";r=50;t=30'}},
    "fine": {"X-RateLimit-Reset-Ms": {"schema": WHOLE}, "X-RateLimit-Reset": {"schema": WHOLE}},
    "dated": {"Retry-After": {"schema": TEXT, "description": "An HTTP date"}},
    "both": {"Retry-After": {"schema": TEXT, "description": "Seconds or an HTTP date"}},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The mock of an operation with each set of headers."""
    content = {"application/json": {"schema": {"type": "object"}}}
    paths = {
        f"/{name}": {
            "get": {
                "responses": {
                    code: {
                        "description": "It.",
                        "content": content,
                        "headers": {each: {"schema": WHOLE, **header} for each, header in headers.items()},
                    }
                    for code in ("200", "429")
                }
            }
        }
        for name, headers in SETS.items()
    }
    file = tmp_path_factory.mktemp("rates") / "rates.json"
    document = {"openapi": "3.1.0", "info": {"title": "R", "version": "1"}, "paths": paths}
    file.write_text(json.dumps(document), "utf-8")
    with TestClient(asgi_app(str(file)), base_url="http://mock") as known:
        yield known


@pytest.mark.parametrize(
    ("name", "state", "policy"),
    [
        ("new", r'"default";r=(?P<left>\d+);t=(?P<until>\d+)', r'"default";q=(?P<most>\d+);w=3600'),
        (
            "old",
            r"limit=(?P<most>\d+), remaining=(?P<left>\d+), reset=(?P<until>\d+)",
            r"(?P<most>\d+);w=60",
        ),
    ],
)
def test_structured_fields_tell_one_limit(client: TestClient, name: str, state: str, policy: str) -> None:
    """Beside a `RateLimit-Limit` they are written as the draft had them that has it."""
    headers = client.get(f"/{name}").headers
    found, ruled = re_of(state, headers["ratelimit"]), re_of(policy, headers["ratelimit-policy"])
    assert 0 < int(found["left"]) < int(ruled["most"])
    assert int(found["until"]) <= (60 if name == "old" else 3600)
    assert headers.get("ratelimit-limit", ruled["most"]) == ruled["most"]


def re_of(pattern: str, text: str) -> dict[str, str]:
    """The groups of a whole text."""
    found = re.fullmatch(pattern, text)
    assert found is not None, text
    return found.groupdict()


def test_a_number_stays_the_limit(client: TestClient) -> None:
    """Only a text is a structured field."""
    headers = client.get("/number").headers
    assert int(headers["ratelimit-remaining"]) < int(headers["ratelimit"])


def test_the_first_of_several_quotas_is_the_limit(client: TestClient) -> None:
    """What remains is a part of it."""
    assert int(client.get("/listed").headers["ratelimit-remaining"]) < 100


def test_a_refusal_leaves_nothing_of_a_structured_limit(client: TestClient) -> None:
    """Until the wait ends that `Retry-After` tells, the example's names kept."""
    headers = client.get("/shown", headers={"Prefer": "code=429"}).headers
    assert headers["ratelimit"] == f'"burst";r=0;t={headers["retry-after"]}'


def test_a_refusal_counts_milliseconds_where_a_name_says_so(client: TestClient) -> None:
    """And seconds in the header beside it."""
    headers = client.get("/fine", headers={"Prefer": "code=429"}).headers
    assert int(headers["x-ratelimit-reset-ms"]) == 1000 * int(headers["x-ratelimit-reset"])
    assert headers["x-ratelimit-reset"] == headers["retry-after"]


@pytest.mark.parametrize(("name", "is_date"), [("dated", True), ("both", False)])
def test_retry_after_is_a_date_where_its_description_says_nothing_else(
    client: TestClient, name: str, *, is_date: bool
) -> None:
    """Else seconds, as most write."""
    assert client.get(f"/{name}").headers["retry-after"].endswith("GMT") is is_date


@pytest.mark.parametrize(
    ("name", "text", "fine", "told"),
    [
        ("Retry-After", "3", False, "53"),
        ("Retry-After-Ms", "3", True, "53000"),
        ("X-Reset-After", "20", True, "53000"),
        ("X-RateLimit-Reset", "6m0s", False, "53s"),
        ("X-RateLimit-Reset", "20ms", False, "53s"),
        ("X-RateLimit-Reset", "1773848600", False, "1773848580"),
        ("X-RateLimit-Reset", "1773848600000", True, "1773848580000"),
        ("X-RateLimit-Reset", "2026-03-18T15:00:00Z", False, "2026-03-18T15:43:00Z"),
        ("X-RateLimit-Reset", "Wed, 18 Mar 2026 15:00:00 GMT", False, "Wed, 18 Mar 2026 15:43:00 GMT"),
        ("X-RateLimit-Reset", "soon", False, "soon"),
        ("RateLimit", "limit=100, remaining=50, reset=30", False, "limit=100, remaining=0, reset=53"),
    ],
)
def test_the_end_of_a_wait_is_written_as_before(name: str, text: str, told: str, *, fine: bool) -> None:
    """In seconds, milliseconds, a duration, an instant or a date; another text is the author's."""
    assert exhausted({name: text}, NOW, WAIT, {name} if fine else ())[name] == told
