"""What two small APIs teach that no template was fitted to: a storage meter, and a sender of messages."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from metermock.learn.learning import Learned, learned
from metermock.learn.relations import Related
from metermock.learn.witness import Witnesses
from tests.learn import sms, storage


def learnt(module: ModuleType, folder: Path) -> list[Learned]:
    """What the replies of an API teach."""
    contract = module.contract(folder)
    found, _ = learned(contract.operations, Witnesses(tuple(module.witnesses())), lambda _: None)
    return found


@pytest.fixture(scope="module")
def meter(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """What the storage meter teaches."""
    return learnt(storage, tmp_path_factory.mktemp("storage"))[0]


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> list[Learned]:
    """What the sender of messages teaches, of both its operations."""
    return learnt(sms, tmp_path_factory.mktemp("sms"))


def rules(found: Learned) -> dict[str, str]:
    """The rules by their message."""
    return {each.candidate.message: each.candidate.rule for each in found.rules}


def relations(found: Learned) -> dict[str, Related]:
    """The relations by their message."""
    return {each.message: each for each in found.relations}


def test_a_part_is_there_where_its_switch_is_on(meter: Learned) -> None:
    """The buckets are listed exactly where they are asked for."""
    told = rules(meter)["buckets is there exactly where include_buckets is true"]

    assert told == "(has(body.buckets)) == request.include_buckets"


def test_a_field_is_null_unless_its_parameter_is_given(meter: Learned) -> None:
    """The bucket is said back where one is asked for, and null else."""
    assert rules(meter)["bucket is not null exactly where bucket is given"] == (
        "(body.bucket != null) == has(request.bucket)"
    )


def test_a_text_follows_from_a_parameter_by_a_table(meter: Learned) -> None:
    """The unit is that of the step."""
    assert rules(meter)["unit is that of step"] == (
        "body.unit == {'day': 'per day', 'hour': 'per hour'}[request.step]"
    )


def test_points_are_counted_by_window_and_step(meter: Learned) -> None:
    """One for each hour or day of the window; the list's length, which is the same, is told once."""
    told = rules(meter)["points follows from window and step: one for each"]

    assert told.startswith("body.points == {'24h': 86400, '30d': 2592000, '7d': 604800}[request.window] / ")
    assert not any("the number of series follows" in message for message in rules(meter))


def test_parts_beside_a_total_may_leave_something_out(meter: Learned) -> None:
    """Reads, writes and what was throttled come near the total, and never above it."""
    assert (
        "body.operations.reads + body.operations.throttled + body.operations.writes"
        " <= body.operations.total_requests"
    ) in rules(meter).values()


def test_arithmetic_that_a_filter_spoils_is_told_without_it(meter: Learned) -> None:
    """Of one bucket the rest of the quota is not what the account has left."""
    told = {each.candidate.rule: each.candidate.when for each in meter.rules}

    assert told["body.free_bytes == max([0, body.quota_bytes - body.stored_bytes])"] == "!has(request.bucket)"


def test_growth_is_taken_for_no_rule(meter: Learned) -> None:
    """What is stored grows in these accounts: it is neither its peak nor in order by law."""
    told = rules(meter).values()

    assert "body.stored_bytes == body.peak_bytes" not in told
    assert "ascending(column(body.series, 'stored_bytes'))" not in told
    assert "body.peak_bytes == max(column(body.series, 'stored_bytes'))" in told


def test_what_is_stored_is_what_the_last_point_says(meter: Learned) -> None:
    """It only grows here, so the ends of the series are looked at: the last point is the hour that runs."""
    assert rules(meter)["stored_bytes is the last series.stored_bytes"] == (
        "body.stored_bytes == last(body.series, 1)[0].stored_bytes"
    )


def test_what_every_row_says_is_not_said_of_the_last(meter: Learned) -> None:
    """Each row says the bucket back that was asked for."""
    said = [each for each in rules(meter).values() if each.endswith("bucket == request.bucket)")]

    assert said == ["body.buckets.all(row, row.bucket == request.bucket)"]
    assert not any(each.startswith("last(body.buckets") for each in rules(meter).values())


def test_a_day_is_the_sum_of_its_hours(meter: Learned) -> None:
    """Counts are added up, and what is stored at an instant is not; the ends may be cut."""
    told = relations(meter)["in series a day is the sum of what the hour rows in it hold, but at the ends"]

    assert "sums(during(fine.body.series, 'start', c.start, instant(seconds(c.start) + 86400))" in told.rule
    assert "stored_bytes" not in told.rule
    assert told.requests["fine"] == {"window": "30d", "step": "hour"}
    assert told.instead_of in {each.id for each in meter.relations}


def test_the_things_of_a_list_make_the_whole(meter: Learned) -> None:
    """A request for each bucket that the reply lists."""
    told = relations(meter)["operations.total_requests is the sum over every bucket of buckets"]

    assert told.requests["each_one"] == {
        "each": "has(whole.body.buckets) ? whole.body.buckets.map(k, {'bucket': k.bucket}) : []"
    }


def test_a_percentage_of_another_rounding_is_allowed_for(sender: list[Learned]) -> None:
    """The API rounds 311.65 to 311.6, as Python does: within half a digit, not half-up."""
    told = rules(sender[0])["used_percent is the percentage of spent to bought, rounded to 1 decimal"]

    assert told == "near(body.used_percent, percent(body.spent, body.bought), 0.0501)"


def test_a_field_is_null_where_its_namesake_is_zero(sender: list[Learned]) -> None:
    """Of several counts that are zero there, the one that shares a word with it."""
    assert "per_message is null exactly where month.messages is 0" in rules(sender[0])


def test_pages_by_cursor(sender: list[Learned]) -> None:
    """Two small pages make a large one, and each says whether more follow, and that others came before."""
    told = relations(sender[1])

    lead = "first_page.body.next_cursor == null ? [] : [{'cursor': first_page.body.next_cursor}]"
    pages = told["the pages of messages put together are the large page"]
    assert pages.requests["second_page"] == {"limit": 5, "each": lead}
    assert "next_cursor leads to more of messages, and is there while more follow" in told
    assert "prev_cursor is there on every page but the first" in told


def test_a_filter_divides_a_list(sender: list[Learned]) -> None:
    """The rows of each status are those that the whole list has of it."""
    told = relations(sender[1])["messages is divided by status, and nothing is left out"]

    assert told.requests["all"] == {"limit": 50, "cursor": None, "status": None}
    assert "where(all.body.messages, 'status', p.request.status)" in told.rule


def test_nothing_is_learned_by_coincidence(meter: Learned, sender: list[Learned]) -> None:
    """Every rule was read by a person: these are all, and each is true of the API."""
    assert len(meter.rules) == 24
    assert len(sender[0].rules) == 13
    assert len(sender[1].rules) == 5
