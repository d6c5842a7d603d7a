"""All problems of a document, found before a server or a check uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from metermock.contract.contract import Contract
from metermock.contract.lint.examples import example_problems, header_problems
from metermock.contract.lint.form import form_problems
from metermock.contract.lint.style import style_problems
from metermock.contract.reading.bundle import Fetch
from metermock.contract.reading.loading import examine
from metermock.errors import ContractError


@dataclass(frozen=True, slots=True)
class Examination:
    """What a document's author wants to know: errors to mend, and notes about what harms nobody."""

    errors: list[ContractError]
    notes: list[ContractError]
    is_usable: bool = True
    """Whether it has an operation that can be served or checked."""


def document_problems(path: Path | str) -> list[ContractError]:
    """The problems of a document, by line: OpenAPI, rules, examples, style."""
    return examination(path, style=True).errors


def examination(
    path: Path | str, *, style: bool = False, fetch: Fetch | None = None, overlays: Sequence[Path] = ()
) -> Examination:
    """The errors of a document, by line, and its notes; `style` holds it to the style of the bundled ones.

    `fetch` reads references to URLs; `overlays` are applied after the one that lies beside the document.
    """
    try:
        contract, problems = examine(path, fetch=fetch, is_whole=True, overlays=overlays)
    except ContractError as problem:
        return Examination([problem], [], is_usable=False)
    found = [
        *problems,
        *(left_out.problem for left_out in contract.left_out),
    ]
    # What has been told of a place in our words, the specification's schema need not tell again.
    told = {_place(problem) for problem in found}
    found += [
        *(problem for problem in form_problems(contract) if _place(problem) not in told),
        *header_problems(contract),
        *example_problems(contract),
        *((*specification_problems(contract), *style_problems(contract)) if style else ()),
    ]
    errors = _by_line(found)
    places = {_place(error) for error in errors}
    notes = [note for note in _by_line(contract.notes) if _place(note) not in places]
    return Examination(errors, notes, is_usable=bool(contract.operations))


def _place(problem: ContractError) -> tuple[str, int, int]:
    return str(problem.path), problem.line, problem.column


def _by_line(problems: Iterable[ContractError]) -> list[ContractError]:
    unique = {str(problem): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column))


def specification_problems(contract: Contract) -> Iterator[ContractError]:
    """The problems that openapi-spec-validator finds in a document, by the version that it says."""
    import openapi_spec_validator as known  # noqa: PLC0415 - it takes longer to import than all else

    written = contract.source.document
    validators = {
        "3.0": known.OpenAPIV30SpecValidator,
        "3.1": known.OpenAPIV31SpecValidator,
        "3.2": known.OpenAPIV32SpecValidator,
    }
    for error in validators[str(written["openapi"])[:3]](written).iter_errors():
        pointer = tuple(error.absolute_path) if hasattr(error, "absolute_path") else ()
        yield contract.written(pointer, f"is not valid OpenAPI: {str(error).splitlines()[0]}")
