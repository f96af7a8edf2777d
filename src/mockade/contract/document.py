"""An OpenAPI document as it stands in its files, with every `$ref` followed and every place known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mockade.contract.keywords import holds_schema, says_more
from mockade.contract.location import Location
from mockade.contract.reading import Lines, is_json, read
from mockade.contract.recognition import NotOpenApi, recognise, recognise_file, recognise_text
from mockade.contract.references import (
    ROOT,
    FileScan,
    LinkedPointer,
    escaped,
    pointer,
    resolve,
    stays_inside,
    steps,
)
from mockade.contract.swagger2 import Converted, convert, convert_part, is_swagger2
from mockade.contract.swagger2.schemas import original_ref
from mockade.contract.translation import translated
from mockade.errors import Finding, Place, SetupError
from mockade.hints import did_you_mean, nearest


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

    def text(self, key: str, default: str = "") -> str:
        """The string under `key`, else `default`."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else default


class Document:
    """A contract's files, read once. `files` maps the address of each file to its data.

    `$ref`s reach the files that its location contains, and never the network.
    """

    def __init__(self, path: Path, stem: str = "", location: Location | None = None) -> None:
        """`stem` is the API's name, the file's where it is empty.

        Raises SetupError when the file, or one it refers to, cannot be read.
        """
        self.path = path
        self.stem = stem or path.stem
        self.location = location or Location.of(path)
        self.uri = self.location.uri(path.name)
        self.files: dict[str, Any] = {}
        self.lone_refs = True
        """Whether what stands beside a `$ref` counts for nothing, as in OpenAPI 3.0."""
        self.translations: dict[str, Any] = {}
        """By file, its data as JSON Schema reads it, where that is the same for requests and answers."""
        self.one_sided = False
        """Whether any property is `readOnly` or `writeOnly`, so that requests and answers differ."""
        self.swagger: dict[str, Converted] = {}
        """By file of Swagger 2.0, how it was converted: `files` has it in OpenAPI 3.0's words."""
        self._lines: dict[str, Lines] = {}
        self._uses: dict[tuple[str, str], LinkedPointer] = {}
        """By file and `$ref`, the first place where it stands."""
        self._targets: dict[tuple[str, str], Node] = {}
        """By file and `$ref`, what it points to."""
        self._memo: dict[Callable[..., Any], dict[Hashable, Any]] = {}
        findings: list[Finding] = []
        self._load_contract()
        data = self.files[self.uri]
        self.lone_refs = str(data.get("openapi", "3.0")).startswith("3.0")
        self._gather(self.uri, findings)
        if findings:
            raise SetupError(findings)

    def _load_contract(self) -> None:
        """Read the contract's own file. Raises NotOpenApi where it is something else."""
        shown = self.location.shown(self.path)
        try:
            text = self._load(self.path, self.uri)
        except SetupError:
            what = recognise_file(self.path)
            if what is not None:
                raise NotOpenApi(Place(shown), what) from None
            raise
        data = self.files[self.uri]
        if not isinstance(data, dict) or not {"openapi", "swagger"} & data.keys():
            what = recognise_text(text) or recognise(data)
            place = self.place(self.uri, (what.key,) if what.key else ()) if data else Place(shown)
            raise NotOpenApi(place, what)

    def _load(self, path: Path, uri: str, referrer: str = "") -> str:
        """Read a file; its text. One that Swagger 2.0 refers to is read as it means it."""
        shown = self.location.shown(path)
        data, text = read(path, shown)
        self._lines[uri] = Lines(text, shown, is_json=is_json(path, text))
        if referrer in self.swagger or is_swagger2(data):
            self.swagger[uri] = (convert if uri == self.uri else convert_part)(data)
            data = self.swagger[uri].data
        self.files[uri] = data
        return text

    def _gather(self, uri: str, findings: list[Finding]) -> None:
        """Read every file that the one at `uri` refers to, and those they refer to."""
        scan = FileScan()
        self.translations[uri] = translated(self.files[uri], old=self.lone_refs, scan=scan)
        self.one_sided = self.one_sided or scan.one_sided
        problems: dict[str, tuple[str, str] | None] = {}
        for linked, ref in scan.refs:
            if ref not in problems:
                self._uses[uri, ref] = linked
                problems[ref] = self._gather_one(uri, ref, findings)
            problem = problems[ref]
            if problem:
                message, mend = problem
                if uri in self.swagger:
                    message = message.replace(ref, original_ref(ref))
                findings.append(Finding(self.place(uri, pointer(linked)), message, mend, rule="ref"))

    def _gather_one(self, uri: str, ref: str, findings: list[Finding]) -> tuple[str, str] | None:
        """Read the file that `ref` in the one at `uri` leads to. What is wrong with it, and what mends it."""
        try:
            target, fragment = resolve(uri, ref)
            if target not in self.files:
                problem = self._gather_file(uri, ref, target, findings)
                if problem:
                    return problem
        except (ValueError, OSError, RuntimeError) as error:  # the last for links in a circle
            why = getattr(error, "strerror", None) or error
            return f"$ref {ref[:80]!r} is no address: {why}.", ""
        if self.files[target] is None:
            return None  # what is wrong with that file has been told
        if fragment and not fragment.startswith("/"):
            return (
                f"$ref {ref!r} refers by an anchor, which is not supported yet.",
                "Refer by the place, such as #/components/schemas/Name.",
            )
        return self._missing(target, fragment, ref)

    def _gather_file(
        self, uri: str, ref: str, target: str, findings: list[Finding]
    ) -> tuple[str, str] | None:
        path = self.location.path(target)
        outside = not self.location.contains(path)
        there = path.is_file()
        if "://" in ref or not target.startswith(ROOT):
            return (
                f"$ref {ref!r} leads to the network, which is never asked.",
                "Copy the file into the contract's folder and refer to it by a relative path.",
            )
        if outside or not stays_inside(uri, ref):
            mend = "Move the file into that folder, or start Mockade in one that holds both."
            if self.location.root in path.resolve().parents:
                mend = "Only .yaml, .yml and .json files of other folders are read."
            return f"$ref {ref!r} leads out of {self.location.limit}.", mend
        if not there:
            beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
            match = nearest(path.name, beside)
            mend = f"Did you mean {match!r}?" if match else ""
            return f"$ref {ref!r} names a file that is not there.", mend
        try:
            self._load(path, target, uri)
        except SetupError as error:
            findings.extend(error.findings)
            self.files[target] = None
            return None
        self._gather(target, findings)
        return None

    def _missing(self, uri: str, fragment: str, ref: str) -> tuple[str, str] | None:
        value = self.files[uri]
        for step in steps(fragment):
            if isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                known = value.keys() if isinstance(value, dict) else ()
                return f"$ref {ref!r} leads nowhere: there is no {step!r}.", did_you_mean(str(step), known)
        return None

    @property
    def root(self) -> Node:
        return Node(self, self.uri, (), self.files[self.uri])

    def value_at(self, source: Source) -> Any:
        """The value of the words at `source`."""
        value = self.files[source.uri]
        for step in source.pointer:
            value = value[step]
        return value

    def place(self, uri: str, pointer: tuple[str | int, ...]) -> Place:
        """Where the words at `pointer` of the file at `uri` stand, else the nearest words around them."""
        converted = self.swagger.get(uri)
        return self.place_in_file(uri, converted.origin(pointer) if converted else pointer)

    def place_in_file(self, uri: str, pointer: tuple[str | int, ...]) -> Place:
        """The same, where `pointer` is one into the file as it was written: in Swagger 2.0, maybe."""
        return self._lines[uri].place(pointer)

    def follow(self, node: Node) -> Node:
        """The node that `node` stands for: itself, or what its `$ref`s lead to.

        A schema that says more beside its `$ref`, as OpenAPI 3.1 allows, is a whole of both (`allOf`).
        Raises SetupError when they lead in a circle.
        """
        seen: set[Source] = set()
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            if not self.lone_refs and says_more(node.value) and holds_schema(node.pointer):
                rest = {key: value for key, value in node.value.items() if key != "$ref"}
                parts = [*rest.get("allOf", ()), {"$ref": node.value["$ref"]}]
                return node._replace(value={**rest, "allOf": parts})
            target = self.target(node.uri, node.value["$ref"])
            if not isinstance(target.value, dict) or "$ref" not in target.value:
                return target
            if target.source in seen:
                message = f"$ref {node.value['$ref']!r} leads back to itself."
                raise SetupError([Finding(node.source.place(), message, rule="ref")])
            seen.add(target.source)
            node = target
        return node

    def circles(self) -> Iterator[Finding]:
        """`$ref`s that lead back to themselves."""
        for (uri, ref), linked in self._uses.items():
            source = Source(self, uri, pointer(linked)[:-1])
            target = self.target(uri, ref).value
            if isinstance(target, dict) and "$ref" in target:
                try:
                    self.follow(Node.at(source, self.value_at(source)))
                except SetupError as error:
                    yield from error.findings

    def target(self, base: str, ref: str) -> Node:
        """What a `$ref` in the file at `base` points to; reading the document has seen that it exists."""
        found = self._targets.get((base, ref))
        if found is None:
            uri, fragment = resolve(base, ref)
            value = self.files[uri]
            path: list[str | int] = []
            for step in steps(fragment):
                at = int(step) if isinstance(value, list) else step
                value = value[at]
                path.append(at)
            found = self._targets[base, ref] = Node(self, uri, tuple(path), value)
        return found

    def memo(self, about: Callable[..., Any]) -> dict[Hashable, Any]:
        """What `about` has returned for schemas of the document; it adds to it itself."""
        return self._memo.setdefault(about, {})

    def component(self, kind: str, name: str) -> Node | None:
        """`components.{kind}.{name}`, or None."""
        return self.root.get("components", kind, name)
