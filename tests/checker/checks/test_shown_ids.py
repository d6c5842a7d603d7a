"""Ids of things are found in replies, however their fields are spelled."""

from __future__ import annotations

import pytest

from metermock.checker.checks.shown_ids import id_field, list_in


@pytest.mark.parametrize(
    ("row", "name", "field"),
    [
        ({"bucket_id": "a", "name": "b"}, "bucketId", "bucket_id"),
        ({"BucketID": "a", "name": "b"}, "bucket_id", "BucketID"),
        ({"name": "b", "id": 7}, "bucketId", "id"),
        ({"name": "b", "Id": 7}, "bucketid", "Id"),
        ({"bucket_id": "a", "size": 1}, "id", "bucket_id"),
        ({"name": "b", "bucket_id": "a", "owner_id": "c"}, "id", "name"),
        ({"id": True, "slug": "b"}, "id", "slug"),
        ({"size": 1}, "id", ""),
    ],
)
def test_the_field_of_an_id_is_found_by_its_words(row: dict[str, object], name: str, field: str) -> None:
    """Paths are often written in another way than fields; of two ids that may be meant neither is."""
    assert id_field(row, name) == field


@pytest.mark.parametrize(
    "body",
    [
        [1, 2],
        {"total": 2, "items": [1, 2]},
        {"tags": [3], "data": [1, 2]},
        {"_embedded": {"deviceList": [1, 2]}, "page": {"size": 20}},
        {"_links": {"curies": [{"name": "v"}]}, "_embedded": {"data": {"devices": [1, 2]}}},
        {"status": "ok", "result": {"buckets": [1, 2]}},
        {"data": {"page": {"items": [1, 2]}}, "meta": {"links": {}}},
    ],
)
def test_the_rows_of_a_list_are_found(body: object) -> None:
    """They are the body, stand in it, or in an object in it."""
    assert list_in(body) == [1, 2]
