"""The rows that an API's collections start with in worlds of one seed: made when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockade.catalogue.fixture_rows import RowCodec, to_fixture
from mockade.catalogue.starting.drafts import DraftMaker
from mockade.catalogue.starting.links import Links, PlacedRow
from mockade.catalogue.starting.plan import Below, StartingPlan
from mockade.handling import Row
from mockade.state.table import Table


class StartingRows:
    """The rows of one API in worlds of one seed.

    A row is made in two steps, so that rows may refer to each other in a circle: a draft with its key and its
    parents, then the row, which refers to the drafts of others. Threads may ask at the same time.
    """

    def __init__(self, plan: StartingPlan, seed: int) -> None:
        self._plan = plan
        self._drafts = DraftMaker(plan, seed)
        self._links = Links(plan, seed, self._placed)
        self._placed_rows: dict[str, Sequence[PlacedRow]] = {}
        self._tables: dict[str, Table] = {}

    def table(self, name: str) -> Table | None:
        """The table of a collection; None where it is none of those that start with made rows."""
        if name not in self._plan.names:
            return None
        found = self._tables.get(name)
        if found is None:
            with self._plan.lock:
                found = self._tables.get(name) or self._table(name)
                self._tables[name] = found
        return found

    def reason(self, name: str) -> str:
        """Why a collection starts empty, where no valid row of it could be made; else empty."""
        with self._plan.lock:
            return self._drafts.of(name).reason

    def _table(self, name: str) -> Table:
        table, collection = Table(), self._plan.collections[name].collection
        for number, (row, _) in enumerate(self._placed(name)):
            linked = Row(self._links.linked(name, number), key=row.key, beside=row.beside)
            table = table.put(collection, linked)
        return table

    def _placed(self, name: str) -> Sequence[PlacedRow]:
        """The rows of a collection with their parents, in each list below parents that shows them."""
        found = self._placed_rows.get(name)
        if found is None:
            resources = [one for one in self._plan.resources.get(name, ()) if one.resource.parents]
            parts = [part for one in resources for part in one.resource.parents]
            fixed = frozenset(part.path[0] for part in (*parts, *self._plan.parts(name)) if part.path)
            found = self._placed_rows[name] = [
                PlacedRow(self._with_parents(name, number, draft, resources), fixed)
                for number, draft in enumerate(self._drafts.rows(name))
            ]
        return found

    def _with_parents(self, name: str, number: int, draft: Row, resources: Sequence[Below]) -> Row:
        if name not in self._plan.names:
            return draft
        values: Mapping[str, Any] = to_fixture(draft)
        for below in resources:
            if not below.resource.scoped:
                parents = self._drafts.parents.of(below, number, draft)
                values = self._drafts.parents.put(below.resource, values, parents or ())
        row, _ = RowCodec(self._plan.collections[name]).decode(values)
        # A parent's key may fit no property of that name.
        return draft if row is None or row.key != draft.key else row
