from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from metermock.contract import examine
from metermock.contract.lint.examples import example_problems
from metermock.project import open_project

ROOT = Path(__file__).parents[2]
SNIPPETS = re.findall(
    r"<!-- (\w+) (\w+) (x-rules|x-relations) -->\n```yaml\n(.*?)```",
    (ROOT / "docs" / "rules.md").read_text("utf-8"),
    re.DOTALL,
)


def test_the_manual_has_ten_worked_rules() -> None:
    """Ten entries with the contract that they are taken from."""
    assert len(SNIPPETS) == 10


@pytest.mark.parametrize(("contract", "operation", "key", "text"), SNIPPETS)
def test_a_worked_rule_is_sound_where_it_is_said_to_stand(
    tmp_path: Path, contract: str, operation: str, key: str, text: str
) -> None:
    """Put into its contract in the place of the rules there, it compiles and holds on the examples."""
    document = yaml.safe_load(Path(open_project().contract_path(contract)).read_text("utf-8"))
    for item in document["paths"].values():
        for each in item.values():
            each.update({"x-rules": [], "x-relations": []})
            if each["operationId"] == operation:
                each[key] = yaml.safe_load(text)
    path = tmp_path / f"{contract}.openapi.json"
    path.write_text(json.dumps(document))
    loaded, problems = examine(path)
    assert problems == []
    assert list(example_problems(loaded)) == []
