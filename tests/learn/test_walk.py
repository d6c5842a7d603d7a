"""The walk of docs/learning.md, by its own commands: from a document and a recording to reviewed rules."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from metermock.cli import main
from metermock.source import read_source
from tests.learn import storage

DOCS = Path(__file__).parents[2] / "docs" / "learning.md"


def commands() -> list[list[str]]:
    """The commands of the walk, as words."""
    walk = DOCS.read_text("utf-8").partition("\n## A walk\n")[2].partition("\n## ")[0]
    return [shlex.split(each)[1:] for each in re.findall(r"^ +(metermock .+)$", walk, re.MULTILINE)]


def har() -> dict[str, Any]:
    """What a browser records of the storage meter; a month of hours would be long, and shows nothing more."""
    entries = []
    for each in storage.witnesses():
        asked = {name: str(value).lower() for name, value in each.exchange.parameters.items()}
        if (asked["window"], asked["step"]) == ("30d", "hour"):
            continue
        content = {"mimeType": "application/json", "text": json.dumps(each.exchange.body)}
        headers = [{"name": "X-Key", "value": f"key-of-{each.account}"}]
        request = {
            "method": "GET",
            "url": f"https://storage.example/meter?{urlencode(asked)}",
            "headers": headers,
        }
        response = {"status": 200, "headers": [], "content": content}
        started = {"startedDateTime": each.exchange.now}
        entries.append({**started, "request": request, "response": response})
    return {"log": {"version": "1.2", "entries": entries}}


def test_the_walk_leads_to_twenty_reviewed_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Look, accept all but two, write, learn again: what was accepted holds, and nothing comes twice."""
    monkeypatch.chdir(tmp_path)
    storage.contract(tmp_path)
    Path("traffic.har").write_text(json.dumps(har()), "utf-8")
    look, write, again = commands()

    assert main(look) == 0
    ids = re.findall(r'value="(LR-[0-9a-f]+)"', Path("review.html").read_text("utf-8"))
    Path("accepted.txt").write_text("".join(f"{each}\n" for each in ids[2:]), "utf-8")
    assert main(write) == 0

    overlay = read_source(Path("storage.openapi.overlay.yaml")).document
    (action,) = overlay["actions"]
    assert [each["id"] for each in action["update"]["x-rules"]] == ids[2:]
    assert overlay["x-rejected"] == sorted(ids[:2])
    assert len(ids[2:]) >= 20
    capsys.readouterr()

    assert main(again) == 0

    said = capsys.readouterr().err
    assert f"of {len(ids) - 2} earlier ones {len(ids) - 2} still hold, 0 broke" in said
    assert "nothing new was learned, and nothing was written" in said
