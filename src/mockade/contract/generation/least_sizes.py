"""How small the smallest value of a schema is: what is too large at its smallest is never built."""

from __future__ import annotations

from typing import NamedTuple

from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.schema_merger import SchemaMerger

LARGEST = 64 * 1024
"""Bytes of a value as compact JSON."""
MOST_VALUES = 2_000
"""Values that one answer holds, those inside of others counted too."""

_NAME = 4
"""The least bytes of a member besides its value: a name's quotation marks, a colon and a comma."""


class LeastSize(NamedTuple):
    """A lower bound of a schema's values: bytes of compact JSON, and how many values they hold."""

    bytes: int
    values: int

    def is_too_large(self) -> bool:
        return self.bytes > LARGEST or self.values > MOST_VALUES

    def sentence(self) -> str:
        """Which of the bounds it is over."""
        if self.bytes > LARGEST:
            return f"its values are larger than {LARGEST} bytes"
        return f"it asks for more than {MOST_VALUES} values"


_SMALLEST = LeastSize(1, 1)


class LeastSizes:
    """Finds the least sizes of schemas, each once."""

    def __init__(self, merger: SchemaMerger) -> None:
        self._merger = merger
        self._known: dict[int, LeastSize] = {}

    def of(self, schema: MergedSchema) -> LeastSize:
        found = self._known.get(id(schema))
        if found is None:
            self._known[id(schema)] = _SMALLEST  # for what holds itself
            found = self._known[id(schema)] = self._found(schema)
        return found

    def culprit(self, schema: MergedSchema) -> MergedSchema:
        """The innermost of the parts of a schema that is too large by itself."""
        seen: set[int] = set()
        while id(schema) not in seen:
            seen.add(id(schema))
            too_large = (one for one, _ in self._parts(schema) if self.of(one).is_too_large())
            schema = next(too_large, schema)
        return schema

    def _found(self, schema: MergedSchema) -> LeastSize:
        if schema.nullable or schema.options is not None or schema.impossible:
            return _SMALLEST
        own = self._own(schema)
        for choice in self._merger.choices(schema):
            sizes = [self.of(self._merger.with_branch_alone(schema, one)) for one in choice.branches]
            if sizes:
                least = LeastSize(min(one.bytes for one in sizes), min(one.values for one in sizes))
                own = LeastSize(max(own.bytes, least.bytes), max(own.values, least.values))
        return own

    def _own(self, schema: MergedSchema) -> LeastSize:
        """What its keywords ask for without its choices."""
        if len(schema.types) != 1:
            return _SMALLEST
        if schema.types == ("string",):
            return LeastSize(schema.lengths[0] + 2, 1)
        bytes, values = 2, 1
        for part, count in self._parts(schema):
            least = self.of(part)
            bytes += count * (least.bytes + (_NAME if schema.types == ("object",) else 1))
            values += count * least.values
        return LeastSize(max(1, bytes - 1), values)

    def _parts(self, schema: MergedSchema) -> list[tuple[MergedSchema, int]]:
        """What the smallest object or array holds, and how often."""
        merger = self._merger
        if schema.nullable or schema.options is not None:
            return []
        if schema.types == ("object",):
            parts = [(merger.property(schema, name), 1) for name in schema.required]
            more = schema.sizes[0] - len(parts)
            return [*parts, (merger.merged(()), more)] if more > 0 else parts
        if schema.types == ("array",):
            count, apart = schema.counts[0], schema.prefix
            parts = [(merger.item(schema, at), 1) for at in range(min(count, apart))]
            return [*parts, (merger.item(schema, apart), count - apart)] if count > apart else parts
        return []
