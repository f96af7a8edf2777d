"""Whole sessions invited into others, and taken out of them."""

from __future__ import annotations

from mockade.handling import Call, Refusal, Reply, Row

from .departing import depart
from .membership import active_players, is_active, player_in
from .permissions import ALL, insufficient, may, need_admin
from .player_entry import is_open, player_summary, tag, team_full
from .players_v2 import invite
from .session_players import not_inside
from .short_codes import session_of

_ANY = "session:update-player:any"


def invite_session_to_session(call: Call, session_id: str, invited_session_id: str, body: Row) -> Reply:
    """Ask everybody who is in one session into another; who is there already is passed over (assumed).

    `overflow_action` says whether all must find room, and in which team (documented).
    """
    session = session_of(call, session_id)
    source = session_of(call, invited_session_id)
    if not call.caller.holds(ALL, _ANY):
        if not is_active(source, call.caller.id):
            raise insufficient()
        if not (is_open(session) or is_active(session, call.caller.id)):
            need_admin(call, session)
    overflow = body["overflow_action"]
    if overflow == "overfill" and not may(call, session, "invite"):
        need_admin(call, session, _ANY)
    invited = []
    newcomers = [one["player_uuid"] for one in active_players(source)]
    for uuid in newcomers:
        if is_active(session, uuid):
            continue
        if invite(call, session, uuid, body, source.key):
            invited.append(uuid)
        elif not overflow.startswith("partial"):
            raise team_full(call, body.get("team_id", 0))
    if not invited and any(not is_active(session, uuid) for uuid in newcomers):
        raise team_full(call, body.get("team_id", 0))
    call.rows("sessions").put(session)
    told = [player_summary(session, uuid) for uuid in invited]
    return Reply({"players": told}, headers={"ETag": tag(call, session)})


def kick_session_from_session(call: Call, session_id: str, kicked_session_id: str) -> None:
    """Take everybody who is in one session out of another, invitations included (assumed)."""
    session = session_of(call, session_id)
    need_admin(call, session, _ANY)
    source = session_of(call, kicked_session_id)
    if source.key == session.key:
        raise Refusal(403, "session_not_kicked", "A session is not kicked out of itself; delete it")
    leaving = [one["player_uuid"] for one in active_players(source) if player_in(session, one["player_uuid"])]
    if not leaving:
        raise not_inside(next((one["player_uuid"] for one in active_players(source)), call.caller.id))
    for uuid in leaving:
        if not depart(call, session, uuid):
            return
