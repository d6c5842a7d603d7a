from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.contract import load_contract
from metermock.contract.lint.__main__ import main
from metermock.contract.lint.documents import document_problems, examination
from metermock.project import bundled_folder

SHOP = Path(__file__).parents[1] / "shop.openapi.yaml"
DOCUMENTS = sorted((bundled_folder() / "openapi").glob("*.openapi.*"))


@pytest.mark.parametrize("path", [SHOP, *DOCUMENTS], ids=lambda path: path.name)
def test_every_document_is_sound(path: Path) -> None:
    """Valid OpenAPI, sound rules that hold on every good example, valid examples, our style."""
    assert [str(problem) for problem in document_problems(path)] == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("total: 5", "total: 6", "the example 'week' of 200 breaks SH-1 at /days: the days add up"),
        ("total: 5", "total: 5.0", "breaks integer-as-float at /total"),
        ("total: 5", "totals: 5", "breaks undocumented-field at /totals"),
        ("code: invalid", "cod: invalid", "the example 'unknownSpan' of 422 breaks schema"),
        ("example: 60", "example: none", "the example of X-Limit is not valid"),
        (
            "value: week\n      x-invalid",
            "value: weak\n      x-invalid",
            "the example 'week' of span, 'weak', is not valid",
        ),
        (
            "unknownSpan:\n                  value",
            "otherSpan:\n                  value",
            "no refusal has an example 'unknownSpan', as span has",
        ),
        ('x-now: "2026-03-18', 'x-now: "2026-03-17', "breaks SH-2 at /days/1/date"),
        ('openapi: "3.1.0"', 'openapi: "3.1.1"', "openapi is not 3.1.0"),
        ("operationId: getUsage", "operationId: get_usage", "get_usage is not camelCase"),
        ("tags: [usage]", "tags: [usage, other]", "wants exactly one tag"),
        ("      summary: Usage\n", "", "getUsage has no summary"),
        ("      description: Most days.\n", "", "the parameter limit has no description"),
        ("      example: 5\n", "", "the parameter limit has no example"),
        (
            '"#/components/schemas/SpanChoice"',
            '"#/components/schemas/SpanChoice"\n        default: day',
            "a default stands beside a $ref",
        ),
        ("type: string\n      example: main", "type: [string, 'null']\n      example: main", "allows null"),
        ('["", "null"]', "[1]", "x-absent of X-Workspace-Id is not a list of texts"),
        ("value: year", "value: day", "the invalid example 'unknownSpan' of span, 'day', is valid"),
        (
            "    SpanName:\n      type: string\n",
            "    SpanName:\n      title: x\n      type: string\n",
            "title is left out",
        ),
        ("type: [number, 'null']", "type: [number, string, 'null']", "a list of types other than"),
        ("                format: int64\n", "", "an integer without format"),
        ("          format: double\n", "", "a number without format"),
        ("enum: [day, week]", "enum: [day, week, 7d]", "want x-enum-varnames"),
        ("required: [code]", "required: [code, text]", "text is required and not described"),
        (
            "      name: X-Key\n",
            "      name: X-Key\n    other_key: {type: http, scheme: bearer, bearerFormat: any text}\n",
            "bearerFormat is prose",
        ),
        ("  schemas:\n", "  schemas:\n    Spare:\n      type: string\n", "Spare is not used"),
        (
            "description: Orders by day.",
            "description: Orders by day.\n      x-source: no",
            "old YAML readers read this",
        ),
    ],
)
def test_a_faulty_document_is_told_with_its_line(
    altered: Callable[[str, str], Path], old: str, new: str, problem: str
) -> None:
    """Each rule of style, and each example, is held; the problem names the line."""
    found = [str(each) for each in document_problems(altered(old, new))]
    assert any(problem in each for each in found)
    assert all(":0" not in each.split(" ")[0] for each in found)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("refusal", "refusal is not PascalCase"),
        ("Error", "Error is the name of a built-in"),
        ("Span", "Span is also the name of one of the"),
    ],
)
def test_components_have_names_that_every_generator_can_use(tmp_path: Path, name: str, problem: str) -> None:
    """PascalCase, no built-ins, and no name twice, whatever the kind."""
    path = tmp_path / "shop.openapi.yaml"
    path.write_text(SHOP.read_text().replace("Refusal", name))
    assert any(problem in str(each) for each in document_problems(path))


def test_the_command_prints_problems_and_fails(
    altered: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Authors run `python -m metermock.contract`: 1 and the problems, or 0; 2 without a file."""
    assert main([]) == 2
    assert "write: python -m metermock.contract FILE" in capsys.readouterr().err
    faulty = altered("total: 5", "total: 6")
    assert main([str(SHOP), str(faulty)]) == 1
    printed = capsys.readouterr().out
    assert f"{SHOP}: no problems" in printed
    line = SHOP.read_text().partition("                week:")[0].count("\n") + 1
    assert f"{faulty}:{line}:17: getUsage: the example 'week'" in printed
    assert main([str(SHOP)]) == 0


def test_operation_ids_are_unique_in_the_whole_project() -> None:
    """Clients of several contracts can live in one program, whatever the case of its names."""
    ids = [operation.id.lower() for path in DOCUMENTS for operation in load_contract(path).operations]
    assert len(set(ids)) == len(ids)


def test_what_is_wrong_in_another_file_has_its_file_and_line(tmp_path: Path) -> None:
    """An example and a rule of a path that stands in a file of its own."""
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /usage: {$ref: usage.yaml}\n",
        encoding="utf-8",
    )
    (tmp_path / "usage.yaml").write_text(
        """\
get:
  operationId: getUsage
  parameters:
    - {name: day, in: query, schema: {type: integer}, example: today}
  x-rules:
    - {id: T-1, level: must, message: m, rule: body.amount >}
  responses:
    "200": {description: ok, content: {application/json: {schema: {type: object}}}}
""",
        encoding="utf-8",
    )
    found = [(Path(error.path).name, error.line) for error in examination(path).errors]
    assert sorted(found) == [("usage.yaml", 4), ("usage.yaml", 6)]
