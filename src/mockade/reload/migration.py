"""Migrates worlds to changed files: keeps the rows, events and callers that still fit, reports the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from mockade.catalogue.api import Api
from mockade.errors import counted
from mockade.handling.rows import CollectionSchema
from mockade.state.rows import Row
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.worlds.contents import Baseline
from mockade.worlds.world import World


class MigratedTable(NamedTuple):
    """A table as its new collection has it."""

    table: Table
    keys: Mapping[str, str]
    """The new key of each row by the old one; without the rows that do not fit."""
    losses: tuple[str, ...]


class WorldMigration(NamedTuple):
    """The migrated content of a world, which `take` puts into it."""

    world: World
    state: State
    baseline: Baseline
    snapshots: Mapping[str, State]
    losses: tuple[str, ...]
    """A sentence for each thing that does not fit."""
    waits: bool
    """Whether it keeps changed rows, so that a reset is needed to get those of the new fixtures."""

    def take(self) -> None:
        self.world.migrate(self.state, self.baseline, self.snapshots)


class Migration:
    """Migrates worlds from the APIs that were served before to those that are served after.

    The baselines are the states of the old and the new fixtures. Worlds share most of their tables, so each
    table is migrated once.
    """

    def __init__(
        self,
        before: Mapping[str, Api],
        after: Mapping[str, Api],
        old_baseline: Baseline,
        new_baseline: Baseline,
    ) -> None:
        self._before = before
        self._after = after
        self._old = old_baseline.state
        self._new = new_baseline.state
        self._fixture_callers = {(stem, *key) for stem, api in before.items() for key in api.callers}
        self._migrated_tables: dict[int, tuple[Table, MigratedTable]] = {}

    def migrate(self, world: World) -> WorldMigration:
        """The migrated content of a world; the world itself stays as it is."""
        losses: dict[str, None] = {}

        def migrated(state: State, title: str) -> State:
            new, lost = self._migrated_state(state)
            losses.update((f"{title}: {loss}", None) for loss in lost)
            return new

        from_fixtures = self._is_untouched(world.baseline.state)
        waits = from_fixtures and not self._is_untouched(world.state)
        name = world.name
        state = self._reseeded(world.state) if from_fixtures and not waits else migrated(world.state, name)
        if from_fixtures:
            baseline = self._reseeded(world.baseline.state)
        elif world.baseline.state is world.state:
            baseline = state
        else:
            baseline = migrated(world.baseline.state, f"{name}, at its start")
        snapshots = {
            title: migrated(snapshot, f"{name}, in snapshot {title}")
            for title, snapshot in world.snapshots.items()
        }
        return WorldMigration(
            world, state, Baseline(baseline, world.baseline.faults), snapshots, tuple(losses), waits
        )

    def _is_untouched(self, state: State) -> bool:
        """Whether the state has the rows and events of the old fixtures, unchanged."""
        return state.tables is self._old.tables and state.timeline is self._old.timeline

    def _reseeded(self, state: State) -> State:
        """The rows and events of the new fixtures, with the clock, seed and callers of `state`."""
        draws = max(state.draws, self._new.draws)
        reseeded = self._new.seeded(state.seed)._replace(clock=state.clock, draws=draws)
        return self._with_callers(reseeded, state)

    def _migrated_state(self, state: State) -> tuple[State, list[str]]:
        """The migrated state, and a sentence for each thing that does not fit."""
        losses: list[str] = []
        keys: dict[tuple[str, str], str] = {}
        gone: set[tuple[str, str]] = set()
        tables: dict[tuple[str, str], Table] = {}
        for (stem, name), table in sorted(state.all_tables().items(), key=itemgetter(0)):
            api = self._after.get(stem)
            schema = api.collections.get(name) if api else None
            if schema is None:
                gone |= {(stem, key) for key in table.rows}
                losses += _lost_collection(stem, name, table)
                continue
            migrated = self._migrated_table(schema, table)
            tables[stem, name] = migrated.table
            losses += migrated.losses
            keys |= {(stem, old): new for old, new in migrated.keys.items()}
            gone |= {(stem, key) for key in table.rows if key not in migrated.keys}
        for (stem, name), table in self._new.tables.items():
            if self._is_new(stem, name):
                tables[stem, name] = table
        start = self._new.start.seeded(state.seed)
        for stem, name in start.names():
            if not self._is_new(stem, name):  # what was there before keeps what it had, if only nothing
                tables.setdefault((stem, name), Table())
        timeline = self._timeline(state.timeline, keys, gone, losses)
        migrated_state = state._replace(tables=tables, timeline=timeline, start=start)
        return self._with_callers(migrated_state, state), losses

    def _is_new(self, stem: str, collection: str) -> bool:
        """Whether the collection was not there before."""
        return stem not in self._before or collection not in self._before[stem].collections

    def _migrated_table(self, schema: CollectionSchema, table: Table) -> MigratedTable:
        known = self._migrated_tables.get(id(table))
        if known is None:
            known = self._migrated_tables[id(table)] = table, migrate_table(schema, table)
        return known[1]

    def _timeline(
        self,
        timeline: Timeline,
        keys: Mapping[tuple[str, str], str],
        gone: set[tuple[str, str]],
        losses: list[str],
    ) -> Timeline:
        """The events whose function and row are still there."""
        kept = Timeline()
        for at, event in timeline.events():
            api = self._after.get(event.api)
            key = keys.get((event.api, event.key), event.key)
            if api is None or event.action not in api.events:
                losses.append(f"the event {event.action} of {event.key} is gone: nobody makes it happen now.")
            elif (event.api, event.key) in gone and (event.api, event.key) not in keys:
                losses.append(f"the event {event.action} of {event.key} is gone with its row.")
            else:
                kept = kept.set(Event(event.api, event.action, key), at)
        for at, event in self._new.timeline.events():
            if event.api not in self._before:
                kept = kept.set(event, at)
        return kept

    def _with_callers(self, state: State, old: State) -> State:
        """With the credentials of the new fixtures, and those minted for APIs that are still served."""
        callers = self._new.callers
        for key, caller in old.callers.items():
            if key not in self._fixture_callers and key not in callers and key[0] in self._after:
                if caller.unrestricted:
                    caller = replace(caller, permissions=self._after[key[0]].access.permissions)
                callers = callers.insert(key, caller)
        return state._replace(callers=callers)


def migrate_table(schema: CollectionSchema, table: Table) -> MigratedTable:
    """The rows of a table that fit a collection, in their order of birth, under its keys and indexes."""
    fresh, keys, losses = Table(), dict[str, str](), list[str]()
    for birth, old in table.order.items():
        row = table.rows[old].row()
        fault = _fault(schema, row)
        if not fault and row.key in fresh.rows:
            fault = f"its key is {row.key} now, and another row has it."
        if fault:
            losses.append(f"{schema.collection.name} {old} is gone: {fault}")
            continue
        keys[old] = row.key
        # Each row keeps its birth number and the collection its count of births: ids are made from both.
        fresh = fresh._replace(births=birth).put(schema.collection, row)
    return MigratedTable(fresh._replace(births=table.births), keys, tuple(losses))


def _fault(schema: CollectionSchema, row: Row) -> str:
    """Fill in a row's defaults and set its key; why it does not fit, empty when it does."""
    violations = schema.validate(row)
    if violations:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        return f"{first.pointer or '/'} {first.message}{more}  [{first.place}]"
    try:
        schema.set_key(row)
        schema.check_index_keys(row)
    except KeyError as error:
        return f"it lacks {error}, which it is filed by."
    except Exception as error:  # the module's functions were written for other rows
        return f"it cannot be filed: {type(error).__name__}: {error}."
    return ""


def _lost_collection(stem: str, name: str, table: Table) -> Iterator[str]:
    count = len(table.rows)
    if count:
        yield f"{stem}'s collection {name} is gone, and its {counted(count, 'row')}."
