"""Values for parameters and bodies: the contract's own word first, else generated."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.corpus.contracts import Contract, Node
from benchmarks.corpus.discriminators import tagged
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.verdicts import head
from mockade.contract import contract, document
from mockade.contract.generation.generator import Generator
from mockade.contract.samples import sample
from mockade.errors import SetupError

_KEYWORDS = ("pattern", "format", "allOf", "oneOf", "anyOf", "not", "discriminator")

NOW = "2026-01-05T12:00:00Z"
UUID = "6f1c2a9e-3d47-4f60-9b1e-0d4a5c7e8f21"

ABSENT: Any = object()
"""Stands for a value that could not be made."""

_PLAIN: dict[str, Any] = {
    "string": "string", "integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {},
}  # fmt: skip
_TEXTS = ("1", "a", "abc", "ABC", "en", "US", "USD", "12345678", "2026-01-05", NOW, "example.com", UUID)
"""What many a pattern accepts."""


class Unmade(Exception):
    """No valid value could be made; says of which kind of schema."""


class Values:
    """Makes values that fit, by the corpus' own translation of the schemas."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._schemas = schemas
        self._sampler = Sampler(contract.path)

    def of(self, holder: Node, *, empty: bool = True) -> Any:
        """For a parameter or a media type: an example, a default, an option, or a made one. Raises Unmade.

        Without `empty` it is no empty list or object, which a parameter could not carry.
        """
        schema = holder.get("schema")
        if schema.value is None:
            content = next((one for _, one in holder.get("content").members()), None)
            schema = content.get("schema") if content is not None else schema
        return self._fitting(holder, schema, empty)

    def of_schema(self, schema: Node) -> Any:
        """A value for a schema that is neither an empty list nor an empty object. Raises Unmade."""
        return self._fitting(schema, schema, empty=False)

    def _fitting(self, holder: Node, schema: Node, empty: bool) -> Any:
        for value in self._candidates(holder, schema):
            if (empty or value not in ([], {}, "")) and not self.wrong(schema, value):
                return copy.deepcopy(value)
        made = [*self._sampler.least(schema), *self._sampler.generated(schema)]
        wrong = self.wrong(schema, made[-1]) if made else "nothing was made"
        raise Unmade(f"{_form(schema)}: {head(wrong) or 'what was made is empty'}")

    def wrong(self, schema: Node, value: Any) -> str:
        return "" if schema.value is None else self._schemas.wrong(schema.pointer, value, "request")

    def given(self, holder: Node) -> Iterator[Any]:
        """What the contract itself gives for a parameter and fits: examples, a default, an option."""
        schema = holder.get("schema")
        return (one for one in _given(holder, schema) if not self.wrong(schema, one))

    def _candidates(self, holder: Node, schema: Node) -> Iterator[Any]:
        yield from _given(holder, schema)
        if not isinstance(schema.value, dict):
            yield "string"
            return
        for made in self._sampler.least(schema):
            if made is not None:
                yield tagged(schema, made)
                yield made
        if schema.get("items").value is not None:
            yield from ([one] for one in self._candidates(schema.get("items"), schema.get("items")))
        yield from _plain(schema.value)
        yield from self._sampler.generated(schema)


def _given(holder: Node, schema: Node) -> Iterator[Any]:
    for node in (holder, schema):
        if not isinstance(node.value, dict):
            continue
        if "example" in node.value:
            yield node.value["example"]
        examples = node.value.get("examples")
        if isinstance(examples, list):
            yield from examples
        else:
            yield from (
                named.value["value"]
                for _, named in node.get("examples").members()
                if isinstance(named.value, dict) and "value" in named.value
            )
    if isinstance(schema.value, dict):
        if "default" in schema.value:
            yield schema.value["default"]
        if isinstance(schema.value.get("enum"), list):
            yield from schema.value["enum"][:1]


def _plain(schema: dict[str, Any]) -> Iterator[Any]:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "array":
        yield []
    elif isinstance(kind, str) and kind in _PLAIN:
        yield _PLAIN[kind]
        if kind == "string":
            yield from _TEXTS
    elif kind is None:
        yield "string"
        yield {}


class Sampler:
    """The one place where a value is made from nothing but its schema."""

    def __init__(self, path: Path) -> None:
        try:
            self._contract: contract.Contract | None = contract.Contract.load(path)
            self._generator = Generator(self._contract.schemas, "request")
        except SetupError:
            self._contract = None  # Mockade does not start on it; its peers are asked all the same

    def least(self, schema: Node) -> Iterator[Any]:
        """The least value, unless none can be made."""
        return self._made(schema, lambda node: sample(node, now=lambda: NOW, uuid=lambda: UUID))

    def generated(self, schema: Node) -> Iterator[Any]:
        """A generated value, unless none can be made."""
        key = str(schema.pointer)
        return self._made(schema, lambda node: self._generator.generate(node, seed=0, key=key, now=NOW))

    def _made(self, schema: Node, make: Callable[[document.Node], Any]) -> Iterator[Any]:
        if self._contract is not None:
            read = self._contract.document
            # What cannot be made is what the corpus is about: other values are tried.
            with suppress(Exception):
                yield make(document.Node(read, read.uri, schema.pointer, schema.value))


def _form(schema: Node) -> str:
    """What kind of schema could not be met."""
    value = schema.value if isinstance(schema.value, dict) else {}
    found = [key for key in _KEYWORDS if key in value]
    return " ".join([str(value.get("type", "no type")), *(f"with {key}" for key in found)])
