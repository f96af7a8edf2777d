"""What a reader sees of a session: all of it, or not how to connect."""

from __future__ import annotations

from typing import Any

from mockade.apis.rallyhere.membership import Session, is_active
from mockade.handling import Call

READ_ALL = ("session:*", "session:read:any")
"""The permissions under which a reader need not be in the session."""


def view(call: Call, session: Session) -> dict[str, Any]:
    """The session as the caller may see it: complete for those in it, limited for the others."""
    sees_all = call.caller.holds(*READ_ALL) or is_active(
        session, call.caller.id, invited_too=call.behaviour["invited_is_active"]
    )
    if sees_all or "instance" not in session:
        return dict(session)
    if call.behaviour["limited_view"] == "instance":
        return {name: value for name, value in session.items() if name != "instance"}
    instance = {name: value for name, value in session["instance"].items() if name != "join_params"}
    return {**session, "instance": instance}
