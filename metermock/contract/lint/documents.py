"""All problems of a document, found before a server or a check uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from metermock.contract.contract import Contract
from metermock.contract.lint.examples import example_problems, header_problems
from metermock.contract.lint.style import style_problems
from metermock.contract.reading.loading import examine
from metermock.errors import ContractError


def document_problems(path: Path | str) -> list[ContractError]:
    """The problems of a document, by line: OpenAPI, rules, examples, style."""
    try:
        contract, problems = examine(path)
    except ContractError as problem:
        return [problem]
    found = [
        *problems,
        *specification_problems(contract),
        *header_problems(contract),
        *example_problems(contract),
        *style_problems(contract),
    ]
    unique = {str(problem): problem for problem in found}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column))


def specification_problems(contract: Contract) -> Iterator[ContractError]:
    """The problems that openapi-spec-validator finds in a document."""
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415 - it takes longer to import than all else

    for error in OpenAPIV31SpecValidator(contract.source.document).iter_errors():
        pointer = tuple(error.absolute_path) if hasattr(error, "absolute_path") else ()
        line, column = contract.source.line(pointer)
        yield ContractError(
            contract.path, f"is not valid OpenAPI: {str(error).splitlines()[0]}", line, column
        )
