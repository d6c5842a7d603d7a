"""Recordings of browsers and proxies: whatever is secret in them stands in no file that comes out."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from metermock.cli import main
from metermock.learn.recordings import recorded
from tests.learn import api

TEXT = "{type: string}"
DOCUMENT = (
    api.DOCUMENT.replace('servers: [{url: "https://parcels.example/api"}]', "servers: [{url: /api}]")
    .replace(
        "      responses:\n",
        "        - {name: access_token, in: query, schema: {type: string}}\n      responses:\n",
    )
    .replace(
        "                  period: {type: string}\n",
        f"                  period: {TEXT}\n"
        f"                  sessionToken: {TEXT}\n                  callback: {TEXT}\n",
    )
    .replace("key: {type: apiKey, in: header, name: X-Key}", "key: {type: apiKey, in: query, name: k}")
)
CANARY = "canaryQ7"


def har() -> dict[str, Any]:
    """The small API as a browser records it over HTTP/2, with a canary wherever a secret may stand."""
    document = api.har()
    for number, entry in enumerate(document["log"]["entries"]):
        account = entry["request"]["headers"][0]["value"][-1]
        token = f"{CANARY}token{account}xyzzy"
        request, response = entry["request"], entry["response"]
        request["url"] = (
            request["url"].replace("https://", f"https://me:{CANARY}pw12@")
            + f"&k={CANARY}key{account}99&access_token={token}"
        )
        request["headers"] = [
            {"name": ":authority", "value": "parcels.example"},
            {"name": "authorization", "value": f"Bearer {CANARY}bearer{account}11"},
            {"name": "cookie", "value": f"sid={CANARY}cookie{account}22; theme=dark"},
        ]
        request["cookies"] = [{"name": "sid", "value": f"{CANARY}cookie{account}22"}]
        response["headers"] += [
            {"name": "Set-Cookie", "value": f"sid={CANARY}set{account}33; Path=/"},
            {"name": "Content-Encoding", "value": "gzip"},
        ]
        body = json.loads(response["content"]["text"])
        body |= {"sessionToken": token, "callback": f"https://x.example/?token={CANARY}url{account}44"}
        raw = json.dumps(body).encode()
        # A proxy may keep a body as it was sent, a browser takes it out of its packing.
        packed = gzip.compress(raw) if number % 2 else raw
        response["content"] = {"mimeType": "application/json", "encoding": "base64"}
        response["content"]["text"] = base64.b64encode(packed).decode()
    return document


@pytest.fixture
def learn(tmp_path: Path) -> list[str]:
    """The arguments that learn from it."""
    (tmp_path / "parcels.openapi.yaml").write_text(DOCUMENT, "utf-8")
    (tmp_path / "traffic.har").write_text(json.dumps(har()), "utf-8")
    contract = str(tmp_path / "parcels.openapi.yaml")
    return ["learn", "--har", str(tmp_path / "traffic.har"), "--contract", contract]


def test_it_is_read_as_any_other(tmp_path: Path, learn: list[str]) -> None:
    """Packed bodies, a relative server and a name before the host are no matter; accounts are told apart."""
    del learn
    contract = api.load(tmp_path / "parcels.openapi.yaml")

    found, lines, _ = recorded(contract, [tmp_path / "traffic.har"])

    assert (len(found), lines) == (30, [])
    assert len({each.account for each in found}) == 5


def test_no_file_has_a_canary(tmp_path: Path, learn: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the Overlay nor the page nor the JSON, nor what is said."""
    main([*learn, "--html", str(tmp_path / "page.html"), "-o", str(tmp_path / "out.yaml")])
    main([*learn, "--json", "-o", str(tmp_path / "out.json")])

    texts = [(tmp_path / name).read_text("utf-8") for name in ("page.html", "out.yaml", "out.json")]
    texts += capsys.readouterr()
    assert "body.sessionToken == request.access_token" in texts[2]
    assert not [text[text.index(CANARY) - 80 :][:160] for text in texts if CANARY in text]
    assert "***" in texts[0]


def test_rules_that_name_a_secret_are_left_out(tmp_path: Path, learn: list[str]) -> None:
    """A prefix of all tokens would be one; what is left out is told."""
    main([*learn, "--json", "-o", str(tmp_path / "out.json")])

    rules = json.loads((tmp_path / "out.json").read_text("utf-8"))["rules"]

    assert rules
    assert not [rule for rule in rules if CANARY in json.dumps(rule)]
