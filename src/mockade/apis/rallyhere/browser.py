"""The session browser: listing sessions, and finding those that are open, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime
from .indexes import BLOCK, number_beside
from .membership import Session, active_players
from .permissions import ALL, need_admin
from .short_codes import session_of

_MOST = 100
"""The highest number of players that an entry can have (documented)."""


def get_browser_sessions_by_type(
    call: Call, session_type: str, cursor: int, page_size: int, region_id: str | None
) -> dict[str, Any]:
    """A page of what is listed and open; the cursor is the number of the session it goes on with.

    Sessions are numbered as they are born and keep their number, so whoever follows the cursors meets every
    session once that stays listed, whatever comes and goes meanwhile. 0 means the end (documented).
    """
    page: list[dict[str, Any]] = []
    for session in _listed(call, session_type, cursor):
        if region_id is not None and session.get("region_id") != region_id:
            continue
        if len(page) == page_size:
            return {"cursor": number_beside(session), "browser_sessions": page}
        page.append(_entry(session))
    return {"cursor": 0, "browser_sessions": page}


def post_browser_info(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """List a session whose type players may list, or replace its entry."""
    session = _administered(call, session_id)
    template = call.rows("templates").find(session["type"])
    permitted = template is not None and template["can_be_added_to_server_browser"]
    if not permitted and not call.caller.holds(ALL):
        message = f"Players may not list sessions of type {session['type']}"
        raise Refusal(403, "browser_not_permitted", message)
    session_lifetime.refresh(call, session, refresh_ttl)
    return _list(call, session, body)


def update_browser_info(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    session = _found(_administered(call, session_id))
    session_lifetime.refresh(call, session, refresh_ttl)
    return _list(call, session, body)


def delete_browser_info(call: Call, session_id: str, refresh_ttl: bool) -> None:
    session = _found(_administered(call, session_id))
    del session["browser"]
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)


def _list(call: Call, session: Row, body: Row) -> dict[str, Any]:
    """Since when it is listed is the server's to say; a new entry does not make it younger (assumed)."""
    since = session.get("browser", {}).get("created_timestamp", call.now())
    session["browser"] = {"custom_data": body["custom_data"], "created_timestamp": since}
    call.rows("sessions").put(session)
    entry: dict[str, Any] = session["browser"]
    return entry


def _administered(call: Call, session_id: str) -> Row:
    session = session_of(call, session_id)
    need_admin(call, session)
    return session


def _found(session: Row) -> Row:
    if "browser" not in session:
        raise Refusal(404, "browser_info_not_found", "The session is not in the browser")
    return session


def _listed(call: Call, kind: str, first: int) -> Iterator[Row]:
    """Listed and open sessions of a type from a number on, in the order of their numbers."""
    sessions = call.rows("sessions")
    for block in range(first // BLOCK, sessions.births // BLOCK + 1):
        for session in sessions.where("listed", (kind, block)):
            if number_beside(session) >= first:
                yield session


def _entry(session: Session) -> dict[str, Any]:
    size = sum(team["max_size"] for team in session["teams"])
    health = session.get("instance", {}).get("instance_health")
    return {
        "session_id": session["session_id"],
        "player_count": len(active_players(session)),
        "max_player_count": min(size, _MOST),
        "custom_data": session["browser"]["custom_data"],
        **({"instance_health": health} if health is not None else {}),
    }
