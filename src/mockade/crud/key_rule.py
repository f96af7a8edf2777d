"""What a key can be, sent or made: what its property, its paths and the answers that show it admit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockade.contract.coercion import coerced
from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.parameters import Parameter
from mockade.contract.schemas import Schemas
from mockade.contract.violations import ABSENT, Violation, Where
from mockade.crud.roles.keys import KeyPart
from mockade.crud.roles.paths import Paths
from mockade.crud.roles.resources import ResourceOperation

DOT_SEGMENTS = (".", "..")
"""What clients take out of paths (RFC 3986, 5.2.4)."""


@dataclass(frozen=True, slots=True)
class KeyRule:
    """What the values of one part of a key can be. Each `suits` asks more than the one before it."""

    schemas: Schemas
    schema: Node | None
    """Of the property that holds it; None where none does."""
    parameters: tuple[Parameter, ...]
    """The path parameters that stand for it."""
    shown: tuple[Node, ...] = ()
    """The schemas that answers show it by besides."""
    reserved: frozenset[str] = frozenset()
    """What other paths have in its place: it would lead to them."""

    def suits_rows(self, key: Any) -> bool:
        """Whether its property admits it, and no other path has it in its place."""
        return str(key) not in self.reserved and self._admits(self.schema, key)

    def suits_paths(self, key: Any) -> bool:
        """Whether a path can name the row by it too."""
        is_sayable = (
            isinstance(key, str | int) and not isinstance(key, bool) and key not in ("", *DOT_SEGMENTS)
        )
        return is_sayable and self.suits_rows(key) and all(_takes(one, key) for one in self.parameters)

    def suits_answers(self, key: Any) -> bool:
        """Whether each answer that shows it admits it too, as text or as a number."""
        return self.suits_paths(key) and all(
            any(self._admits(one, form) for form in spellings(key)) for one in self.shown
        )

    def without_answers(self) -> KeyRule:
        """The rule where no key suits every answer that shows it."""
        return replace(self, shown=())

    @property
    def sources(self) -> list[Node]:
        """The schemas that a key may be generated from: its own, then those of answers."""
        return [one for one in (self.schema, *self.shown) if one is not None]

    def _admits(self, schema: Node | None, value: Any) -> bool:
        return schema is None or self.schemas.validator(schema).admits(value)


def _takes(parameter: Parameter, key: Any) -> bool:
    if parameter.validator is None or "array" in parameter.types:
        return True
    return parameter.validator.admits(coerced(str(key), parameter.types))


def reserved_keys(
    contract: Contract, operations: Iterable[ResourceOperation]
) -> Mapping[str, frozenset[str]]:
    """By collection, what paths have where others have the key of a row: `/pets/findByStatus`."""
    static: dict[tuple[str, ...], set[str]] = {}
    for segments in Paths(contract.operations):
        for at, segment in enumerate(segments):
            if segment != "{}":
                static.setdefault(segments[:at], set()).add(segment)
    found: dict[str, frozenset[str]] = {}
    for resource in (one.resource for one in operations):
        several = max(len(resource.keys), len(resource.item_keys), 1)
        before = (*resource.base, *("{}",) * (several - 1))
        found[resource.name] = found.get(resource.name, frozenset()) | static.get(before, set())
    return found


def spellings(value: Any) -> Iterator[Any]:
    """A key as it is, as text, and as the number that the text is."""
    if value is not ABSENT:
        yield value
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value.isascii() and value.isdecimal():
        yield int(value)


def empty_keys(collection: str, parts: Sequence[KeyPart], values: Sequence[Any]) -> list[Violation]:
    """A notice for each part of a new row's key that was sent, and is empty."""
    message = f"'' is kept as a key that is made: no path leads to a row of {collection} by an empty one."
    return [
        Violation("body", part.path, "row", message, value="", notice=True)
        for part, value in zip(parts, values, strict=False)
        if value == ""
    ]


def unsayable_keys(
    collection: str, own: Iterable[tuple[KeyPart, Any]], path: Mapping[str, Any], around: tuple[str, ...]
) -> list[Violation]:
    """A violation for each part of a key that is a step of paths, which clients take out (RFC 3986, 5.2.4).

    `path` holds the values of the request's path; `around` leads to the row in its body.
    """
    found = []
    for part, value in own:
        if value in DOT_SEGMENTS:
            in_path = part.parameter in path
            message = (
                f"{value!r} cannot be a key of {collection}: in a path it is a step to where it is or above, "
                "also as %2E, and clients take it out. Send another key."
            )
            where: Where = "path" if in_path else "body"
            at = (part.parameter,) if in_path else (*around, *part.path)
            found.append(Violation(where, at, "key", message, value=value))
    return found
