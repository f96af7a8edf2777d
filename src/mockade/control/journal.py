"""Control: the journal, read and searched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from heapq import nsmallest
from typing import Any

import orjson

from mockade.catalogue.api import Api
from mockade.catalogue.redaction import NO_REDACTION, Redaction
from mockade.control.call import ControlCall, component
from mockade.control.exchanges import ExchangeSerializer
from mockade.control.pieces import in_pieces
from mockade.control.search import Difference, difference_sentences, differences, is_operation
from mockade.control.worlds import entry_there
from mockade.errors import InvalidResponse
from mockade.handling import Reply
from mockade.snapshots.writer import Elements
from mockade.worlds.journal import Exchange
from mockade.worlds.slices import Pieces, Slices, collected

MOST_SHOWN = 1000
"""Matches in the answer to a search: the newest."""

NEAREST = 3
"""Exchanges in the answer to a search that matched none."""

_FILTERED = 500
"""Exchanges that are filtered in a slice."""

_SLICE = 24 * 1024
"""Bytes of exchanges that are serialized in a slice, each of which counts for so many more:"""

_ENTRY = 2 * 1024

_Distance = tuple[int, int, float, int]
_Miss = tuple[_Distance, Exchange, list[Difference]]


def read_journal(call: ControlCall) -> Slices[Reply]:
    """A page; NDJSON has no envelope: the last line's id is the `after` of the next page."""
    return _page(call, list(call.world.journal.after(call.query.get("after", 0))))


def _page(call: ControlCall, exchanges: Sequence[Exchange]) -> Slices[Reply]:
    wanted, limit = exchange_filter(call.query), call.query["limit"]
    page: list[Exchange] = []
    more = False
    for count, exchange in enumerate(exchanges, 1):
        if wanted(exchange):
            if len(page) == limit:
                more = True
                break
            page.append(exchange)
        if not count % _FILTERED:
            yield
    entries = _written(page, call)
    if call.query["format"] == "ndjson":
        lines = (b"" if entry is None else entry + b"\n" for entry in entries)
        return Reply(Pieces(b"", (yield from collected(lines))))
    following = page[-1].id if more else None
    return (yield from in_pieces({"exchanges": Elements(b"[]", entries), "next": following}))


def get_exchange(call: ControlCall, id: int) -> dict[str, Any]:
    world = call.world
    return serializer_of(call.query, call.running.apis).full(entry_there(world, id))


def find_exchanges(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    """Searches requests only, not the entries of the timeline and the control API."""
    return _found(call, body, [one for one in call.world.journal if one.method])


def _found(call: ControlCall, body: dict[str, Any], exchanges: Sequence[Exchange]) -> Slices[Reply]:
    unredacted, serializer = (
        ExchangeSerializer(call.running.apis, NO_REDACTION),
        serializer_of(call.query, call.running.apis),
    )
    count = 0
    matches: deque[Exchange] = deque(maxlen=MOST_SHOWN)
    near: list[_Miss] = []
    weight = 0
    for exchange in exchanges:
        found = differences(body, unredacted.full(exchange))
        if found:
            near.append((_distance(body.get("path", ""), exchange, found), exchange, found))
        else:
            count += 1
            matches.append(exchange)
        weight += _ENTRY + exchange.weight
        if weight > _SLICE:
            weight, near = 0, nsmallest(NEAREST, near)
            yield
    nearest = []
    for _, exchange, found in [] if count else nsmallest(NEAREST, near):
        redacted = serializer.full(exchange)
        nearest.append({"exchange": redacted, "differences": difference_sentences(found, body, redacted)})
    entries = Elements(b"[]", _written(matches, call))
    return (yield from in_pieces({"count": count, "exchanges": entries, "nearest": nearest}))


def _written(exchanges: Iterable[Exchange], call: ControlCall) -> Iterator[bytes | None]:
    """Entries as JSON, each held against the contract, with pauses. Raises InvalidResponse."""
    serializer = serializer_of(call.query, call.running.apis)
    validator, _ = component(call.running.control_api, "Exchange")
    weight = 0
    for exchange in exchanges:
        entry = serializer.full(exchange)
        if not validator.is_valid(entry):
            violations = validator.violations(entry, "response")
            raise InvalidResponse(f"The journal's entry {exchange.id} is no Exchange.", violations)
        yield orjson.dumps(entry)
        weight += _ENTRY + exchange.weight
        if weight > _SLICE:
            weight = 0
            yield None


def _distance(path: str, exchange: Exchange, found: list[Difference]) -> _Distance:
    """A sort key, nearest first; of two equally near exchanges the later one is first."""
    likeness = SequenceMatcher(None, path[:200], exchange.path[:200]).ratio() if path else 0.0
    return len({one.aspect for one in found}), len(found), -likeness, -exchange.id


def serializer_of(query: Any, apis: Mapping[str, Api]) -> ExchangeSerializer:
    return ExchangeSerializer(apis, NO_REDACTION if query["secrets"] else Redaction.of(apis.values()))


def exchange_filter(query: Any) -> Callable[[Exchange], bool]:
    """A predicate for the exchanges that the query selects."""
    status = query.get("status", "").lower().replace("x", "")

    def wanted(exchange: Exchange) -> bool:
        return (
            str(exchange.status).startswith(status)
            and ("operation" not in query or is_operation(exchange, query["operation"]))
            and ("caller" not in query or exchange.caller == query["caller"])
            and ("violations" not in query or bool(exchange.violations) == query["violations"])
        )

    return wanted
