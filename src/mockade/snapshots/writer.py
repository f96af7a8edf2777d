"""Writes a world's state as a document, which has the form of fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mockade.catalogue.api import Api
from mockade.catalogue.credentials import encode_caller
from mockade.catalogue.fixture_rows import to_fixture
from mockade.catalogue.redaction import Redaction
from mockade.snapshots.replies import encode_replies
from mockade.state.clock import Clock, exact_timestamp
from mockade.state.rows import Stored
from mockade.state.state import State
from mockade.state.table import Table

UNRESTRICTED = "unrestricted"
"""What a document says of a credential that may everything; see `reader`."""

VERSION = 1
"""The version of the component StateDocument in the control API's contract."""

_CHUNK = 1000
"""Rows in one piece: other threads may run between two pieces."""


def document(state: State, apis: Mapping[str, Api], redaction: Redaction | None) -> dict[str, Any]:
    """The document of `state`, without credentials and other secrets where there is a redaction."""
    written = _outline(state, apis, secrets=redaction is None)
    for stem, api in apis.items():
        for name, collection in api.collections.items():
            rows = [to_fixture(stored.row()) for stored in _in_order(state.table(stem, name))]
            if redaction is not None:
                schema = collection.node()
                rows = [redaction.value(row, schema) for row in rows]
            written["apis"][stem][name] = rows
    return written


def json_pieces(state: State, apis: Mapping[str, Api]) -> Iterator[bytes]:
    """The document as JSON with all secrets, in pieces, between which other threads run."""
    outline = _outline(state, apis, secrets=True)
    members = outline.pop("apis")
    yield orjson.dumps(outline)[:-1] + b',"apis":{'
    for at, (stem, api) in enumerate(apis.items()):
        yield (b",\n" if at else b"\n") + orjson.dumps(stem) + b":{"
        between = b""
        for name, value in members[stem].items():
            yield between + orjson.dumps(name) + b":" + orjson.dumps(value)
            between = b",\n"
        for name in api.collections:
            yield between + orjson.dumps(name) + b":["
            yield from _row_pieces(state.table(stem, name))
            yield b"]"
            between = b",\n"
        yield b"}"
    yield b"}}"


def _row_pieces(table: Table) -> Iterator[bytes]:
    chunk: list[bytes] = []
    between = b"\n"
    for stored in _in_order(table):
        chunk.append(_json(stored))
        if len(chunk) == _CHUNK:
            yield between + b",\n".join(chunk)
            chunk, between = [], b",\n"
    if chunk:
        yield between + b",\n".join(chunk)


def _json(stored: Stored) -> bytes:
    return orjson.dumps(to_fixture(stored.row())) if stored.beside else stored.values


def _in_order(table: Table) -> Iterator[Stored]:
    rows = table.rows
    return (rows[key] for _, key in table.order.items())


def _outline(state: State, apis: Mapping[str, Api], *, secrets: bool) -> dict[str, Any]:
    """The document without its rows."""
    births: dict[str, dict[str, int]] = {}
    for (stem, name), table in sorted(state.tables.items(), key=lambda pair: pair[0]):
        if table.births != len(table.rows):
            births.setdefault(stem, {})[name] = table.births
    members: dict[str, dict[str, Any]] = {stem: {} for stem in apis}
    if secrets:
        for stem, api in apis.items():
            # A collection called `credentials` takes the place of the API's credentials.
            if api.contract.security_schemes and "credentials" not in api.collections:
                members[stem]["credentials"] = {}
        for (stem, scheme, secret), caller in sorted(state.callers.items(), key=lambda pair: pair[0]):
            if "credentials" in members[stem]:
                encoded = encode_caller(caller)
                if caller.unrestricted:
                    encoded[UNRESTRICTED] = True
                members[stem]["credentials"].setdefault(scheme, {})[secret] = encoded
    replies = encode_replies(state.replies, apis) if secrets else []
    return {
        "mockade": VERSION,
        "seed": state.seed,
        "draws": state.draws,
        "clock": _written_clock(state.clock),
        # An event without a function in the module would fail when it is due.
        "timeline": [
            {"at": exact_timestamp(at), "api": event.api, "action": event.action, "key": event.key}
            for at, event in state.timeline.events()
            if event.action in apis[event.api].events
        ],
        **({"births": births} if births else {}),
        **({"replies": replies} if replies else {}),
        "apis": members,
    }


def _written_clock(clock: Clock) -> dict[str, Any]:
    """`now` is left out where the clock shows the machine's time."""
    if clock.mode == "frozen":
        return {"mode": "frozen", "now": exact_timestamp(clock.world_time)}
    if clock.agrees:
        return {"mode": "real"}
    return {"mode": "real", "now": exact_timestamp(clock.now()), "rate": clock.rate}
