"""metermock serves every document here with nothing beside it, and its replies keep its own check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.targets import own_targets

HERE = Path(__file__).parent
DOCUMENTS = [*sorted((HERE / "documents").glob("*.yaml")), *sorted((HERE.parent / "vendors").glob("*.yaml"))]


@pytest.fixture(
    scope="module", params=[(), ("--strict",), ("--dynamic",)], ids=["plain", "strict", "dynamic"]
)
def targets(request: pytest.FixtureRequest) -> Iterator[dict[str, Target]]:
    """A mock that serves all of them, as targets by the names of their files."""
    with ExitStack() as stack:
        words = [str(path) for path in DOCUMENTS]
        found = own_targets(words, stack, Options(trust_env=False), serve=request.param)
        yield {Path(each.contract.path).name: each for each in found}


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_our_mock_keeps_our_check(targets: dict[str, Target], document: Path) -> None:
    """With `--strict`, with `--dynamic` and without: nothing is broken, and every operation is asked."""
    options = Options(fuzz=False, trust_env=False, later=0.0, unsafe_methods=True)
    verdict = check(targets[document.name], options)
    told = [(each.rule, each.message, each.expected, each.received, each.curl) for each in verdict.failures]
    assert (told, verdict.reason, verdict.verdict) == ([], "", "kept")
