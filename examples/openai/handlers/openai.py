"""OpenAI: an organization's usage and costs in buckets of time, page by page."""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Sequence
from typing import Any

from metermock import Refusal, Refused, Reply, Request, Usage, Window, half_up

WIDTHS = {"1m": 60, "1h": 3_600, "1d": 86_400}
LIMITS = {"1m": (60, 1_440), "1h": (24, 168), "1d": (7, 31)}
COST_LIMIT = (7, 180)
CURSOR = "page_"
LAST = 4_102_444_800  # 2100, where the ledger ends
DIMENSIONS = {"api_key_id": "key"}
FILTERS = {
    "project_ids[]": "project_id",
    "user_ids[]": "user_id",
    "api_key_ids[]": "key",
    "models[]": "model",
    "sizes[]": "size",
    "sources[]": "source",
}
# By service: what its rows can be grouped by, and what they count.
COMMON = ("project_id", "user_id", "api_key_id", "model")
GROUPS: dict[str, tuple[str, ...]] = {
    "completions": (*COMMON, "batch", "service_tier"),
    "embeddings": COMMON,
    "images": (*COMMON, "size", "source"),
    "audio_speeches": COMMON,
    "code_interpreter_sessions": ("project_id",),
}
MEASURES: dict[str, dict[str, str]] = {
    "completions": {
        "input_tokens": "input_tokens",
        "input_cached_tokens": "cached_tokens",
        "output_tokens": "output_tokens",
        "input_audio_tokens": "audio_tokens",
        "output_audio_tokens": "spoken_tokens",
        "num_model_requests": "calls",
    },
    "embeddings": {"input_tokens": "input_tokens", "num_model_requests": "calls"},
    "images": {"images": "images", "num_model_requests": "calls"},
    "audio_speeches": {"characters": "characters", "num_model_requests": "calls"},
    "code_interpreter_sessions": {"num_sessions": "calls"},
}
# Line items by model: what is counted, and its price in hundredths of a millionth of a dollar.
PRICES = {
    "gpt-4.1": {"input": ("input_tokens", 200), "output": ("output_tokens", 800)},
    "gpt-4.1-mini": {"input": ("input_tokens", 40), "output": ("output_tokens", 160)},
    "text-embedding-3-small": {"input": ("input_tokens", 2)},
    "gpt-image-1": {"image": ("images", 4_000_000)},
    "tts-1": {"characters": ("characters", 1_500)},
    "code-interpreter": {"sessions": ("calls", 3_000_000)},
}
FAILED = 500
DOLLAR = 100_000_000
STATUSES = {
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "rate_limited": 429,
}


def usage_completions(request: Request) -> dict[str, Any]:
    """Tokens and requests of language models."""
    return _usage(request, "completions")


def usage_embeddings(request: Request) -> dict[str, Any]:
    """Tokens and requests of embedding models."""
    return _usage(request, "embeddings")


def usage_images(request: Request) -> dict[str, Any]:
    """Images and requests."""
    return _usage(request, "images")


def usage_audio_speeches(request: Request) -> dict[str, Any]:
    """Characters that were spoken, and requests."""
    return _usage(request, "audio_speeches")


def usage_code_interpreter_sessions(request: Request) -> dict[str, Any]:
    """Sessions of the code interpreter."""
    return _usage(request, "code_interpreter_sessions")


def usage_costs(request: Request) -> dict[str, Any]:
    """Dollars, day by day, whole or by line item, project and key."""
    usage, starts, more = _buckets(request, COST_LIMIT)
    names = _grouping(request)
    where = _where(request)
    rows: list[list[dict[str, Any]]] = [[] for _ in starts]
    sums: dict[tuple[Any, ...], list[int]] = {}
    by = ("model", "project_id", "key")
    for model, project, key in usage.groups(_whole(starts, "1d"), by, where=where):
        columns = usage.series(
            _edges(starts, "1d"), where=where | {"model": model, "project_id": project, "key": key}
        )
        for kind, (measure, price) in PRICES[model].items():
            values = {"line_item": f"{model}, {kind}", "project_id": project, "api_key_id": key}
            if (
                "line_items[]" in request.parameters
                and values["line_item"] not in request.parameters["line_items[]"]
            ):
                continue
            group = tuple(values[name] if name in names else None for name in values)
            before = sums.setdefault(group, [0] * len(starts))
            sums[group] = [old + price * count for old, count in zip(before, columns[measure], strict=True)]
    for (item, project, key), column in sums.items():
        for row, cost in zip(rows, column, strict=True):
            if cost:
                amount = {"value": half_up(cost, DOLLAR, 8), "currency": "usd"}
                fixed = {"object": "organization.costs.result", "amount": amount}
                row.append(fixed | {"line_item": item, "project_id": project, "api_key_id": key})
    return _page(starts, "1d", rows, more=more)


def refuse(refusal: Refusal, _request: Request) -> Reply:
    """The documented error: a message, its type, and the parameter that it is about."""
    status = STATUSES.get(refusal.reason, FAILED if refusal.reason == "internal" else 400)
    wrong = next(iter(refusal.violations), None)
    known = {"unauthenticated": "invalid_api_key", "rate_limited": "rate_limit_exceeded"}
    error = {
        "message": wrong.message if wrong else refusal.why or refusal.reason,
        "type": "server_error" if status >= FAILED else "invalid_request_error",
        "param": wrong.name if wrong else None,
        "code": known.get(refusal.reason),
    }
    return Reply(status, {"error": error}, refusal.headers)


def _usage(request: Request, service: str) -> dict[str, Any]:
    width = request.parameters["bucket_width"]
    usage, starts, more = _buckets(request, LIMITS[width])
    names, where = _grouping(request), {"service": service} | _where(request)
    by = tuple(DIMENSIONS.get(name, name) for name in names) or ("service",)
    rows: list[list[dict[str, Any]]] = [[] for _ in starts]
    for values in usage.groups(_whole(starts, width), by, where=where):
        group = dict(zip(by, values, strict=True))
        columns = usage.series(_edges(starts, width), where=where | group)
        shown = {name: _shown(name, group[DIMENSIONS.get(name, name)]) for name in names}
        for index, row in enumerate(rows):
            if columns["calls"][index]:
                row.append(
                    {"object": f"organization.usage.{service}.result"}
                    | {name: columns[measure][index] for name, measure in MEASURES[service].items()}
                    | dict.fromkeys(GROUPS[service])
                    | shown
                )
    return _page(starts, width, rows, more=more)


def _shown(name: str, value: str) -> Any:
    return value == "true" if name == "batch" else value


def _grouping(request: Request) -> list[str]:
    """The fields to group by, each once."""
    return list(dict.fromkeys(request.parameters.get("group_by[]", ())))


def _where(request: Request) -> dict[str, Any]:
    where: dict[str, Any] = {
        dimension: list(request.parameters[name])
        for name, dimension in FILTERS.items()
        if name in request.parameters
    }
    if "batch" in request.parameters:
        where["batch"] = "true" if request.parameters["batch"] else "false"
    return where


def _buckets(request: Request, limits: tuple[int, int]) -> tuple[Usage, range, bool]:
    """The starts of the page's buckets, and whether others follow; all are whole in UTC."""
    usage, asked = request.usage, request.parameters
    if usage is None:
        raise Refused("unauthenticated", "missing")
    width = WIDTHS[asked["bucket_width"]]
    start, end = asked["start_time"], asked.get("end_time", request.now + 1)
    if "page" in asked:
        start = max(start, _read_cursor(asked["page"]))
    start -= start % width
    default, most = limits
    whole = range(start, max(end, start), width)
    page = whole[: min(asked.get("limit", default), most)]
    return usage, page, len(page) < len(whole)


def _edges(starts: range, width: str) -> Sequence[int]:
    return [*starts, starts[-1] + WIDTHS[width]] if starts else [0]


def _whole(starts: range, width: str) -> Window:
    edges = _edges(starts, width)
    return Window(edges[0], edges[-1])


def _page(starts: range, width: str, rows: list[list[dict[str, Any]]], *, more: bool) -> dict[str, Any]:
    step = WIDTHS[width]
    data = [
        {"object": "bucket", "start_time": start, "end_time": start + step, "results": results}
        for start, results in zip(starts, rows, strict=True)
    ]
    return {
        "object": "page",
        "data": data,
        "has_more": more,
        "next_page": _cursor(starts[-1] + step) if more else None,
    }


def _cursor(start: int) -> str:
    """A page's cursor: the start of its first bucket, in letters."""
    return CURSOR + b32encode(start.to_bytes(5)).decode()


def _read_cursor(text: str) -> int:
    return min(int.from_bytes(b32decode(text.removeprefix(CURSOR))), LAST)
