"""The vendor's session permissions: what a caller may do in one session, beside the token's permissions."""

from __future__ import annotations

from mockade.handling import Call, Refusal

from .membership import Session, is_active, leads

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


def need_admin(call: Call, session: Session, *lifted_by: str) -> None:
    if not call.caller.holds(*lifted_by) and not is_admin(call, session):
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
