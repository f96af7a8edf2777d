"""A session's ticket in a queue: made, and removed."""

from __future__ import annotations

from mockade.handling import Call, Row


def add(call: Call, session: Row, queue_id: str, passed: float, seconds: float) -> str:
    """Put a session into a queue; it looks for a match `seconds` from now. Returns its ticket's id.

    `passed` is how many seconds it shall count as having waited before.
    """
    ticket_id = call.new_uuid()
    session["matchmaking"] = {"ticket_id": ticket_id, "queue_id": queue_id, "custom_data": {}}
    session.beside["since"] = call.seconds() - passed
    call.set_event("match_is_looked_for", session.key, seconds)
    return ticket_id


def remove(call: Call, session: Row) -> None:
    """Take a session out of its queue, if it is in one."""
    if session.pop("matchmaking", None) is not None:
        session.beside.pop("since", None)
        call.cancel_event("match_is_looked_for", session.key)


def party_changed(call: Call, session: Row) -> None:
    """Called when others are in a session than when it joined its queue."""
    if call.behaviour["party_changes_end_wait"]:
        remove(call, session)
