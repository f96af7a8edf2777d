"""Control: the rows that an entry of the journal is about, as a fixture has them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.fixture_rows import RowCodec
from mockade.control.call import ControlCall
from mockade.control.exchanges import body_value
from mockade.control.worlds import entry_there
from mockade.handling import Reply
from mockade.state.rows import Stored
from mockade.state.state import State
from mockade.worlds.journal import Exchange
from mockade.worlds.slices import Slices

MOST = 200
"""Rows that are told, and objects of an answer that are looked at."""

_SCANNED = 2000
"""Rows of a collection that are held against the answer, where no property holds their key."""

_ROWS = 10
"""Rows that are held against all objects in a slice."""

_LIKENESS = 2
"""Of so many members of a row an answer has to show one, and none that differs."""


def list_entry_rows(call: ControlCall, id: int) -> Slices[Reply]:
    """Refuses with 404 an entry that is not kept, or without the state that its answer was made of."""
    world = call.world
    entry = entry_there(world, id)
    if _is_success(entry) and not entry.changes and entry.before is None:
        raise world.journal.no_state(id)
    return _listed(call.running.apis, entry)


def _listed(apis: Mapping[str, Api], entry: Exchange) -> Slices[Reply]:
    found: list[dict[str, Any]] = []
    rows = _changed(entry) if entry.changes else _shown(apis, entry)
    for one in rows:
        if one is None:
            yield
            continue
        stem, collection, stored = one
        api = apis.get(stem)
        schema = api.collections.get(collection) if api else None
        if schema is not None:
            found.append({"api": stem, "collection": collection, "row": RowCodec(schema).encode(stored)})
        if len(found) == MOST:
            break
    return Reply({"rows": found})


_Found = tuple[str, str, Stored]
"""The API, the collection and the row."""


def _changed(entry: Exchange) -> Iterator[_Found | None]:
    yield from ((one.api, one.collection, one.became) for one in entry.changes if one.became is not None)


def _shown(apis: Mapping[str, Api], entry: Exchange) -> Iterator[_Found | None]:
    """Rows of the entry's API that its answer shows, with pauses; none where the state is not kept."""
    api = apis.get(entry.api)
    body = body_value(entry.response_body, entry.response_headers)
    if api is None or entry.before is None or not _is_success(entry):
        return
    shown = list(islice(_objects(body), MOST))
    for name, schema in api.collections.items():
        key = schema.collection.key
        for count, stored in enumerate(_candidates(entry.before, api.stem, name, key, shown), 1):
            row = stored.fields()
            if any(_is_shown(row, one) for one in shown):
                yield api.stem, name, stored
            if not count % _ROWS:
                yield None


def _is_success(entry: Exchange) -> bool:
    return 200 <= entry.status < 300


def _candidates(
    state: State, stem: str, collection: str, key: Any, shown: list[dict[str, Any]]
) -> Iterator[Stored]:
    rows = state.table(stem, collection).rows
    if not isinstance(key, str):
        yield from (stored for _, stored in islice(rows.items(), _SCANNED))
        return
    for name in dict.fromkeys(str(one[key]) for one in shown if isinstance(one.get(key), str | int)):
        stored = rows.get(name)
        if stored is not None:
            yield stored


def _is_shown(row: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    shared = row.keys() & one.keys()
    return len(shared) * _LIKENESS >= len(row) > 0 and all(row[name] == one[name] for name in shared)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value, the outer ones first."""
    pending = deque([value])
    while pending:
        one = pending.popleft()
        if isinstance(one, dict):
            yield one
            pending += one.values()
        elif isinstance(one, list):
            pending += one
