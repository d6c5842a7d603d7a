"""A storage meter of the tests: its document, and the replies that it gives about hours and days."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from metermock.contract import Contract, Exchange, load_contract
from metermock.learn.witness import Witness

DOCUMENT = """
openapi: "3.1.0"
info: {title: Storage, version: "1"}
servers: [{url: "https://storage.example"}]
security: [{key: []}]
paths:
  /meter:
    get:
      operationId: getMeter
      parameters:
        - {name: window, in: query, schema: {type: string, enum: [24h, 7d, 30d], default: 7d}}
        - {name: step, in: query, schema: {type: string, enum: [hour, day], default: day}}
        - {name: include_buckets, in: query, schema: {type: boolean, default: true}}
        - {name: bucket, in: query, schema: {type: string}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Meter"}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Meter:
      type: object
      required: [window, step, unit, since, generated_at, bucket, quota_bytes, stored_bytes, free_bytes,
                 peak_bytes, percent, operations, points, series]
      properties:
        window: {type: string}
        step: {type: string}
        unit: {type: string}
        since: {type: string, format: date-time}
        generated_at: {type: string, format: date-time}
        bucket: {type: [string, "null"]}
        quota_bytes: {type: integer}
        stored_bytes: {type: integer}
        free_bytes: {type: integer}
        peak_bytes: {type: integer}
        percent: {type: number}
        points: {type: integer}
        operations:
          type: object
          required: [total_requests, reads, writes, throttled]
          properties:
            total_requests: {type: integer}
            reads: {type: integer}
            writes: {type: integer}
            throttled: {type: integer}
        series:
          type: array
          items:
            type: object
            required: [start, stored_bytes, reads, writes, egress_bytes]
            properties:
              start: {type: string, format: date-time}
              stored_bytes: {type: integer}
              reads: {type: integer}
              writes: {type: integer}
              egress_bytes: {type: integer}
        buckets:
          type: array
          items:
            type: object
            required: [bucket, stored_bytes, reads, share]
            properties:
              bucket: {type: string}
              stored_bytes: {type: integer}
              reads: {type: integer}
              share: {type: number}
"""
ACCOUNTS = {
    "archive": (50_000_000, ("backups", "logs")),
    "media": (900_000_000, ("images", "video", "thumbs")),
    "web": (10_000_000, ("site",)),
    "lab": (200_000_000, ("raw", "runs", "models", "papers")),
    "full": (3_000_000, ("everything", "else")),
}
"""The quota of each account, and its buckets."""
HOURS = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
BIRTH = datetime(2025, 12, 1, tzinfo=UTC)


def contract(folder: Path) -> Contract:
    """The contract, read from a file in this folder."""
    path = folder / "storage.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return load_contract(path)


def reply(account: str, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What an account is answered; the hour that runs is the last point."""
    quota, buckets = ACCOUNTS[account]
    names = [each for each in buckets if asked.get("bucket") in (None, each)]
    window, step = asked.get("window", "7d"), asked.get("step", "day")
    end = now.replace(minute=0, second=0, microsecond=0)
    width = {"hour": 1, "day": 24}[step]
    end = end if step == "hour" else end.replace(hour=0)
    count = HOURS[window] // width
    starts = [end - timedelta(hours=width * (count - 1 - index)) for index in range(count)]
    series = [_point(names, account, start, width, now) for start in starts]
    whole = [{"bucket": name, **_sums([name], account, starts[0], now)} for name in names]
    stored = _stored(names, account, now)
    everything = _stored(buckets, account, now)
    reads, writes = (sum(row[name] for row in series) for name in ("reads", "writes"))
    throttled = reads // 40 if account in ("full", "web") else 0
    return {
        "window": window,
        "step": step,
        "unit": {"hour": "per hour", "day": "per day"}[step],
        "since": _text(starts[0]),
        "generated_at": _text(now),
        "bucket": asked.get("bucket"),
        "quota_bytes": quota,
        "stored_bytes": stored,
        "free_bytes": max(0, quota - everything),
        "peak_bytes": max(row["stored_bytes"] for row in series),
        "percent": round(100 * everything / quota, 1),
        "operations": {
            "total_requests": reads + writes + throttled + (reads % 3),
            "reads": reads,
            "writes": writes,
            "throttled": throttled,
        },
        "points": count,
        "series": series,
        **(
            {
                "buckets": [
                    {
                        "bucket": each["bucket"],
                        "stored_bytes": _stored([each["bucket"]], account, now),
                        "reads": each["reads"],
                        "share": round(_stored([each["bucket"]], account, now) / stored, 3),
                    }
                    for each in whole
                ]
            }
            if asked.get("include_buckets", True)
            else {}
        ),
    }


def witnesses(now: datetime = datetime(2026, 11, 19, 10, 20, tzinfo=UTC)) -> list[Witness]:
    """Replies to each account, for every window and step, with and without buckets, and for each bucket."""
    base = {"window": "7d", "step": "day", "include_buckets": True}
    found = []
    for minute, account in enumerate(ACCOUNTS):
        asked = [
            *({**base, "window": window, "step": step} for window in HOURS for step in ("hour", "day")),
            *({**base, "include_buckets": False, "step": step} for step in ("hour", "day")),
            *({**base, "bucket": name} for name in ACCOUNTS[account][1]),
        ]
        for each in asked:
            at = now + timedelta(minutes=minute)
            body = reply(account, each, at)
            headers = {"content-type": "application/json"}
            found.append(Witness(account, Exchange("getMeter", each, {}, 200, headers, body, _text(at))))
    return found


def _point(names: list[str], account: str, start: datetime, width: int, now: datetime) -> dict[str, Any]:
    end = start + timedelta(hours=width)
    return {
        "start": _text(start),
        "stored_bytes": _stored(names, account, min(end, now)),
        **_sums(names, account, start, min(end, now)),
    }


def _sums(names: list[str], account: str, start: datetime, end: datetime) -> dict[str, int]:
    """What the hours from one instant to another count; the one that runs counts whole."""
    found = {"reads": 0, "writes": 0, "egress_bytes": 0}
    hour = start
    while hour < end:
        for name in names:
            reads = _drawn(account, name, hour.isoformat(), most=9)
            found["reads"] += reads
            found["writes"] += _drawn(account, name, hour.isoformat(), "writes", most=4)
            found["egress_bytes"] += reads * 512
        hour += timedelta(hours=1)
    return found


def _stored(names: Any, account: str, at: datetime) -> int:
    """The bytes that lie in buckets at an instant: more each hour."""
    hours = int((at - BIRTH).total_seconds() // 3600)
    return sum(hours * (37 + _drawn(account, name, most=600)) + 1000 for name in names)


def _drawn(*words: str, most: int) -> int:
    return int(hashlib.sha256(" ".join(words).encode()).hexdigest()[:6], 16) % most


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
