"""Examples that no author wrote whole: put together from those of a schema's properties."""

from __future__ import annotations

import copy
from typing import Any

from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.schema_merger import SchemaMerger
from mockade.contract.violations import ABSENT

_DEEPEST = 12


def assembled(merger: SchemaMerger, schema: MergedSchema, depth: int = 0) -> Any:
    """The schema's example, else one of those of its properties or items; ABSENT where one of them has none.

    Whether it fits the schema is for the caller to check.
    """
    if depth > _DEEPEST or schema.impossible:
        return ABSENT
    if schema.options is not None:
        return copy.deepcopy(schema.options[0]) if len(schema.options) == 1 else ABSENT
    if schema.examples:
        return copy.deepcopy(schema.examples[0])
    if merger.choice(schema) is not None:
        return ABSENT
    if schema.types == ("object",):
        return _object(merger, schema, depth)
    if schema.types == ("array",):
        item = assembled(merger, merger.item(schema, 0), depth + 1) if schema.item_nodes(0) else ABSENT
        return ABSENT if item is ABSENT else [item]
    return ABSENT


def _object(merger: SchemaMerger, schema: MergedSchema, depth: int) -> Any:
    whole: dict[str, Any] = {}
    for name in schema.names:
        value = assembled(merger, merger.property(schema, name), depth + 1)
        if value is ABSENT:
            return ABSENT
        whole[name] = value
    return whole or ABSENT
