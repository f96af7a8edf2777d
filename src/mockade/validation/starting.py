"""Which collections start empty because no valid row of them could be made: no fault, but good to know."""

from __future__ import annotations

from collections.abc import Iterator

from mockade.catalogue.api import Api
from mockade.catalogue.starting.rows import StartingRows
from mockade.errors import Finding
from mockade.settings import ROWS


def empty_collections(api: Api) -> Iterator[Finding]:
    """A finding for each collection that is to start with made rows and has none. Makes the rows of all."""
    plan = api.starting_plan(ROWS)
    rows = StartingRows(plan, seed=0)
    for name in plan.names:
        reason = rows.reason(name)
        if reason:
            message = f"The collection {name} starts empty, since no row of it could be made: {reason}"
            mend = f"Give its schema an example that fits, or write rows into {api.fixtures.target}."
            yield Finding(plan.holds(name).source.place(), message, mend, "rows", "info")
