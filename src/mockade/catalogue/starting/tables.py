"""The tables that worlds start with, of all APIs that are served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from weakref import WeakValueDictionary

from mockade.catalogue.starting.plan import StartingPlan
from mockade.catalogue.starting.rows import StartingRows
from mockade.state.state import StartingTables, TableName
from mockade.state.table import Table


class MadeTables:
    """The made rows of several APIs, by stem, in worlds of one seed. Worlds of one seed share them."""

    def __init__(
        self,
        plans: Mapping[str, StartingPlan],
        seed: int,
        siblings: WeakValueDictionary[int, MadeTables] | None = None,
    ) -> None:
        self._plans = plans
        self._siblings = WeakValueDictionary() if siblings is None else siblings
        """Those of other seeds, as long as a world or a journal holds them."""
        self._siblings[seed] = self
        self._rows = {stem: StartingRows(plan, seed) for stem, plan in plans.items()}

    def names(self) -> Iterable[TableName]:
        return ((stem, name) for stem, plan in self._plans.items() for name in plan.names)

    def table(self, name: TableName) -> Table | None:
        rows = self._rows.get(name[0])
        return rows.table(name[1]) if rows is not None else None

    def seeded(self, seed: int) -> StartingTables:
        found = self._siblings.get(seed)
        return MadeTables(self._plans, seed, self._siblings) if found is None else found
