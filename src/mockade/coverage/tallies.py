"""How many items an operation has, without making them: of one that was never asked its sums say all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.coverage.compiling import Compiler
from mockade.coverage.drafts import tallied
from mockade.coverage.items import ItemKind, SchemaItems
from mockade.coverage.parts import Parts


def tallying(contract: Contract, operation: Operation) -> Generator[None, None, Counter[ItemKind]]:
    """How many items of each kind are within reach, in slices."""
    return (yield from _Tally(contract, operation).made())


class _Tally(Compiler):
    """Counts what is in schemas, each of which many operations have, where a Compiler makes items of it."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        super().__init__(contract, operation)
        self._in_schemas: Counter[ItemKind] = Counter()

    def made(self) -> Generator[None, None, Counter[ItemKind]]:
        yield from self.compiled()
        own = Counter(one.kind for one in self._items if not one.out_of_reach)
        return own + self._in_schemas

    def _schema(
        self, node: Node, parts: Parts, *_names: str, out_of_reach: bool = False, **_more: str
    ) -> Generator[None, None, SchemaItems | None]:
        if not out_of_reach:
            self._in_schemas += yield from tallied(node, parts)
        return None
