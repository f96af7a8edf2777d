"""Control: the journal, read and searched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from heapq import nsmallest
from typing import Any

import orjson

from mockade.catalogue.redaction import NO_REDACTION, Redaction
from mockade.control.call import ControlCall
from mockade.control.exchanges import ExchangeSerializer
from mockade.control.search import Difference, difference_sentences, differences, is_operation
from mockade.handling import Reply
from mockade.worlds.journal import Exchange

MOST_SHOWN = 1000
"""Matches in the answer to a search: the newest."""

NEAREST = 3
"""Exchanges in the answer to a search that matched none."""


def read_journal(call: ControlCall) -> dict[str, Any] | Reply:
    """A page; NDJSON has no envelope: the last line's id is the `after` of the next page."""
    query = call.query
    wanted = _filter(query)
    limit = query["limit"]
    page: list[Exchange] = []
    more = False
    for exchange in call.world.journal.after(query.get("after", 0)):
        if wanted(exchange):
            if len(page) == limit:
                more = True
                break
            page.append(exchange)
    serializer = _serializer(call)
    entries = [serializer.full(exchange) for exchange in page]
    if query["format"] == "ndjson":
        return Reply(b"".join(orjson.dumps(one) + b"\n" for one in entries))
    return {"exchanges": entries, "next": page[-1].id if more else None}


def find_exchanges(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Searches requests only, not the entries of the timeline and the control API."""
    unredacted, serializer = ExchangeSerializer(call.running.apis, NO_REDACTION), _serializer(call)
    count = 0
    matches: deque[Exchange] = deque(maxlen=MOST_SHOWN)

    def misses() -> Iterator[tuple[Exchange, list[Difference]]]:
        nonlocal count
        for exchange in call.world.journal:
            if not exchange.method:
                continue
            found_differences = differences(body, unredacted.full(exchange))
            if found_differences:
                yield exchange, found_differences
            else:
                count += 1
                matches.append(exchange)

    near = nsmallest(NEAREST, misses(), key=partial(_distance, body.get("path", "")))
    nearest = []
    for exchange, found_differences in [] if count else near:
        redacted = serializer.full(exchange)
        nearest.append(
            {"exchange": redacted, "differences": difference_sentences(found_differences, body, redacted)}
        )
    return {"count": count, "exchanges": [serializer.full(one) for one in matches], "nearest": nearest}


def _distance(path: str, pair: tuple[Exchange, list[Difference]]) -> tuple[int, int, float, int]:
    """A sort key, nearest first; of two equally near exchanges the later one is first."""
    exchange, found = pair
    likeness = SequenceMatcher(None, path[:200], exchange.path[:200]).ratio() if path else 0.0
    return len({one.aspect for one in found}), len(found), -likeness, -exchange.id


def _serializer(call: ControlCall) -> ExchangeSerializer:
    apis = call.running.apis
    return ExchangeSerializer(apis, NO_REDACTION if call.query["secrets"] else Redaction.of(apis.values()))


def _filter(query: Any) -> Callable[[Exchange], bool]:
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
