"""A sender of messages of the tests, paid by credits: its document, and the replies that it gives."""

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
info: {title: Messages, version: "1"}
servers: [{url: "https://messages.example"}]
security: [{key: []}]
paths:
  /credits:
    get:
      operationId: getCredits
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Credits"}}}
  /messages:
    get:
      operationId: listMessages
      parameters:
        - {name: status, in: query, schema: {type: string, enum: [queued, delivered, failed]}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 20}}
        - {name: cursor, in: query, schema: {type: string}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Messages"}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Credits:
      type: object
      required: [plan, bought, spent, balance, used_percent, per_message, month]
      properties:
        plan: {type: string}
        bought: {type: integer}
        spent: {type: integer}
        balance: {type: integer}
        used_percent: {type: [number, "null"]}
        per_message: {type: [number, "null"]}
        month:
          type: object
          required: [first_day, messages, segments, credits, days]
          properties:
            first_day: {type: string, format: date}
            messages: {type: integer}
            segments: {type: integer}
            credits: {type: integer}
            days:
              type: array
              items:
                type: object
                required: [day, messages, delivered, failed, queued, segments, credits]
                properties:
                  day: {type: string, format: date}
                  messages: {type: integer}
                  delivered: {type: integer}
                  failed: {type: integer}
                  queued: {type: integer}
                  segments: {type: integer}
                  credits: {type: integer}
    Messages:
      type: object
      required: [messages, next_cursor, prev_cursor]
      properties:
        next_cursor: {type: [string, "null"]}
        prev_cursor: {type: [string, "null"]}
        messages:
          type: array
          items:
            type: object
            required: [id, status, segments, credits, sent_at]
            properties:
              id: {type: string}
              status: {type: string}
              segments: {type: integer}
              credits: {type: integer}
              sent_at: {type: string, format: date-time}
"""
ACCOUNTS = {"shop": 4000, "clinic": 900, "school": 12000, "bank": 50000, "new": 0}
"""The credits that each account has bought."""
BUSY = {"shop": 5, "clinic": 1, "school": 3, "bank": 9, "new": 0}
"""About how many messages each sends in an hour."""
STATUSES = ("queued", "delivered", "failed")


def contract(folder: Path) -> Contract:
    """The contract, read from a file in this folder."""
    path = folder / "sms.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return load_contract(path)


def account_of(account: str, now: datetime) -> dict[str, Any]:
    """What an account has bought and spent."""
    sent = _sent(account, now)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    days = []
    for index in range(now.day):
        day = (first + timedelta(days=index)).date().isoformat()
        its = [each for each in sent if each["sent_at"][:10] == day]
        days.append({"day": day, "messages": len(its), **_by_status(its), **_added(its)})
    bought, spent = ACCOUNTS[account], sum(each["credits"] for each in sent)
    month = [each for each in sent if each["sent_at"] >= first.date().isoformat()]
    return {
        "plan": "free" if not bought else "prepaid",
        "bought": bought,
        "spent": spent,
        "balance": max(0, bought - spent),
        "used_percent": round(100 * spent / bought, 1) if bought else None,
        "per_message": round(spent / len(sent), 2) if sent else None,
        "month": {
            "first_day": first.date().isoformat(),
            "messages": len(month),
            **_added(month),
            "days": days,
        },
    }


def messages(account: str, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A page of the messages, the newest first."""
    found = [each for each in reversed(_sent(account, now)) if asked.get("status") in (None, each["status"])]
    start, limit = int(asked.get("cursor") or 0), int(asked.get("limit", 20))
    more = start + limit < len(found)
    return {
        "messages": found[start : start + limit],
        "next_cursor": str(start + limit) if more else None,
        "prev_cursor": str(max(0, start - limit)) if start else None,
    }


def witnesses(now: datetime = datetime(2026, 11, 19, 10, 20, tzinfo=UTC)) -> list[Witness]:
    """Replies to each account, on three days, and for every status and some limits."""
    found = []
    for number, account in enumerate(ACCOUNTS):
        for days in (0, 3, 9):
            at = now - timedelta(days=days, minutes=number)
            found.append(_witness("getCredits", account, {}, account_of(account, at), at))
        asked: list[dict[str, Any]] = [{}, *({"status": each} for each in STATUSES)]
        asked += [{"limit": each} for each in (1, 7, 50)]
        for each in asked:
            whole = {"limit": 20, **each}
            found.append(_witness("listMessages", account, whole, messages(account, whole, now), now))
    return found


def _witness(operation: str, account: str, asked: Any, body: Any, at: datetime) -> Witness:
    headers = {"content-type": "application/json"}
    return Witness(account, Exchange(operation, asked, {}, 200, headers, body, _text(at)))


def _sent(account: str, now: datetime) -> list[dict[str, Any]]:
    """Every message that an account has sent in the last weeks, the oldest first."""
    found: list[dict[str, Any]] = []
    hour = (now - timedelta(days=30)).replace(minute=0, second=0, microsecond=0)
    while hour < now:
        for index in range(_drawn(account, hour.isoformat(), most=2 * BUSY[account] + 1)):
            name = f"{account} {hour.isoformat()} {index}"
            segments = 1 + _drawn(name, "segments", most=3)
            status = "failed" if _drawn(name, most=7) == 0 else "delivered"
            sent_at = hour + timedelta(seconds=(index * 3600) // (2 * BUSY[account] + 1))
            status = "queued" if now - sent_at < timedelta(hours=2) else status
            found.append(
                {
                    "id": "msg_" + hashlib.sha256(name.encode()).hexdigest()[:12],
                    "status": status,
                    "segments": segments,
                    "credits": 0 if status == "failed" else 2 * segments,
                    "sent_at": _text(sent_at),
                }
            )
        hour += timedelta(hours=1)
    return [each for each in found if each["sent_at"] <= _text(now)]


def _by_status(sent: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(each["status"] == name for each in sent) for name in STATUSES}


def _added(sent: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(each[name] for each in sent) for name in ("segments", "credits")}


def _drawn(*words: str, most: int) -> int:
    return int(hashlib.sha256(" ".join(words).encode()).hexdigest()[:6], 16) % most


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
