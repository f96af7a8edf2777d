"""The complete view of a session, and the limited one, which leaves out how to connect."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call

from .membership import Session, is_active

READ_ALL = ("session:*", "session:read:any")
"""The permissions under which a reader need not be in the session."""


def view(call: Call, session: Session) -> dict[str, Any]:
    """The session as the caller may see it: complete for those in it, limited for the others."""
    if sees_all(call, session) or "instance" not in session:
        return dict(session)
    if call.behaviour["limited_view"] == "instance":
        return {name: value for name, value in session.items() if name != "instance"}
    return {**session, "instance": instance_view(call, session)}


def instance_view(call: Call, session: Session) -> dict[str, Any]:
    """The session's instance as the caller may see it: how to connect is for those in the session."""
    hidden = () if sees_all(call, session) else ("join_params",)
    return {name: value for name, value in session["instance"].items() if name not in hidden}


def sees_all(call: Call, session: Session) -> bool:
    return call.caller.holds(*READ_ALL) or is_active(
        session, call.caller.id, invited_too=call.behaviour["invited_is_active"]
    )
