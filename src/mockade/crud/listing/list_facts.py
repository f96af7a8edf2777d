"""What an answer tells of a list beside its rows and in its headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.properties import properties, required, takes_null
from mockade.contract.violations import ABSENT
from mockade.crud.listing.page_facts import LINKS, PageFacts, Way

_NUMERIC = frozenset({"integer", "number"})


class Fact(NamedTuple):
    """One thing that is told of a page."""

    name: str
    """As in PageFacts; `links` is a list of all, `echo` the value of the query parameter of its name."""
    way: Way = "url"
    types: frozenset[str] = frozenset()
    takes_null: bool = False
    is_required: bool = False

    def told(self, facts: PageFacts, name: str) -> Any:
        """Its value as its schema has it; ABSENT where there is none and none need be."""
        if self.name == "links":
            return [{"rel": rel, "href": url} for rel, url in facts.links().items()]
        if self.name == "echo":
            sent = facts.sent.of_parameter(name)
            return sent if sent is not None and _is_of(sent, self.types) else ABSENT
        is_link = self.name in LINKS
        value: Any = facts.link(self.name, self.way) if is_link else facts.value(self.name)
        if value is None:
            return self._nothing()
        if isinstance(value, bool):
            return value
        if self.types and self.types <= _NUMERIC:
            return (
                int(value) if not isinstance(value, str) or value.lstrip("-").isdigit() else self._nothing()
            )
        return str(value) if "string" in self.types and not self.types & _NUMERIC else value

    def _nothing(self) -> Any:
        if self.takes_null:
            return None
        return ABSENT if not self.is_required else 0 if self.types and self.types <= _NUMERIC else ""


FactTree = Mapping[str, "Fact | FactTree"]
"""By property: what is told there, or what is told inside it."""


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What one operation's answer tells of a list."""

    tree: FactTree
    headers: Mapping[str, Fact]
    """By header, under its name in the contract. That of `Link` is `links`."""

    @property
    def told(self) -> dict[str, str]:
        """What is told, by where: the path in the body with dots, or `header X`."""
        found = {".".join(path): _role(fact) for path, fact in _leaves(self.tree, ())}
        return found | {f"header {name}": _role(fact) for name, fact in self.headers.items()}

    @property
    def tells_numbers(self) -> bool:
        """Whether a cursor is told as a number."""
        facts = [*(fact for _, fact in _leaves(self.tree, ())), *self.headers.values()]
        return any(one.way == "cursor" and one.types and one.types <= _NUMERIC for one in facts)

    def header_values(self, facts: PageFacts) -> dict[str, str]:
        """The documented headers that say something of the page."""
        values = {}
        for name, fact in self.headers.items():
            if fact.name == "links":
                links = facts.links()
                if len(links) == 1 and not fact.is_required:
                    continue  # a link to itself leads nowhere
                said = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
            else:
                value = fact.told(facts, name)
                if value is ABSENT or value is None:
                    continue
                said = str(value).lower() if isinstance(value, bool) else str(value)
            values[name] = said
        return values


def _role(fact: Fact) -> str:
    if fact.name == "echo":
        return "the parameter of its name"
    if fact.name not in LINKS:
        return fact.name.replace("_", " ")
    way = {"url": "as a URL", "cursor": "as a cursor", "page": "as a page's number", "offset": "as an offset"}
    return f"{fact.name} {way[fact.way]}"


def _leaves(tree: FactTree, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Fact]]:
    for name, one in tree.items():
        if isinstance(one, Fact):
            yield (*above, name), one
        else:
            yield from _leaves(one, (*above, name))


def _is_of(value: Any, kinds: frozenset[str]) -> bool:
    """Whether a value is of one of the types; of any where none is named."""
    if isinstance(value, bool):
        own = "boolean"
    elif isinstance(value, int):
        return not kinds or bool(kinds & _NUMERIC)
    else:
        own = {str: "string", float: "number", list: "array", dict: "object"}.get(type(value), "null")
    return not kinds or own in kinds


def told_body(
    schema: Node,
    path: tuple[str, ...],
    rows: Any,
    tree: FactTree,
    facts: PageFacts,
    made: Callable[[str, Node], Any],
) -> Any:
    """A body with `rows` at the path and what `tree` tells beside them.

    `made` makes what else is required, of a property's name and schema.
    """
    if not path:
        return rows
    return _object(schema, path, rows, tree, facts, made)


def _object(
    schema: Node,
    path: tuple[str, ...],
    rows: Any,
    tree: FactTree,
    facts: PageFacts,
    made: Callable[[str, Node], Any],
) -> dict[str, Any]:
    needed = required(schema)
    body: dict[str, Any] = {}
    for name, node in properties(schema).items():
        below = tree.get(name)
        if path and name == path[0]:
            inner = below if below is not None and not isinstance(below, Fact) else {}
            body[name] = told_body(node, path[1:], rows, inner, facts, made)
            continue
        value = ABSENT
        if isinstance(below, Fact):
            value = below.told(facts, name)
        elif below is not None:
            value = _object(node, (), None, below, facts, made)
            if all(value.get(one, "") == "" for one in below):  # neighbours that are not there
                value = None if takes_null(node) else value if name in needed else ABSENT
        elif name in needed:
            value = made(name, node)
        if value is not ABSENT:
            body[name] = value
    return body
