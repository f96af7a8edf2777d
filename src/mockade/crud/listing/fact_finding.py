"""Finds what an answer can tell of a list, by the names and types of what stands beside its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockade.contract.coercion import types_of
from mockade.contract.document import Node
from mockade.contract.headers import Header
from mockade.contract.name_words import joined, split_words
from mockade.contract.operations import Response
from mockade.contract.properties import properties, required, takes_null
from mockade.contract.schema_walk import parts
from mockade.crud.listing.fact_words import (
    CONTAINERS,
    OFFSET_WORDS,
    TOKEN_WORDS,
    URL_WORDS,
    edge_fact,
    flag_fact,
    neighbour,
    number_fact,
)
from mockade.crud.listing.list_facts import Fact, FactTree
from mockade.crud.listing.page_facts import Way
from mockade.crud.listing.paging import Paging

_DEEPEST = 3
"""Objects around a fact, those around the rows not counted."""

_CONTAINING = frozenset({"response", "result", "results", "list", "search", "collection", "query", "set"})
"""Words that may stand beside those of an object that describes a list."""

_COMMON_TEXTS = frozenset({"page", "size", "start", "skip", "take", "current", "limit"})
"""Names of numbers that as text may be anything."""

_NUMERIC = frozenset({"integer", "number"})


class FactFinder(NamedTuple):
    """Finds what can be told of a list."""

    paging: Paging
    names: frozenset[str]
    """Of the operation's query parameters."""

    def tree(self, schema: Node, path: tuple[str, ...]) -> FactTree:
        """What stands beside the rows at `path` of a body."""
        if not path:
            return {}
        found = dict(self._beside(schema, path[0], ()))
        inner = properties(schema).get(path[0])
        below = self.tree(inner, path[1:]) if inner is not None else {}
        return {**found, path[0]: below} if below else found

    def headers(self, response: Response | None) -> dict[str, Fact]:
        found = {}
        for header in response.headers.values() if response else ():
            fact = self._header(header)
            if fact is not None:
                found[header.name] = fact
        return found

    def _header(self, header: Header) -> Fact | None:
        name = split_words(header.name)
        name = name[1:] if name[:1] == ("x",) else name
        if name == ("link",):
            return Fact("links", is_required=header.required)
        kinds = types_of(header.schema).own
        said = "".join(name)
        way: Way | None = "url"
        if ("limit" in name and "rate" in name) or name[:1] in (("ratelimit",), ("retry",)):
            return None
        fact = number_fact(said, frozenset()) or flag_fact(said if "has" in name else "")
        if not fact:
            fact = neighbour(name)
            way = self._way(name, (), header.schema, kinds) if fact else None
        return Fact(fact, way, kinds, is_required=header.required) if fact and way else None

    def _beside(
        self, schema: Node, besides: str, above: tuple[str, ...]
    ) -> Iterator[tuple[str, Fact | FactTree]]:
        known = properties(schema)
        around = frozenset(joined(name) for name in known)
        needed = required(schema)
        for name, node in known.items():
            if name == besides:
                continue
            fact = self._fact(name, node, around, above)
            if fact is not None:
                yield name, fact._replace(takes_null=takes_null(node), is_required=name in needed)
            elif _may_describe(name, node, len(above)):
                inner = dict(self._beside(node, "", (*above, name)))
                facts = [one for one in inner.values() if not isinstance(one, Fact) or one.name != "echo"]
                if facts and (_is_container(name) or len(facts) > 1):
                    yield name, inner

    def _fact(self, name: str, node: Node, around: frozenset[str], above: tuple[str, ...]) -> Fact | None:
        kinds, said, spelt = types_of(node).own - {"null"}, joined(name), split_words(name)
        if "array" in kinds:
            items = properties(node.get("items"))
            return Fact("links") if {"rel", "href"} <= items.keys() and set(spelt) & URL_WORDS else None
        if "object" in kinds or properties(node):
            return None
        if kinds == {"boolean"}:
            fact = flag_fact(said)
            return Fact(fact, types=kinds) if fact else self._echo(name, kinds)
        edge = edge_fact(spelt)
        if edge:
            return Fact(edge, types=kinds)
        of = neighbour(spelt) or self._inherited(spelt, above)
        if of == "self" and number_fact(said, around):
            of = ""  # `current_page`
        way = self._way(spelt, above, node, kinds) if of else None
        if way == "cursor" and len(spelt) == 1 and _has_urls(node, around):
            way = "url"
        if of and way and not (of == "last" and said == "lastpage" and kinds <= _NUMERIC):
            return Fact(of, way, kinds)
        if kinds <= _NUMERIC | {"string"}:
            number = number_fact(said, around)
            if number and (kinds & _NUMERIC or said not in _COMMON_TEXTS):
                return Fact(number, types=kinds)
        return self._echo(name, kinds)

    def _echo(self, name: str, kinds: frozenset[str]) -> Fact | None:
        return Fact("echo", types=kinds) if name in self.names else None

    def _inherited(self, name: tuple[str, ...], above: tuple[str, ...]) -> str:
        """The neighbour that an object around it names (`next: {href}`), or that its parameter leads to."""
        outer = split_words(above[-1]) if above else ()
        of = neighbour(outer)
        if of and set(name) <= URL_WORDS | TOKEN_WORDS | OFFSET_WORDS | {"page", "number", "starting"}:
            return of
        said = "".join(name)
        for field, neighbouring in ((self.paging.after, "next"), (self.paging.before, "previous")):
            if field is not None and said == joined(field.name):
                return neighbouring
        is_cursor = bool(set(outer) & {"cursor", "cursors"}) and self.paging.after is not None
        return {"after": "next", "before": "previous"}.get(said, "") if is_cursor else ""

    def _way(
        self, name: tuple[str, ...], above: tuple[str, ...], schema: Node | None, kinds: frozenset[str]
    ) -> Way | None:
        """How a neighbour is told of; None where it cannot be."""
        paging, spoken = self.paging, set(name)
        token: Way | None = "cursor" if paging.after is not None else None
        numbered: Way | None = (
            "page" if paging.page is not None else "offset" if paging.offset is not None else None
        )
        if kinds and kinds <= _NUMERIC:
            if spoken & OFFSET_WORDS and paging.offset is not None:
                return "offset"
            return numbered or token
        outer = set(split_words(above[-1])) if above else set()
        if spoken & URL_WORDS or _is_url(schema):
            return "url"
        if spoken & TOKEN_WORDS or outer & {"cursor", "cursors"}:
            return token or numbered
        if outer & URL_WORDS:
            return "url"
        if paging.after is not None:
            return "cursor"
        if spoken & OFFSET_WORDS and paging.offset is not None:
            return "offset"
        return numbered if spoken & {"page", "number"} and numbered == "page" else "url"


def _has_urls(schema: Node, around: frozenset[str]) -> bool:
    """Whether `next` is a URL though there are cursors: Facebook's stands beside `cursors`, and Django REST
    framework's beside `previous` and `results`, unless it says that it is one."""
    is_django = {"previous", "results"} <= around
    says_cursor = {"cursor", "token"} & set(split_words(schema.text("description")))
    return "cursors" in around or (is_django and not says_cursor)


def _is_url(schema: Node | None) -> bool:
    for part in parts(schema, "allOf", "anyOf", "oneOf"):
        if part.text("format").lower() in (
            "uri",
            "url",
            "uri-reference",
            "iri",
            "iri-reference",
            "uri-template",
        ):
            return True
        example = part.text("example")
        if example.startswith(("http", "/", "?")):
            return True
        if "url" in split_words(part.text("description")):
            return True
    return False


def _may_describe(name: str, schema: Node, depth: int) -> bool:
    """Whether it is an object that may describe the list: beside the rows any, deeper only by its name."""
    if not properties(schema) or "array" in types_of(schema).own:
        return False
    return depth == 0 or (depth < _DEEPEST and _is_container(name))


def _is_container(name: str) -> bool:
    """Whether an object of this name describes a list: `meta`, `page_info`, `response_metadata`."""
    spoken = set(split_words(name))
    return bool(spoken & CONTAINERS) and spoken <= CONTAINERS | _CONTAINING


def names_told(schema: Node | None, path: tuple[str, ...], depth: int = 0) -> frozenset[str]:
    """The names, run together, of what stands beside the rows at `path`, in objects too."""
    found: set[str] = set()
    for name, node in properties(schema).items() if path else ():
        if name == path[0]:
            found |= names_told(node, path[1:])
        else:
            found.add(joined(name))
            if _may_describe(name, node, depth):
                found |= names_told(node, ("",), depth + 1)
    return frozenset(found)
