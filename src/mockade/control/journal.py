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
from mockade.control.search import Difference, differences, is_operation, told_differences
from mockade.handling import Reply
from mockade.worlds.journal import Exchange

MOST_SHOWN = 1000
"""Matches that a search shows, the newest of them."""

NEAREST = 3
"""Exchanges that a search without a match shows."""


def read_journal(call: ControlCall) -> dict[str, Any] | Reply:
    """A page; as NDJSON it has no envelope, and `after` the last line's id reads on."""
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
    told = [serializer.full(exchange) for exchange in page]
    if query["format"] == "ndjson":
        return Reply(b"".join(orjson.dumps(one) + b"\n" for one in told))
    return {"exchanges": told, "next": page[-1].id if more else None}


def find_exchanges(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Only requests are searched; what the timeline and the control API noted is none."""
    openly, serializer = ExchangeSerializer(call.running.apis, NO_REDACTION), _serializer(call)
    count = 0
    found: deque[Exchange] = deque(maxlen=MOST_SHOWN)

    def missed() -> Iterator[tuple[Exchange, list[Difference]]]:
        nonlocal count
        for exchange in call.world.journal:
            if not exchange.method:
                continue
            unlike = differences(body, openly.full(exchange))
            if unlike:
                yield exchange, unlike
            else:
                count += 1
                found.append(exchange)

    near = nsmallest(NEAREST, missed(), key=partial(_distance, body.get("path", "")))
    nearest = []
    for exchange, unlike in [] if count else near:
        shown = serializer.full(exchange)
        nearest.append({"exchange": shown, "differences": told_differences(unlike, body, shown)})
    return {"count": count, "exchanges": [serializer.full(one) for one in found], "nearest": nearest}


def _distance(path: str, pair: tuple[Exchange, list[Difference]]) -> tuple[int, int, float, int]:
    """How far an exchange is from what is wanted; of two that are equally near the later one is meant."""
    exchange, unlike = pair
    likeness = SequenceMatcher(None, path[:200], exchange.path[:200]).ratio() if path else 0.0
    return len({one.aspect for one in unlike}), len(unlike), -likeness, -exchange.id


def _serializer(call: ControlCall) -> ExchangeSerializer:
    apis = call.running.apis
    return ExchangeSerializer(apis, NO_REDACTION if call.query["secrets"] else Redaction.of(apis.values()))


def _filter(query: Any) -> Callable[[Exchange], bool]:
    """Whether an exchange is one that the query asks for."""
    status = query.get("status", "").lower().replace("x", "")

    def wanted(exchange: Exchange) -> bool:
        return (
            str(exchange.status).startswith(status)
            and ("operation" not in query or is_operation(exchange, query["operation"]))
            and ("caller" not in query or exchange.caller == query["caller"])
            and ("violations" not in query or bool(exchange.violations) == query["violations"])
        )

    return wanted
