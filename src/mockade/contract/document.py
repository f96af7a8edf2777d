"""An OpenAPI document as it stands in its files, with every `$ref` followed and every place known."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from mockade.contract.reading import Lines, read
from mockade.errors import Finding, Place, SetupError, did_you_mean

ROOT = "http://contract.invalid/"
"""What stands for a document's folder in the addresses of its files; a reserved name, and never fetched."""


def shown_path(path: Path) -> str:
    """`path` as messages name it: relative to the working directory where it lies below it."""
    absolute = path.absolute()
    try:
        return os.fspath(absolute.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return os.fspath(absolute)


@dataclass(frozen=True, slots=True)
class Source:
    """Words of the contract: the file they stand in and the way into it."""

    document: Document
    uri: str
    pointer: tuple[str | int, ...]

    def place(self) -> Place:
        return self.document.place(self.uri, self.pointer)

    def child(self, *steps: str | int) -> Source:
        return Source(self.document, self.uri, (*self.pointer, *steps))

    @property
    def ref(self) -> str:
        """The absolute `$ref` of these words."""
        steps = (quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~:@$") for step in self.pointer)
        return f"{self.uri}#{''.join(f'/{step}' for step in steps)}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and where it stands; going down follows `$ref`."""

    source: Source
    value: Any

    def get(self, *steps: str | int) -> Node | None:
        """The node below, or None where there is none."""
        node = self
        for step in steps:
            value = node.value
            try:
                below = value[step]
            except (KeyError, IndexError, TypeError):
                return None
            node = node.source.document.follow(Node(node.source.child(step), below))
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, `$ref`s followed; nothing where this is no object."""
        if isinstance(self.value, dict):
            for key in self.value:
                member = self.get(key)
                if member is not None:
                    yield key, member

    def list(self) -> Iterator[Node]:
        """The items of an array, `$ref`s followed; nothing where this is no array."""
        if isinstance(self.value, list):
            for position in range(len(self.value)):
                member = self.get(position)
                if member is not None:
                    yield member

    def text(self, key: str, default: str = "") -> str:
        """The string under `key`, else `default`."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else default


class Document:
    """A contract's files, read once. `files` maps the address of each file to its data.

    `$ref`s reach other files of the document's own folder, never out of it and never the network.
    """

    def __init__(self, path: Path) -> None:
        """Raises SetupError when the file, or one it refers to, cannot be read."""
        self.path = path
        self.stem = path.stem
        self.folder = path.parent.resolve()
        self.uri = ROOT + path.name
        self.files: dict[str, Any] = {}
        self._lines: dict[str, Lines] = {}
        findings: list[Finding] = []
        self._load(path, self.uri)
        data = self.files[self.uri]
        if not isinstance(data, dict):
            raise SetupError(
                [Finding(Place(shown_path(path)), "An OpenAPI document is an object.", rule="openapi")]
            )
        self._gather(self.uri, findings)
        if findings:
            raise SetupError(findings)

    def _load(self, path: Path, uri: str) -> None:
        shown = shown_path(path)
        data, text = read(path, shown)
        self.files[uri] = data
        self._lines[uri] = Lines(text, shown)

    def _gather(self, uri: str, findings: list[Finding]) -> None:
        """Read every file that the one at `uri` refers to, and those they refer to."""
        for source, ref in list(self._refs(uri)):
            problem = self._gather_one(source, ref, findings)
            if problem:
                message, mend = problem
                findings.append(Finding(source.place(), message, mend, rule="ref"))

    def _gather_one(self, source: Source, ref: str, findings: list[Finding]) -> tuple[str, str] | None:
        target, fragment = urldefrag(urljoin(source.uri, ref))
        if target not in self.files:
            if "://" in ref or not target.startswith(ROOT):
                return (
                    f"$ref {ref!r} leads to the network, which is never asked.",
                    "Copy the file into the contract's folder and refer to it by a relative path.",
                )
            path = self.folder / unquote(target.removeprefix(ROOT))
            outside = self.folder not in path.resolve().parents
            if outside or ".." in ref.split("#")[0].split("/") and not _stays_inside(source.uri, ref):
                return (
                    f"$ref {ref!r} leads out of the contract's folder.",
                    "Move the file into that folder.",
                )
            if not path.is_file():
                return f"$ref {ref!r} names a file that is not there.", ""
            try:
                self._load(path, target)
            except SetupError as error:
                findings.extend(error.findings)
                self.files.pop(target, None)
                return None
            self._gather(target, findings)
        if not fragment.startswith("/") and fragment:
            return None  # an anchor of JSON Schema: the schema compiler knows it
        return self._missing(target, fragment, ref)

    def _missing(self, uri: str, fragment: str, ref: str) -> tuple[str, str] | None:
        value = self.files[uri]
        for step in _steps(fragment):
            if isinstance(value, list) and str(step).isdigit() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                known = value.keys() if isinstance(value, dict) else ()
                return f"$ref {ref!r} leads nowhere: there is no {step!r}.", did_you_mean(str(step), known)
        return None

    def _refs(self, uri: str) -> Iterator[tuple[Source, str]]:
        pending: list[tuple[tuple[str | int, ...], Any]] = [((), self.files[uri])]
        while pending:
            pointer, value = pending.pop()
            if isinstance(value, dict):
                ref = value.get("$ref")
                if isinstance(ref, str):
                    yield Source(self, uri, (*pointer, "$ref")), ref
                for key, member in value.items():
                    # An example is data: a "$ref" in it refers to nothing.
                    if isinstance(member, dict | list) and key not in ("example", "default", "enum", "const"):
                        pending.append(((*pointer, key), member))
            elif isinstance(value, list):
                pending.extend(((*pointer, i), v) for i, v in enumerate(value) if isinstance(v, dict | list))

    @property
    def root(self) -> Node:
        return Node(Source(self, self.uri, ()), self.files[self.uri])

    def value_at(self, source: Source) -> Any:
        """The value of the words at `source`."""
        value = self.files[source.uri]
        for step in source.pointer:
            value = value[step]
        return value

    def place(self, uri: str, pointer: tuple[str | int, ...]) -> Place:
        """Where the words at `pointer` of the file at `uri` stand, else the nearest words around them."""
        return self._lines[uri].place(pointer)

    def follow(self, node: Node) -> Node:
        """The node that `node` stands for: itself, or what its `$ref`s lead to.

        Raises SetupError when they lead in a circle.
        """
        seen: set[str] = set()
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            target = self.target(node.source, node.value["$ref"])
            if target.source.ref in seen:
                message = f"$ref {node.value['$ref']!r} leads back to itself."
                raise SetupError([Finding(node.source.place(), message, rule="ref")])
            seen.add(target.source.ref)
            node = target
        return node

    def target(self, source: Source, ref: str) -> Node:
        """What a `$ref` that stands at `source` points to; it was seen to exist when the document was read."""
        uri, fragment = urldefrag(urljoin(source.uri, ref))
        value = self.files[uri]
        pointer: list[str | int] = []
        for step in _steps(fragment):
            at = int(step) if isinstance(value, list) else step
            value = value[at]
            pointer.append(at)
        return Node(Source(self, uri, tuple(pointer)), value)

    def component(self, kind: str, name: str) -> Node | None:
        """`components.{kind}.{name}`, or None."""
        return self.root.get("components", kind, name)


def _stays_inside(base: str, ref: str) -> bool:
    """Whether a relative `ref` from `base` has no more `..` than folders above it."""
    depth = base.removeprefix(ROOT).count("/")
    for step in ref.split("#")[0].split("/")[:-1]:
        depth += -1 if step == ".." else 0 if step == "." else 1
        if depth < 0:
            return False
    return True


def _steps(fragment: str) -> list[str]:
    """The steps of a JSON pointer in a URI's fragment."""
    if not fragment:
        return []
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in fragment.split("/")[1:]]
