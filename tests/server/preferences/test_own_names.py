"""What a document's own queries have is no preference, though it is spelled as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from metermock import asgi_app


def test_pairs_of_paths_and_credentials_are_the_documents_own(tmp_path: Path) -> None:
    """`__mode` is near to `code`, and `__session` is a key."""
    it: Any = {"responses": {"200": {"description": "It."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/open?__mode=login": {"get": {"operationId": "open", **it}},
            "/shut": {"get": {"operationId": "shut", "security": [{"key": []}], **it}},
        },
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "__session"}}},
    }
    file = tmp_path / "own.json"
    file.write_text(json.dumps(document), "utf-8")
    with TestClient(asgi_app(str(file)), base_url="http://mock") as client:
        asked = ["/open?__mode=login", "/shut?__session=abc", "/shut", "/shut?__session=a&__code=503"]
        assert [client.get(each).status_code for each in asked] == [200, 200, 401, 503]
