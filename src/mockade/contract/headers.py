"""Headers that a contract documents, of an answer or of a part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockade.contract.coercion import coerced, types_of
from mockade.contract.document import Node, Source
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.validators import Validator

_PLAIN = frozenset({"integer", "number", "boolean"})
"""What the text of a header may stand for besides text."""


@dataclass(eq=False)
class Header:
    name: str
    required: bool
    schema: Node | None
    normalizers: NormalizerRegistry
    source: Source

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None

    @cached_property
    def _admits_any_text(self) -> bool:
        return self.schema is None or types_of(self.schema).is_any_text

    def admits(self, value: Any) -> bool:
        """Whether the schema admits the header's text, also as the number or the list that it stands for."""
        if self._admits_any_text and isinstance(value, str):
            return True
        validator = self.validator
        if validator is None or validator.is_valid(value):
            return True
        if not isinstance(value, str):
            return False
        if validator.is_valid(coerced(value, _PLAIN)):
            return True
        kinds = types_of(self.schema)
        items = [coerced(part.strip(), kinds.items.own) for part in value.split(",")] if value else []
        return "array" in kinds.own and validator.is_valid(items)
