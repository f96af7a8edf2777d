"""The schemas that answers show the rows of a collection by: a made key has to suit each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mockade.contract.document import Node
from mockade.contract.schema_walk import place_of
from mockade.crud.roles.kinds import answer_envelope
from mockade.crud.roles.resources import ResourceOperation


def shown_rows(operations: Iterable[ResourceOperation]) -> Mapping[str, Sequence[Node]]:
    """By collection, the schemas that its rows have in answers, each once; without that of the rows."""
    found: dict[str, dict[object, Node]] = {}
    for one in operations:
        envelope = answer_envelope(one.operation, one.resource, one.kind)
        if envelope is not None and place_of(envelope.row_schema) != place_of(one.resource.holds):
            found.setdefault(one.resource.name, {})[place_of(envelope.row_schema)] = envelope.row_schema
    return {name: tuple(schemas.values()) for name, schemas in found.items()}
