"""The vendor's session permissions: what a caller may do in one session, beside the token's permissions."""

from __future__ import annotations

from mockade.handling import Call, Refusal

from .membership import ACTIVE, Session, is_active, leads, player_in

ALL = "session:*"
"""Holds everything, session permissions included (the latter inferred: the vendor's texts name it first)."""


def is_admin(call: Call, session: Session) -> bool:
    """The session permission `session_admin`: the leader has it."""
    return call.caller.holds(ALL) or leads(session, call.caller.id)


def is_host(call: Call, session: Session) -> bool:
    """The session permission `session_host`: the player who hosts the session's instance has it."""
    instance = session.get("instance", {})
    hosts = instance.get("host_player_uuid") == call.caller.id and is_active(session, call.caller.id)
    return hosts or (bool(call.behaviour["leader_is_host"]) and leads(session, call.caller.id))


def may(call: Call, session: Session, name: str) -> bool:
    """Whether the caller may `invite`, `kick` or `move` in a session: its admin, or who was given that."""
    player = player_in(session, call.caller.id)
    given = (
        player is not None and player["status"] in ACTIVE and name in player.get("session_permissions", ())
    )
    return given or is_admin(call, session)


def need(call: Call, session: Session, name: str, *lifted_by: str) -> None:
    if not call.caller.holds(*lifted_by) and not may(call, session, name):
        raise _lacking(name)


def need_admin(call: Call, session: Session, *lifted_by: str) -> None:
    if not call.caller.holds(*lifted_by) and not is_admin(call, session):
        raise _lacking("session_admin")


def need_standing(call: Call, session: Session, what: str) -> None:
    """Pass the admin, who holds `session:<what>:any`, and who holds `…:active` and is in the session."""
    inside = is_active(session, call.caller.id) and call.caller.holds(f"session:{what}:active")
    if not (inside or call.caller.holds(ALL, f"session:{what}:any") or is_admin(call, session)):
        raise _lacking("session_admin")


def need_host(call: Call, session: Session, *lifted_by: str) -> None:
    if not call.caller.holds(ALL, *lifted_by) and not is_host(call, session):
        raise _lacking("session_host")


def need_active(call: Call, session: Session, *lifted_by: str) -> None:
    invited_too = call.behaviour["invited_is_active"]
    inside = is_active(session, call.caller.id, invited_too=invited_too)
    if not inside and not call.caller.holds(ALL, *lifted_by):
        raise _lacking("active_in_session")


def insufficient() -> Refusal:
    """The refusal of a caller whose token lacks what this very call asks."""
    return Refusal(403, "insufficient_permissions", "Insufficient Permissions")


def _lacking(name: str) -> Refusal:
    return Refusal(403, "insufficient_session_permissions", f"This takes the session permission {name}")
