"""A session's ticket in a queue: made, and removed."""

from __future__ import annotations

from mockade.handling import Call, Row


def wait(call: Call, session: Row, queue_id: str, passed: float, seconds: float) -> str:
    """Let a session wait; it looks for a match `seconds` from now. Answers its ticket's id.

    `passed` is how many seconds it shall count as having waited before.
    """
    ticket_id = call.new_uuid()
    session["matchmaking"] = {"ticket_id": ticket_id, "queue_id": queue_id, "custom_data": {}}
    session.beside["since"] = call.seconds() - passed
    call.set_event("match_is_looked_for", session.key, seconds)
    return ticket_id


def stop(call: Call, session: Row) -> None:
    """Let a session wait no longer, if it does."""
    if session.pop("matchmaking", None) is not None:
        session.beside.pop("since", None)
        call.cancel_event("match_is_looked_for", session.key)


def party_changed(call: Call, session: Row) -> None:
    """Others are in a session than when it began to wait."""
    if call.behaviour["party_changes_end_wait"]:
        stop(call, session)
