"""Control: a world's rows, listed, read, written and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import orjson

from mockade.catalogue.fixture_rows import RowCodec, to_fixture
from mockade.contract.entity_tags import is_listed
from mockade.contract.properties import properties
from mockade.contract.violations import Violation
from mockade.control.call import ControlCall, violations_refusal
from mockade.control.pieces import all_made, in_pieces
from mockade.crud.merge_patch import merge_patch
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.hints import did_you_mean, nearest
from mockade.snapshots.writer import Elements
from mockade.state.ids import fingerprint
from mockade.state.rows import Stored
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.slices import Slices

_ROWS = 50
"""Rows that are written in a slice."""

MOST_COMPARED = 200
"""Rows up to which a misspelt key is compared with all keys for a hint."""


def list_collections(call: ControlCall) -> Slices[Reply]:
    return _counted(call, call.world.state)


def _counted(call: ControlCall, state: State) -> Slices[Reply]:
    yield from all_made(state)
    return Reply(
        {
            stem: {name: len(state.table(stem, name).rows) for name in api.collections}
            for stem, api in call.running.apis.items()
        }
    )


def list_rows(call: ControlCall, api: str, collection: str) -> Slices[Reply]:
    """A page takes time in proportion to its own rows, not to those of the collection."""
    api, codec = codec_of(call, api, collection)
    table = call.world.state.table(api, collection)
    last = call.query.get("after")
    positions = (
        table.order.items() if last is None else table.order.after(found_row(table, codec, last).position)
    )
    limit = call.query["limit"]
    page = [key for _, key in islice(positions, limit + 1)]
    following = page[limit - 1] if len(page) > limit else None
    rows = Elements(b"[]", _written(codec, table, page[:limit]))
    return in_pieces({"rows": rows, "next": following})


def _written(codec: RowCodec, table: Table, keys: Sequence[str]) -> Iterator[bytes | None]:
    """Rows as JSON, as the component Row has them, with pauses."""
    for count, key in enumerate(keys, 1):
        yield orjson.dumps(codec.encode(table.rows[key]))
        if not count % _ROWS:
            yield None


def get_row(call: ControlCall, api: str, collection: str, key: str) -> Reply:
    api, codec = codec_of(call, api, collection)
    return _told(codec, found_row(call.world.state.table(api, collection), codec, key))


def put_row(call: ControlCall, api: str, collection: str, key: str, body: dict[str, Any]) -> Reply:
    """Answers 201 for a row that was not there."""
    api, codec = codec_of(call, api, collection)

    def put(transaction: Transaction) -> Reply:
        stored = transaction.table(api, collection).rows.get(key)
        _check_unchanged(call, codec, key, stored)
        return _put(transaction, api, codec, key, body, 201 if stored is None else 200)

    return call.change("putRow", put, _about(collection))


def patch_row(call: ControlCall, api: str, collection: str, key: str, body: dict[str, Any]) -> Reply:
    """Merges into the row in the fixtures' form, so that what is kept beside it can change too."""
    api, codec = codec_of(call, api, collection)
    known = properties(codec.schema.node())

    def patch(transaction: Transaction) -> Reply:
        stored = found_row(transaction.table(api, collection), codec, key)
        _check_unchanged(call, codec, key, stored)
        return _put(transaction, api, codec, key, merge_patch(to_fixture(stored.row()), body, known), 200)

    return call.change("patchRow", patch, _about(collection))


def delete_row(call: ControlCall, api: str, collection: str, key: str) -> None:
    """Cancels the row's events too: they would not find it."""
    api, codec = codec_of(call, api, collection)
    actions = call.api(api).events

    def remove(transaction: Transaction) -> None:
        _check_unchanged(call, codec, key, found_row(transaction.table(api, collection), codec, key))
        transaction.remove(api, codec.schema.collection, key)
        for action in actions:
            transaction.cancel_event(Event(api, action, key))

    call.change("deleteRow", remove, _about(collection))


def _about(collection: str) -> str:
    """For the journal; not the key, which may be a secret."""
    return f"A row of {collection}."


def codec_of(call: ControlCall, name: str, collection: str) -> tuple[str, RowCodec]:
    """The API with the collection, of those that the name means. Refuses with 404 where there is none."""
    api = call.api(name, collection)
    schema = api.collections.get(collection)
    if schema is None:
        known = [each for one in call.meant(name) for each in one.collections]
        message = f"{name} has no collection {collection!r}. {did_you_mean(collection, known)}"
        raise Refusal(404, "no_collection", message)
    return api.stem, RowCodec(schema)


def found_row(table: Table, codec: RowCodec, key: str) -> Stored:
    stored = table.rows.get(key)
    if stored is not None:
        return stored
    match = nearest(key, table.rows) if len(table.rows) <= MOST_COMPARED else None
    hint = f"Did you mean {match!r}?" if match else f"It has {len(table.rows):,} rows."
    raise Refusal(404, "no_row", f"There is no {key!r} in {codec.schema.collection.name}. {hint}")


def _told(codec: RowCodec, stored: Stored, status: int = 200) -> Reply:
    row = codec.encode(stored)
    return Reply(row, status, {"ETag": fingerprint(orjson.dumps(row))})


def _check_unchanged(call: ControlCall, codec: RowCodec, key: str, stored: Stored | None) -> None:
    """Refuses with 412 to change a row that is not as the request says that it was."""
    tag = _told(codec, stored).headers["ETag"] if stored is not None else ""
    wanted, unwanted = call.headers.get("If-Match"), call.headers.get("If-None-Match", "")
    if wanted is not None and not is_listed(wanted, tag, is_strong=True):
        state = "changed since it was read" if tag else "is gone"
        message = f"{codec.schema.collection.name} {key!r} {state}: read it again, and decide anew."
        raise Refusal(412, "changed_since", message)
    if is_listed(unwanted, tag):
        message = f"There is a row {key!r} in {codec.schema.collection.name} already: choose another key."
        raise Refusal(412, "row_exists", message)


def _put(
    transaction: Transaction, stem: str, codec: RowCodec, key: str, values: dict[str, Any], status: int
) -> Reply:
    """Store a row. Refuses with 400 one that breaks the contract, or has another key."""
    collection = codec.schema.collection
    row, violations = codec.decode(values, "body")
    if row is None:
        raise violations_refusal(violations)
    if row.key != key:
        message = f"The key of this row is {row.key!r}, and the path says {key!r}: a row stands at its key."
        raise violations_refusal([Violation("body", (), "key", message)])
    transaction.put(stem, collection, row)
    return _told(codec, transaction.table(stem, collection.name).rows[key], status)
