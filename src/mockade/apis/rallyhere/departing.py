"""A player leaves a session or is removed, and what follows for the session."""

from __future__ import annotations

from mockade.handling import Call, Refusal, Row

from . import session_lifetime
from .instance_startup import close
from .membership import (
    active_players,
    is_active,
    leads,
    make_leader,
    next_leader,
    player_in,
    players,
    remove_player,
)
from .tickets import party_changed


def depart(call: Call, session: Row, uuid: str) -> bool:
    """Take a player out of a session; returns whether the session is still there.

    Who led it is followed by the next in line. With the last one the session ends, unless its type has
    keep_alive_on_empty (documented); open invitations do not keep it.
    """
    if player_in(session, uuid) is None:
        raise Refusal(404, "player_not_in_session", f"Player {uuid} is not in the session")
    was_active, led = is_active(session, uuid), leads(session, uuid)
    remove_player(session, uuid)
    _close_hosted_instance(call, session, uuid)
    if was_active:
        party_changed(call, session)
    if led:
        _promote_next_leader(call, session)
    deserted = not active_players(session) and (was_active or not any(players(session)))
    if deserted and not _stays_when_empty(call, session):
        session_lifetime.end(call, session.key)
        return False
    call.rows("sessions").put(session)
    return True


def _promote_next_leader(call: Call, session: Row) -> None:
    """Make the next in line the leader, where somebody is left who can be."""
    following = next_leader(session, newest=call.behaviour["next_leader"] == "newest")
    if following is not None:
        make_leader(session, following)


def _close_hosted_instance(call: Call, session: Row, uuid: str) -> None:
    """Close an instance whose hosting player leaves."""
    instance = session.get("instance", {})
    if instance.get("host_player_uuid") == uuid and call.behaviour["host_leaving"] == "close":
        close(call, session)


def _stays_when_empty(call: Call, session: Row) -> bool:
    template = call.rows("templates").find(session["type"])
    return template is not None and bool(template["keep_alive_on_empty"])
