"""Where the keywords stand that a value breaks, and what the contract says there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urldefrag

from mockade.contract.backtracking import KEYWORD
from mockade.contract.cutting import NAMES
from mockade.contract.document import Document, Node, Source
from mockade.contract.keywords import PARTS
from mockade.contract.references import steps
from mockade.contract.schema_walk import place_of, walk


class Keyword(NamedTuple):
    """A keyword that was broken: where it stands, and the schema around it, empty where that is none.

    One that only the translation has stands where the schema does.
    """

    source: Source | None
    around: Source | None
    """Where the schema stands."""
    schema: dict[str, Any]
    is_written: bool

    @property
    def description(self) -> str:
        """What the schema says of itself in words; empty where it says nothing, or at length."""
        words = self.schema.get("description", "")
        return words.strip() if isinstance(words, str) and len(words) <= 200 else ""


class Keywords:
    """The keywords of a document that were broken, by the address that the library gives them."""

    __slots__ = ("_document", "_found")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[str, Keyword] = {}
        """Looking one up takes long."""

    def at(self, location: str) -> Keyword:
        """The keyword at an address."""
        location = location.replace(f"/{KEYWORD}", "/pattern").replace(f"/{NAMES}", "/propertyNames")
        keyword = self._found.get(location)
        if keyword is None:
            source = _source_at(self._document, location)
            around, schema, is_written = source, None, False
            if source is not None:
                is_written = len(source.pointer) == len(steps(urldefrag(location)[1]))
                around = source._replace(pointer=source.pointer[:-1]) if is_written else source
                schema = self._document.value_at(around)
            keyword = Keyword(source, around, schema if isinstance(schema, dict) else {}, is_written)
            self._found[location] = keyword
        return keyword

    def around_with(self, key: str, location: str) -> Source | None:
        """The nearest words around an address that have a key."""
        source = self.at(location).source
        while source is not None:
            words = self._document.value_at(source)
            if isinstance(words, dict) and key in words:
                break
            source = source._replace(pointer=source.pointer[:-1]) if source.pointer else None
        return source

    def described(self, source: Source) -> str:
        """What a contract says in words of a form that it forbids: no keyword says it."""
        value = self._document.value_at(source)
        words = value.get("description") if isinstance(value, dict) else None
        return words.strip() if isinstance(words, str) else ""

    def declared(self, source: Source | None) -> Sequence[str]:
        """The properties that the schema around a keyword declares, with those of its parts."""
        if source is None:
            return ()

        def below(node: Node) -> Iterator[Node]:
            for keyword in PARTS:
                yield from node.listed(keyword)
            if isinstance(node.value, dict) and "$ref" in node.value:
                yield self._document.target(node.uri, node.value["$ref"])

        around = source._replace(pointer=source.pointer[:-1])
        start = Node.at(around, self._document.value_at(around))
        return [name for node in walk([start], below, place_of) for name, _ in node.members("properties")]


def _source_at(document: Document, location: str) -> Source | None:
    """The words at `location`, an address of the validator's, else the nearest around; None in no file."""
    uri, fragment = urldefrag(location)
    if uri not in document.files:
        return None
    value = document.files[uri]
    pointer: list[str | int] = []
    for step in steps(fragment):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
            pointer.append(int(step))
        elif isinstance(value, dict) and step in value:
            value = value[step]
            pointer.append(step)
        else:
            break  # a keyword that only the translation has: what stands around it will do
    return Source(document, uri, tuple(pointer))
