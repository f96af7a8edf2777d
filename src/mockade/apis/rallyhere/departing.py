"""A player leaves a session or is removed, and what follows for the session."""

from __future__ import annotations

from mockade.handling import Call, Refusal, Row

from . import lifetime
from .membership import (
    active_players,
    heir,
    is_active,
    lead,
    leads,
    player_in,
    players,
    without,
)
from .startup import close
from .waiting import party_changed


def depart(call: Call, session: Row, uuid: str) -> bool:
    """Take a player out of a session; answers whether the session is still there.

    Who led it is followed by the next in line. With the last one the session ends, unless its type has
    keep_alive_on_empty (documented); open invitations do not keep it.
    """
    if player_in(session, uuid) is None:
        raise Refusal(404, "player_not_in_session", f"Player {uuid} is not in the session")
    was_active, led = is_active(session, uuid), leads(session, uuid)
    without(session, uuid)
    _bereave(call, session, uuid)
    if was_active:
        party_changed(call, session)
    if led:
        _pass_on(call, session)
    deserted = not active_players(session) and (was_active or not any(players(session)))
    if deserted and not _stays_when_empty(call, session):
        lifetime.end(call, session.key)
        return False
    call.rows("sessions").put(session)
    return True


def _pass_on(call: Call, session: Row) -> None:
    """Let the next in line lead, where somebody is left who can."""
    next_one = heir(session, newest=call.behaviour["next_leader"] == "newest")
    if next_one is not None:
        lead(session, next_one)


def _bereave(call: Call, session: Row, uuid: str) -> None:
    """An instance whose hosting player goes is closed."""
    instance = session.get("instance", {})
    if instance.get("host_player_uuid") == uuid and call.behaviour["host_leaving"] == "close":
        close(call, session)


def _stays_when_empty(call: Call, session: Row) -> bool:
    template = call.rows("templates").find(session["type"])
    return template is not None and bool(template["keep_alive_on_empty"])
