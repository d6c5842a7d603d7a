"""From a file to a contract, through five stations: read, bundle, upgrade, find what is wrong, understand.

Problems are collected. An error takes the operations out that reach it; a note takes nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from metermock import json_pointer
from metermock.contract.contract import Contract, LeftOut, Operation
from metermock.contract.families import Families, is_base
from metermock.contract.reading.bundle import Bundle, Fetch, Inner, Problem, bundle
from metermock.contract.reading.closures import close_together
from metermock.contract.reading.contradictions import contradictions
from metermock.contract.reading.fetching import fetch as fetched
from metermock.contract.reading.fetching import is_address
from metermock.contract.reading.fragments import Apart
from metermock.contract.reading.impossible import mend_impossible
from metermock.contract.reading.kind_values import map_kinds
from metermock.contract.reading.leniency import mend, set_aside
from metermock.contract.reading.overlaying import overlaid, read_document
from metermock.contract.reading.parameter_extensions import extension_problems
from metermock.contract.reading.reach import Reach
from metermock.contract.reading.rule_reading import read_rules
from metermock.contract.reading.security import security_problem
from metermock.contract.reading.soundness import find_problems
from metermock.contract.reading.structure import Pointer
from metermock.contract.reading.understanding import Understanding
from metermock.contract.reading.upgrade import upgrade
from metermock.contract.reading.written import Written, note_equal_templates, written_operations
from metermock.errors import ContractError
from metermock.source import Source

VERSIONS = ("3.0.", "3.1.", "3.2.")
_MISUNDERSTOOD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def load_contract(
    path: Path | str,
    *,
    fetch: Fetch | None = None,
    overlays: Sequence[Path] = (),
    inner: Inner | None = None,
) -> Contract:
    """The contract in a file or at a URL; ContractError where none of its operations can be used.

    RuleError for the first thing that is wrong with its rules. `fetch` reads references to URLs; without it
    they lead nowhere. `overlays` are applied after the one that lies beside the file, and `inner` to the
    files that it refers to.
    """
    contract, problems = examine(path, fetch=fetch, overlays=overlays, inner=inner)
    if problems:
        raise problems[0]
    return contract


def examine(
    path: Path | str,
    *,
    fetch: Fetch | None = None,
    is_whole: bool = False,
    overlays: Sequence[Path] = (),
    inner: Inner | None = None,
) -> tuple[Contract, list[ContractError]]:
    """The contract in a file or at a URL, and all that is wrong with its rules and extensions.

    Raises ContractError where the document has no operation that can be used, unless `is_whole` wants to
    know all that is wrong with it.
    """
    is_remote = is_address(path)
    source = overlaid(fetched(str(path)), overlays) if is_remote else read_document(path, overlays)
    source.further = tuple(overlays)
    return examine_source(source, fetch=fetch, is_whole=is_whole, inner=inner)


def examine_source(
    source: Source, *, fetch: Fetch | None = None, is_whole: bool = False, inner: Inner | None = None
) -> tuple[Contract, list[ContractError]]:
    """The same of a document that has been read."""
    _demand_version(source)
    made = _bundled(source, fetch, inner)
    contract = Contract(source, made.document, made.source)
    reach = _understand(contract, made)
    contract.notes = tuple(_notes(source, made))
    if not contract.operations:
        problem = _nothing_usable(contract, source)
        # It is the first of those of the operations, with advice.
        if not (is_whole and contract.left_out):
            raise problem
    of_author = [*_further(made, reach), *contradictions(contract, made)] if is_whole else []
    return contract, [*extension_problems(contract), *read_rules(contract), *of_author]


def _bundled(source: Source, fetch: Fetch | None, inner: Inner | None) -> Bundle:
    """The first stations: what comes out has plain references, is 3.1, and its problems are known."""
    try:
        made = bundle(source, fetch, inner)
        if not isinstance(source.document["openapi"], str):
            made.note(("openapi",), "openapi is a number; it is read as a text", "write it in quotes")
        mend(made)
        upgrade(made)
        parts = list(made.parts())
        close_together(made, parts)
        mend_impossible(made, parts)
        find_problems(made)
        set_aside(made)
    except RecursionError:
        raise source.error((), "is nested too deep to be read") from None
    return made


def _demand_version(source: Source) -> None:
    document = source.document
    if not isinstance(document, dict):
        raise source.error((), "is not OpenAPI: it is not a map")
    version = document.get("openapi")
    if isinstance(version, str | float) and f"{version}.".startswith(VERSIONS):
        return
    if "swagger" in document:
        problem, advice = f"is Swagger {document['swagger']}", "convert it to OpenAPI 3.0 or newer"
        raise source.error(("swagger",), problem, advice)
    advice = "metermock reads OpenAPI 3.0, 3.1 and 3.2"
    raise source.error(("openapi",), f"is not OpenAPI: openapi is {version!r}", advice)


def _understand(contract: Contract, made: Bundle) -> Reach:
    """Give the contract its operations; those that reach an error are left out, with the error."""
    map_kinds(contract.schemas, made)
    written = list(written_operations(contract))
    belongs = [(each.pointer, item) for each in written for item in (each.item_pointer, ("paths", each.path))]
    reach = Reach([*made.references, *_kin(contract, made)], belongs)
    errors = {problem.pointer: problem for problem in made.problems if not problem.is_note}
    broken = {operation: errors[at] for operation, at in reach.operations(errors).items()}
    note_equal_templates(contract, made)
    understanding = Understanding(contract, made)
    apart = Apart()
    operations: list[Operation] = []
    left_out: list[LeftOut] = []
    for each in written:
        problem = broken.get(each.pointer) or security_problem(contract, each)
        if problem is None:
            try:
                operation = understanding.operation(each)
                problem = apart.problem(each, operation)
                if problem is None:
                    operations.append(operation)
                    continue
            except _MISUNDERSTOOD as error:
                text = f"{each.title} cannot be understood: {type(error).__name__}: {error}"
                problem = Problem(each.pointer, text)
        left_out.append(_left_out(each, made.located(problem)))
    contract.operations = tuple(operations)
    contract.left_out = tuple(left_out)
    return reach


def _further(made: Bundle, reach: Reach) -> Iterator[ContractError]:
    """The errors that operations reach, beside the one for which each of them is left out."""
    errors = {problem.pointer: problem for problem in made.problems if not problem.is_note}
    first = set(reach.operations(errors).values())
    for pointer, problem in errors.items():
        if pointer not in first and reach.operations([pointer]):
            yield made.located(problem)


def _kin(contract: Contract, made: Bundle) -> Iterator[tuple[Pointer, Pointer]]:
    """Each type that others extend, with these: a value of the one may be one of the others."""
    families = Families(contract.schemas)
    for part in made.parts():
        if part.kind == "schema" and is_base(part.value):
            for child in families.children(part.value):
                yield part.pointer, json_pointer.path_of(child)


def _left_out(written: Written, problem: ContractError) -> LeftOut:
    id_, tags = written.document.get("operationId"), written.document.get("tags", ())
    return LeftOut(
        id_ if isinstance(id_, str) and id_ else written.plain_name,
        written.method.upper(),
        written.path,
        problem,
        tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _notes(source: Source, made: Bundle) -> Iterator[ContractError]:
    """What is odd in the files, and errors that no operation reaches or that took one out."""
    for each in [source, *made.files.values()]:
        for note in each.notes:
            if isinstance(note, ContractError):
                yield note
    for problem in made.problems:
        yield made.located(problem)


def _nothing_usable(contract: Contract, source: Source) -> ContractError:
    if contract.left_out:
        first = contract.left_out[0].problem
        others = len(contract.left_out) - 1
        if others:
            first.advice = f"{first.advice}; " if first.advice else ""
            first.advice += f"{others} more operations cannot be used either, so nothing is left"
        return first
    document = source.document
    if document.get("webhooks"):
        text = "has webhooks only: there is no path to serve or check"
    elif document.get("paths"):
        text = "has no operations: its paths have no method"
    else:
        text = "has no operations" + (": it has components only" if document.get("components") else "")
    error = source.error(("paths",), text)
    return error if isinstance(error, ContractError) else ContractError(source.path, text)
