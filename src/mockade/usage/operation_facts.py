"""What a contract says of an operation that the checks of its use need, read when it is first called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mockade.contract.document import Document, Node, Source
from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.contract.properties import flagged, properties, types
from mockade.contract.traffic_rules import IGNORE

INTERVAL = "x-poll-interval"
"""Seconds that a contract asks to lie between two calls of an operation by one client."""

_PAGING = re.compile(
    "page|offset|skip|start|begin|from|cursor|after|before|marker|next|token|position|last|since|continu|"
    "bookmark|prev|batch|first|number|scroll|maxid|^p$"
)
"""What the names of parameters hold that name a page, a row or a cursor, and others besides."""

_DEEPEST = 4
"""Objects in objects in which deprecated properties are looked for; a schema may hold itself."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a request's body that is deprecated, or in which some are."""

    source: Source | None
    """Of `deprecated`; None where only what is below it is."""
    below: Mapping[str, Property]


@dataclass(slots=True)
class OperationFacts:
    """What is asked of the clients of one operation; None and empty where its contract asks nothing."""

    operation: Operation
    ignored: frozenset[str] = frozenset()
    """Rules that its contract silences."""
    deprecated: Source | None = None
    parameters: Mapping[tuple[str, str], Source] = field(default_factory=dict)
    """The deprecated ones of the query and the headers, by where they are and their name."""
    properties: Mapping[str, Property] = field(default_factory=dict)
    is_deprecated: bool = False
    """Whether it is, or anything that it takes."""
    interval: float = 0.0
    """Seconds between two calls."""
    if_match: Source | None = None
    if_none_match: Source | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The parameters of its paging that are numbers of a page or row, and the first one."""
    cursors: frozenset[str] = frozenset()
    """Those that are cursors."""
    is_paged: bool = False

    @property
    def document(self) -> Document:
        return self.operation.source.document

    def response_source(self, status: int, header: str = "") -> Source:
        """Where the operation lists a status, or a header of it stands; else where the operation does."""
        response = self.operation.response(status)
        if response is None:
            return self.operation.source
        documented = response.headers.get(header)
        return documented.source if documented is not None else response.listed

    def version(self) -> tuple[str, Source]:
        """The version of the contract, and where it says so."""
        info = self.document.root.get("info")
        if info is None:
            return "", self.operation.source
        return info.text("version"), info.source.child("version")


def facts_of(operation: Operation) -> OperationFacts:
    words = operation.source.document.value_at(operation.source)
    facts = OperationFacts(operation, frozenset(_ignored(operation)))
    if not isinstance(words, dict):
        return facts
    if words.get("deprecated") is True:
        facts.deprecated = operation.source.child("deprecated")
    interval = words.get(INTERVAL)
    if isinstance(interval, int | float) and not isinstance(interval, bool) and interval > 0:
        facts.interval = float(interval)
    facts.parameters = {
        (one.where, one.name.lower() if one.where == "header" else one.name): one.source.child("deprecated")
        for one in operation.parameters
        if _is_deprecated(one.source)
    }
    bodies = operation.body.contents.values() if operation.body else ()
    for content in bodies:
        if content.schema is not None:
            facts.properties = {**facts.properties, **_deprecated_in(content.schema, _DEEPEST)}
    facts.is_deprecated = bool(facts.deprecated or facts.parameters or facts.properties)
    _read_conditions(facts)
    _read_paging(facts)
    return facts


def _ignored(operation: Operation) -> Iterator[str]:
    """The rules that the operation, its path or its document silences."""
    document, uri, pointer = operation.source
    for above in ((), pointer[:-1], pointer):
        value = document.value_at(Source(document, uri, above))
        said = value.get(IGNORE) if isinstance(value, dict) else None
        yield from (one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str))


def _is_deprecated(source: Source) -> bool:
    words = source.document.value_at(source)
    return isinstance(words, dict) and words.get("deprecated") is True


def _deprecated_in(schema: Node, deepest: int) -> dict[str, Property]:
    found = {}
    for name, node in properties(schema).items():
        source = node.source.child("deprecated") if flagged(node, "deprecated") else None
        inner = node.get("items") or node
        below = _deprecated_in(inner, deepest - 1) if deepest else {}
        if source is not None or below:
            found[name] = Property(source, below)
    return found


def _read_conditions(facts: OperationFacts) -> None:
    operation = facts.operation
    headers = {one.name.lower(): one.source for one in operation.parameters if one.where == "header"}
    facts.if_match = headers.get("if-match")
    unchanged = operation.responses.get("304")
    facts.if_none_match = headers.get("if-none-match") or (unchanged.source if unchanged else None)


def _may_page(parameter: Parameter) -> bool:
    """Whether a parameter may name a page; an object may have a member that does."""
    is_object = parameter.schema is not None and "object" in types(parameter.schema)
    return is_object or bool(_PAGING.search(re.sub(r"[^a-z]", "", parameter.name.lower())))


def _read_paging(facts: OperationFacts) -> None:
    asked = [one for one in facts.operation.parameters if one.where == "query"]
    if facts.operation.method != "GET" or not any(map(_may_page, asked)):
        return  # what knows better is large to load
    from mockade.crud.listing.paging import find_paging
    from mockade.crud.listing.query_fields import query_fields

    paging = find_paging(list(query_fields(facts.operation)), frozenset())
    numbers: dict[str, int] = {}
    if paging.page is not None:
        numbers[paging.page.name] = paging.first_page
    if paging.offset is not None:
        numbers[paging.offset.name] = paging.first_offset
    facts.numbers = numbers
    facts.cursors = frozenset(one.name for one in (paging.after, paging.before) if one is not None)
    facts.is_paged = bool(facts.numbers or facts.cursors)
