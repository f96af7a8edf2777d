"""What an operation documents, as items that traffic may show, and where in a value each is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, get_args

from mockade.contract.document import Source
from mockade.contract.operations import Content, Operation
from mockade.contract.parameters import Parameter

ItemKind = Literal[
    "operations",
    "statuses",
    "media_types",
    "parameters",
    "properties",
    "enum_values",
    "branches",
    "security",
]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)


class Item(NamedTuple):
    """Something that an operation documents; its members are those of a coverage document."""

    kind: ItemKind
    id: str
    where: str
    name: str
    source: Source
    out_of_reach: bool = False


class Matcher(Protocol):
    """Says whether a value is of a branch."""

    def is_valid(self, value: Any) -> bool: ...


class SchemaItems:
    """What is looked for in the values of one schema. Numbers are those of items.

    What a schema's `allOf` has is among it; a schema inside itself has the items of the outer one.
    """

    __slots__ = ("branches", "elements", "end", "first", "first_elements", "others", "properties", "values")

    def __init__(self) -> None:
        self.first = 0
        """The numbers of all that may be found from here are from this one,"""
        self.end = 0
        """to before this one."""
        self.values: dict[Hashable, int] = {}
        """Of its enum, by `key_of`."""
        self.properties: dict[str, tuple[int, SchemaItems]] = {}
        self.others: list[Others] = []
        self.elements: SchemaItems | None = None
        """Of an array, behind those with schemas of their own."""
        self.first_elements: list[SchemaItems] = []
        self.branches: list[tuple[Matcher, int, SchemaItems]] = []


class Others(NamedTuple):
    """Properties without a name of their own: of a pattern, or all that are not declared."""

    pattern: Matcher | None
    """None for those that are neither declared nor of a pattern:"""
    declared: frozenset[str]
    patterns: Sequence[Matcher]
    number: int
    schema: SchemaItems

    def holds(self, name: str) -> bool:
        if self.pattern is not None:
            return self.pattern.is_valid(name)
        return name not in self.declared and not any(one.is_valid(name) for one in self.patterns)


class ContentItems(NamedTuple):
    """A media type of a body."""

    content: Content
    number: int
    schema: SchemaItems | None
    """None where nothing is looked for in its bodies."""


class ParameterItems(NamedTuple):
    """A parameter of a request."""

    parameter: Parameter
    number: int
    schema: SchemaItems | None


class Secret(NamedTuple):
    """Where a request carries the credential of a security scheme."""

    carrier: str
    field: str
    """In lower case for a header."""
    prefix: str
    """In lower case, with a space behind it where it is a word."""


class Alternative(NamedTuple):
    """What a request may be let in by; without secrets: by nothing."""

    secrets: Sequence[Secret]
    number: int


class ResponseItems(NamedTuple):
    """A documented status."""

    number: int
    contents: Mapping[str, ContentItems]
    end: int
    """All of it is from the number to before this one."""


class OperationItems(NamedTuple):
    """What one operation documents. Its own item has the number 0, those of requests come next."""

    operation: Operation
    items: list[Item]
    security: list[Alternative]
    parameters: dict[str, list[ParameterItems]]
    """By what carries them: path, query, header, cookie."""
    contents: dict[str, ContentItems]
    responses: dict[str, ResponseItems]
    """By the status as the contract writes it."""
    request_end: int
    """The items of requests are before this number."""
    headers: frozenset[bytes]
    """Names, in lower case, of the request headers that are looked at."""
    path: re.Pattern[str] | None
    """Finds the values of path parameters, one group for each; None where no value is looked at."""
    names: tuple[str, ...]
    """Those of its groups."""
    known_query: frozenset[str]
    """The names in a query that something declares."""


def key_of(value: Any) -> Hashable:
    """What equal JSON values have in common: 1 is 1.0, and not true."""
    if isinstance(value, bool):
        return "true" if value else "false", None
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, default=str), None  # integers of a form may be long
    return value if isinstance(value, Hashable) else (str(value), None)
