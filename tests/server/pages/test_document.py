from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from metermock.contract import load_contract
from metermock.server.pages.document import Document, around_servers

BEFORE = 'openapi: "3.1.0"\n'
AFTER = "paths: {}\n"


@pytest.mark.parametrize(
    "servers",
    [
        "servers:\n  - url: https://a\n",
        "servers:\n- url: https://a\n  description: A\n- url: https://b\n",
        "servers: [{url: 'https://a'}]\n",
        '"servers":\n  # inside\n  - url: https://a  # behind\n',
    ],
)
@pytest.mark.parametrize("between", ["", "\n", "\n# about the paths\n\n"])
def test_servers_are_cut_out_and_nothing_else(servers: str, between: str) -> None:
    """The text before and after `servers` stays as it is, with comments and blank lines."""
    assert around_servers(BEFORE + servers + between + AFTER) == (BEFORE, between + AFTER)


def test_servers_at_the_end_are_cut_out() -> None:
    """`servers` may be the last key."""
    assert around_servers(BEFORE + AFTER + "servers:\n  - url: https://a\n") == (BEFORE + AFTER, "")


def test_a_document_without_servers_gets_them_at_its_end() -> None:
    """A document without `servers` gets them at its end, on a new line."""
    assert around_servers(BEFORE + "paths: {}") == (BEFORE + AFTER, "")


def test_a_servers_key_inside_an_operation_is_left_alone() -> None:
    """`servers` of a path are not replaced."""
    text = BEFORE + "paths:\n  /a:\n    servers:\n      - url: https://a\n"

    assert around_servers(text) == (text, "")


def test_a_json_document_is_yaml_too(tmp_path: Path) -> None:
    """With the mock as its only server."""
    path = tmp_path / "api.json"
    written = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}}
    path.write_text(json.dumps({**written, "servers": [{"url": "https://a"}], "paths": paths}))
    text = Document(load_contract(path)).as_yaml("http://mock/api")
    assert yaml.safe_load(text) == {**written, "servers": [{"url": "http://mock/api"}], "paths": paths}


def test_bounds_beyond_64_bits_are_shown_as_json(tmp_path: Path) -> None:
    """An amount in wei has such a maximum."""
    path = tmp_path / "api.yaml"
    path.write_text(
        f"{BEFORE}info: {{title: T, version: '1'}}\nx-most: {10**30}\npaths: {{/a: {{get: {{}}}}}}\n"
    )

    assert json.loads(Document(load_contract(path)).as_json("http://mock/api"))["x-most"] == 10**30
