"""Of several types that a reply may have, the operation's own is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.server.generation.made import AMOUNT, COUNT, asking_all, object_of


def test_rows_are_of_the_type_that_the_operation_names(tmp_path: Path) -> None:
    """One schema serves several operations: seats are not among the minutes."""
    kinds = ("VoiceMinutesResult", "StorageResult", "SeatCostsResult")
    shared: dict[str, Any] = {
        name: object_of(kind={"const": name}, quantity=COUNT, amount=AMOUNT) for name in kinds
    }
    choice = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}
    schema = object_of(results={"type": "array", "items": choice})
    paths = {f"/reports/{name}": (schema, ()) for name in ("voice_minutes", "storage", "costs", "others")}
    ask = asking_all(tmp_path, paths, "/reports/others", shared=shared)

    def made(path: str) -> set[str]:
        accounts = ("steady", "quiet", "huge", "over-limit", "near-limit", "unlimited")
        return {row["kind"] for account in accounts for row in ask(account, path=path)["results"]}

    assert made("/reports/voice_minutes") == {"VoiceMinutesResult"}
    assert made("/reports/storage") == {"StorageResult"}
    assert made("/reports/costs") == {"SeatCostsResult"}
    assert made("/reports/others") == set(kinds)
