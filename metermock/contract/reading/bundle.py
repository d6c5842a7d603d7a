"""One document out of many files: every reference leads to a part of the document itself.

Files that references name are read once and put under `x-metermock-files` of a copy. References are written
as plain JSON pointers: file names, percent escapes, anchors, `$id`s and dynamic references are resolved
here, so that nobody after this station needs to know them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from metermock import json_pointer
from metermock.address import shown
from metermock.contract.reading.anchors import Dynamic, File
from metermock.contract.reading.kin import Kin, mapped
from metermock.contract.reading.overlaying import read_document
from metermock.contract.reading.structure import Part, Pointer, parts
from metermock.contract.references import DYNAMIC, FILES
from metermock.errors import ContractError, SourceError
from metermock.source import Source, apart

Fetch = Callable[[str], Source]
"""Reads a document from a URL; SourceError where that fails."""
Inner = Mapping[Path, Sequence[Path]]
"""Overlays of files that a document refers to, by their resolved paths; after the one beside a file."""

UNFETCHED = "pass --remote-refs"
"""What to do where a reference leads to an address."""
_NO_ANCHORS: dict[str, Pointer] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with, or not supported in, a part of a document.

    `pointer` leads into the bundled document. A note harms nobody; an error takes the operations out that
    reach the part.
    """

    pointer: Pointer
    text: str
    advice: str = ""
    is_note: bool = False


@dataclass
class Bundle:
    """A document with all that it refers to: `document` is the copy, `root` the file as it was read."""

    root: Source
    document: dict[str, Any]
    files: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    references: list[tuple[Pointer, Pointer]] = field(default_factory=list)
    """Where each reference stands, and what it names."""
    entries: dict[tuple[Pointer, str], None] = field(default_factory=dict)
    """Objects outside the usual places that references lead to, each with its kind."""

    def error(self, pointer: Pointer, text: str, advice: str = "") -> None:
        """Report what is wrong with a part."""
        self.problems.append(Problem(pointer, text, advice))

    def note(self, pointer: Pointer, text: str, advice: str = "") -> None:
        """Report what is odd about a part, and harms nobody."""
        self.problems.append(Problem(pointer, text, advice, is_note=True))

    def parts(self) -> Iterator[Part]:
        """Every object of the document and of the files that it refers to, each once."""
        seen: set[int] = set()
        for pointer, kind in [((), "document"), *self.entries]:
            for part in parts(json_pointer.at(self.document, pointer), kind, pointer):
                if isinstance(part.value, dict):
                    if id(part.value) in seen:
                        continue
                    seen.add(id(part.value))
                yield part

    def source(self, pointer: Pointer) -> tuple[Source, Pointer]:
        """The file that a part stands in, and its pointer there."""
        if pointer[:1] == (FILES,) and len(pointer) > 1 and pointer[1] in self.files:
            return self.files[str(pointer[1])].origin(pointer[2:])
        return self.root.origin(pointer)

    def located(self, problem: Problem) -> ContractError:
        """The problem with its file and line, ready to raise or to print."""
        source, pointer = self.source(problem.pointer)
        line, column = source.line(pointer)
        return ContractError(source.path, problem.text, line, column, problem.advice)


def bundle(root: Source, fetch: Fetch | None = None, inner: Inner | None = None) -> Bundle:
    """The document of a file, with the files that it refers to; `fetch` is for URLs, None refuses them."""
    made = Bundle(root, apart(root.document))
    _Bundler(made, fetch, inner or {}).run()
    return made


class _Bundler:
    def __init__(self, made: Bundle, fetch: Fetch | None, inner: Inner) -> None:
        self._made = made
        self._fetch = fetch
        self._inner = inner
        address = str(made.root.path)
        is_remote = "://" in address
        whole = address if is_remote else str(Path(address).resolve())
        self._root = File((), whole, made.document, is_remote, _is_old(made.document))
        self._files = {self._root.address: self._root}
        self._unreadable: dict[str, SourceError] = {}
        if isinstance(own := made.document.get("$self"), str):
            # The document's own address, by which 3.2 lets it and others refer to it.
            self._files[urljoin(whole, own) if is_remote else own] = self._root
        self._waiting: deque[tuple[File, Pointer, str]] = deque([(self._root, (), "document")])
        self._seen: set[tuple[str, Pointer, str]] = set()
        self._written: set[int] = set()
        self._dynamic = Dynamic()
        self._kin = Kin()

    def run(self) -> None:
        """Follow every reference of the document, and every one of what they lead to."""
        self._spread(("paths",))
        self._spread(("webhooks",))
        self._spread(("components",))
        components = self._made.document.get("components")
        for name in list(components) if isinstance(components, dict) else ():
            self._spread(("components", name))
        self._follow()
        while kin := list(self._kin.missing(self._known_files(), self._resolved)):
            for file, pointer in kin:
                self._want(file, pointer, "schema")
            self._follow()
        unclear, is_dynamic = self._dynamic.settle(self._known_files())
        if is_dynamic:
            self._made.document[DYNAMIC] = True
        for pointer, name in unclear:
            text = f"a schema has the $dynamicAnchor {name!r} twice, so nothing is held to this $dynamicRef"
            self._made.note(pointer, text)

    def _known_files(self) -> list[File]:
        """The files that were read, each once: one may have two addresses."""
        return list({id(file): file for file in self._files.values()}.values())

    def _follow(self) -> None:
        while self._waiting:
            file, pointer, kind = self._waiting.popleft()
            if (file.address, pointer, kind) in self._seen:
                continue
            self._seen.add((file.address, pointer, kind))
            value = json_pointer.at(file.value, pointer)
            for part in list(parts(value, kind, pointer)):
                self._take(file, part)

    def _want(self, file: File, pointer: Pointer, kind: str) -> None:
        """Read an object too that the walk does not come to."""
        if file is not self._root or not _is_walked(pointer):
            self._waiting.append((file, pointer, kind))
            self._made.entries[(*file.prefix, *pointer), kind] = None

    def _resolved(self, file: File, part: Part, reference: str) -> Pointer | None:
        """What a reference to a file that was read names; None where it names nothing there."""
        address = reference.partition("#")[0]
        remote = file.is_remote or urlsplit(address).scheme in ("http", "https")
        whole = urljoin(file.address, address) if remote else _path(file.address, address)
        if address and whole not in self._files:
            return None
        try:
            target, pointer = self._resolve(file, part, reference)
        except (SourceError, ValueError, _NowhereError):
            return None
        return (*target.prefix, *pointer)

    def _spread(self, pointer: Pointer) -> None:
        """Write a map that is a reference, which OpenAPI has no place for, as a map of references."""
        value = json_pointer.at(self._made.document, pointer)
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            return
        try:
            target, there = self._resolve(self._root, Part("document", pointer, value), reference)
        except (SourceError, ValueError, _NowhereError) as problem:
            advice = getattr(problem, "advice", "")
            text = f"the reference {reference!r} cannot be followed: {problem}"
            self._made.error((*pointer, "$ref"), text, "" if isinstance(problem, SourceError) else advice)
            return
        members = json_pointer.at(target.value, there)
        address = reference.partition("#")[0]
        del value["$ref"]
        for name in members if isinstance(members, dict) else ():
            value.setdefault(name, {"$ref": f"{address}#{quote(json_pointer.text_of((*there, name)))}"})
        self._made.note(
            pointer, f"{pointer[-1]} is a reference, which is read although OpenAPI has none there"
        )

    def _take(self, file: File, part: Part) -> None:
        if not isinstance(part.value, dict) or id(part.value) in self._written:
            return
        self._written.add(id(part.value))
        if part.kind == "schema":
            self._plain(file, part)
            self._kin.take(file, part)
            self._follow_mapping(file, part)
        reference = part.reference
        if reference is None:
            return
        here = (*file.prefix, *part.pointer, "$ref")
        try:
            target, pointer = self._resolve(file, part, reference)
        except (SourceError, ValueError) as problem:
            self._made.error(here, f"the reference {reference!r} cannot be followed: {problem}")
            return
        except _NowhereError as problem:
            self._made.error(here, str(problem), problem.advice)
            return
        whole = (*target.prefix, *pointer)
        part.value["$ref"] = "#" + json_pointer.text_of(whole)
        self._made.references.append((here[:-1], whole))
        self._want(target, pointer, part.kind)

    def _follow_mapping(self, file: File, part: Part) -> None:
        """Write what a discriminator's mapping names as references, and read the files that it names."""
        for name, value in mapped(file, part, self._root.value):
            mapping = part.value["discriminator"]["mapping"]
            try:
                target, pointer = self._resolve(file, part, value)
            except (SourceError, ValueError, _NowhereError) as problem:
                where = (*file.prefix, *part.pointer, "discriminator", "mapping", name)
                advice = getattr(problem, "advice", "")
                self._made.note(where, f"the mapping {name!r} cannot be followed: {problem}", advice)
                continue
            mapping[name] = "#" + json_pointer.text_of((*target.prefix, *pointer))
            self._want(target, pointer, "schema")

    def _plain(self, file: File, part: Part) -> None:
        """Write dynamic and recursive references of a schema as plain ones."""
        schema = part.value
        here = (*file.prefix, *part.pointer)
        if isinstance(schema.get("$dynamicRef"), str):
            self._plain_dynamic(file, part, schema.pop("$dynamicRef"))
        if "$recursiveRef" in schema and "$ref" not in schema:
            del schema["$recursiveRef"]
            outer = self._recursive_anchor(file, part.pointer)
            if outer is None:
                self._made.note(here, "has a $recursiveRef that leads nowhere; it is passed over")
            else:
                schema["$ref"] = "#" + json_pointer.text_of(outer)
        if "$recursiveAnchor" in schema:
            self._made.note(
                (*here, "$recursiveAnchor"),
                "$recursiveAnchor is of an older JSON Schema; it is read as a plain circle",
            )

    def _plain_dynamic(self, file: File, part: Part, reference: str) -> None:
        schema = part.value
        beside, pointer = schema, part.pointer
        if "$ref" in schema:
            beside = {}
            schema["allOf"] = [*schema.get("allOf", ()), beside]
            pointer = (*pointer, "allOf", len(schema["allOf"]) - 1)
        beside["$ref"] = reference
        self._dynamic.add((*file.prefix, *pointer), beside, unquote(reference.partition("#")[2]))
        if beside is not schema:
            self._take(file, Part("schema", pointer, beside))

    def _recursive_anchor(self, file: File, pointer: Pointer) -> Pointer | None:
        """The nearest schema around a `$recursiveRef` that says `$recursiveAnchor: true`."""
        for length in range(len(pointer), -1, -1):
            outer = json_pointer.at(file.value, pointer[:length])
            if isinstance(outer, dict) and outer.get("$recursiveAnchor") is True:
                return pointer[:length]
        return None

    def _resolve(self, file: File, part: Part, reference: str) -> tuple[File, Pointer]:
        """The file and the pointer in it that a reference names."""
        address, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        base: Pointer = ()
        if part.kind == "schema":
            base = file.resource(part.pointer)
            if address and (found := file.by_id(base, address)) is not None:
                return file, self._inside(file, found, fragment, reference)
        target = self._file(file, address) if address else file
        return target, self._inside(target, () if address else base, fragment, reference)

    def _inside(self, file: File, base: Pointer, fragment: str, reference: str) -> Pointer:
        if fragment.startswith("/") or not fragment:
            path = json_pointer.path_of(fragment)
            # By JSON Schema it leads into the schema with an $id around it; authors mostly mean the document.
            for start in dict.fromkeys((base, ())):
                pointer = (*start, *_indexed(json_pointer.at(file.value, start), path))
                if json_pointer.at(file.value, pointer, _NOTHING) is not _NOTHING:
                    return pointer
            raise _NowhereError(f"the reference {reference!r} leads nowhere")
        found = file.named.anchors.get((base, fragment))
        if found is None:
            raise _NowhereError(f"the reference {reference!r} names no $anchor that is there")
        return found

    def _file(self, file: File, address: str) -> File:
        """The file at an address, relative to another file; it is read once."""
        remote = file.is_remote or urlsplit(address).scheme in ("http", "https")
        whole = urljoin(file.address, address) if remote else _path(file.address, address)
        if whole not in self._files:
            source = self._read_once(whole, is_remote=remote)
            name = address if address not in self._made.files else whole
            copy = apart(source.document)
            self._made.files[name] = source
            self._made.document.setdefault(FILES, {})[name] = copy
            holder = copy if isinstance(copy, dict) and "openapi" in copy else self._made.document
            self._files[whole] = File((FILES, name), whole, copy, remote, _is_old(holder))
        return self._files[whole]

    def _read_once(self, address: str, *, is_remote: bool) -> Source:
        """The file at an address; one that failed is not asked for again."""
        if address in self._unreadable:
            raise self._unreadable[address]
        try:
            return self._read(address, is_remote=is_remote)
        except SourceError as problem:
            self._unreadable[address] = problem
            raise

    def _read(self, address: str, *, is_remote: bool) -> Source:
        if not is_remote:
            return read_document(address, self._inner.get(Path(address), ()))
        if self._fetch is None:
            problem = f"the reference leads to {shown(address)}, which is not fetched"
            raise _NowhereError(problem, UNFETCHED)
        return self._fetch(address)


class _NowhereError(Exception):
    """A reference leads nowhere."""

    def __init__(self, text: str, advice: str = "") -> None:
        super().__init__(text)
        self.advice = advice


_NOTHING = object()


def _is_old(document: dict[str, Any]) -> bool:
    return str(document.get("openapi")).startswith("3.0")


def _is_walked(pointer: Pointer) -> bool:
    """Whether the walk over a document comes to a place; to extensions it does not."""
    opaque = any(str(token).startswith("x-") for token in pointer)
    return pointer[:1] in (("paths",), ("components",), ("webhooks",)) and not opaque


def _indexed(value: Any, path: tuple[str, ...]) -> Pointer:
    """A path whose tokens are integers where they are indices of lists."""
    found: list[str | int] = []
    for token in path:
        is_index = isinstance(value, list) and token.isdecimal()
        found.append(int(token) if is_index else token)
        value = json_pointer.at(value, (found[-1],))
    return tuple(found)


def _path(base: str, address: str) -> str:
    return str((Path(base).parent / unquote(address)).resolve())
