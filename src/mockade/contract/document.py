"""An OpenAPI document as it stands in its files, with every `$ref` followed and every place known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from mockade.contract.document_files import DocumentFiles
from mockade.contract.keywords import holds_schema, says_more
from mockade.contract.location import Location
from mockade.contract.references import escaped
from mockade.errors import Finding, Place, SetupError

SKETCH = "shape of the example"
"""The step to a sketch: below it stands what no file has, and the words above it are where it is."""


class Source(NamedTuple):
    """Words of the contract: the file they stand in and the way into it; equal where both are."""

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
        return f"{self.uri}#{''.join(map(escaped, self.pointer))}"


class Node(NamedTuple):
    """A value of the document and where it stands; going down follows `$ref`.

    Its place is kept in parts: most nodes are only gone through, and a Source would cost as much as the node.
    """

    document: Document
    uri: str
    pointer: tuple[str | int, ...]
    value: Any

    @classmethod
    def at(cls, source: Source, value: Any) -> Node:
        return cls(*source, value)

    @property
    def source(self) -> Source:
        return Source(self.document, self.uri, self.pointer)

    def get(self, *steps: str | int) -> Node | None:
        """The node below, or None where there is none."""
        document, uri, pointer, value = self
        for step in steps:
            if isinstance(value, dict):
                # Most keys that OpenAPI knows are not there: this costs a quarter of catching an exception.
                if step not in value:
                    return None
                value = value[step]
            else:
                try:
                    value = value[step]
                except (IndexError, TypeError):
                    return None
            pointer = (*pointer, step)
            if isinstance(value, dict) and "$ref" in value:
                document, uri, pointer, value = document.follow(Node(document, uri, pointer, value))
        return Node(document, uri, pointer, value)

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, `$ref`s followed; nothing where this is no object."""
        document, uri, pointer, members = self
        if isinstance(members, dict):
            for key, value in members.items():
                member = Node(document, uri, (*pointer, key), value)
                yield key, document.follow(member) if isinstance(value, dict) and "$ref" in value else member

    def list(self) -> Iterator[Node]:
        """The items of an array, `$ref`s followed; nothing where this is no array."""
        if isinstance(self.value, list):
            for position in range(len(self.value)):
                member = self.get(position)
                if member is not None:
                    yield member

    def members(self, key: str) -> Iterable[tuple[str, Node]]:
        """The `items` of the object under `key`; nothing where there is none."""
        below = self.get(key)
        return below.items() if below is not None else ()

    def listed(self, key: str) -> Iterable[Node]:
        """The `list` of the array under `key`; nothing where there is none."""
        below = self.get(key)
        return below.list() if below is not None else ()

    @property
    def component_name(self) -> str:
        """The name of a schema that stands among named ones; empty for any other."""
        is_named = len(self.pointer) > 1 and self.pointer[-2] in ("schemas", "definitions", "$defs")
        return str(self.pointer[-1]) if is_named else ""

    def text(self, key: str, default: str = "") -> str:
        """The string under `key`, else `default`."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else default


class Document:
    """A contract in its files. `files` maps the address of each file to its data.

    What is wrong in them is in `slips`, and what that spoils is left out of the data.
    """

    def __init__(self, path: Path, stem: str = "", location: Location | None = None) -> None:
        """`stem` is the API's name, the file's where it is empty; `location` that of the path if not given.

        Raises SetupError when the file cannot be read, or refers to what may not be read.
        """
        self.path = path
        self.stem = stem or path.stem
        self.location = location or Location.of(path)
        self._contents = DocumentFiles(path, self.location)
        self.uri = self._contents.uri
        self.files = self._contents.files
        self.slips = self._contents.slips
        self.swagger = self._contents.swagger
        """By file of Swagger 2.0, how it was converted: `files` has it in OpenAPI 3.0's words."""
        self.lone_refs = self._contents.lone_refs
        """Whether what stands beside a `$ref` counts for nothing, as in OpenAPI 3.0."""
        self.translations = self._contents.translations
        """By file, its data as JSON Schema reads it, where that is the same for requests and answers."""
        self.one_sided = self._contents.one_sided
        """Whether any property is `readOnly` or `writeOnly`, so that requests and answers differ."""
        self.discriminated = self._contents.discriminated
        """By file, the pointers of its schemas with a `discriminator`."""
        self.branching = prod(self._contents.branching.values())
        """Into how many ways its schemas may branch, all together."""
        self.backtracking = self._contents.backtracking
        """Whether there is a pattern that only trying out can match."""
        self._targets: dict[tuple[str, str], Node] = {}
        """By file and `$ref`, what it points to."""
        self._ends: dict[Source, Node] = {}
        """By place of a `$ref` in the middle of a chain, where the chain ends."""
        self.sketches: dict[tuple[str, tuple[str | int, ...]], Any] = {}
        """By file and pointer, the shapes of examples that stand for schemas."""
        self._memo: dict[Callable[..., Any], dict[Hashable, Any]] = {}

    def paths(self) -> list[Path]:
        """The files that it was read from, its own first."""
        return [self.location.path(uri) for uri in self.files]

    @property
    def root(self) -> Node:
        return Node(self, self.uri, (), self.files[self.uri])

    def value_at(self, source: Source) -> Any:
        """The value of the words at `source`."""
        if SKETCH in source.pointer:
            return self._in_sketch(source)
        return self._contents.value_at(source.uri, source.pointer)

    def _in_sketch(self, source: Source) -> Any:
        end = source.pointer.index(SKETCH) + 1
        value = self.sketches[source.uri, source.pointer[:end]]
        for step in source.pointer[end:]:
            value = value[step]
        return value

    @property
    def shown(self) -> str:
        """The contract's own file, as messages name it."""
        return self.location.shown(self.location.path(self.uri))

    def place(self, uri: str, pointer: tuple[str | int, ...]) -> Place:
        """Where the words at `pointer` of the file at `uri` stand, else the nearest words around them."""
        pointer = pointer[: pointer.index(SKETCH)] if SKETCH in pointer else pointer
        return self._contents.place(uri, pointer)

    def lines_made(self) -> Iterator[None]:
        """Make out where everything in the files stands, in slices; else the first `place` has to."""
        return self._contents.lines_made()

    def place_in_file(self, uri: str, pointer: tuple[str | int, ...]) -> Place:
        """The same, where `pointer` is one into the file as it was written: in Swagger 2.0, maybe."""
        return self._contents.place_in_file(uri, pointer)

    def follow(self, node: Node) -> Node:
        """The node that `node` stands for: itself, or what its `$ref`s lead to.

        A schema that says more beside its `$ref`, as OpenAPI 3.1 allows, is a whole of both (`allOf`).
        Raises SetupError when they lead in a circle.
        """
        seen: dict[Source, None] = {}
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            if not self.lone_refs and says_more(node.value) and holds_schema(node.pointer):
                rest = {key: value for key, value in node.value.items() if key != "$ref"}
                parts = [*rest.get("allOf", ()), {"$ref": node.value["$ref"]}]
                return node._replace(value={**rest, "allOf": parts})
            target = self.target(node.uri, node.value["$ref"])
            if not isinstance(target.value, dict) or "$ref" not in target.value:
                return self._ended(seen, target) if seen else target
            if target.source in self._ends:
                return self._ended(seen, self._ends[target.source])
            if target.source in seen:
                message = f"$ref {node.value['$ref']!r} leads back to itself."
                raise SetupError([Finding(node.source.place(), message, rule="ref")])
            seen[target.source] = None
            node = target
        return node

    def _ended(self, passed: Iterable[Source], end: Node) -> Node:
        """The end of a chain of `$ref`s, remembered for all that were passed: each is followed once."""
        self._ends.update(dict.fromkeys(passed, end))
        return end

    def target(self, base: str, ref: str) -> Node:
        """What a `$ref` in the file at `base` points to.

        Reading the document has seen that it exists, unless the `$ref` is data: then it leads to nothing.
        """
        found = self._targets.get((base, ref))
        if found is None:
            there = self._contents.target(base, ref)
            if there is None:
                return Node(self, base, (), {})
            found = self._targets[base, ref] = Node(self, *there)
        return found

    def finds(self, base: str, ref: str) -> bool:
        """Whether a reference in the file at `base` leads anywhere."""
        return self._contents.target(base, ref) is not None

    def memo(self, about: Callable[..., Any]) -> dict[Hashable, Any]:
        """What `about` has returned for schemas of the document; it adds to it itself."""
        return self._memo.setdefault(about, {})

    def component(self, kind: str, name: str) -> Node | None:
        """`components.{kind}.{name}`, or None."""
        return self.root.get("components", kind, name)
