"""What stands around rows in bodies: `{data: {…}}` around one, `{widgets: […], total}` around many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.contract.properties import properties, required, types
from mockade.contract.samples import sample
from mockade.contract.schema_walk import parts
from mockade.crud.roles.naming import Words, noun_of

_SUCCESS_FLAGS = frozenset({"success", "ok", "deleted"})
"""Booleans beside a row that are true when the operation succeeded."""


_WRAPPERS = frozenset(
    {"data", "result", "results", "response", "item", "items", "value", "values", "record", "records", "rows"}
    | {"entry", "entries", "resource", "resources", "object", "objects", "attributes", "content", "payload"}
    | {"body", "list", "collection", "members", "hits", "elements", "embedded"}
)
"""Names of properties that hold what an answer is about, whatever that is."""

_REMARKS = frozenset({"error", "warning", "message", "notice", "link", "included"})
"""Names of lists beside rows, in the singular, whose items may have keys too."""

MOST_AROUND = 4
"""Properties of an envelope that is known by nothing but the name of what is in it."""

_MOST_BESIDE_ROWS = 12
"""Properties of a body that is an envelope of rows: it may tell of pages besides, and of how it went."""

_NODE, _CURSOR = "node", "cursor"
"""The properties of a Relay edge: the row, and the cursor of it."""

_DEEPEST = 3
"""How many objects a body and its row are at most."""

_SAYING = frozenset(
    {*PARTS, "additionalProperties", "patternProperties", "enum", "const", "not", "maxProperties"}
)
"""What an object schema says besides its properties."""

IsRow = Callable[[Node], bool]
"""Whether a schema is that of the rows in question."""


class Envelope(NamedTuple):
    """The schema of a body, the names that lead to its row or list of rows, and the schema of a row.

    An empty path means that the body itself is the row or the list.
    """

    schema: Node
    path: tuple[str, ...]
    row_schema: Node
    is_list_of_one: bool = False
    """Whether what is at the path is a list that holds the one row."""
    each: Envelope | None = None
    """What stands around each row of a list: `[{widget: {…}}]`."""
    is_of_keys: bool = False
    """Whether what is at the path is a list of the rows' keys: `["ann", "bob"]`."""
    key_path: tuple[str, ...] | None = None
    """Where the rows of a list have a schema of their own, the way to the key in it; empty for none."""

    def wrap(self, inner: Any, *, now: Callable[[], str], uuid: Callable[[], str]) -> Any:
        """A body with `inner` at the path; what else is required is made as a sample."""
        return _wrap(self.schema, self.path, [inner] if self.is_list_of_one else inner, now, uuid)

    def with_cursors(self, items: list[Any], cursors: Iterable[str | None]) -> list[Any]:
        """What stands around each row of a list with the cursor of the row, where it has a place for it."""
        if self.each is None or "string" not in types(properties(self.each.schema).get(_CURSOR)):
            return items
        return [{**item, _CURSOR: cursor or ""} for item, cursor in zip(items, cursors, strict=True)]

    def each_wrapped(self, rows: list[Any], *, now: Callable[[], str], uuid: Callable[[], str]) -> list[Any]:
        """The rows of a list, each in what stands around it."""
        return [self.each.wrap(row, now=now, uuid=uuid) for row in rows] if self.each is not None else rows

    def unwrap(self, body: Any) -> Any:
        """The value at the path of a body; the body itself where it has no such path."""
        inner = self._at_path(body)
        if self.is_list_of_one and isinstance(inner, list):
            return inner[0] if inner else {}
        if self.each is not None and isinstance(inner, list):
            return [self.each.unwrap(one) for one in inner]
        return inner

    def rewrap(self, body: Any, inner: Any) -> Any:
        """A copy of `body` with `inner` at the path."""
        if self.each is not None:
            inner = [self.each.rewrap(*one) for one in zip(self._at_path(body), inner, strict=True)]
        return _replaced(body, self.path, [inner] if self.is_list_of_one else inner)

    def _at_path(self, body: Any) -> Any:
        inner = body
        for name in self.path:
            if not isinstance(inner, dict) or name not in inner:
                return body
            inner = inner[name]
        return inner


def _replaced(body: Any, path: tuple[str, ...], inner: Any) -> Any:
    if not path or not isinstance(body, dict):
        return inner
    return {**body, path[0]: _replaced(body.get(path[0]), path[1:], inner)}


def _wrap(
    schema: Node, path: tuple[str, ...], inner: Any, now: Callable[[], str], uuid: Callable[[], str]
) -> Any:
    if not path:
        return inner
    needed = required(schema)
    body: dict[str, Any] = {}
    for name, node in properties(schema).items():
        if name == path[0]:
            body[name] = _wrap(node, path[1:], inner, now, uuid)
        elif name in needed:
            body[name] = sample_beside(name, node, now=now, uuid=uuid)
    return body


def sample_beside(name: str, schema: Node, *, now: Callable[[], str], uuid: Callable[[], str]) -> Any:
    """The value of a property beside what an answer is about."""
    return is_success_flag(name, schema) or sample(schema, now=now, uuid=uuid)


def is_success_flag(name: str, schema: Node | None) -> bool:
    """Whether a property is a truth value that says that the operation succeeded."""
    return name.lower() in _SUCCESS_FLAGS and "boolean" in types(schema)


def row_envelope(schema: Node | None, is_row: IsRow, noun: Words = ()) -> Envelope | None:
    """The envelope of a body that holds one row: itself, or the one object in it that is a row.

    Of several it is the one that is called as the `noun` says, or `data` and the like.
    """
    if schema is None:
        return None
    level: list[tuple[tuple[str, ...], Node]] = [((), schema)]
    for depth in range(_DEEPEST):
        level = [(path, node) for path, node in level if "array" not in types(node)]
        found = [(path, node) for path, node in level if is_row(node)]
        if found:
            chosen = _called(found, noun)
            return Envelope(schema, *chosen) if chosen is not None else None
        level = [
            ((*path, name), below)
            for path, node in level
            if not depth or is_wrapper(path[-1], noun)
            for name, below in properties(node).items()
            if len(properties(node)) <= _MOST_BESIDE_ROWS or noun_of(name)[-1:] == noun[-1:]
        ]
    return None


def sole_object(schema: Node, noun: Words = ()) -> Envelope:
    """The envelope of the one object that a body is about: of what is called so, else the body itself."""
    below = properties(schema)
    objects = [name for name, node in below.items() if properties(node) and is_wrapper(name, noun)]
    if len(objects) != 1 or len(below) > MOST_AROUND:
        return Envelope(schema, (), schema)
    return Envelope(schema, (objects[0],), below[objects[0]])


def request_envelope(operation: Operation, fields: frozenset[str]) -> Envelope | None:
    """The envelope of the request body, such as `{widget: {…}}`; None when it has none of its own."""
    for content in operation.body.contents.values() if operation.body else ():
        if content.schema is not None and not fields & properties(content.schema).keys():
            return row_envelope(content.schema, lambda node: bool(fields & properties(node).keys()))
    return None


def list_envelope(schema: Node | None, is_row: IsRow, noun: Words = ()) -> Envelope | None:
    """The envelope of a body that lists rows; of several lists of rows it is the one that `noun` names."""
    if schema is None:
        return None
    lists = list(_lists(schema, _DEEPEST - 1))
    found = [(path, items) for path, items in lists if is_row(items)]
    telling = [one for one in found if not one[0] or not _is_remark(one[0][-1], noun)]
    chosen = _called(telling or found, noun)
    if chosen is not None:
        return Envelope(schema, *chosen)
    around = {path: each for path, items in lists if (each := _around_each(items, is_row, noun)) is not None}
    chosen = _called([(path, each.row_schema) for path, each in around.items()], noun)
    return Envelope(schema, *chosen, each=around[chosen[0]]) if chosen is not None else None


def list_of_keys(schema: Node | None, row_schema: Node, noun: Words) -> Envelope | None:
    """The envelope of a body whose only list is of texts or integers, and called as rows or their ids are."""
    lists = list(_lists(schema, _DEEPEST - 1)) if schema is not None else []
    if schema is None or len(lists) != 1:
        return None
    path, items = lists[0]
    is_scalar = bool(types(items)) and types(items) <= {"string", "integer"} and "enum" not in items.value
    words = noun_of(path[-1]) if path else noun
    is_called = not path or is_wrapper(path[-1], noun) or words == (*noun, "id")
    return Envelope(schema, path, row_schema, is_of_keys=True) if is_scalar and is_called else None


def _around_each(items: Node, is_row: IsRow, noun: Words) -> Envelope | None:
    """What stands around a row in a list of `{widget: {…}}`: an object with one that is called so."""
    envelope = row_envelope(items, is_row, noun)
    if envelope is None or len(envelope.path) != 1 or len(properties(items)) > MOST_AROUND:
        return None
    return envelope if envelope.path[0] == _NODE or is_wrapper(envelope.path[0], noun) else None


def list_of_one(schema: Node | None, is_row: IsRow, noun: Words = ()) -> Envelope | None:
    """The envelope of a body that tells of one row, but in a list."""
    envelope = list_envelope(schema, is_row, noun)
    if envelope is None or envelope.each is not None:
        return None
    if envelope.path and not is_wrapper(envelope.path[-1], noun):
        return None  # a list in a thing, not around it
    is_in_much = envelope.path and len(properties(envelope.schema)) > _MOST_BESIDE_ROWS
    if is_in_much and noun_of(envelope.path[-1]) != noun:
        return None
    return envelope._replace(is_list_of_one=True)


def says_nothing(schema: Node | None) -> bool:
    """Whether a schema is that of an object of which it says nothing more: a row may be one."""
    words = schema.value if schema is not None and isinstance(schema.value, dict) else {}
    is_object = schema is not None and types(schema) == {"object"}
    return is_object and not properties(schema) and _SAYING.isdisjoint(words)


def is_wrapper(name: str, noun: Words) -> bool:
    """Whether a property of this name may hold what an answer is about."""
    words = split_words(name)
    return "".join(words) in _WRAPPERS or (bool(noun) and noun_of(name)[-1:] == noun[-1:])


def _is_remark(name: str, noun: Words) -> bool:
    words = noun_of(name)
    return words != noun and len(words) == 1 and words[0] in _REMARKS


def _called(found: list[tuple[tuple[str, ...], Node]], noun: Words) -> tuple[tuple[str, ...], Node] | None:
    """The only one; of several the only one that is called as the noun says, or else as a wrapper is."""
    if len(found) == 1:
        return found[0]
    named = [one for one in found if one[0] and noun_of(one[0][-1]) == noun]
    named = named or [one for one in found if one[0] and is_wrapper(one[0][-1], noun)]
    return named[0] if len(named) == 1 else None


def _lists(schema: Node, depth: int) -> list[tuple[tuple[str, ...], Node]]:
    """The path and item schema of each array in a body, down to `depth` objects; not those inside rows.

    Of alternatives the first that is an array counts.
    """
    has_parts = isinstance(schema.value, dict) and not schema.value.keys().isdisjoint(PARTS)
    for part in parts(schema, *PARTS) if has_parts else (schema,):
        if "array" in types(part):
            items = part.get("items")
            return [((), items)] if items is not None else []
    if not depth:
        return []
    return [
        ((name, *path), items)
        for name, node in properties(schema).items()
        for path, items in _lists(node, depth - 1)
    ]


def sample_without_row(schema: Node, *, now: Callable[[], str], uuid: Callable[[], str]) -> Any:
    """A body that holds no row, such as `{success: true}` after a delete."""
    return with_success_flags(schema, sample(schema, now=now, uuid=uuid))


def told_success(schema: Node, body: Any) -> Any:
    """The body of an answer that has flags for success: these, and what else its schema declares."""
    known = properties(schema)
    flags = {name: True for name, node in known.items() if is_success_flag(name, node)}
    if not flags or not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name in known} | flags


def with_success_flags(schema: Node, body: Any) -> Any:
    """The body, with the flags in it true that say whether the operation succeeded; so a lone one."""
    if body is False and types(schema) == {"boolean"} and not {"enum", "const"} & schema.value.keys():
        return True
    if isinstance(body, dict):
        known = properties(schema)
        body |= {name: True for name in body if is_success_flag(name, known.get(name))}
    return body
