"""Audit: events of sessions and players, as clients and game servers tell them."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row, epoch_seconds

from .membership import player_in
from .permissions import ALL, insufficient
from .short_codes import session_of

_PREFIX = "customer."
"""Before the names of events that clients tell (documented)."""

_LONGEST = 128


def get_session_audit(
    call: Call,
    session_id: str | None,
    player_uuid: str | None,
    page_num: int,
    page_size: int,
    start_date: str | None,
    end_date: str | None,
) -> dict[str, Any]:
    """The events of a session, of a player, or of a player in a session, oldest first (assumed)."""
    _need_leave(call, "read", session_id, player_uuid)
    rows = call.rows("audit_events")
    if session_id is not None:
        found = rows.where("session", session_id)
    else:
        found = rows.where("player", player_uuid.lower()) if player_uuid is not None else iter(rows)
    after = epoch_seconds(start_date) if start_date is not None else float("-inf")
    before = epoch_seconds(end_date) if end_date is not None else float("inf")
    events = [
        event
        for event in found
        if (player_uuid is None or event.get("player_uuid", "").lower() == player_uuid.lower())
        and after <= epoch_seconds(event["event_datetime"]) <= before
    ]
    return {"events": events[page_num * page_size : (page_num + 1) * page_size]}


def create_session_audit(call: Call, body: Row) -> dict[str, Any]:
    """Keep an event; of several `players` each gets one (documented)."""
    players = body.pop("players", [])
    about = players or [body["player_uuid"]] if "player_uuid" in body or players else [None]
    session = session_of(call, body["session_id"])
    for player in about:
        _need_leave(call, "update", session.key, player)
    name = _PREFIX + body["event_name"]
    if len(name) > _LONGEST:
        most = _LONGEST - len(_PREFIX)
        message = f"ensure this value has at most {most} characters"
        raise Refusal(422, "value_error.any_str.max_length", message, locs=[["body", "event_name"]])
    told = {"event_name": name, "session_id": session.key, "event_datetime": call.now()}
    for player in about:
        event = Row({**body, **told, "requesting_user_uuid": call.caller.id})
        if player is not None:
            event["player_uuid"] = player
        call.rows("audit_events").add(event, id=call.new_uuid())
    return {}


def _need_leave(call: Call, verb: str, session_id: str | None, player: str | None) -> None:
    """Refuse who may neither see to that session nor to that player; one of the two is enough (assumed).

    The permissions that end in `self` are for sessions that one is in and for oneself (documented).
    """
    caller = call.caller
    if caller.holds(ALL, f"session-audit:{verb}:all"):
        return
    if player is not None:
        if caller.holds(f"session-player-audit:{verb}:all"):
            return
        if player.lower() == caller.id and caller.holds(f"session-player-audit:{verb}:self"):
            return
    session = call.rows("sessions").find(session_id) if session_id is not None else None
    inside = session is not None and player_in(session, caller.id) is not None
    if not (inside and caller.holds(f"session-audit:{verb}:self")):
        raise insufficient()
