"""What filters and sorting know of a row's properties: where they are, and how their values compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from mockade.contract.coercion import types_of
from mockade.contract.document import Node
from mockade.contract.name_words import joined, split_words
from mockade.contract.properties import flagged, properties
from mockade.contract.schema_walk import parts, remembered
from mockade.contract.vocabulary import KEYS
from mockade.crud.listing.comparing import Key, Kind, day_key, row_key, text
from mockade.crud.listing.spelling import TIME_WORDS, moment_stem, numbers_of
from mockade.crud.roles.naming import Words

_DEEPEST = 3
"""How many names the path of a property may have."""

_MOST = 120
"""Properties of a row that can be filtered and sorted by."""

_IDENTIFYING = tuple(one for one in KEYS if one not in ("number", "ref", "token"))
"""The properties that an object inside a row may be named by, in a filter of the object's own name.

A number of it may be anything: that of a house, or a telephone's.
"""

_MOMENT_FORMATS = frozenset({"date", "date-time", "datetime", "timestamp", "iso8601", "unix-time"})


class RowProperty(NamedTuple):
    """A property of a row, or of an object inside it; lists on the way stand for each of their items."""

    path: tuple[str, ...]
    kind: Kind
    options: frozenset[str]
    """The texts of its enum, in lower case; empty without one."""
    is_list: bool = False
    """Whether a row may have several values of it."""

    @property
    def name(self) -> str:
        """Its path with dots."""
        return ".".join(self.path)

    def keys(self, row: Mapping[str, Any]) -> list[Key]:
        """What a row's values of it compare as; nothing where it has none."""
        if len(self.path) == 1:
            value = row.get(self.path[0])
            if isinstance(value, str | int | float):  # as most are: sorting asks this of every row
                return [key] if (key := row_key(self.kind, value)) is not None else []
        keys = (row_key(self.kind, value) for value in scalars(row, self.path))
        return [key for key in keys if key is not None]

    def index_keys(self, row: Mapping[str, Any]) -> list[Key]:
        """What a row is found under by equality: its keys, and of moments the day too."""
        keys = self.keys(row)
        return keys + [day_key(key) for key in keys if key[0] == 1] if self.kind == "moment" else keys


class RowProperties:
    """The properties of a row by their names, those of the row itself before those of what it holds."""

    def __init__(self, schema: Node) -> None:
        self.all = list(islice(_found(schema), _MOST))
        self._by_name: dict[str, RowProperty] = {}
        self._by_words: dict[str, RowProperty] = {}
        for one in self.all:
            self._by_name.setdefault(one.name, one)
            self._by_words.setdefault(joined(one.name), one)
        self.moments = [one for one in self.all if one.kind == "moment"]

    def named(self, name: str) -> RowProperty | None:
        """The property that a name means; `tag` may mean `tags`, and `created` `created_at`."""
        return self._by_name.get(name) or self.of_words(split_words(name))

    def of_words(self, name: Words) -> RowProperty | None:
        if not name:
            return None
        *before, last = name
        for spelt in numbers_of(last):
            found = self._by_words.get("".join((*before, spelt)))
            if found is not None:
                return found
        return self._moment_of(name)

    def _moment_of(self, name: Words) -> RowProperty | None:
        stem = moment_stem(name)
        alike = [one for one in self.moments if stem and moment_stem(split_words(one.name)) == stem]
        return alike[0] if alike else None

    def moment(self, said: str) -> RowProperty | None:
        """The moment that a parameter such as `since` is about, which names none; `said` describes it.

        The only one, or the one called `date`, or that of a change where change is spoken of, else that of
        the row's creation.
        """
        if len(self.moments) == 1:
            return self.moments[0]
        plain = [one for one in self.moments if set(split_words(one.name)) <= TIME_WORDS]
        if plain:
            return plain[0]
        spoken = split_words(said)
        wanted = ["created"]
        if any(word.startswith(("updat", "modif", "chang")) for word in spoken):
            wanted.insert(0, "updated")
        return next((one for stem in wanted if (one := self._moment_of((stem,))) is not None), None)


@remembered
def row_properties(schema: Node) -> RowProperties:
    """The properties that rows of a schema can be filtered and sorted by; not what answers never show."""
    return RowProperties(schema)


def _found(schema: Node) -> Iterator[RowProperty]:
    """The properties that compare, those of a row before those of what it holds."""
    level: list[tuple[Node, tuple[str, ...], bool]] = [(schema, (), False)]
    for _ in range(_DEEPEST):
        below: list[tuple[Node, tuple[str, ...], bool]] = []
        for holder, above, is_list in level:
            for name, node in properties(holder).items():
                if flagged(node, "writeOnly") or node.text("format") == "password":
                    continue
                path, items = (*above, name), node.get("items") if "array" in types_of(node).own else None
                value = items if items is not None else node
                many = is_list or items is not None
                if _compares(node, value):
                    yield RowProperty(path, _kind(path, value), _options(value), many)
                if len(below) < _MOST and properties(value):
                    below.append((value, path, many))
        level = below


def _compares(node: Node, value: Node) -> bool:
    """Whether a property, or an item of its list, is a scalar or an object that something names."""
    inner = properties(value)
    if inner and not set(inner).isdisjoint(_IDENTIFYING):
        return True
    kinds = types_of(node)
    own = (kinds.own if node is value else kinds.items.own) - {"null"}
    if inner:
        return bool(own - {"object"})
    return bool(own - {"object", "array"}) or not kinds.own


def _kind(path: tuple[str, ...], schema: Node) -> Kind:
    own = types_of(schema).own - {"null"}
    name = split_words(path[-1])
    if own == {"boolean"}:
        return "boolean"
    is_dated = bool(name) and (
        name[-1] == "at" or "date" in name or name in (("created",), ("updated",), ("timestamp",))
    )
    if is_dated or _is_moment(schema):
        return "moment"
    if own and own <= {"integer", "number"}:
        return "number"
    return "option" if _options(schema) else "text"


@remembered
def _is_moment(schema: Node) -> bool:
    formats = {part.text("format").lower() for part in parts(schema, "allOf", "anyOf", "oneOf")}
    return not formats.isdisjoint(_MOMENT_FORMATS)


@remembered
def _options(schema: Node) -> frozenset[str]:
    """The options of an enum; none where two of them differ in case alone, or where any text is allowed."""
    found: list[str] = []
    for part in parts(schema, "allOf", "anyOf", "oneOf"):
        enum = part.value.get("enum") if isinstance(part.value, dict) else None
        found += [text(one) for one in enum if one is not None] if isinstance(enum, list) else []
    folded = frozenset(one.casefold() for one in found)
    return folded if len(folded) == len(set(found)) else frozenset()


def scalars(value: Any, path: tuple[str, ...]) -> Iterable[Any]:
    """The values at the end of a path: of lists each item, of an object what it is named by."""
    if isinstance(value, list):
        for item in value:
            yield from scalars(item, path)
    elif path:
        if isinstance(value, dict) and path[0] in value:
            yield from scalars(value[path[0]], path[1:])
    elif isinstance(value, dict):
        yield from (value[name] for name in _IDENTIFYING if name in value)
    elif value is not None:
        yield value


def texts(value: Any) -> Iterator[str]:
    """All strings in a value, at every depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
