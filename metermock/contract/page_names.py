"""How parameters and fields are called that speak of the pages of a list, as `words.plain` writes names."""

from __future__ import annotations

LIMITS = frozenset(
    {
        "limit",
        "per_page",
        "page_size",
        "page_limit",
        "pagesize",
        "size",
        "count",
        "max_results",
        "max_items",
        "take",
        "top",
        "first",
    }
)
OFFSETS = frozenset({"offset", "skip", "page_offset", "start", "start_index", "from_index", "record_index"})
NUMBERS = frozenset({"page", "page_number", "page_no", "pagenumber", "p", "page_index"})
CURSORS = frozenset(
    {
        "cursor",
        "page_token",
        "next_token",
        "after",
        "starting_after",
        "next_cursor",
        "continuation",
        "continuation_token",
        "page_cursor",
        "page_after",
        "marker",
        "next",
    }
)
BEFORE = frozenset({"before", "ending_before", "page_before"})
"""The page ends before this row."""
ALL = LIMITS | OFFSETS | NUMBERS | CURSORS | BEFORE | frozenset({"order", "sort", "sort_by"})

MORE = frozenset({"has_more", "has_next", "has_next_page", "more", "is_truncated"})
NEXT = frozenset(
    {"next_cursor", "next_page_token", "next_token", "next_page", "cursor", "end_cursor", "next"}
) | frozenset({"continuation_token", "after", "next_offset", "last_id"})
