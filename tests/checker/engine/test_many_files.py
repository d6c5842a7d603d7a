"""A finding about a part of a document that stands in another file names that file and its line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.checker.small import Asked, check, document, operation, small

SCHEMAS = """\
components:
  schemas:
    Usage:
      type: object
      required: [total]
      properties:
        total:
          type: integer
"""
LINE = 7


def answer(asked: Asked) -> tuple[int, object]:
    """A total that is a text."""
    return (200, {"total": "3"}) if asked.path == "/v1/usage" else (404, {"error": "none"})


def test_a_finding_names_the_file_and_line_of_its_schema(tmp_path: Path) -> None:
    """In the JSON report and in SARIF, where code scanning shows it."""
    (tmp_path / "schemas.yaml").write_text(SCHEMAS)
    reference = {"$ref": "schemas.yaml#/components/schemas/Usage"}
    many = document(paths={"/v1/usage": {"get": operation(schema=reference)}})
    sarif = tmp_path / "report.sarif"
    with small(answer) as server:
        code, report = check(tmp_path, many, server.url, "--report", f"sarif={sarif}")

    (finding,) = [each for each in report["findings"] if each["rule"] == "schema"]
    assert code == 1
    assert (Path(finding["document"]).name, finding["line"]) == ("schemas.yaml", LINE)
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    (shown,) = [each["locations"][0]["physicalLocation"] for each in results if each["ruleId"] == "schema"]
    assert shown["artifactLocation"]["uri"].endswith("schemas.yaml")
    assert shown["region"]["startLine"] == LINE
