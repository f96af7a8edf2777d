"""Short codes: what players can say instead of a session's id."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime
from .permissions import need_active

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No letter that could be read as another one or as a digit (assumed)."""

_LENGTH = 6
_TRIES = 16


def session_of(call: Call, name: str) -> Row:
    """The session of an id or of a short code, whose case does not matter; refuses with 404 without one."""
    sessions = call.rows("sessions")
    session = sessions.find(name)
    if session is not None:
        return session
    for session in sessions.where("short_code", name.upper()):
        return session
    raise sessions.absent(name)


def generate_session_short_code(call: Call, session_id: str, refresh_ttl: bool) -> dict[str, Any]:
    """Give a session a code that no other has; the one that it has stays (assumed)."""
    session = session_of(call, session_id)
    need_active(call, session, "session:shortcode:any")
    if "short_code" not in session:
        session["short_code"] = _unused(call)
        call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return {"short_code": session["short_code"]}


def _unused(call: Call) -> str:
    """A code that is no session's; refuses where too many are tried in vain (documented)."""
    for _ in range(_TRIES):
        drawn = int(call.new_uuid().replace("-", "")[-_LENGTH * 2 :], 16)
        code = "".join(_LETTERS[drawn // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_LENGTH))
        if not call.rows("sessions").count("short_code", code):
            return code
    raise Refusal(409, "short_code_not_available", "No short code is free")
