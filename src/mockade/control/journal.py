"""Control: the journal, read and searched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from mockade.control.call import ControlCall
from mockade.control.exchanges import Difference, Teller, differences, is_operation
from mockade.handling import Reply
from mockade.journal import Exchange
from mockade.redaction import OPEN, Redaction

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
    teller = _teller(call)
    told = [teller.told(exchange) for exchange in page]
    if query["format"] == "ndjson":
        return Reply(b"".join(orjson.dumps(one) + b"\n" for one in told))
    return {"exchanges": told, "next": page[-1].id if more else None}


def find_exchanges(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Only requests are searched; what the timeline and the control API noted is none."""
    asked = [exchange for exchange in call.world.journal if exchange.method]
    far = [(exchange, list(differences(body, exchange))) for exchange in asked]
    found = [exchange for exchange, unlike in far if not unlike]
    teller = _teller(call)
    nearest = [] if found else sorted(far, key=_distance)[:NEAREST]
    return {
        "count": len(found),
        "exchanges": [teller.told(exchange) for exchange in found[-MOST_SHOWN:]],
        "nearest": [
            {"exchange": teller.told(exchange), "differences": [one.sentence for one in unlike]}
            for exchange, unlike in nearest
        ],
    }


def _distance(pair: tuple[Exchange, list[Difference]]) -> tuple[int, int, int]:
    """How far an exchange is from what is wanted; of two that are equally near the later one is meant."""
    exchange, unlike = pair
    return len({one.aspect for one in unlike}), len(unlike), -exchange.id


def _teller(call: ControlCall) -> Teller:
    apis = call.running.apis
    return Teller(apis, OPEN if call.query["secrets"] else Redaction.of(apis.values()))


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
