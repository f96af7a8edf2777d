"""Sessions themselves: read, and what a world has of them at its start."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mockade.apis.rallyhere import lifetime
from mockade.apis.rallyhere.visibility import view
from mockade.handling import Call, Caller


def get_session_by_id(call: Call, session_id: str, refresh_ttl: bool) -> dict[str, Any]:
    """The caller's view of a session; reading it keeps it alive unless refresh_ttl is false."""
    session = call.rows("sessions").get(session_id)
    if refresh_ttl:
        lifetime.refresh(call, session)
    return view(call, session)


def vet_caller(caller: Caller) -> str:
    """Players are known by UUIDs (documented)."""
    try:
        UUID(caller.id)
    except ValueError:
        return f"{caller.id!r} is no player's UUID. Say whose it is (caller: a0000000-…)."
    return ""


def on_start(call: Call) -> None:
    """Fixture sessions get their numbers; they expire only if they say so, with `_lifetime` in seconds."""
    for number, session in enumerate(list(call.rows("sessions")), 1):
        session.beside["number"] = number
        call.rows("sessions").put(session)
        lifetime.refresh(call, session)
