"""OpenAI's own client, as it is published, reads the usage and the costs that examples/openai serves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.conftest import Server

STEADY = "sk-admin-steady-3pV8kQ2mT7xW9bR4"
START, END = 1_773_014_400, 1_773_619_200  # Monday, 9 March 2026, and a week later
WEEK: dict[str, Any] = {"start_time": START, "end_time": END}
SERVICES = {
    "completions": "num_model_requests",
    "embeddings": "num_model_requests",
    "images": "num_model_requests",
    "audio_speeches": "num_model_requests",
    "code_interpreter_sessions": "num_sessions",
}


@pytest.fixture(name="usage")
def usage_fixture(example: Server) -> Iterator[Any]:
    """The usage methods of the vendor's client, at the example."""
    with openai.OpenAI(admin_api_key=STEADY, base_url=example.url, max_retries=0) as client:
        yield client.admin.organization.usage


def rows(page: Any) -> list[Any]:
    """The rows of all buckets of a page."""
    return [row for bucket in page.data for row in bucket.results]


@pytest.mark.parametrize("service", SERVICES)
def test_each_kind_of_usage_is_typed(usage: Any, service: str) -> None:
    """Each operation's rows arrive as the type that the client has for them; the projects are the whole."""
    count, read = SERVICES[service], getattr(usage, service)
    whole, projects = rows(read(**WEEK)), rows(read(**WEEK, group_by=["project_id"]))
    assert {row.object for row in whole} == {f"organization.usage.{service}.result"}
    assert {row.project_id for row in whole} == {None}
    assert {row.project_id for row in projects} == {"proj_search", "proj_support"}
    assert sum(getattr(row, count) for row in projects) == sum(getattr(row, count) for row in whole) > 0


def test_the_client_walks_the_pages(usage: Any) -> None:
    """Page after page by `next_page`, the client gets the buckets of one large page."""
    found, cursor = [], openai.omit
    while cursor is not None:
        page = usage.completions(**WEEK, limit=3, page=cursor)
        found += page.data
        cursor = page.next_page
    assert found == usage.completions(**WEEK, limit=31).data
    assert len(found) == 7


@pytest.mark.parametrize(("width", "buckets"), [("1h", 24), ("1m", 1_440)])
def test_a_day_is_its_hours_and_its_minutes(usage: Any, width: str, buckets: int) -> None:
    """Buckets of another width have the same tokens together."""
    day = {"start_time": START, "end_time": START + 86_400}
    parts = usage.completions(**day, bucket_width=width, limit=buckets)
    (whole,) = rows(usage.completions(**day))
    assert len(parts.data) == buckets
    assert sum(row.input_tokens for row in rows(parts)) == whole.input_tokens


def test_filters_are_lists(usage: Any) -> None:
    """Several values of a filter are taken together, and several filters narrow each other down."""
    both = usage.completions(**WEEK, models=["gpt-4.1", "gpt-4.1-mini"])
    assert both.data == usage.completions(**WEEK).data
    some = rows(usage.completions(**WEEK, project_ids=["proj_search"], models=["gpt-4.1-mini"], batch=True))
    every = rows(usage.completions(**WEEK, group_by=["project_id", "model", "batch"]))
    wanted = [row for row in every if row.batch and row.project_id == "proj_search"]
    assert [row.input_tokens for row in some] == [row.input_tokens for row in wanted]
    assert usage.completions(**WEEK, user_ids=["nobody"]).data[0].results == []


def test_line_items_are_the_costs(usage: Any) -> None:
    """The line items of each day add up to what the day costs, in dollars."""
    whole, items = usage.costs(**WEEK), usage.costs(**WEEK, group_by=["line_item"])
    for day, parts in zip(whole.data, items.data, strict=True):
        (cost,) = day.results
        assert cost.amount.currency == "usd"
        assert cost.amount.value == pytest.approx(sum(row.amount.value for row in parts.results))


def test_the_asynchronous_client_reads_the_same(usage: Any, example: Server) -> None:
    """The asynchronous client gets what the other one gets."""

    async def ask() -> Any:
        async with openai.AsyncOpenAI(admin_api_key=STEADY, base_url=example.url) as client:
            return await client.admin.organization.usage.embeddings(**WEEK)

    assert asyncio.run(ask()) == usage.embeddings(**WEEK)


def test_the_client_raises_its_own_errors(usage: Any, example: Server) -> None:
    """A wrong key and a wrong parameter are the errors that the client has for them."""
    with (
        openai.OpenAI(admin_api_key="sk-admin-never-issued", base_url=example.url) as stranger,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        stranger.admin.organization.usage.costs(**WEEK)
    assert refused.value.code == "invalid_api_key"
    with pytest.raises(openai.BadRequestError) as wrong:
        usage.images(**WEEK, bucket_width="1w")
    assert wrong.value.param == "bucket_width"


def test_the_readme_shows_what_its_snippet_prints(snippet: tuple[str, str]) -> None:
    """Whoever copies the snippet of the README gets the lines under it."""
    printed, shown = snippet
    assert printed == shown
