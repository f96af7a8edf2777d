"""Where the answer to a create tells but the key of the row: `7`, `{id: 7}`, `{data: {petId: 7}}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.json_bodies import success_schema
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.contract.samples import own_example
from mockade.contract.schemas import Schemas
from mockade.contract.violations import ABSENT
from mockade.crud.key_rule import spellings
from mockade.crud.roles.envelopes import Envelope, is_wrapper
from mockade.crud.roles.keys import can_tell_apart
from mockade.crud.roles.naming import Words, by_words
from mockade.crud.roles.resources import Resource
from mockade.handling import Row


class KeyAnswer(NamedTuple):
    """What stands around the key in an answer that shows no row, and the schema that it has there."""

    envelope: Envelope
    resource: Resource
    """As operations at the item path see it: the key is what that path takes."""

    @classmethod
    def of(cls, operation: Operation, resource: Resource) -> KeyAnswer | None:
        """None where the answer has no place for a key, or says something else in it."""
        schema = success_schema(operation)
        if schema is None or not resource.keys:
            return None
        seen = resource.for_items()
        names = [split_words(seen.keys[-1].parameter), (*resource.noun, "id"), ("id",)]
        found = next(_places(schema, names, resource.noun), None)
        return cls(Envelope(schema, *found), seen) if found is not None else None

    @property
    def schema(self) -> Node:
        return self.envelope.row_schema

    def key_of(self, row: Row, schemas: Schemas) -> Any:
        """A row's key as the answer may have it; ABSENT where it may not."""
        key = self.resource.keys[-1].of(row, row.beside)
        validator = schemas.validator(self.schema)
        return next((one for one in (*spellings(key), str(key)) if validator.admits(one)), ABSENT)


def _places(
    schema: Node, names: list[Words], noun: Words, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Node]]:
    if not path and can_tell_apart(schema) and not _says_a_sentence(schema):
        yield (), schema
    known = properties(schema)
    called = by_words(known)
    yield from (
        ((*path, called[one]), known[called[one]])
        for one in names
        if one in called and can_tell_apart(known[called[one]])
    )
    if not path:
        for name, below in known.items():
            if is_wrapper(name, noun) or split_words(name) == ("id",):
                yield from _places(below, names, noun, (name,))


def _says_a_sentence(schema: Node) -> bool:
    example = own_example(schema)
    return isinstance(example, str) and " " in example
