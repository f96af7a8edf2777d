"""What is done with players in sessions, one by one: invite, move, promote, change, swap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply, Row

from . import session_lifetime
from .membership import Player, is_active, leads, make_leader, place, player_in, status_after, team_of
from .permissions import ALL, may, need, need_admin
from .player_entry import (
    has_room_for,
    mark_invited,
    meant_team,
    need_free_choice,
    player_reply,
    player_summary,
    put_into_team,
    tag,
    team_full,
)
from .session_players import need_inside, not_inside
from .short_codes import session_of


def invite_player_by_uuid_v2(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool, body: Row
) -> Reply:
    """Ask a player to come; session:update:self serves in sessions that one is in (inferred)."""
    session, uuid = session_of(call, session_id), player_uuid.lower()
    own = call.caller.holds("session:update:self") and is_active(session, call.caller.id)
    if not own:
        need(call, session, "invite", ALL, "session:update:any")
    if body["overflow_action"] == "overfill":
        need_admin(call, session, "session:update:any")
    if not invite(call, session, uuid, body):
        raise team_full(call, body.get("team_id", 0))
    return _done(call, session, uuid, refresh_ttl)


def invite(call: Call, session: Row, uuid: str, body: Mapping[str, Any], source: str | None = None) -> bool:
    """Put an invitation into a session. Returns False where there is no room as the body wants it.

    Refuses who is in the session already, or invited with nothing new.
    """
    known = player_in(session, uuid)
    status = status_after(known["status"] if known else None, "invited")
    if not status:
        message = f"A player who is {known['status'] if known else 'not there'} cannot be made invited"
        raise Refusal(403, "status_not_permitted", message)
    holds = call.behaviour["invitations_hold_places"]
    asked = meant_team(call, session, uuid, body)
    position = place(session, uuid, asked, body["overflow_action"], invitations_hold_places=holds)
    if position is None:
        return False
    player: Player = {**(known or {"player_uuid": uuid}), "status": status}
    if body["custom_data"]:
        player["custom_data"] = body["custom_data"]
    mark_invited(call, session, player)
    if source is not None:
        player["source_session_id"] = source
    put_into_team(session, player, position, call.now())
    return True


def promote_player_by_uuid_v2(call: Call, session_id: str, player_uuid: str, refresh_ttl: bool) -> Reply:
    session, uuid = session_of(call, session_id), player_uuid.lower()
    need_admin(call, session, "session:promote:any")
    need_inside(session, uuid)
    make_leader(session, uuid)
    return _done(call, session, uuid, refresh_ttl)


def move_player_by_uuid_v2(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool, body: Row
) -> Reply:
    """Oneself as the type lets players choose; without a team to the next one with room (assumed)."""
    session, uuid = session_of(call, session_id), player_uuid.lower()
    if uuid != call.caller.id or not call.caller.holds("session:update-player:self"):
        need(call, session, "move", ALL, "session:update-player:any")
    player = need_inside(session, uuid)
    position = meant_team(call, session, uuid, body) if "team_id" in body else _next_team(call, session, uuid)
    if not has_room_for(call, session, position, uuid):
        raise team_full(call, body.get("team_id", position))
    if not (may(call, session, "move") or call.caller.holds(ALL, "session:update-player:any")):
        need_free_choice(call, session, uuid, position)
    put_into_team(session, player, position, call.now())
    return _done(call, session, uuid, refresh_ttl)


def update_player_by_uuid_v2(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool, body: Row
) -> Reply:
    """Oneself without further permissions (inferred), others as the session's admin (documented)."""
    session, uuid = session_of(call, session_id), player_uuid.lower()
    if uuid != call.caller.id:
        need_admin(call, session, "session:promote:any")
    player = player_in(session, uuid)
    if player is None:
        raise not_inside(uuid)
    player["custom_data"] = body["custom_data"]
    return _done(call, session, uuid, refresh_ttl)


def swap_players_in_session(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> Reply:
    """Two players of different teams change places, so no team grows. Leaders stay (documented)."""
    session = session_of(call, session_id)
    need_admin(call, session, "session:update:any")
    one, other = (uuid.lower() for uuid in body["players"])
    players = [need_inside(session, uuid) for uuid in (one, other)]
    teams = [team_of(session, uuid) for uuid in (one, other)]
    if leads(session, one) or leads(session, other):
        raise Refusal(403, "swap_not_permitted", "Leaders do not change places")
    if teams[0] is None or teams[1] is None or teams[0] == teams[1]:
        raise Refusal(403, "swap_not_permitted", "These players are in one team")
    put_into_team(session, players[0], teams[1], call.now())
    put_into_team(session, players[1], teams[0], call.now())
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    told = [player_summary(session, uuid) for uuid in (one, other)]
    return Reply({"players": told}, headers={"ETag": tag(call, session)})


def _done(call: Call, session: Row, uuid: str, refresh_ttl: bool) -> Reply:
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return player_reply(call, session, uuid)


def _next_team(call: Call, session: Row, uuid: str) -> int:
    """The next team after a player's own that has room, else their own."""
    own, count = team_of(session, uuid) or 0, len(session["teams"])
    others = [(own + step) % count for step in range(1, count)]
    return next((at for at in others if has_room_for(call, session, at, uuid)), own)
