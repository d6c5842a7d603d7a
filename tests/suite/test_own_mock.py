"""metermock's own mock keeps metermock's own check, for the documents of the suite that it can serve."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import own_mock
from metermock.checker.deployment.target import Target
from metermock.contract import Contract, examine
from metermock.contract.samples import Samples
from metermock.project import function_name, open_project

ROOT = Path(__file__).parent
WORLD = (ROOT.parent / "server" / "project" / "fixtures" / "acme.yaml").read_text("utf-8")
OTHER_FILE = re.compile(r"\$ref: *[\"']?[^#\"']")
HANDLERS = """
import json
from metermock import Reply

REPLIES = json.loads({replies!r})
STATUSES = {{"not_found": 404, "unknown_resource": 404, "method_not_allowed": 405}}
STATUSES |= {{"unauthenticated": 401, "forbidden": 403}}


def refuse(refusal, request):
    headers = {{"Allow": refusal.facts["allow"]}} if refusal.reason == "method_not_allowed" else {{}}
    return Reply(STATUSES.get(refusal.reason, {invalid}), {{"error": refusal.reason}}, headers)


def _answer(name):
    return lambda request: Reply(*REPLIES[name])


for name, function in {functions!r}.items():
    globals()[function] = _answer(name)
"""


def replies(contract: Contract) -> dict[str, Any] | None:
    """A good reply of each operation; None where the document has more than reads of JSON."""
    found: dict[str, Any] = {}
    samples = Samples(contract.schemas)
    for operation in contract.operations:
        response = operation.responses.get(200)
        is_plain = operation.method == "GET" and not operation.security and response is not None
        if not is_plain or response is None or response.headers or len(response.content) != 1:
            return None
        media, schema = next(iter(response.content.items()))
        closed = contract.schemas.validator(schema, closed=True)
        values = [*response.examples.values(), *samples.accepted(schema, is_request=False)]
        good = [value for value in values if closed.is_valid(value)]
        if media != "application/json" or not good:
            return None
        found[operation.id] = [200, good[0], {}]
    return found or None


def served() -> dict[str, Contract]:
    """The documents that a mock can serve with handlers made of samples, by the name that they get."""
    found = {}
    for number, path in enumerate(sorted((ROOT / "documents").glob("*.yaml"))):
        text = path.read_text("utf-8")
        contract, problems = examine(path)
        if contract.name.endswith("named-refusal"):
            # Its own server refuses what no schema does.
            continue
        if not problems and not OTHER_FILE.search(text) and replies(contract):
            found[f"d{number}"] = contract
    return found


DOCUMENTS = served()


@pytest.fixture(scope="module", params=[(), ("--strict",)], ids=["plain", "strict"])
def mock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a mock that serves all of them, each under its name."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("openapi", "handlers", "fixtures"):
        (folder / part).mkdir()
    world = WORLD.partition("credentials:")[0] + "credentials: []\n"
    for name, contract in DOCUMENTS.items():
        (folder / "openapi" / f"{name}.openapi.yaml").write_bytes(contract.text)
        (folder / "fixtures" / f"{name}.yaml").write_text(world)
        statuses = {status for each in contract.operations for status in each.responses}
        source = HANDLERS.format(
            replies=json.dumps(replies(contract)),
            functions={each.id: function_name(each.id) for each in contract.operations},
            invalid=next((status for status in (422, 400) if status in statuses), 400),
        )
        (folder / "handlers" / f"{name}.py").write_text(source)
    with own_mock(open_project(folder), list(DOCUMENTS), request.param) as url:
        yield url


@pytest.mark.parametrize("name", DOCUMENTS, ids=[Path(each.path).stem for each in DOCUMENTS.values()])
def test_our_mock_keeps_our_check(mock: str, name: str) -> None:
    """With `--strict` and without: no must is broken, and every operation is asked."""
    options = Options(fuzz=False, trust_env=False, later=0.0)
    verdict = check(Target(name, DOCUMENTS[name], f"{mock}/{name}"), options)
    told = [(each.rule, each.message, each.expected, each.received, each.curl) for each in verdict.failures]
    assert (told, verdict.reason, verdict.verdict) == ([], "", "kept")
