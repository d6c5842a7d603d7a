"""A small usage API of the tests: its document, and replies that it would give."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from metermock.contract import Contract, Exchange, load_contract
from metermock.learn.witness import Witness

DOCUMENT = """
openapi: "3.1.0"
info: {title: Parcels, version: "1"}
servers: [{url: "https://parcels.example/api"}]
security: [{key: []}]
paths:
  /usage:
    get:
      operationId: getUsage
      parameters:
        - {name: period, in: query, schema: {type: string, enum: [month, all], default: month}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [period, since, quota, used, left, percent, ok, failed, days]
                additionalProperties: false
                properties:
                  period: {type: string}
                  since: {type: string, format: date}
                  quota: {type: integer}
                  used: {type: integer}
                  left: {type: integer}
                  percent: {type: number}
                  ok: {type: integer}
                  failed: {type: integer}
                  days:
                    type: array
                    items:
                      type: object
                      required: [day, sent]
                      additionalProperties: false
                      properties:
                        day: {type: string, format: date}
                        sent: {type: integer}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
"""
PLANS = (400, 900, 2500, 7000, 200)


def contract(folder: Path) -> Contract:
    """The contract, read from a file in this folder."""
    path = folder / "parcels.openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return load_contract(path)


def load(path: Path) -> Contract:
    """The contract in a file."""
    return load_contract(path)


def reply(account: int, period: str, day: int) -> dict[str, Any]:
    """What an account is answered on a day of November: each rule of the API holds in it."""
    start = date(2026, 11, 1) if period == "month" else date(2026, 10, 28)
    days = [start + timedelta(n) for n in range((date(2026, 11, day) - start).days + 1)]
    sent = [(each.toordinal() * 37 + account * 101) % 83 for each in days]
    used, quota = sum(sent), PLANS[account]
    failed = used * (account + 3) // 29
    return {
        "period": period,
        "since": start.isoformat(),
        "quota": quota,
        "used": used,
        "left": max(0, quota - used),
        "percent": round(100 * used / quota, 2),
        "ok": used - failed,
        "failed": failed,
        "days": [{"day": d.isoformat(), "sent": n} for d, n in zip(days, sent, strict=True)],
    }


def witnesses() -> list[Witness]:
    """Replies to each account, for each period, on three days."""
    return [
        Witness(
            f"account {account}",
            Exchange(
                "getUsage",
                {"period": period},
                {},
                200,
                {"content-type": "application/json"},
                reply(account, period, day),
                f"2026-11-{day:02}T10:00:00Z",
            ),
        )
        for account in range(len(PLANS))
        for period in ("month", "all")
        for day in (11, 19, 24)
    ]


def har(base: str = "https://parcels.example/api") -> dict[str, Any]:
    """The same replies, as a proxy records them."""
    return {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "startedDateTime": each.exchange.now,
                    "request": {
                        "method": "GET",
                        "url": f"{base}/usage?period={each.exchange.parameters['period']}",
                        "headers": [{"name": "X-Key", "value": f"secret-{each.account}"}],
                    },
                    "response": {
                        "status": 200,
                        "headers": [{"name": "Content-Type", "value": "application/json"}],
                        "content": {"mimeType": "application/json", "text": json.dumps(each.exchange.body)},
                    },
                }
                for each in witnesses()
            ],
        }
    }
