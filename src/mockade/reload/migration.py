"""What of a world still fits when the files behind it have changed, and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

from mockade.catalogue.api import Api
from mockade.handling import CollectionSchema
from mockade.state.rows import Row
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.worlds.world import Baseline, World


class MigratedTable(NamedTuple):
    """A table held against the collection that it now belongs to."""

    table: Table
    keys: Mapping[str, str]
    """The key that each row has now, by the one that it had; a row that does not fit is missing."""
    losses: tuple[str, ...]


class WorldMigration(NamedTuple):
    """What a world becomes. Nothing has happened to it before `take`."""

    world: World
    state: State
    start: Baseline
    snapshots: Mapping[str, State]
    losses: tuple[str, ...]
    """What does not fit, a sentence each."""
    waits: bool
    """Whether it keeps rows of its own where a reset would bring those of the fixtures."""

    def take(self) -> None:
        self.world.migrate(self.state, self.start, self.snapshots)


class Migration:
    """Takes states from the APIs that were served to those that are served now.

    `was` and `first` are what worlds were and are made of. Worlds share most of their tables, so each table
    is held against its collection once.
    """

    def __init__(
        self, before: Mapping[str, Api], after: Mapping[str, Api], was: Baseline, first: Baseline
    ) -> None:
        self._before = before
        self._after = after
        self._was = was.state
        self._first = first.state
        self._fixed = {(stem, *key) for stem, api in before.items() for key in api.callers}
        self._migrated_tables: dict[int, tuple[Table, MigratedTable]] = {}

    def migrate(self, world: World) -> WorldMigration:
        """How a world goes over."""
        losses: dict[str, None] = {}

        def carried(state: State, what: str) -> State:
            kept, lost = self.state(state)
            losses.update((f"{what}: {one}", None) for one in lost)
            return kept

        of_fixtures = self._is_untouched(world.baseline.state)
        waits = of_fixtures and not self._is_untouched(world.state)
        name = world.name
        state = self._again(world.state) if of_fixtures and not waits else carried(world.state, name)
        if of_fixtures:
            start = self._again(world.baseline.state)
        elif world.baseline.state is world.state:
            start = state
        else:
            start = carried(world.baseline.state, f"{name}, at its start")
        snapshots = {
            title: carried(one, f"{name}, in snapshot {title}") for title, one in world.snapshots.items()
        }
        return WorldMigration(
            world, state, Baseline(start, world.baseline.faults), snapshots, tuple(losses), waits
        )

    def _is_untouched(self, state: State) -> bool:
        """Whether these are the rows that the fixtures had laid out."""
        return state.tables is self._was.tables and state.timeline is self._was.timeline

    def _again(self, state: State) -> State:
        """What the fixtures lay out now, with the clock, the chance and the callers of `state`."""
        draws = max(state.draws, self._first.draws)
        again = self._first._replace(clock=state.clock, seed=state.seed, draws=draws)
        return self._with_callers(again, state)

    def state(self, state: State) -> tuple[State, list[str]]:
        """What is kept of a state, and what is not, a sentence each."""
        losses: list[str] = []
        keys: dict[tuple[str, str], str] = {}
        gone: set[tuple[str, str]] = set()
        tables: dict[tuple[str, str], Table] = {}
        for (stem, name), table in sorted(state.tables.items(), key=itemgetter(0)):
            api = self._after.get(stem)
            schema = api.collections.get(name) if api else None
            if schema is None:
                gone |= {(stem, key) for key in table.rows}
                losses += _lost_collection(stem, name, table)
                continue
            migrate_table = self._migrated_table(schema, table)
            tables[stem, name] = migrate_table.table
            losses += migrate_table.losses
            keys |= {(stem, old): new for old, new in migrate_table.keys.items()}
            gone |= {(stem, key) for key in table.rows if key not in migrate_table.keys}
        for (stem, name), table in self._first.tables.items():
            if stem not in self._before or name not in self._before[stem].collections:
                tables[stem, name] = table
        timeline = self._timeline(state.timeline, keys, gone, losses)
        return self._with_callers(state._replace(tables=tables, timeline=timeline), state), losses

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
        """The events that can still happen; one goes with the row that it is about."""
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
        for at, event in self._first.timeline.events():
            if event.api not in self._before:
                kept = kept.set(event, at)
        return kept

    def _with_callers(self, state: State, was: State) -> State:
        """With the credentials of the fixtures, and those that were minted for APIs that are still served."""
        callers = self._first.callers
        for key, caller in was.callers.items():
            if key not in self._fixed and key not in callers and key[0] in self._after:
                callers = callers.insert(key, caller)
        return state._replace(callers=callers)


def migrate_table(schema: CollectionSchema, table: Table) -> MigratedTable:
    """The rows of a table that fit a collection, in their order of birth, filed as it files them."""
    fresh, keys, losses = Table(), dict[str, str](), list[str]()
    for birth, old in table.order.items():
        row = table.rows[old].row()
        why = _fault(schema, row)
        if not why and row.key in fresh.rows:
            why = f"its key is {row.key} now, and another row has it."
        if why:
            losses.append(f"{schema.collection.name} {old} is gone: {why}")
            continue
        keys[old] = row.key
        # A row keeps its number of birth, and the collection the count of them: ids are made from both.
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
    except Exception as error:  # the functions are the module's, and wrote for other rows than these
        return f"it cannot be filed: {type(error).__name__}: {error}."
    return ""


def _lost_collection(stem: str, name: str, table: Table) -> Iterator[str]:
    count = len(table.rows)
    if count:
        yield f"{stem}'s collection {name} is gone, and its {count} row{'s' * (count != 1)}."
