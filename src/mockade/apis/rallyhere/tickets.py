"""A session's ticket in a queue: made, and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockade.handling import Call, Row


def add(
    call: Call, session: Row, queues: Sequence[Row], profiles: Sequence[str], body: Mapping[str, Any]
) -> str:
    """Put a session into queues; it looks for a match as soon as one of them would. Returns its ticket's id.

    `body` says how many seconds it shall count as having waited before, and what to keep with the ticket.
    """
    ticket_id = call.new_uuid()
    passed = body["passed_queue_time_seconds"]
    session["matchmaking"] = {
        "ticket_id": ticket_id,
        "queue_id": queues[0].key,
        "queue_ids": [queue.key for queue in queues],
        "profile_ids": list(profiles),
        "passed_queue_time_seconds": passed,
        "custom_data": {},
    }
    session.beside |= {"since": call.seconds() - passed, "queued": call.seconds()}
    if "additional_join_params" in body:
        session.beside["join_params"] = body["additional_join_params"]
    call.set_event("match_is_looked_for", session.key, min(map(seconds_of, queues)))
    return ticket_id


def seconds_of(queue: Row) -> float:
    """How long after it began to wait a session looks for a match in a queue."""
    seconds: float = queue.beside.get("seconds", 0)
    return seconds


def remove(call: Call, session: Row) -> None:
    """Take a session out of its queue, if it is in one."""
    if session.pop("matchmaking", None) is not None:
        for name in ("since", "queued", "join_params"):
            session.beside.pop(name, None)
        call.cancel_event("match_is_looked_for", session.key)


def party_changed(call: Call, session: Row) -> None:
    """Called when others are in a session than when it joined its queue."""
    if call.behaviour["party_changes_end_wait"]:
        remove(call, session)
