"""Pieces cut out of a document's schemas, without what they lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mockade.contract.backtracking import KEYWORD
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.schema_walk import walk
from mockade.contract.spread import of_same_value

GATE = "x-mockade-gate"
"""The keyword that stands in a piece where another one begins; its value is the other one's number."""

NAMES = "x-mockade-names"
"""The keyword that stands in a piece for `propertyNames`, with the number of the names' schema."""

_SAME = frozenset({"not", "if", "then", "else"})
_PART = frozenset({"contains", "unevaluatedProperties", "unevaluatedItems"})
_PARTS = frozenset({"items", "additionalProperties"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas"})
_ACROSS = ("unevaluatedProperties", "unevaluatedItems")
"""Keywords that see what other schemas have said of the same value."""

_OF_SCALARS = frozenset(
    {"type", "enum", "const", "format", "pattern", KEYWORD, "minLength", "maxLength"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"title", "default", "nullable", "deprecated", "readOnly", "writeOnly", "$comment"}
)


class Cut(NamedTuple):
    """A piece's words, and the schemas that are in it whole: first its own, then those under its `$defs`."""

    words: Any
    whole: list[Node]
    compares: bool
    """Whether it compares values that are no scalars."""


Words = Callable[[Node], Any]
Number = Callable[[Node], int]


def cut(schema: Node, words: Words, number: Number) -> Cut:
    """A piece: what it refers to stays outside, and so does every schema of a part of the value.

    Where a keyword looks at what other schemas have said of the same value these stay in the piece, as its
    `$defs`. `words` gives a schema's words as 2020-12 reads them, and `number` what gates know it by.
    """
    cutter = _Cutter(schema, number)
    pieces = [cutter.cut(words(one), one) for one in cutter.whole]  # it grows meanwhile
    definitions = {str(at): piece for at, piece in enumerate(pieces) if at}
    own = {**pieces[0], "$defs": definitions} if definitions else pieces[0]
    return Cut(own, cutter.whole, cutter.compares)


class _Cutter:
    def __init__(self, schema: Node, number: Number) -> None:
        self._number = number
        self._holds_together = any(
            isinstance(one.value, dict) and any(keyword in one.value for keyword in _ACROSS)
            for one in walk([schema], of_same_value, lambda node: (node.uri, node.pointer))
        )
        self.whole = [schema]
        self.compares = False

    def cut(self, words: Any, at: Node) -> Any:
        """The words of a schema of the value itself, without what they lead to."""
        if not isinstance(words, dict):
            return words
        cut: dict[str, Any] = {}
        for key, value in words.items():
            below = _below(at, key)
            if key == "$ref":
                self._refer(cut, at.document.target(at.uri, value))
            elif key in PARTS and isinstance(value, list):
                cut[key] = [self.cut(one, _below(below, position)) for position, one in enumerate(value)]
            elif key in _SAME:
                cut[key] = self.cut(value, below)
            elif key in _PART:
                cut[key] = self._part(value, below)
            elif key in _PARTS:
                cut[key] = self._parts(value, below)
            elif key == "prefixItems" and isinstance(value, list):
                cut[key] = [self._part(one, _below(below, position)) for position, one in enumerate(value)]
            elif key in _NAMED and isinstance(value, dict):
                place = {"properties": self._part, "patternProperties": self._parts}.get(key, self.cut)
                cut[key] = {name: place(one, _below(below, name)) for name, one in value.items()}
            elif key == "propertyNames" and isinstance(value, dict):
                cut[NAMES] = self._number(below)
            elif key not in ("$defs", "definitions"):
                cut[key] = value
                self.compares |= _compares(key, value)
        return cut

    def _refer(self, cut: dict[str, Any], target: Node) -> None:
        if not self._holds_together:
            cut[GATE] = self._number(target)
            return
        if target not in self.whole:
            self.whole.append(target)
        at = self.whole.index(target)
        cut["$ref"] = f"#/$defs/{at}" if at else "#"

    def _part(self, words: Any, at: Node) -> Any:
        """A gate in the place of the schema of a part; but what is of scalars alone is soon asked here."""
        return words if _is_of_scalars(words) else self._parts(words, at)

    def _parts(self, words: Any, at: Node) -> Any:
        """A gate in the place of the schema of any number of parts: it tells of so many that do not fit."""
        return {GATE: self._number(at)} if isinstance(words, dict) else words


def _is_of_scalars(words: Any) -> bool:
    """Whether a schema says no of objects and arrays all alike, or yes, or is no schema of words."""
    if not isinstance(words, dict):
        return True
    types = words.get("type", "string")
    return (
        words.keys() <= _OF_SCALARS
        and {"object", "array"}.isdisjoint([types] if isinstance(types, str) else types)
        and not any(_compares(key, words[key]) for key in words)
    )


def _compares(key: str, value: Any) -> bool:
    """Whether a keyword compares values that are no scalars."""
    if key == "enum" and isinstance(value, list):
        return any(isinstance(one, dict | list) for one in value)
    return (key == "const" and isinstance(value, dict | list)) or (key == "uniqueItems" and value is True)


def _below(at: Node, step: str | int) -> Node:
    """What stands below, with no value where nobody has written it: only the translation says it."""
    value = at.value
    try:
        value = value[step]
    except (LookupError, TypeError):
        value = None
    return Node(at.document, at.uri, (*at.pointer, step), value)
